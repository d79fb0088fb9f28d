package compiled

import (
	"reflect"
	"sync/atomic"
	"text/template/parse"
)

// open returns what is in an interface without methods; other values as they are.
func open(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface && v.NumMethod() == 0 {
		return v.Elem()
	}
	return v
}

// indirect returns what pointers and interfaces lead to.
func indirect(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			giveUp()
		}
		v = v.Elem()
	}
	return v
}

// truth reports whether a value is what {{if}} takes for true.
func truth(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		return false
	case reflect.Bool:
		return v.Bool()
	case reflect.String, reflect.Slice, reflect.Array, reflect.Map:
		return v.Len() > 0
	case reflect.Struct:
		return true
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int() != 0
	case reflect.Float32, reflect.Float64:
		return v.Float() != 0
	}
	giveUp()
	return false
}

// chain compiles .A.B.C after a value; the last of them may be a method with arguments.
func (s *scope) chain(value expr, names []string, args []argument) expr {
	for i, name := range names {
		of, m := value, &member{name: name, methods: s.methods}
		if i == len(names)-1 {
			m.args = args
		}
		value = func(r *run, dot reflect.Value) reflect.Value { return m.of(r, dot, of(r, dot)) }
	}
	return value
}

// member is a field or a method at one place of a template. It remembers where it was in the type it last met, which is nearly always that
// of the next.
type member struct {
	name    string
	args    []argument
	methods Methods
	last    atomic.Pointer[place]
}

// place is where a type has a member.
type place struct {
	typ       reflect.Type
	reachable bool  // that is, addressable, which decides what methods there are
	field     []int // nil for a method
	method    int
	direct    func(receiver any, argument reflect.Value) reflect.Value // nil for most methods
	parameter reflect.Type                                             // of direct
}

func (m *member) of(r *run, dot, v reflect.Value) reflect.Value {
	v = indirect(v)
	at := m.last.Load()
	if at == nil || at.typ != v.Type() || at.reachable != v.CanAddr() {
		at = m.find(v)
		m.last.Store(at)
	}
	switch {
	case at.field == nil:
		if at.reachable {
			v = v.Addr()
		}
		if at.direct != nil {
			return at.direct(v.Interface(), m.args[0].as(r, dot, at.parameter))
		}
		return invoke(r, dot, v.Method(at.method), m.args)
	case len(at.field) == 1:
		return v.Field(at.field[0])
	}
	return v.FieldByIndex(at.field)
}

func (m *member) find(v reflect.Value) *place {
	at := &place{typ: v.Type(), reachable: v.CanAddr()}
	methods := at.typ
	if at.reachable {
		methods = reflect.PointerTo(at.typ)
	}
	if method, ok := methods.MethodByName(m.name); ok {
		at.method = method.Index
		if len(m.args) == 1 && method.Type.NumIn() == 2 {
			at.direct, at.parameter = m.methods[Method{methods, m.name}], method.Type.In(1)
		}
		return at
	}
	if at.typ.Kind() == reflect.Struct && len(m.args) == 0 {
		if f, ok := at.typ.FieldByName(m.name); ok && f.IsExported() {
			at.field = f.Index
			return at
		}
	}
	giveUp()
	return nil
}

// argument is what is given to a function.
type argument struct {
	value   expr
	literal bool // a number, which takes the type of what it is given to
}

func (s *scope) argument(n parse.Node) argument {
	_, literal := n.(*parse.NumberNode)
	return argument{s.value(n), literal}
}

// invoke calls a function that returns one value, or one and an error.
func invoke(r *run, dot, f reflect.Value, args []argument) reflect.Value {
	t := f.Type()
	if t.IsVariadic() || t.NumIn() != len(args) {
		giveUp()
	}
	var few [4]reflect.Value
	in := few[:0]
	for i, a := range args {
		in = append(in, a.as(r, dot, t.In(i)))
	}
	out := f.Call(in)
	if len(out) == 2 && !out[1].IsNil() {
		giveUp()
	}
	return out[0]
}

// as returns the argument as a parameter of some type takes it.
func (a argument) as(r *run, dot reflect.Value, t reflect.Type) reflect.Value {
	v := a.value(r, dot)
	switch {
	case !v.IsValid():
	case v.Type().AssignableTo(t):
		return v
	case v.Kind() == reflect.Interface && !v.IsNil() && v.Elem().Type().AssignableTo(t):
		return v.Elem()
	case a.literal && v.CanInt() && t.Kind() == reflect.Float64:
		return reflect.ValueOf(float64(v.Int()))
	case a.literal && v.CanInt() && t.Kind() == reflect.Int:
		return v
	}
	giveUp()
	return v
}
