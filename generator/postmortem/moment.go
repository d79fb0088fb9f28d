package postmortem

import (
	"errors"
	"time"
)

// ParseMoment reads a time or a day in any of the forms that front matter may have it; one that says no zone is in loc. The error says in a
// few words what is wrong with it.
func ParseMoment(text string, loc *time.Location) (Moment, error) {
	r := &reader{}
	r.location = loc
	m, complaint := r.parseMoment(text)
	if complaint != "" {
		return Moment{}, errors.New(complaint)
	}
	return m, nil
}
