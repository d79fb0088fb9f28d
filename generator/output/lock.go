package output

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// tryAgain is how long a build waits between two looks at a lock that another one holds.
const tryAgain = 50 * time.Millisecond

// A lock is held by the one build that may write a site. It is a lock of the operating system on a file beside the site, which ends with
// its process however that ends; the file only bears the process number, for people.
type lock struct {
	file *os.File
}

// acquire takes the lock, and waits for it as long as ctx lets it. It calls waiting, unless nil, once before it waits.
func acquire(ctx context.Context, name string, waiting func(pid int)) (lock, error) {
	told := false
	for {
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, filePerm)
		if err != nil {
			return lock{}, fmt.Errorf("the new site is built beside the old one, so the folder above must be writable: %w", err)
		}
		held, err := tryLock(file)
		if errors.Is(err, errors.ErrUnsupported) {
			held, err = true, nil // A file system without locks: better a build that trusts its user than none.
		}
		if err != nil {
			file.Close()
			return lock{}, fmt.Errorf("lock %s: %w", name, err)
		}
		if held && isAt(file, name) {
			sign(file)
			return lock{file}, nil
		}
		pid := holder(file)
		file.Close()
		if held {
			continue // The holder before us removed the file as it left. The next one may be another's already.
		}
		if !told && waiting != nil {
			waiting(pid)
		}
		told = true
		select {
		case <-ctx.Done():
			return lock{}, fmt.Errorf("another build is writing it%s: %w", process(pid), context.Cause(ctx))
		case <-time.After(tryAgain):
		}
	}
}

// release lets the lock go. The file is removed while the lock is held, so that nobody can hold a lock on a file without a name and
// believe to be alone; where an open file cannot be removed (Windows), just after, which then fails if somebody else has it open.
func (l lock) release() {
	removed := os.Remove(l.file.Name()) == nil
	l.file.Close()
	if !removed {
		_ = os.Remove(l.file.Name())
	}
}

// isAt says whether an open file is the one that has this name now.
func isAt(file *os.File, name string) bool {
	open, err := file.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(name)
	return err == nil && os.SameFile(open, named)
}

// sign writes our process number into the lock file. The lock holds without it, so a failure, such as of a full disk, does not matter.
func sign(file *os.File) {
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
}

// holder reads the process number from the lock file; 0 when it cannot be read.
func holder(file *os.File) int {
	text, err := io.ReadAll(io.LimitReader(file, 32))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return pid
}

// process names the holder of a lock in a message, where it is known.
func process(pid int) string {
	if pid == 0 {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}
