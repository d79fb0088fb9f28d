package generator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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

// OpenSearch opens the search index of an edition, and brings it up to date first where the archive has changed since (see stampOf); the archive
// is only read then. Reading is called before that, which takes a moment.
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
	now, err := stampOf(root)
	<-opened
	if none == nil {
		if err == nil && index.Stamp() == now.sum {
			return index, nil
		}
		index.Close()
	}
	if err != nil {
		return nil, err
	}
	reading()
	stamp, err := sureStamp(ctx, root)
	if err != nil {
		return nil, err
	}
	a, err := Read(ctx, root, nil)
	if err != nil {
		return nil, err
	}
	e, _ := edition.Project(a.Model, edition.Options{Audience: audience})
	index, _, err = search.Update(ctx, dir, e, stamp)
	return index, err
}
