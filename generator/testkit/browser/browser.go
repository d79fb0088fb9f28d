// Package browser looks at a built site with a real browser: headless Chromium, driven over the DevTools protocol by chromedp. A test starts
// one Browser, opens Pages in it, and asks them what happened: console errors, violations of the Content-Security-Policy, requests, pictures,
// and what axe-core says about accessibility.
//
// The browser reaches this machine only; names of other hosts do not resolve. A request to one is a problem that Page.Check reports.
package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"debrief/generator/testkit"
)

// patience is how long one step in a page may take, on a machine that does other things too.
const patience = time.Minute

// Path returns the Chromium to use: $CHROME_PATH, or the first of its usual names that is installed. The test is skipped without one.
func Path(t testing.TB) string {
	t.Helper()
	for _, name := range []string{os.Getenv("CHROME_PATH"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	testkit.Missing(t, "there is no Chromium here")
	return ""
}

// A Browser is one running Chromium with a profile of its own.
type Browser struct {
	ctx context.Context
}

// Start starts Chromium. It stops when the test ends.
func Start(t testing.TB) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(Path(t)),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
	)
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox refuses to run as root.
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("cannot start Chromium: %v", err)
	}
	return &Browser{ctx}
}

// A View is what a reader's screen and settings are like. The zero value is a light screen of 1280 x 900 CSS pixels.
type View struct {
	Width, Height int
	Dark          bool // prefers-color-scheme: dark
	Print         bool // the styles for paper
	NoScript      bool // JavaScript is turned off
	ReducedMotion bool // prefers-reduced-motion: reduce
}

// String names the view for the name of a subtest or a file: "1280", "360-dark".
func (v View) String() string {
	name := fmt.Sprint(v.width())
	for _, setting := range []struct {
		on   bool
		name string
	}{{v.Dark, "dark"}, {v.Print, "print"}, {v.NoScript, "noscript"}, {v.ReducedMotion, "still"}} {
		if setting.on {
			name += "-" + setting.name
		}
	}
	return name
}

func (v View) width() int {
	if v.Width == 0 {
		return 1280
	}
	return v.Width
}

func (v View) height() int {
	if v.Height == 0 {
		return 900
	}
	return v.Height
}

// apply sets up a tab for the view.
func (v View) apply() chromedp.Action[chromedp.Void] {
	choose := func(on bool, yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	media := emulation.SetEmulatedMediaParams{
		Media: choose(v.Print, "print", "screen"),
		Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: choose(v.Dark, "dark", "light")},
			{Name: "prefers-reduced-motion", Value: choose(v.ReducedMotion, "reduce", "no-preference")},
		},
	}
	return chromedp.Steps(
		chromedp.EmulateViewport(int64(v.width()), int64(v.height())),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
			return err
		}),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: v.NoScript})
			return err
		}),
	)
}

// A Request is one that a page made.
type Request struct {
	URL    string
	Type   string // as in DevTools: Document, Stylesheet, Script, Fetch, ...
	Status int    // 0 when there was no answer
	Err    string // why there was none: net::ERR_BLOCKED_BY_CSP, ...
}

// A Page is an open tab. What happens in it is recorded from before its first request on.
type Page struct {
	ctx context.Context
	url string

	mutex    sync.Mutex
	requests []*Request
	byID     map[network.RequestID]*Request
	problems []string
}

// Open opens an address in a new tab and waits until it has loaded, deferred scripts included. The tab closes when the test ends.
func (b *Browser) Open(t testing.TB, address string, v View) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	t.Cleanup(cancel)
	p := &Page{ctx: ctx, url: address, byID: make(map[network.RequestID]*Request)}
	if err := chromedp.Listen(ctx, p.record); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	p.Do(t, v.apply(), chromedp.Navigate(address))
	p.Settle(t)
	return p
}

// record notes an event of the tab. It runs in chromedp's reading loop and must be quick.
func (p *Page) record(event any) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	problem := func(format string, args ...any) { p.problems = append(p.problems, fmt.Sprintf(format, args...)) }
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if before := p.byID[e.RequestID]; before != nil && e.RedirectResponse != nil {
			before.Status = int(e.RedirectResponse.Status)
		}
		r := &Request{URL: e.Request.URL, Type: string(e.Type)}
		p.requests, p.byID[e.RequestID] = append(p.requests, r), r
		if p.isThirdParty(r.URL) {
			problem("third-party request: %s", r.URL)
		}
	case *network.EventResponseReceived:
		if r := p.byID[e.RequestID]; r != nil {
			r.Status = int(e.Response.Status)
		}
	case *network.EventLoadingFailed:
		if r := p.byID[e.RequestID]; r != nil {
			r.Err = e.ErrorText + string(e.BlockedReason)
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		problem("exception: %s (%s:%d)", text, e.ExceptionDetails.URL, e.ExceptionDetails.LineNumber+1)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			problem("console.%s: %s", e.Type, consoleText(e.Args))
		}
	case *log.EventEntryAdded:
		isPage := e.Entry.Source == log.EntrySourceNetwork && e.Entry.URL == p.url // An error page answers with an error.
		if e.Entry.Level == log.EntryLevelError && !isPage {
			problem("%s: %s (%s:%d)", e.Entry.Source, e.Entry.Text, e.Entry.URL, e.Entry.LineNumber+1)
		}
	}
}

