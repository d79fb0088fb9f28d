package fields

import "slices"

// Shape is what a reader expects of a mapping: which keys, and what each may hold. It is drawn by the reader itself, while it reads an
// example, so that it cannot say anything else than the reader does; see Trace.
type Shape struct {
	// Kinds are what the value was asked for as, each once, in order.
	Kinds []Expected
	// Words are the allowed words of an Enum.
	Words []string
	// Least and Most are the bounds of a whole number.
	Least, Most int
	// Keys are the keys of a mapping, in the order they were asked for.
	Keys []Key
	// Items is the shape of the items of a list; Values that of the values of a mapping whose keys are names of the author's own.
	Items, Values *Shape
}

// Key is one key of a Shape.
type Key struct {
	Name  string
	Shape *Shape
}

// Expected is what a value was asked for as.
type Expected string

// What a value may be asked for as, by the method of Decoder that asks. AnyNode is a value that the reader looks at itself.
const (
	AsText    Expected = "text"
	AsBool    Expected = "bool"
	AsInt     Expected = "int"
	AsWord    Expected = "word"
	AsTexts   Expected = "texts"
	AsList    Expected = "list"
	AsMap     Expected = "map"
	AsEntries Expected = "entries"
	AnyNode   Expected = "node"
)

// Key returns the shape of a key, or nil.
func (s *Shape) Key(name string) *Shape {
	if s == nil {
		return nil
	}
	for _, k := range s.Keys {
		if k.Name == name {
			return k.Shape
		}
	}
	return nil
}

// Trace makes every Decoder on this tree note what it is asked for, and returns what will be noted. The tree should hold an example of every
// nested list and mapping: what is not there cannot be read, and nothing inside it is asked for.
func Trace(root *Node) *Shape {
	shape := &Shape{}
	trace(root, shape)
	return shape
}

func trace(n *Node, shape *Shape) {
	n.shape = shape
	for _, e := range n.Entries {
		trace(e.Value, &Shape{})
	}
	for _, item := range n.Items {
		if shape.Items == nil {
			shape.Items = &Shape{}
		}
		if item.Kind == Scalar && !slices.Contains(shape.Items.Kinds, AsText) {
			shape.Items.Kinds = append(shape.Items.Kinds, AsText)
		}
		trace(item, shape.Items)
	}
}

// expect notes that a key was asked for, and as what. The value's own shape is the one that is noted, wherever the value is looked at from.
func (d *Decoder) expect(key string, as Expected) *Shape {
	if !d.traced {
		d.unnoted = Shape{}
		return &d.unnoted
	}
	shape := &Shape{}
	if n := d.node.Get(key); n != nil && n.shape != nil {
		shape = n.shape
	}
	if own := d.node.shape; own != nil {
		if known := own.Key(key); known == nil {
			own.Keys = append(own.Keys, Key{key, shape})
		} else if known != shape {
			known.Merge(shape)
			shape = known
			if n := d.node.Get(key); n != nil {
				n.shape = shape
			}
		}
	}
	if !slices.Contains(shape.Kinds, as) {
		shape.Kinds = append(shape.Kinds, as)
	}
	return shape
}

// Merge takes over what another shape notes: of the next item of a list, or of another example.
func (s *Shape) Merge(other *Shape) {
	for _, k := range other.Kinds {
		if !slices.Contains(s.Kinds, k) {
			s.Kinds = append(s.Kinds, k)
		}
	}
	if other.Words != nil {
		s.Words = other.Words
	}
	if other.Most != 0 {
		s.Least, s.Most = other.Least, other.Most
	}
	for _, k := range other.Keys {
		if known := s.Key(k.Name); known == nil {
			s.Keys = append(s.Keys, k)
		} else if known != k.Shape {
			known.Merge(k.Shape)
		}
	}
	s.Items = merged(s.Items, other.Items)
	s.Values = merged(s.Values, other.Values)
}

func merged(a, b *Shape) *Shape {
	switch {
	case a == nil || a == b:
		return b
	case b != nil:
		a.Merge(b)
	}
	return a
}

// share gives all values of a mapping whose keys are the author's own one shape between them.
func (s *Shape) share(value *Node) {
	if s.Values == nil {
		s.Values = value.shape
		return
	}
	s.Values.Merge(value.shape)
	value.shape = s.Values
}
