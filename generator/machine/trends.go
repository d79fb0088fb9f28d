package machine

import (
	"math"
	"time"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/trend"
)

const trendsPath = "api/trends.json"

// Trends returns /api/trends.json: the figures of the trends, each with its uncertainty, without the incidents behind them.
func Trends(e *edition.Edition, t *trend.Trends) ([]byte, error) { return encode(trends(e, t)) }

// apiTrends is /api/trends.json.
type apiTrends struct {
	Archive apiArchive `json:"archive"`
	// AsOf is the last day of the periods; AsOfStated is true when somebody chose it.
	AsOf       *string   `json:"as_of"`
	AsOfStated bool      `json:"as_of_stated"`
	Recent     apiPeriod `json:"recent"`
	Before     apiPeriod `json:"before"`
	// Incidents are those that are counted; Later lie after AsOf, Undated have no day.
	Incidents     int               `json:"incidents"`
	Later         int               `json:"after_as_of"`
	Undated       int               `json:"undated"`
	All           apiChange         `json:"all"`
	Severities    []apiSeverityUse  `json:"severities"`
	Factors       []apiRecurrence   `json:"factors"`
	Services      []apiRecurrence   `json:"services"`
	Together      []apiPair         `json:"together"`
	Durations     apiDistributions  `json:"durations"`
	AfterFix      []apiRepeat       `json:"after_fix"`
	StillOpen     []apiRepeat       `json:"still_open"`
	FollowThrough *apiFollowThrough `json:"follow_through"`
}

type apiPeriod struct {
	From *string `json:"from"`
	To   *string `json:"to"`
}

// apiChange compares the recent period with the one before.
type apiChange struct {
	Recent    int     `json:"recent_count"`
	Before    int     `json:"before_count"`
	P         float64 `json:"p"`
	Q         float64 `json:"q"`
	Judgement string  `json:"judgement"`
	// PerMonth is the rate of the recent period with its interval.
	PerMonth   float64    `json:"per_month"`
	PerMonth95 [2]float64 `json:"per_month_95"`
}

type apiSeverityUse struct {
	Severity *apiSeverity `json:"severity"`
	apiChange
}

type apiRecurrence struct {
	apiTopic
	apiChange
	Total         int     `json:"total"`
	Share         float64 `json:"share"`
	First         *string `json:"first"`
	Last          *string `json:"last"`
	MedianGapDays *int    `json:"median_gap_days"`
	Open          int     `json:"open"`
}

type apiPair struct {
	A       apiTopic `json:"a"`
	B       apiTopic `json:"b"`
	Count   int      `json:"count"`
	Share   float64  `json:"share"`
	Lift    float64  `json:"lift"`
	P       float64  `json:"p"`
	Q       float64  `json:"q"`
	Notable bool     `json:"notable"`
}

type apiDistributions struct {
	ToDetect   apiDistribution `json:"to_detect"`
	ToMitigate apiDistribution `json:"to_mitigate"`
	ToResolve  apiDistribution `json:"to_resolve"`
}

type apiDistribution struct {
	Known     int           `json:"known"`
	Unknown   int           `json:"unknown"`
	Quantiles []apiQuantile `json:"quantiles"`
}

type apiQuantile struct {
	Share   float64 `json:"share"`
	Seconds int64   `json:"seconds"`
	// Seconds95 is the interval; null when so few lengths give none.
	Seconds95 *[2]int64 `json:"seconds_95"`
}

type apiRepeat struct {
	Factor  apiTopic `json:"factor"`
	Service apiTopic `json:"service"`
	Earlier string   `json:"earlier"`
	Later   string   `json:"later"`
	Days    int      `json:"days"`
}

type apiFollowThrough struct {
	Open    int `json:"open"`
	Done    int `json:"done"`
	Dropped int `json:"dropped"`
	Overdue int `json:"overdue"`
	NoDue   int `json:"no_due"`
	Slipped int `json:"slipped"`
	// MedianDays is how many days half of them take; null while that is not known.
	MedianDays *int `json:"median_days"`
}

