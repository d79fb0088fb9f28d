package search

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"debrief/generator/edition"
	"debrief/generator/page"
)

// Export returns the files that the browser searches. They follow from the edition alone, and hold what an Index of it holds.
func Export(ctx context.Context, e *edition.Edition) ([]page.File, error) {
	l, err := newLanguage(e.Site.Language)
	if err != nil {
		return nil, err
	}
	c, err := newConcordance(ctx, l, e.Incidents)
	if err != nil {
		return nil, err
	}
	ex := &exporter{concordance: c, names: newNames(e), named: namer{}}
	return ex.files()
}

type exporter struct {
	*concordance
	names names
	named namer

	out []page.File
}

// files cuts everything into files.
func (ex *exporter) files() ([]page.File, error) {
	shards := ex.cutShards()
	var names []name
	var begins []string
	for _, f := range ex.cutWords(shards) {
		begin := ""
		if f.from > 0 {
			begin = separator(ex.lexicon.words[f.from-1], ex.lexicon.words[f.from])
		}
		begins = append(begins, begin)
		names = append(names, ex.add("w", encodeWords(ex.lexicon, f)))
	}
	blocks, err := ex.cutDocuments()
	if err != nil {
		return nil, err
	}
	names = append(names, blocks...)
	for _, column := range (table{ex.records, ex.names}).columns() {
		names = append(names, ex.add("c", column))
	}
	c := core{
		Documents: len(ex.records), Total: ex.total, PerFile: docsPerFile, PerBlock: docsPerBlock, Words: strings.Join(begins, "\n"),
		Severities: [][]any{}, Services: pairs(ex.names.Services), Factors: pairs(ex.names.Factors),
		DetectedBy: single(ex.names.DetectedBy), Has: single(hasValues), Status: single(statusValues), Years: ex.years(),
	}
	for _, s := range ex.names.Severities {
		c.Severities = append(c.Severities, []any{s.ID, s.Name, s.Rank})
	}
	lengths := ex.lengths
	ex.out = append(ex.out, page.File{Path: coreFile, Produce: func() ([]byte, error) { return encodeCore(c, lengths, names) }})
	slices.SortFunc(ex.out, func(a, b page.File) int { return cmp.Compare(a.Path, b.Path) })
	return slices.CompactFunc(ex.out, func(a, b page.File) bool { return a.Path == b.Path }), nil
}

func pairs(topics []Topic) [][]any {
	out := [][]any{}
	for _, t := range topics {
		out = append(out, []any{t.ID, t.Name})
	}
	return out
}

// single are values that are their own names.
func single(values []string) [][]any {
	out := [][]any{}
	for _, v := range values {
		out = append(out, []any{v})
	}
	return out
}

// years are the years in which there were incidents, each with its first document.
func (ex *exporter) years() [][2]int {
	out := [][2]int{}
	for i, r := range ex.records {
		digits, _, _ := strings.Cut(r.Date, "-")
		year, err := strconv.Atoi(digits)
		if err == nil && (len(out) == 0 || out[len(out)-1][0] != year) {
			out = append(out, [2]int{year, i})
		}
	}
	return out
}

// add names a content and adds its file.
func (ex *exporter) add(folder string, content []byte) name {
	id := ex.named.name(folder, content)
	sum := ex.named[id].sum
	ex.out = append(ex.out, page.File{
		Path:    path.Join(dataFolder, folder, id.String()+".bin"),
		Produce: func() ([]byte, error) { return deflate(content) },
		MadeOf:  func() ([sha256.Size]byte, error) { return sum, nil },
	})
	return id
}

// cutShards cuts the classes into shards. Where a border falls depends on the words near it, not on all before, so that an edit moves few
// borders and most shards keep their names.
func (ex *exporter) cutShards() []shard {
	var out []shard
	first, size := 0, 0
	flush := func(to int) {
		if to > first {
			out = append(out, shard{ex.add("t", encodeShard(ex.postings[first:to])), int32(first)})
		}
		first, size = to, 0
	}
	for c := range ex.postings {
		n := ex.postings[c].size()
		if size > 0 && (size+n > shardBytes*8/5 || size >= shardBytes/2 && lot(ex.firstWord(c))%(shardBytes/2) < uint32(n)) {
			flush(c)
		}
		size += n
	}
	flush(len(ex.postings))
	return out
}

