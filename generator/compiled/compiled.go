// Package compiled executes templates of html/template several times faster than the library does. The library walks the syntax of a
// template for every page, looks up every method and field by its name, and calls every function through reflection; here each of those
// is decided once, when a template is compiled to closures.
//
// What is safe to print is still decided by the library alone: it parses the templates and rewrites them so that every printed value
// passes the escapers of its context, and that rewritten syntax is what is compiled. A printed value that does not end in an escaper
// that is known here is never printed.
//
// Not everything that a template may do is done here, only what is common. Whatever else comes up, an error included, ends the execution,
// and the library executes the template from the start: it has the last word on what a template means and on how a mistake is reported.
package compiled

import (
	"bytes"
	"html/template"
	"reflect"
	"sync"
)

// Program is a template, with all those that it calls, ready to be executed by any number of goroutines.
type Program struct {
	entry *routine
	runs  sync.Pool // of *run
}

// Methods are methods that templates call so often that they are worth a call without reflection, by the type that has them and their name.
// Each receives what it is a method of and its only argument.
type Methods map[Method]func(receiver any, argument reflect.Value) reflect.Value

// Method names a method of a type.
type Method struct {
	Type reflect.Type
	Name string
}

// Compile compiles a template and all that it calls. The template must have been executed by html/template before, whose escaping happens
// then, and must not change any more. The functions are those that it was parsed with.
func Compile(t *template.Template, functions template.FuncMap, methods Methods) *Program {
	c := &compiler{set: t, functions: functions, methods: methods, routines: map[string]*routine{}}
	p := &Program{entry: c.routine(t.Name())}
	p.runs.New = func() any { return new(run) }
	return p
}

// Execute writes what the template makes of data and reports whether it could. If not, the buffer is as it was, and html/template has to
// execute the template.
func (p *Program) Execute(b *bytes.Buffer, data any) (ok bool) {
	r := p.runs.Get().(*run)
	r.out = b
	before := b.Len()
	defer func() {
		// What panics here, be it a function that a template calls, does so again under the library, which tells where in the template.
		if ok = recover() == nil; !ok {
			b.Truncate(before)
		}
		clear(r.vars[:cap(r.vars)])
		*r = run{vars: r.vars[:0]}
		p.runs.Put(r)
	}()
	r.call(p.entry, reflect.ValueOf(data))
	return true
}

// giveUp ends an execution that the library has to do.
func giveUp() { panic("not done here") }

// run is one execution.
type run struct {
	out   *bytes.Buffer
	vars  []reflect.Value // of all routines that are running; those of the innermost begin at base
	base  int
	depth int
}

// deepest is how many templates may call one another before the library is asked, which says that it is too many.
const deepest = 1000

// routine is one template.
type routine struct {
	vars int // how many variables it has at most, $ included
	body block
}

// call executes a routine.
func (r *run) call(to *routine, dot reflect.Value) {
	if r.depth == deepest {
		giveUp()
	}
	r.depth++
	caller := r.base
	r.base = len(r.vars)
	for range to.vars {
		r.vars = append(r.vars, reflect.Value{})
	}
	r.vars[r.base] = dot
	to.body.do(r, dot)
	r.vars = r.vars[:r.base]
	r.base = caller
	r.depth--
}

// A step is one piece of a template: text, an action, a loop.
type step func(r *run, dot reflect.Value) flow

// flow says how it goes on after a step.
type flow int

const (
	onward    flow = iota
	toEnd          // {{break}}
	toAnother      // {{continue}}
)

// block is steps one after another.
type block []step

func (b block) do(r *run, dot reflect.Value) flow {
	for _, s := range b {
		if f := s(r, dot); f != onward {
			return f
		}
	}
	return onward
}

// An expr is what has a value.
type expr func(r *run, dot reflect.Value) reflect.Value
