// Package postmortem reads one file into one Postmortem. It is the second room of the walk: source has found the file, archive will set
// it beside its neighbours.
package postmortem
