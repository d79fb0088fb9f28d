package compiled

import (
	"html/template"
	"reflect"
	"slices"
	"strings"
	"text/template/parse"
)

// compiler makes routines of the templates of a set.
type compiler struct {
	set       *template.Template
	functions template.FuncMap
	methods   Methods
	routines  map[string]*routine
}

// routine returns the routine of a template, which it compiles when it is first asked for; nil when there is no such template.
func (c *compiler) routine(name string) *routine {
	if r, ok := c.routines[name]; ok {
		return r
	}
	t := c.set.Lookup(name)
	if t == nil || t.Tree == nil {
		return nil
	}
	r := new(routine)
	c.routines[name] = r // before its body, where it may call itself
	s := &scope{compiler: c, names: []string{"$"}, routine: r}
	r.vars = 1
	r.body = s.list(t.Tree.Root)
	return r
}

// scope is where in a template the compiler is: the variables that can be seen, each in the slot of its index.
type scope struct {
	*compiler
	names   []string
	routine *routine
}

// declare gives a variable the next slot.
func (s *scope) declare(name string) (slot int) {
	s.names = append(s.names, name)
	s.routine.vars = max(s.routine.vars, len(s.names))
	return len(s.names) - 1
}

// slot returns where a variable is; -1 when there is none.
func (s *scope) slot(name string) int {
	for i, n := range slices.Backward(s.names) {
		if n == name {
			return i
		}
	}
	return -1
}

// within compiles what has variables of its own.
func (s *scope) within(compile func()) {
	before := len(s.names)
	compile()
	s.names = s.names[:before]
}

func notHere(*run, reflect.Value) flow { giveUp(); return onward }

func (s *scope) list(l *parse.ListNode) block {
	if l == nil {
		return nil
	}
	var b block
	for _, n := range l.Nodes {
		if step := s.step(n); step != nil {
			b = append(b, step)
		}
	}
	return b
}

func (s *scope) step(n parse.Node) step {
	switch n := n.(type) {
	case *parse.TextNode:
		text := n.Text
		return func(r *run, _ reflect.Value) flow { r.out.Write(text); return onward }
	case *parse.CommentNode:
		return nil
	case *parse.ActionNode:
		return s.action(n.Pipe)
	case *parse.IfNode:
		return s.branch(&n.BranchNode, false)
	case *parse.WithNode:
		return s.branch(&n.BranchNode, true)
	case *parse.RangeNode:
		return s.loop(&n.BranchNode)
	case *parse.TemplateNode:
		return s.call(n)
	case *parse.BreakNode:
		return func(*run, reflect.Value) flow { return toEnd }
	case *parse.ContinueNode:
		return func(*run, reflect.Value) flow { return toAnother }
	}
	return notHere
}

// action compiles {{pipeline}}: a variable that is set, or a value that is printed.
func (s *scope) action(p *parse.PipeNode) step {
	if len(p.Decl) > 0 {
		value := s.pipe(p)
		return func(r *run, dot reflect.Value) flow { value(r, dot); return onward }
	}
	write := escaper(p.Cmds[1:])
	if write == nil {
		return notHere
	}
	value := s.command(p.Cmds[0])
	return func(r *run, dot reflect.Value) flow {
		write(r.out, open(value(r, dot)))
		return onward
	}
}

func (s *scope) branch(n *parse.BranchNode, with bool) (b step) {
	s.within(func() {
		value := s.pipe(n.Pipe)
		var then, otherwise block
		s.within(func() { then = s.list(n.List) })
		s.within(func() { otherwise = s.list(n.ElseList) })
		b = func(r *run, dot reflect.Value) flow {
			switch v := value(r, dot); {
			case !truth(v):
				return otherwise.do(r, dot)
			case with:
				return then.do(r, v)
			}
			return then.do(r, dot)
		}
	})
	return b
}

// loop compiles {{range}} over a slice or an array.
func (s *scope) loop(n *parse.BranchNode) (b step) {
	if n.Pipe.IsAssign {
		return notHere
	}
	s.within(func() {
		index, element := -1, -1
		over := s.commands(n.Pipe) // without its variables, which are those of the loop
		for i, v := range n.Pipe.Decl {
			slot := s.declare(v.Ident[0])
			if i < len(n.Pipe.Decl)-1 {
				index = slot
			} else {
				element = slot
			}
		}
		var body, otherwise block
		s.within(func() { body = s.list(n.List) })
		s.within(func() { otherwise = s.list(n.ElseList) })
		b = func(r *run, dot reflect.Value) flow {
			list := indirect(over(r, dot))
			if k := list.Kind(); k != reflect.Slice && k != reflect.Array {
				giveUp()
			}
			for i := range list.Len() {
				v := list.Index(i)
				if index >= 0 {
					r.vars[r.base+index] = reflect.ValueOf(i)
				}
				if element >= 0 {
					r.vars[r.base+element] = v
				}
				if body.do(r, v) == toEnd {
					break
				}
			}
			if list.Len() == 0 {
				return otherwise.do(r, dot)
			}
			return onward
		}
	})
	return b
}

