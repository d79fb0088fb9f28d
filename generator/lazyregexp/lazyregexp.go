// Package lazyregexp compiles regular expressions when they are first used. A program that reads postmortems has many of them, and most commands
// use few: compiling all at start would cost every command some milliseconds. It stands beside the walk, as the standard library's package of the
// same name does inside the go command.
package lazyregexp

import (
	"regexp"
	"sync"
	"testing"
)

// Regexp is a regular expression that is compiled when it is first used. Its methods are those of regexp.Regexp.
type Regexp struct {
	expression string
	once       sync.Once
	compiled   *regexp.Regexp
}

// New returns a regular expression. One that is wrong panics when it is first used, and in tests at once.
func New(expression string) *Regexp {
	r := &Regexp{expression: expression}
	if testing.Testing() {
		r.re()
	}
	return r
}

func (r *Regexp) re() *regexp.Regexp {
	r.once.Do(func() { r.compiled = regexp.MustCompile(r.expression) })
	return r.compiled
}

// String is the expression.
func (r *Regexp) String() string { return r.expression }

// Match is Regexp.Match of package regexp.
func (r *Regexp) Match(b []byte) bool { return r.re().Match(b) }

// MatchString is Regexp.MatchString of package regexp.
func (r *Regexp) MatchString(s string) bool { return r.re().MatchString(s) }

// FindIndex is Regexp.FindIndex of package regexp.
func (r *Regexp) FindIndex(b []byte) []int { return r.re().FindIndex(b) }

// FindAllSubmatchIndex is Regexp.FindAllSubmatchIndex of package regexp.
func (r *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return r.re().FindAllSubmatchIndex(b, n)
}

// FindString is Regexp.FindString of package regexp.
func (r *Regexp) FindString(s string) string { return r.re().FindString(s) }

// FindStringIndex is Regexp.FindStringIndex of package regexp.
func (r *Regexp) FindStringIndex(s string) []int { return r.re().FindStringIndex(s) }

// FindStringSubmatch is Regexp.FindStringSubmatch of package regexp.
func (r *Regexp) FindStringSubmatch(s string) []string { return r.re().FindStringSubmatch(s) }

// FindStringSubmatchIndex is Regexp.FindStringSubmatchIndex of package regexp.
func (r *Regexp) FindStringSubmatchIndex(s string) []int { return r.re().FindStringSubmatchIndex(s) }

// FindAllString is Regexp.FindAllString of package regexp.
func (r *Regexp) FindAllString(s string, n int) []string { return r.re().FindAllString(s, n) }

// FindAllStringIndex is Regexp.FindAllStringIndex of package regexp.
func (r *Regexp) FindAllStringIndex(s string, n int) [][]int { return r.re().FindAllStringIndex(s, n) }

// FindAllStringSubmatch is Regexp.FindAllStringSubmatch of package regexp.
func (r *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return r.re().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex is Regexp.FindAllStringSubmatchIndex of package regexp.
func (r *Regexp) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return r.re().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAllString is Regexp.ReplaceAllString of package regexp.
func (r *Regexp) ReplaceAllString(src, repl string) string { return r.re().ReplaceAllString(src, repl) }

// ReplaceAllStringFunc is Regexp.ReplaceAllStringFunc of package regexp.
func (r *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	return r.re().ReplaceAllStringFunc(src, repl)
}

// ReplaceAll is Regexp.ReplaceAll of package regexp.
func (r *Regexp) ReplaceAll(src, repl []byte) []byte { return r.re().ReplaceAll(src, repl) }

// Split is Regexp.Split of package regexp.
func (r *Regexp) Split(s string, n int) []string { return r.re().Split(s, n) }

// FindSubmatch is Regexp.FindSubmatch of package regexp.
func (r *Regexp) FindSubmatch(b []byte) [][]byte { return r.re().FindSubmatch(b) }

// FindSubmatchIndex is Regexp.FindSubmatchIndex of package regexp.
func (r *Regexp) FindSubmatchIndex(b []byte) []int { return r.re().FindSubmatchIndex(b) }

// FindAllSubmatch is Regexp.FindAllSubmatch of package regexp.
func (r *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte { return r.re().FindAllSubmatch(b, n) }
