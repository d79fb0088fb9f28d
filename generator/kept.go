package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"debrief/generator/cache"
	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/generator/page"
	"debrief/generator/postmortem"
	"debrief/generator/problem"

	"golang.org/x/sync/errgroup"
)

// What a build keeps for the next one, in the user's cache folder or the one that is named. There are three things, each with its own proof that
// it may be used again:
//
//   - What reading a file gave: parsed, highlighted. It follows from the file's name and content, from what archive.yaml tells the reader, and
//     from the program, and is looked up by the sum of these.
//   - What a file of a site was made of and what came of it, as two sums. A page follows from its data, from the theme and from the program; a feed
//     from its entries. When all these are the same, and the file of the last site still has the sum it was written with, it is the file. It
//     passes the audit again as if it were new.
//   - What the last build came to as a whole. When nothing that went into it is other than it was, and every file of its sites is what it
//     wrote, there is nothing to do.
//
// All else is worked out anew.

// kept is what builds of one archive keep. Nil keeps nothing. It serves one reading.
type kept struct {
	folder  string
	program cache.Key

	reading [sha256.Size]byte
	shards  [shardCount]shard
}

// shardCount is in how many files the parsed postmortems lie. One postmortem that changed costs writing one of them.
const shardCount = 32

type shard struct {
	once    sync.Once
	records map[string]cache.Record
}

// The folder of all archives is kept below a size, and what has not been used for long goes.
const (
	keptFor  = 30 * 24 * time.Hour
	keptSize = 4 << 30
)