func (ex *exporter) firstWord(class int) string {
	return ex.lexicon.words[ex.lexicon.members[class][0]]
}

// lot is a number that follows from a word alone.
func lot(form string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(form))
	return h.Sum32() * 0x9E3779B1 >> 8
}

// cutWords cuts the lexicon into word files, with borders that depend on the words near them.
func (ex *exporter) cutWords(shards []shard) []wordFile {
	x := ex.lexicon
	var out []wordFile
	next := int32(0)
	f := wordFile{}
	flush := func(to int) {
		if to > f.from || to == 0 {
			f.to = to
			f.shards = shardsOf(x, f, shards)
			out = append(out, f)
		}
		f = wordFile{from: to, next: next}
	}
	for i, form := range x.words {
		n := i - f.from
		if n >= wordsPerFile*8/5 || n >= wordsPerFile/2 && lot(form)%(wordsPerFile/2) == 0 {
			flush(i)
		}
		if x.class[i] == next {
			next++
		}
	}
	flush(len(x.words))
	return out
}

// shardsOf are the shards that the words of a file are in.
func shardsOf(x *lexicon, f wordFile, shards []shard) []shard {
	var places []int
	for _, c := range x.class[f.from:f.to] {
		if c == stopClass {
			continue
		}
		i, found := slices.BinarySearchFunc(shards, c, func(s shard, c int32) int { return cmp.Compare(s.first, c) })
		if !found {
			i--
		}
		places = append(places, i)
	}
	slices.Sort(places)
	var out []shard
	for _, i := range slices.Compact(places) {
		out = append(out, shards[i])
	}
	return out
}

// cutDocuments makes the files with what is shown, and returns the names of their blocks.
func (ex *exporter) cutDocuments() ([]name, error) {
	var blocks []name
	t := table{ex.records, ex.names}
	services := map[string]int{}
	for i, s := range ex.names.Services {
		services[s.ID] = i
	}
	for from := 0; from < len(ex.records); from += docsPerBlock {
		to := min(from+docsPerBlock, len(ex.records))
		var contents [][]byte
		var whole []byte
		for i := from; i < to; i += docsPerFile {
			var shown [][]any
			for n := i; n < min(i+docsPerFile, to); n++ {
				shown = append(shown, shownDocument(&ex.records[n], t, services))
			}
			content, err := json.Marshal(shown)
			if err != nil {
				return nil, err
			}
			contents, whole = append(contents, content), append(whole, content...)
		}
		block := ex.named.name("d", whole)
		blocks = append(blocks, block)
		for i, content := range contents {
			ex.out = append(ex.out, page.File{
				Path:    fmt.Sprintf("%sd/%s/%d.json", dataFolder, block, i),
				Produce: func() ([]byte, error) { return content, nil },
			})
		}
	}
	return blocks, nil
}

// shownDocument is: slug, id (0 when it is the slug in capitals), title, day, place of the severity or -1, places of the services, minutes,
// summary, 1 for a near miss.
func shownDocument(r *Record, t table, services map[string]int) []any {
	var id any = r.ID
	if strings.ToUpper(r.Slug) == r.ID {
		id = 0
	}
	places := []int{}
	for _, s := range r.Services {
		places = append(places, services[s.ID])
	}
	nearMiss := 0
	if slices.Contains(r.Has, "near-miss") {
		nearMiss = 1
	}
	severity := -1
	if r.Severity != nil {
		severity = t.severityOf(r)[0]
	}
	return []any{r.Slug, id, r.Title, r.Date, severity, places, r.Minutes, shorten(r.Summary, shownSummary), nearMiss}
}

// shorten cuts a text at a space.
func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	end := 0
	for i := range s {
		if most == 0 {
			end = i
			break
		}
		most--
	}
	if space := strings.LastIndexByte(s[:end], ' '); space > end/2 {
		end = space
	}
	return s[:end] + "…"
}