func trends(e *edition.Edition, t *trend.Trends) apiTrends {
	a := apiTrends{
		Archive: archiveOf(e), AsOf: day(t.End), AsOfStated: t.Stated, Recent: period(t.Recent), Before: period(t.Before),
		Incidents: len(t.Incidents), Later: t.Later, Undated: t.Undated, All: change(t.All),
		Severities: []apiSeverityUse{}, Factors: recurrences(e, t.Factors), Services: recurrences(e, t.Services), Together: []apiPair{},
		Durations: apiDistributions{distribution(t.ToDetect), distribution(t.ToMitigate), distribution(t.ToResolve)},
		AfterFix:  repeated(e, t.AfterFix), StillOpen: repeated(e, t.StillOpen),
	}
	for _, s := range t.Severities {
		a.Severities = append(a.Severities, apiSeverityUse{severityOf(s.Severity), change(s.Change)})
	}
	for _, p := range t.Together {
		a.Together = append(a.Together, apiPair{
			factorTopic(e, p.A), factorTopic(e, p.B), len(p.Incidents), round(p.Share), round(p.Lift), round(p.P), round(p.Q), p.Notable,
		})
	}
	if f := t.FollowThrough; len(f.Items) > 0 {
		a.FollowThrough = &apiFollowThrough{f.Open, f.Done, f.Dropped, f.Overdue, f.NoDue, f.Slipped, daysOf(f.Survival.Median)}
	}
	return a
}

func period(p trend.Period) apiPeriod { return apiPeriod{day(p.From), day(p.To)} }

func change(c trend.Change) apiChange {
	return apiChange{
		Recent: c.Recent, Before: c.Before, P: round(c.P), Q: round(c.Q), Judgement: string(c.Judgement),
		PerMonth: round(c.Rate), PerMonth95: [2]float64{round(c.RateLow), round(c.RateHigh)},
	}
}

func recurrences(e *edition.Edition, all []*trend.Recurrence) []apiRecurrence {
	out := []apiRecurrence{}
	for _, r := range all {
		topic := apiTopic{}
		if r.Factor != nil {
			topic = factorTopic(e, r.Factor)
		} else {
			topic = serviceTopic(e, r.Service)
		}
		out = append(out, apiRecurrence{
			topic, change(r.Change), len(r.Incidents), round(r.Share), day(r.First), day(r.Last), daysOf(r.MedianGap), r.Open,
		})
	}
	return out
}

func distribution(d trend.Distribution) apiDistribution {
	out := apiDistribution{Known: len(d.Lengths), Unknown: d.Unknown, Quantiles: []apiQuantile{}}
	for _, q := range d.Quartiles {
		quantile := apiQuantile{Share: q.Share, Seconds: int64(q.Value / time.Second)}
		if q.Bounded {
			quantile.Seconds95 = &[2]int64{int64(q.Low / time.Second), int64(q.High / time.Second)}
		}
		out.Quantiles = append(out.Quantiles, quantile)
	}
	return out
}

func repeated(e *edition.Edition, all []trend.Repeat) []apiRepeat {
	out := []apiRepeat{}
	for _, r := range all {
		out = append(out, apiRepeat{factorTopic(e, r.Factor), serviceTopic(e, r.Service), r.Earlier.ID, r.Later.ID, r.Days})
	}
	return out
}

func factorTopic(e *edition.Edition, f *edition.Factor) apiTopic {
	return apiTopic{f.ID, f.Name, page.Absolute(e.Site.URL, page.FactorPath(f.Slug))}
}

func serviceTopic(e *edition.Edition, s *edition.Service) apiTopic {
	return apiTopic{s.ID, s.Name, page.Absolute(e.Site.URL, page.ServicePath(s.Slug))}
}

// daysOf is a number of days, or nil for -1.
func daysOf(days int) *int {
	if days < 0 {
		return nil
	}
	return &days
}

// round keeps six decimal places: more is noise, and differs between processors.
func round(x float64) float64 { return math.Round(x*1e6) / 1e6 }
