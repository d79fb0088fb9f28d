package sitecheck

import (
	"cmp"
	"strings"
	"testing"

	"debrief/generator/testkit/browser"
)

// Views are the screens that every page must be right on: a small phone and a desk, light and dark.
var Views = []browser.View{
	{Width: 360, Height: 740},
	{Width: 360, Height: 740, Dark: true},
	{},
	{Dark: true},
}

// Look opens pages of a running site in every view, and fails the test for anything that goes wrong in them, any rule of WCAG 2.2 AA that
// axe-core finds broken, and a page that is wider than its screen. The site is the address without a slash at the end, the pages are paths.
// With the environment variable DEBRIEF_SCREENSHOTS it leaves a picture of each page in each view.
func Look(t *testing.T, b *browser.Browser, site string, paths ...string) {
	t.Helper()
	for _, path := range paths {
		for _, view := range Views {
			name := cmp.Or(strings.ReplaceAll(strings.Trim(path, "/"), "/", "_"), "home") + "-" + view.String()
			t.Run(name, func(t *testing.T) {
				p := b.Open(t, site+path, view)
				p.Check(t)
				p.CheckAxe(t)
				type width struct{ Page, Screen int }
				if w := browser.Eval[width](t, p, `({Page: document.scrollingElement.scrollWidth, Screen: innerWidth})`); w.Page > w.Screen {
					t.Errorf("%s is %d pixels wide on a screen of %d", path, w.Page, w.Screen)
				}
				p.SaveScreenshot(t, name)
			})
		}
	}
}