func (s *scope) call(n *parse.TemplateNode) step {
	to := s.compiler.routine(n.Name)
	if to == nil {
		return notHere
	}
	data := expr(func(*run, reflect.Value) reflect.Value { return reflect.Value{} })
	if n.Pipe != nil {
		data = s.pipe(n.Pipe)
	}
	return func(r *run, dot reflect.Value) flow {
		r.call(to, data(r, dot))
		return onward
	}
}

// pipe compiles a pipeline with the variables that it sets.
func (s *scope) pipe(p *parse.PipeNode) expr {
	value := s.commands(p)
	for _, v := range p.Decl {
		of := value
		var slot int
		if p.IsAssign {
			if slot = s.slot(v.Ident[0]); slot < 0 {
				return unknown
			}
		} else {
			slot = s.declare(v.Ident[0])
		}
		value = func(r *run, dot reflect.Value) reflect.Value {
			v := of(r, dot)
			r.vars[r.base+slot] = v
			return v
		}
	}
	return value
}

// commands compiles the commands of a pipeline, of which there may be one.
func (s *scope) commands(p *parse.PipeNode) expr {
	if len(p.Cmds) != 1 {
		return unknown
	}
	value := s.command(p.Cmds[0])
	return func(r *run, dot reflect.Value) reflect.Value { return open(value(r, dot)) }
}

func unknown(*run, reflect.Value) reflect.Value { giveUp(); return reflect.Value{} }

// command compiles a value, a field or method with its arguments, or a function with its own.
func (s *scope) command(c *parse.CommandNode) expr {
	args := func() []argument {
		list := make([]argument, len(c.Args)-1)
		for i, n := range c.Args[1:] {
			list[i] = s.argument(n)
		}
		return list
	}
	switch n := c.Args[0].(type) {
	case *parse.FieldNode:
		return s.chain(dotted, n.Ident, args())
	case *parse.ChainNode:
		return s.chain(s.value(n.Node), n.Field, args())
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			return s.chain(s.variable(n.Ident[0]), n.Ident[1:], args())
		}
	case *parse.IdentifierNode:
		return s.function(n.Ident, args())
	}
	if len(c.Args) > 1 {
		return unknown
	}
	return s.value(c.Args[0])
}

// value compiles what has a value without arguments.
func (s *scope) value(n parse.Node) expr {
	switch n := n.(type) {
	case *parse.DotNode:
		return dotted
	case *parse.FieldNode:
		return s.chain(dotted, n.Ident, nil)
	case *parse.VariableNode:
		return s.chain(s.variable(n.Ident[0]), n.Ident[1:], nil)
	case *parse.ChainNode:
		return s.chain(s.value(n.Node), n.Field, nil)
	case *parse.PipeNode:
		return s.pipe(n)
	case *parse.IdentifierNode:
		return s.function(n.Ident, nil)
	case *parse.StringNode:
		return constant(n.Text)
	case *parse.BoolNode:
		return constant(n.True)
	case *parse.NumberNode:
		switch {
		case n.IsInt && isWhole(n.Text):
			return constant(int(n.Int64))
		case n.IsFloat && strings.ContainsRune(n.Text, '.'):
			return constant(n.Float64)
		}
	}
	return unknown
}

// isWhole reports whether a number is written in digits alone, so that it is an int wherever it stands.
func isWhole(number string) bool {
	return strings.Trim(strings.TrimPrefix(number, "-"), "0123456789") == ""
}

func dotted(_ *run, dot reflect.Value) reflect.Value { return dot }

func constant(x any) expr {
	v := reflect.ValueOf(x)
	return func(*run, reflect.Value) reflect.Value { return v }
}

func (s *scope) variable(name string) expr {
	slot := s.slot(name)
	if slot < 0 {
		return unknown
	}
	return func(r *run, _ reflect.Value) reflect.Value { return r.vars[r.base+slot] }
}
