package search

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"debrief/generator/edition"
)

// names are the values that results can be narrowed by, in the order in which they are shown.
type names struct {
	Severities []Severity `json:"severities"`
	Services   []Topic    `json:"services"`
	Factors    []Topic    `json:"factors"`
	DetectedBy []string   `json:"detected_by"`
	Years      []int      `json:"years"`
	// URL is the address of the edition's home page; empty when unknown.
	URL string `json:"url"`
}

// newNames takes the names of an edition. Values that no incident has are left out: a query for them is a mistake worth telling.
func newNames(e *edition.Edition) names {
	n := names{URL: e.Site.URL}
	for _, s := range e.Severities {
		if len(s.Incidents) > 0 {
			n.Severities = append(n.Severities, Severity{s.ID, s.Name, s.Rank})
		}
	}
	for _, s := range e.Services {
		if len(s.Incidents) > 0 {
			n.Services = append(n.Services, Topic{s.ID, s.Name})
		}
	}
	for _, f := range e.Factors {
		if len(f.Incidents) > 0 {
			n.Factors = append(n.Factors, Topic{f.ID, f.Name})
		}
	}
	detected, years := map[string]bool{}, map[int]bool{}
	for _, inc := range e.Incidents {
		if by := inc.DetectedBy; by != "" && !detected[by] {
			detected[by] = true
			n.DetectedBy = append(n.DetectedBy, foldName(by))
		}
		if year := inc.Date().Year; year > 0 && !years[year] {
			years[year] = true
			n.Years = append(n.Years, year)
		}
	}
	slices.Sort(n.DetectedBy)
	n.DetectedBy = slices.Compact(n.DetectedBy)
	slices.Sort(n.Years)
	return n
}

// choices are the names by operator.
func (n *names) choices() choices {
	k := choices{}
	for _, s := range n.Severities {
		k["severity"] = append(k["severity"], choice{s.ID, s.Name})
	}
	for _, t := range n.Services {
		k["service"] = append(k["service"], choice{t.ID, t.Name})
	}
	for _, t := range n.Factors {
		k["factor"] = append(k["factor"], choice{t.ID, t.Name})
	}
	for _, d := range n.DetectedBy {
		k["detected-by"] = append(k["detected-by"], choice{d, d})
	}
	for _, y := range n.Years {
		k["year"] = append(k["year"], choice{strconv.Itoa(y), strconv.Itoa(y)})
	}
	for _, v := range statusValues {
		k["status"] = append(k["status"], choice{v, v})
	}
	for _, v := range hasValues {
		k["has"] = append(k["has"], choice{v, v})
	}
	return k
}

func (n *names) encode() []byte {
	b, err := json.Marshal(n)
	if err != nil {
		panic(err) // strings and numbers only
	}
	return b
}

func readNames(gen string) (n names, err error) {
	b, err := os.ReadFile(filepath.Join(gen, namesFile))
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(b, &n)
}