// cacheFolder is the folder in which something is kept for an archive. Cache is the user's choice of a folder; when it is empty that is the user's
// cache folder or, where there is none, the one for temporary files.
func cacheFolder(cache, purpose, root string) (string, error) {
	if cache == "" {
		base, err := os.UserCacheDir()
		if err != nil {
			base = os.TempDir()
		}
		cache = filepath.Join(base, "debrief")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	sum := sha256.Sum256([]byte(root))
	return filepath.Join(cache, purpose, hex.EncodeToString(sum[:8])), nil
}

// keptOf is what builds of an archive keep; nil when there is nowhere to keep it.
func keptOf(folder, root string) *kept {
	folder, err := cacheFolder(folder, "build", root)
	if err != nil {
		return nil
	}
	program, err := cache.Program()
	if err != nil {
		return nil
	}
	return &kept{folder: folder, program: program}
}

// use says that what is kept was used, and makes room for it.
func (k *kept) use() {
	if k != nil {
		cache.Touch(k.folder)
		cache.Prune(filepath.Dir(k.folder), keptFor, keptSize)
	}
}

// keptFile is what is kept of reading a file.
type keptFile struct {
	IsPage     bool
	Problems   problem.List
	Postmortem *postmortem.Postmortem
	Page       *postmortem.FreePage
	Unlike     string
}

func (k *kept) shardOf(file string) int {
	h := fnv.New32a()
	io.WriteString(h, file)
	return int(h.Sum32() % shardCount)
}

func (k *kept) shardFile(i int) string { return filepath.Join(k.folder, fmt.Sprintf("parsed-%02d", i)) }

func (k *kept) parsingKey() cache.Key {
	return sha256.Sum256(slices.Concat(k.program[:], k.reading[:]))
}

// parsed returns what reading a file with this content gave before; nil when that is not known.
func (k *kept) parsed(file string, content [sha256.Size]byte, isPage bool) *parsed {
	if k == nil {
		return nil
	}
	s := &k.shards[k.shardOf(file)]
	s.once.Do(func() { s.records = cache.Read(k.shardFile(k.shardOf(file)), k.parsingKey()) })
	record, ok := s.records[file]
	if !ok || record.Sum != content {
		return nil
	}
	var one keptFile
	if cache.Decode(record.Data, &one) != nil || one.IsPage != isPage {
		return nil
	}
	return &parsed{content: content, problems: one.Problems, postmortem: one.Postmortem, page: one.Page, unlike: one.Unlike, known: true}
}

// keepParsed keeps what reading the files gave. What cannot be kept is read again the next time.
func (k *kept) keepParsed(ctx context.Context, files []string, results []*parsed) {
	if k == nil {
		return
	}
	var members [shardCount][]int
	for i, file := range files {
		if n := k.shardOf(file); results[i].postmortem != nil || results[i].page != nil {
			members[n] = append(members[n], i)
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for n := range shardCount {
		before := k.shards[n].records
		k.shards[n].records = nil
		isNew := func(i int) bool { return !results[i].known }
		if len(members[n]) == len(before) && !slices.ContainsFunc(members[n], isNew) {
			continue
		}
		group.Go(func() error {
			records := make([]cache.Record, 0, len(members[n]))
			for _, i := range members[n] {
				one := results[i]
				record, ok := before[files[i]]
				if !one.known {
					data, err := cache.Encode(keptFile{one.page != nil, one.problems, one.postmortem, one.page, one.unlike})
					ok = err == nil
					record = cache.Record{Name: files[i], Sum: one.content, Data: data}
				}
				if ok {
					records = append(records, record)
				}
			}
			if ctx.Err() == nil {
				_ = cache.Write(k.shardFile(n), k.parsingKey(), records) // a full disk costs the next build time, not this one
			}
			return nil
		})
	}
	_ = group.Wait() // its functions do not fail
}

// siteMemory knows what the files of a site were made of in the last build, and learns it for the next one.
type siteMemory struct {
	output.Memory
	file    string
	program cache.Key
	// pages is what all pages of the site are made of, beside their data.
	pages cache.Key
}

// memoryOf returns the memory of a site; nil when there is none.
func (k *kept) memoryOf(site *Site, theme [sha256.Size]byte) *siteMemory {
	if k == nil {
		return nil
	}
	pages, err := cache.Sum(struct {
		Theme cache.Key
		Name  string
		Site  *page.Site
	}{theme, site.archive.Model.Config.Theme, site.Plan.Site})
	if err != nil {
		return nil
	}
	m := &siteMemory{file: filepath.Join(k.folder, "made-"+string(site.Edition.Audience)), program: k.program, pages: pages}
	records := cache.Read(m.file, m.program)
	m.Files = make(map[string]output.Made, len(records))
	for path, r := range records {
		if len(r.Data) == len(cache.Key{}) {
			m.Files[path] = output.Made{Of: r.Sum, Sum: cache.Key([]byte(r.Data))}
		}
	}
	return m
}

// page identifies what a page is made of.
func (m *siteMemory) page(data *page.Page) (cache.Key, error) {
	sum, err := cache.Sum(data)
	return sha256.Sum256(slices.Concat(m.pages[:], sum[:])), err
}

// keep keeps what was learned.
func (m *siteMemory) keep() {
	if m == nil {
		return
	}
	records := make([]cache.Record, 0, len(m.Files))
	for _, path := range slices.Sorted(maps.Keys(m.Files)) {
		made := m.Files[path]
		records = append(records, cache.Record{Name: path, Sum: made.Of, Data: string(made.Sum[:])})
	}
	_ = cache.Write(m.file, m.program, records)
}

// keptBuild is a build as a whole.
type keptBuild struct {
	Result Result
	// Sites are the sums of the manifests.
	Sites []cache.Key
}

const wholeBuild = "build"

// last returns the last build when it was made of the same and its sites are as it left them.
func (k *kept) last(ctx context.Context, inputs cache.Key) (*Result, bool) {
	record, ok := cache.Read(filepath.Join(k.folder, wholeBuild), k.program)[wholeBuild]
	var build keptBuild
	if !ok || record.Sum != inputs || cache.Decode(record.Data, &build) != nil || len(build.Sites) != len(build.Result.Editions) {
		return nil, false
	}
	for i, site := range build.Result.Editions {
		if !output.Intact(ctx, site.Dir, build.Sites[i]) {
			return nil, false
		}
	}
	return &build.Result, true
}

// hasLast reports whether there is a last build at all.
func (k *kept) hasLast() bool {
	if k == nil {
		return false
	}
	_, err := os.Stat(filepath.Join(k.folder, wholeBuild))
	return err == nil
}

// keepBuild keeps what a build came to, made of what inputs identifies.
func (k *kept) keepBuild(inputs cache.Key, result Result) {
	build := keptBuild{Result: result}
	build.Result.Stats = Stats{}
	build.Result.Editions = slices.Clone(result.Editions)
	for i := range build.Result.Editions {
		site := &build.Result.Editions[i]
		site.Changed, site.Removed = 0, 0
		manifest, err := os.ReadFile(filepath.Join(site.Dir, output.Manifest))
		if err != nil {
			return
		}
		build.Sites = append(build.Sites, sha256.Sum256(manifest))
	}
	if data, err := cache.Encode(build); err == nil {
		_ = cache.Write(filepath.Join(k.folder, wholeBuild), k.program, []cache.Record{{Name: wholeBuild, Sum: inputs, Data: data}})
	}
}

// inputs identifies all that goes into a build: the files of the archive, the theme, the options and the program.
func (k *kept) inputs(ctx context.Context, b *begun, opts Options) (cache.Key, error) {
	files := slices.Concat(b.tree.Postmortems, b.tree.Pages)
	sums := make([]cache.Key, len(files)+len(b.tree.Attachments))
	decoding := make([]problem.List, len(files))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	const some = 64 // a goroutine for each file would cost more than its sum
	for from := 0; from < len(sums); from += some {
		group.Go(func() error {
			for i := from; i < min(from+some, len(sums)); i++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				var src []byte
				var err error
				if i < len(files) {
					src, decoding[i], err = b.tree.Read(files[i])
					sums[i] = sha256.Sum256(src)
				} else {
					sums[i], err = b.sumAttachment(b.tree.Attachments[i-len(files)])
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return cache.Key{}, err
	}
	theme, err := sumTheme(b.theme(), b.settings.config.Theme)
	if err != nil {
		return cache.Key{}, err
	}
	out, err := filepath.Abs(opts.Out)
	if err != nil {
		return cache.Key{}, err
	}
	return cache.Sum(struct {
		Program, Config, Theme     cache.Key
		Root, Out, Dir             string
		Audiences                  []edition.Audience
		AsOf                       edition.Date
		Drafts, Strict, Declared   bool
		Files, Attachments         []string
		Skipped, Problems, Decoded any
		Sums                       []cache.Key
	}{
		k.program, b.settings.content, theme, opts.Root, opts.Out, out, opts.Audiences, opts.AsOf, opts.Drafts, opts.Strict, b.tree.Declared,
		files, b.tree.Attachments, b.tree.Skipped, b.problems, decoding, sums,
	})
}

func (b *begun) sumAttachment(file string) (cache.Key, error) {
	f, err := b.tree.Open(file)
	if err != nil {
		return cache.Key{}, err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return cache.Key(h.Sum(nil)), err
}
