package edition

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"
	"strings"
	"sync"

	"debrief/generator/config"
	"debrief/generator/postmortem"
	"debrief/generator/problem"
)

// Memory keeps what reports say from one projection of an archive to the next, for a preview that projects the same archive after every
// change of a file. Most of what Project does is carrying text over and finding out where its links lead; for a report whose file did not
// change, in an archive with the same settings in which links lead where they led, that is the same again. Everything that joins incidents
// is worked out anew each time.
//
// A Memory is for one archive and one audience. It may be used from several goroutines; the zero value is ready.
type Memory struct {
	mu      sync.Mutex
	config  *config.Config
	places  [sha256.Size]byte
	written []*written // by file
	lexicon lexicon
}

// wording are the words of a report's title and summary, as numbers of a lexicon, sorted and each once; once they are known.
type wording struct {
	known   bool
	numbers []int32
}

// lexicon numbers words.
type lexicon struct {
	number map[string]int32
	text   []string
}

// read finds out the words of a text.
func (l *lexicon) read(w *wording, text string) {
	if l.number == nil {
		l.number = map[string]int32{}
	}
	eachWord(text, func(word string) {
		n, ok := l.number[word]
		if !ok {
			word = strings.Clone(word)
			n = int32(len(l.text))
			l.number[word], l.text = n, append(l.text, word)
		}
		w.numbers = append(w.numbers, n)
	})
	slices.Sort(w.numbers)
	w.numbers = slices.Clip(slices.Compact(w.numbers))
	w.known = true
}

// written is what one report says to an audience: all of an incident that follows from its own file and from where links lead. It does not
// change, but for the words, which are noted when they are first asked for. Its actions and commitments are those of every edition, and so tell
// of the incident as it is said here.
type written struct {
	src         *postmortem.Postmortem
	slug        string
	said        *Incident
	attachments []Attachment
	problems    problem.List
	words       wording
}

// recall makes ready what is remembered, if links still lead where they led.
func (m *Memory) recall(p *projector) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p.memory = m
	p.here = p.places()
	if m.config == p.archive.Config && m.places == p.here {
		p.known = m.written
	}
}

// keep remembers what this projection wrote or recalled, and nothing older.
func (m *Memory) keep(p *projector) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.config, m.places, m.written = p.archive.Config, p.here, p.kept
}

// places identifies everything beside the settings that decides where a link leads, and what else of the archive is looked at when a report
// is carried over.
func (p *projector) places() [sha256.Size]byte {
	d := digest{Hash: sha256.New()}
	d.flag(p.external)
	d.count(len(p.archive.Incidents))
	for _, inc := range p.archive.Incidents {
		d.name(inc.File)
		d.name(inc.Slug)
		d.flag(p.admits(inc))
	}
	d.count(len(p.archive.Pages))
	for _, page := range p.archive.Pages {
		d.name(page.File)
		d.name(page.Slug)
		d.flag(page.Public)
	}
	d.names(p.archive.Files())
	d.count(len(p.edition.Services))
	for _, s := range p.edition.Services {
		d.name(s.Slug)
	}
	d.count(len(p.edition.Factors))
	for _, f := range p.edition.Factors {
		d.name(f.Slug)
	}
	d.names(slices.Sorted(maps.Keys(p.glossary)))
	return [sha256.Size]byte(d.Sum(nil))
}

// digest writes values so that no two sequences of them look the same.
type digest struct {
	hash.Hash
	room []byte
}

func (d *digest) name(s string) {
	d.room = binary.AppendUvarint(d.room[:0], uint64(len(s)))
	d.room = append(d.room, s...)
	d.Write(d.room)
}

func (d *digest) count(n int) {
	d.room = binary.AppendUvarint(d.room[:0], uint64(n))
	d.Write(d.room)
}

func (d *digest) names(all []string) {
	d.count(len(all))
	for _, s := range all {
		d.name(s)
	}
}

func (d *digest) flag(b bool) {
	if b {
		d.count(1)
	} else {
		d.count(0)
	}
}
