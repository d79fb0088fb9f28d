package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"debrief/generator/problem"
)

// maxDepth is how deep JSON values may be nested.
const maxDepth = 200

// stream reads the incidents of a JSON file one after the other and holds one of them at a time, so that the size of the file does not
// matter. All the ways are read in which people come by such files: an object with a list in it, a bare list, several of either one after
// the other as paging scripts leave them, a list of pages, and one incident alone.
type stream struct {
	file     string
	input    io.Reader
	decoder  *json.Decoder
	ledger   ledger
	problems *problem.List
	// lists are the keys under which the incidents may stand.
	lists []string
	// each takes one incident. An error ends the reading.
	each func(*value) error
	// about takes what stands beside the list: the description of the status page.
	about func(key string, v *value)
}

// asUTF8 reads what a file holds as UTF-8 without a byte order mark. Some shells write UTF-16.
func asUTF8(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(unicode.UTF8.NewDecoder()))
}

// run reads to the end, or to where the file cannot be read further, which is a problem. The error is that of each or of the disk.
func (s *stream) run(r io.Reader) error {
	s.ledger = ledger{line: 1, column: 1}
	s.input = io.TeeReader(asUTF8(r), &s.ledger)
	s.decoder = json.NewDecoder(s.input)
	s.decoder.UseNumber()
	for any := false; ; any = true {
		if err := s.top(any); err == io.EOF {
			return nil
		} else if err != nil {
			return s.explain(err)
		}
	}
}

// broken marks an error that says where a file stops being JSON.
type broken struct {
	at  problem.Position
	err error
}

func (b *broken) Error() string { return b.err.Error() }

// explain turns the end of what can be read into a problem. Other errors stay errors.
func (s *stream) explain(err error) error {
	var b *broken
	if !errors.As(err, &b) {
		return err
	}
	if errors.Is(b.err, io.ErrUnexpectedEOF) || errors.Is(b.err, io.EOF) {
		s.problems.Errorf(b.at, "truncated", "fetch it again; what is there already stays as it is",
			"the file ends in the middle of what begins here; everything before it is imported")
		return nil
	}
	s.problems.Errorf(b.at, "not-json", "mend the file, or fetch it again", "this is not JSON: %s; everything before it is imported", b.err)
	return nil
}

// fail says where reading failed: for a mistake in the text where the mistake is, else where the value began that could not be read.
func (s *stream) fail(start int64, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		rest := s.ledger.after(start)
		var second *json.SyntaxError
		if again := json.Unmarshal(rest, new(json.RawMessage)); errors.As(again, &second) && second.Offset > 0 && second.Offset <= int64(len(rest)) {
			if s.endsAt(rest[second.Offset-1:]) {
				return &broken{s.position(start), io.ErrUnexpectedEOF}
			}
			return &broken{s.position(start + second.Offset - 1), err}
		}
		return &broken{s.position(max(start, s.decoder.InputOffset())), err}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return &broken{s.position(start), io.ErrUnexpectedEOF}
	}
	return fmt.Errorf("reading %s: %w", s.file, err)
}

// endsAt reports whether there is nothing but white space in what is left, nor behind it in the file: then the mistake is that the file ends.
func (s *stream) endsAt(rest []byte) bool {
	if len(bytes.TrimSpace(rest)) > 0 {
		return false
	}
	next, err := s.input.Read(make([]byte, 1))
	return next == 0 && err == io.EOF
}

func (s *stream) position(offset int64) problem.Position {
	line, column := s.ledger.place(offset)
	return problem.Position{File: s.file, Line: line, Column: column}
}

// token reads one token. Its error says where.
func (s *stream) token() (json.Token, error) {
	start := s.decoder.InputOffset()
	t, err := s.decoder.Token()
	if err != nil {
		return nil, s.fail(start, err)
	}
	return t, nil
}

// top reads one value at the top of the file. At the end of the file it returns io.EOF.
func (s *stream) top(any bool) error {
	start := s.decoder.InputOffset()
	t, err := s.decoder.Token()
	switch {
	case err == io.EOF && any:
		return io.EOF
	case err == io.EOF:
		s.problems.Errorf(problem.Position{File: s.file, Line: 1, Column: 1}, "empty-file", "fetch it again", "there is nothing in this file")
		return io.EOF
	case err != nil:
		return s.fail(start, err)
	}
	switch t {
	case json.Delim('['):
		return s.list()
	case json.Delim('{'):
		return s.object(s.decoder.InputOffset() - 1)
	}
	s.problems.Errorf(s.position(start), "not-incidents", "", "a list of incidents is expected here, found %v", t)
	return nil
}

