package generator

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"debrief/generator/edition"
	"debrief/search"
)

// Current answers questions about one edition of an archive for as long as somebody asks, always from the archive as it is now. Nothing is read
// before the first question. It may be used from any goroutine.
type Current struct {
	// Root is the archive's folder or file, Cache as in Options.
	Root, Cache string
	Audience    edition.Audience
	// Reading, unless nil, is called before the archive is read, which takes a moment.
	Reading func()

	mu    sync.Mutex
	stamp string // of the archive that was read; empty for none
	read  *edition.Edition
}

// ErrHeldBack means that the external edition has something in it that must not leave, so nothing of it is told.
var ErrHeldBack = errors.New("the external edition is held back, because something in it must not leave; debrief build says what and where")

// Edition returns the edition. An external one has passed the audit that its site must pass.
func (c *Current) Edition(ctx context.Context) (*edition.Edition, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now, err := stampOf(c.Root)
	if err != nil {
		return nil, fmt.Errorf("the archive cannot be read: %w", err)
	}
	if c.stamp != "" && now.sum == c.stamp {
		return c.read, nil
	}
	c.reading()
	sure, err := sureStamp(ctx, c.Root)
	if err != nil {
		return nil, err
	}
	a, err := Read(ctx, c.Root, nil)
	if err != nil {
		return nil, err
	}
	x := a.Export(c.Audience)
	if c.Audience == edition.External {
		problems, err := x.audit()
		if err != nil {
			return nil, err
		}
		if len(problems) > 0 {
			return nil, ErrHeldBack
		}
	}
	c.stamp, c.read = sure, x.Edition
	return c.read, nil
}

// Search has ask use the search index of the edition. What ask does last counts.
func (c *Current) Search(ctx context.Context, ask func(*search.Index) error) error {
	if c.Audience == edition.External {
		if _, err := c.Edition(ctx); err != nil {
			return err
		}
	}
	progress := func(p Progress) {
		if p == (Progress{Step: "read"}) {
			c.reading()
		}
	}
	return AskSearch(ctx, c.Root, c.Cache, c.Audience, progress, ask)
}

func (c *Current) reading() {
	if c.Reading != nil {
		c.Reading()
	}
}
