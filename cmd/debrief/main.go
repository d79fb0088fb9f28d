// Debrief compiles a folder of postmortems into two static sites: one with everything, for the people who run the systems, and one with
// only what was written for customers.
package main

import (
	"os"

	_ "debrief/cmd/debrief/help" // answers --help, and ends the program then
)

func main() {
	tuneCollector()
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