// list reads the items of a list whose bracket has been read.
func (s *stream) list() error {
	for s.decoder.More() {
		v, err := s.value()
		if err != nil {
			return err
		}
		if err := s.item(v); err != nil {
			return err
		}
	}
	_, err := s.token()
	return err
}

// item takes an incident, or the incidents of a page of them.
func (s *stream) item(v *value) error {
	switch {
	case v.kind == listKind:
		for _, one := range v.items {
			if err := s.item(one); err != nil {
				return err
			}
		}
		return nil
	case v.kind == objectKind:
		for _, key := range s.lists {
			if list := v.get(key); list.kind == listKind {
				return s.item(list)
			}
		}
		return s.each(v)
	case v.kind == nullKind:
		return nil
	}
	s.problems.Errorf(v.position(), "not-incidents", "", "an incident is expected here, found %s", v.describe())
	return nil
}

// object reads an object whose brace has been read: one with a list of incidents in it, or one incident.
func (s *stream) object(start int64) error {
	whole := &value{kind: objectKind, at: start, in: &origin{file: s.file, base: start}}
	whole.in.line, whole.in.column = s.ledger.place(start)
	found := false
	for s.decoder.More() {
		t, err := s.token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		if !slices.Contains(s.lists, key) {
			v, err := s.value()
			if err != nil {
				return err
			}
			whole.members = append(whole.members, member{key, v})
			continue
		}
		found = true
		before := s.decoder.InputOffset()
		switch t, err = s.token(); {
		case err != nil:
			return err
		case t == json.Delim('['):
			if err := s.list(); err != nil {
				return err
			}
		case t == json.Delim('{'):
			s.problems.Errorf(s.position(s.ledger.text(before)), "not-incidents", "", "%q is a list of incidents; this is an object, and is passed over", key)
			if err := s.skip(1); err != nil {
				return err
			}
		}
	}
	if _, err := s.token(); err != nil {
		return err
	}
	if !found && len(whole.members) > 0 {
		return s.each(whole)
	}
	for _, m := range whole.members {
		if s.about != nil {
			s.about(m.key, m.value)
		}
	}
	return nil
}

// skip passes over the rest of open lists and objects.
func (s *stream) skip(open int) error {
	for open > 0 {
		t, err := s.token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('['), json.Delim('{'):
			open++
		case json.Delim(']'), json.Delim('}'):
			open--
		}
	}
	return nil
}

// value reads one whole value.
func (s *stream) value() (*value, error) {
	before := s.decoder.InputOffset()
	var raw json.RawMessage
	if err := s.decoder.Decode(&raw); err != nil {
		return nil, s.fail(s.ledger.text(before), err)
	}
	start := s.decoder.InputOffset() - int64(len(raw))
	in := &origin{file: s.file, raw: raw, base: start}
	in.line, in.column = s.ledger.place(start)
	s.ledger.forget(s.decoder.InputOffset())
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	return parseValue(d, in, 0)
}

// ledger counts the lines of what is read. It holds only what has been read ahead.
type ledger struct {
	held         []byte
	start        int64 // offset of held
	line, column int   // of start
}

func (l *ledger) Write(b []byte) (int, error) {
	l.held = append(l.held, b...)
	return len(b), nil
}

// after is what is held from an offset on.
func (l *ledger) after(offset int64) []byte {
	from := min(max(offset-l.start, 0), int64(len(l.held)))
	return l.held[from:]
}

// text is the offset of the first character at or after an offset that is no separator.
func (l *ledger) text(offset int64) int64 {
	rest := l.after(offset)
	return offset + int64(len(rest)-len(bytes.TrimLeft(rest, " \t\r\n,:")))
}

// place is the line and column of an offset that is still held.
func (l *ledger) place(offset int64) (line, column int) {
	return advance(l.held[:min(max(offset-l.start, 0), int64(len(l.held)))], l.line, l.column)
}

// forget lets go of everything before an offset.
func (l *ledger) forget(offset int64) {
	n := min(max(offset-l.start, 0), int64(len(l.held)))
	l.line, l.column = advance(l.held[:n], l.line, l.column)
	l.held = append(l.held[:0], l.held[n:]...)
	l.start += n
}

// advance is the place behind a text that begins at a place.
func advance(text []byte, line, column int) (int, int) {
	if n := bytes.Count(text, []byte("\n")); n > 0 {
		return line + n, 1 + utf8.RuneCount(text[bytes.LastIndexByte(text, '\n')+1:])
	}
	return line, column + utf8.RuneCount(text)
}
