package generator

import (
	"debrief/generator/edition"
	"debrief/generator/machine"
	"debrief/generator/trend"
)

// Trends works out the trends of one edition, without its site; asOf zero is the end of the data.
func (a *Archive) Trends(audience edition.Audience, asOf edition.Date) (*edition.Edition, *trend.Trends) {
	e, _ := edition.Project(a.Model, edition.Options{Audience: audience})
	return e, trend.New(e, trend.Options{AsOf: asOf})
}

// TrendsJSON returns the trends as the site's /api/trends.json has them.
func TrendsJSON(e *edition.Edition, t *trend.Trends) ([]byte, error) { return machine.Trends(e, t) }
