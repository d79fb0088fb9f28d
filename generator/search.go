package generator

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/search"
)

// SearchCache is the folder of the search index of one edition of an archive. Cache is the user's choice of a folder for all such indexes;
// when it is empty they lie in the user's cache folder or, where there is none, in the one for temporary files.
func SearchCache(cache, root string, audience edition.Audience) (string, error) {
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
	return filepath.Join(cache, "search", hex.EncodeToString(sum[:8]), fmt.Sprintf("%s-%d", audience, search.Version)), nil
}

// searchFiles makes the data that the browser searches. The index they are made from is kept in a folder; where it cannot be written, the
// index is made in a temporary one.
func (s *Site) searchFiles(ctx context.Context, cache string) ([]output.File, error) {
	index, _, err := search.Update(ctx, cache, s.Edition, "")
	if err != nil && ctx.Err() == nil {
		temp, tempErr := os.MkdirTemp("", "debrief-search-")
		if tempErr != nil {
			return nil, errors.Join(err, tempErr)
		}
		defer os.RemoveAll(temp)
		index, _, err = search.Update(ctx, temp, s.Edition, "")
	}
	if err != nil {
		return nil, err
	}
	files, err := search.Export(index, s.Edition)
	if err != nil {
		index.Close()
		return nil, err
	}
	return produced(files), index.Close()
}

// OpenSearch opens the search index of an edition, and brings it up to date first where the archive has changed since. Looking is done file
// by file, by name, size and time; the archive is only read when one differs. Reading is called before that, which takes a moment.
func OpenSearch(ctx context.Context, root, cache string, audience edition.Audience, reading func()) (*search.Index, error) {
	dir, err := SearchCache(cache, root, audience)
	if err != nil {
		return nil, err
	}
	var index *search.Index
	var none error
	opened := make(chan struct{})
	go func() {
		defer close(opened)
		index, none = search.Open(dir)
	}()
	stamp, err := archiveStamp(root)
	<-opened
	if none == nil {
		if err == nil && index.Stamp() == stamp {
			return index, nil
		}
		index.Close()
	}
	if err != nil {
		return nil, err
	}
	if reading != nil {
		reading()
	}
	a, err := Read(ctx, root, nil)
	if err != nil {
		return nil, err
	}
	e, _ := edition.Project(a.Model, edition.Options{Audience: audience})
	index, _, err = search.Update(ctx, dir, e, stamp)
	return index, err
}

// archiveStamp changes when a file of an archive does, or this program.
func archiveStamp(root string) (string, error) {
	info, err := os.Stat(root)
	if err != nil {
		return "", err
	}
	var lines []string
	if info.IsDir() {
		if lines, err = listFiles(root); err != nil {
			return "", err
		}
	} else {
		lines = []string{fileLine(root, info)}
	}
	if program, err := os.Executable(); err == nil {
		if info, err := os.Stat(program); err == nil {
			lines = append(lines, fileLine(program, info))
		}
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:]), nil
}

func fileLine(name string, info fs.FileInfo) string {
	b := binary.AppendVarint([]byte(name), info.Size())
	return string(binary.AppendVarint(b, info.ModTime().UnixNano()))
}

// listFiles has a line for each file below a folder, sorted. Asking for one after the other takes most of the time of a search in a large
// archive, so several are asked for at once.
func listFiles(root string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != root && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case !d.IsDir():
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	lines := make([]string, len(names))
	workers := min(2*runtime.GOMAXPROCS(0), len(names))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(names); i += workers {
				// Os.Stat follows links, as reading does; a file that went meanwhile is one that changed.
				if info, err := os.Stat(names[i]); err == nil {
					lines[i] = fileLine(names[i], info)
				}
			}
		})
	}
	wg.Wait()
	slices.Sort(lines)
	return lines, nil
}
