package generator

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"debrief/generator/edition"
	"debrief/generator/output"
	"debrief/search"
)

// SearchCache is the folder of the search index of one edition of an archive. Cache is the user's choice of a folder for all such indexes;
// when it is empty they lie in the user's cache folder or, where there is none, in the one for temporary files.
func SearchCache(cache, root string, audience edition.Audience) (string, error) {
	folder, err := cacheFolder(cache, "search", root)
	if err != nil {
		return "", err
	}
	return filepath.Join(folder, fmt.Sprintf("%s-%d", audience, search.Version)), nil
}

// searchFiles makes the data that the browser searches.
func (s *Site) searchFiles(ctx context.Context) ([]output.File, error) {
	files, err := search.Export(ctx, s.Edition)
	return produced(files), err
}

// AskSearch opens the search index of an edition and has ask use it. Where the archive has changed since the index was made (see stampOf), what
// ask found counts for nothing: the index is brought up to date, and ask called again. Only then is the archive read, which takes a moment, and
// progress told of it unless it is nil. Looking for changes takes as long as a search, so both are done at once.
func AskSearch(ctx context.Context, root, cache string, audience edition.Audience, progress func(Progress), ask func(*search.Index) error) error {
	dir, err := SearchCache(cache, root, audience)
	if err != nil {
		return err
	}
	var now stamp
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		now, err = stampOf(root)
	}()
	if index, none := search.Open(dir); none == nil {
		failed := ask(index)
		last := index.Stamp()
		failed = errors.Join(failed, index.Close())
		if <-looked; err == nil && now.sum == last {
			return failed
		}
	}
	if <-looked; err != nil {
		return err
	}
	begin("read", progress)
	sure, err := sureStamp(ctx, root)
	if err != nil {
		return err
	}
	kept := keptOf(cache, root)
	defer kept.use()
	reader := newReader(root)
	reader.kept = kept
	a, err := reader.read(ctx, progress)
	if err != nil {
		return err
	}
	begin("search index", progress)
	e, _ := edition.Project(a.Model, edition.Options{Audience: audience})
	index, _, err := search.Update(ctx, dir, e, sure)
	if err != nil {
		return err
	}
	return errors.Join(ask(index), index.Close())
}
