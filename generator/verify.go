package generator

import "debrief/generator/output"

// Verify compares every file of a site with its manifest or, when against is not empty, with another one; see output.Verify.
func Verify(dir, against string) (*output.Verification, error) { return output.Verify(dir, against) }
