package cache

import (
	"math"
	"reflect"
)

// valueReader makes a value of bytes.
type valueReader struct{ reader }

func (r *valueReader) integer() int64 {
	n := r.number()
	return int64(n>>1) ^ -int64(n&1)
}

func (r *valueReader) flag() bool {
	b := r.take(1)
	if b != "" && b[0] > 1 {
		r.fail()
	}
	return b == "\x01"
}

func (r *valueReader) value(v reflect.Value) {
	if r.failed {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.flag())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.integer())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.number())
	case reflect.Float32, reflect.Float64:
		v.SetFloat(math.Float64frombits(r.number()))
	case reflect.String:
		v.SetString(r.string())
	case reflect.Slice:
		if r.flag() {
			n := r.length()
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			r.elements(v)
		}
	case reflect.Array:
		r.elements(v)
	case reflect.Map:
		if r.flag() {
			r.mapping(v)
		}
	case reflect.Pointer:
		if r.flag() {
			v.Set(reflect.New(v.Type().Elem()))
			r.value(v.Elem())
		}
	case reflect.Struct:
		r.fields(v)
	default:
		r.fail()
	}
}

func (r *valueReader) elements(v reflect.Value) {
	for i := range v.Len() {
		r.value(v.Index(i))
	}
}

func (r *valueReader) mapping(v reflect.Value) {
	n := r.length()
	v.Set(reflect.MakeMapWithSize(v.Type(), n))
	for range n {
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		r.value(key)
		r.value(value)
		if r.failed {
			return
		}
		v.SetMapIndex(key, value)
	}
}

func (r *valueReader) fields(v reflect.Value) {
	if v.Type() == timeType {
		v.Set(reflect.ValueOf(r.time()))
		return
	}
	for _, i := range structureOf(v.Type()).open {
		r.value(v.Field(i))
	}
}