func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, arg := range args {
		if arg.Description != "" {
			words = append(words, arg.Description)
		} else {
			words = append(words, string(arg.Value))
		}
	}
	return strings.Join(words, " ")
}

// isThirdParty says whether a request goes to another origin than the page's.
func (p *Page) isThirdParty(address string) bool {
	to, err := url.Parse(address)
	if err != nil {
		return true
	}
	switch to.Scheme {
	case "data", "blob", "about":
		return false
	}
	page, err := url.Parse(p.url)
	return err != nil || to.Scheme != page.Scheme || to.Host != page.Host
}

// Do runs chromedp's actions in the page: clicks, keys, waiting for an element.
func (p *Page) Do(t testing.TB, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v", p.url, err)
	}
}

// Get runs an action that has a value.
func Get[T any](t testing.TB, p *Page, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatalf("%s: %v", p.url, err)
	}
	return value
}

// Eval evaluates JavaScript in the page, waits for it when it is a promise, and returns its value. The page's Content-Security-Policy does
// not apply to it. It works in a page with NoScript too.
func Eval[T any](t testing.TB, p *Page, script string) T {
	t.Helper()
	return Get(t, p, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Until waits until a JavaScript expression is true in the page, or in the one it leads to: an expression that fails is tried again.
func (p *Page) Until(t testing.TB, condition string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")", chromedp.EvalAwaitPromise))
		if yes && err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: this did not become true in %v: %s (%v)", p.url, patience, condition, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Settle waits until the page has been laid out and what it reported on the way has arrived here. It does not wait for timers and fetches.
func (p *Page) Settle(t testing.TB) {
	t.Helper()
	Eval[float64](t, p, "document.documentElement.getBoundingClientRect().height")
}

// Requests returns the requests the page has made so far, in order.
func (p *Page) Requests() []Request {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	all := make([]Request, len(p.requests))
	for i, r := range p.requests {
		all[i] = *r
	}
	return all
}

// Problems returns what has gone wrong so far, in order: errors on the console, uncaught exceptions, violations of the
// Content-Security-Policy, failed requests, and any request to another origin.
func (p *Page) Problems() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return slices.Clone(p.problems)
}

// Check fails the test when anything has gone wrong in the page.
func (p *Page) Check(t testing.TB) {
	t.Helper()
	for _, problem := range p.Problems() {
		t.Errorf("%s: %s", p.url, problem)
	}
}

// Screenshot returns a PNG picture of the whole page, and not only of what is in view.
func (p *Page) Screenshot(t testing.TB) []byte {
	t.Helper()
	return Get(t, p, chromedp.FullScreenshot(100))
}

// SaveScreenshot writes a picture of the whole page to a file in the folder that the environment variable DEBRIEF_SCREENSHOTS names, for
// people to look at. Without the variable it does nothing.
func (p *Page) SaveScreenshot(t testing.TB, name string) {
	t.Helper()
	dir := os.Getenv("DEBRIEF_SCREENSHOTS")
	if dir == "" {
		return
	}
	file := filepath.Join(dir, name+".png")
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, p.Screenshot(t), 0o644)); err != nil {
		t.Error(err)
	}
}

// PDF prints the page on A4 paper.
func (p *Page) PDF(t testing.TB) []byte {
	t.Helper()
	return Get(t, p, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), chromedp.PDFPrintBackground()))
}

// A Violation is a rule of axe-core that a page breaks.
type Violation struct {
	ID, Impact, Help, HelpURL string
	Nodes                     []struct {
		Target         []json.RawMessage // selectors; nested ones are inside frames or shadow trees
		HTML           string
		FailureSummary string
	}
}

func (v Violation) String() string {
	text := fmt.Sprintf("%s (%s): %s\n\t%s", v.ID, v.Impact, v.Help, v.HelpURL)
	for _, n := range v.Nodes {
		text += fmt.Sprintf("\n\t%s\n\t\t%s\n\t\t%s", n.Target, n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t\t"))
	}
	return text
}

// Axe runs axe-core's rules for WCAG 2.2, levels A and AA, and returns what the page breaks.
func (p *Page) Axe(t testing.TB) []Violation {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(testkit.NodeModules(t), "axe-core", "axe.min.js"))
	if err != nil {
		testkit.Missing(t, "axe-core is not installed: %v", err)
	}
	Eval[chromedp.Void](t, p, string(source))
	return Eval[[]Violation](t, p, `axe.run(document, {
		runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
		resultTypes: ["violations"],
	}).then(result => result.violations)`)
}

// CheckAxe fails the test for every rule of WCAG 2.2 AA that the page breaks.
func (p *Page) CheckAxe(t testing.TB) {
	t.Helper()
	for _, v := range p.Axe(t) {
		t.Errorf("%s: %s", p.url, v)
	}
}
