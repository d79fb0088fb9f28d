package compiled

import (
	"cmp"
	"fmt"
	"reflect"
)

// function compiles a call of a function of the theme or of the language.
func (s *scope) function(name string, args []argument) expr {
	if f, ok := s.functions[name]; ok {
		v := reflect.ValueOf(f)
		return func(r *run, dot reflect.Value) reflect.Value { return invoke(r, dot, v, args) }
	}
	switch {
	case name == "and" && len(args) > 0:
		return decide(args, false)
	case name == "or" && len(args) > 0:
		return decide(args, true)
	case name == "not" && len(args) == 1:
		return boolean(func(r *run, dot reflect.Value) bool { return !truth(args[0].value(r, dot)) })
	case name == "eq" && len(args) > 1:
		return boolean(func(r *run, dot reflect.Value) bool { return equalsAny(r, dot, args) })
	case name == "ne" && len(args) == 2:
		return boolean(func(r *run, dot reflect.Value) bool { return !equalsAny(r, dot, args) })
	case len(args) == 2 && orders[name] != nil:
		is := orders[name]
		return boolean(func(r *run, dot reflect.Value) bool { return is(compare(args[0].value(r, dot), args[1].value(r, dot))) })
	case name == "len" && len(args) == 1:
		return func(r *run, dot reflect.Value) reflect.Value {
			return reflect.ValueOf(open(args[0].value(r, dot)).Len())
		}
	case name == "index" && len(args) == 2:
		return func(r *run, dot reflect.Value) reflect.Value {
			list := open(args[0].value(r, dot))
			if list.Kind() != reflect.Slice {
				giveUp()
			}
			return list.Index(whole(r, dot, args[1]))
		}
	case name == "slice" && len(args) == 3:
		return func(r *run, dot reflect.Value) reflect.Value {
			list := open(args[0].value(r, dot))
			if k := list.Kind(); k != reflect.String && k != reflect.Slice {
				giveUp()
			}
			return list.Slice(whole(r, dot, args[1]), whole(r, dot, args[2]))
		}
	case name == "printf" && len(args) > 0:
		return func(r *run, dot reflect.Value) reflect.Value {
			list := make([]any, len(args))
			for i, a := range args {
				list[i] = a.value(r, dot).Interface()
			}
			return reflect.ValueOf(fmt.Sprintf(list[0].(string), list[1:]...))
		}
	}
	return unknown
}

// decide returns the first argument whose truth decides; else the last.
func decide(args []argument, by bool) expr {
	return func(r *run, dot reflect.Value) (v reflect.Value) {
		for _, a := range args {
			if v = a.value(r, dot); truth(v) == by {
				break
			}
		}
		return v
	}
}

var yes, no = reflect.ValueOf(true), reflect.ValueOf(false)

func boolean(is func(r *run, dot reflect.Value) bool) expr {
	return func(r *run, dot reflect.Value) reflect.Value {
		if is(r, dot) {
			return yes
		}
		return no
	}
}

// equalsAny reports whether the first argument equals one of the others.
func equalsAny(r *run, dot reflect.Value, args []argument) bool {
	first := open(args[0].value(r, dot))
	for _, a := range args[1:] {
		v := open(a.value(r, dot))
		if first.Kind() == reflect.Bool && v.Kind() == reflect.Bool {
			if first.Bool() == v.Bool() {
				return true
			}
		} else if compare(first, v) == 0 {
			return true
		}
	}
	return false
}

var orders = map[string]func(int) bool{
	"lt": func(c int) bool { return c < 0 },
	"le": func(c int) bool { return c <= 0 },
	"gt": func(c int) bool { return c > 0 },
	"ge": func(c int) bool { return c >= 0 },
}

// compare compares two strings or two numbers of a kind.
func compare(a, b reflect.Value) int {
	a, b = open(a), open(b)
	switch {
	case a.Kind() == reflect.String && b.Kind() == reflect.String:
		return cmp.Compare(a.String(), b.String())
	case a.CanInt() && b.CanInt():
		return cmp.Compare(a.Int(), b.Int())
	case a.CanFloat() && b.CanFloat() && a.Float() == a.Float() && b.Float() == b.Float(): // neither is NaN, which equals nothing
		return cmp.Compare(a.Float(), b.Float())
	}
	giveUp()
	return 0
}

// whole returns an argument that is an index.
func whole(r *run, dot reflect.Value, a argument) int {
	v := open(a.value(r, dot))
	if !v.CanInt() {
		giveUp()
	}
	return int(v.Int())
}
