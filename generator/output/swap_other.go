//go:build !(linux || darwin)

package output

import "errors"

// exchange says that this system cannot swap two folders in one step.
func exchange(a, b string) error { return errors.ErrUnsupported }
