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
	Archive       apiArchive        `json:"archive" doc:"Whose incidents these are."`
	AsOf          *string           `json:"as_of" format:"date" doc:"The last day that counts."`
	AsOfStated    bool              `json:"as_of_stated" doc:"Whether somebody chose that day; else it is the end of the data."`
	Recent        apiPeriod         `json:"recent" doc:"The last twelve months."`
	Before        apiPeriod         `json:"before" doc:"The twelve months before."`
	Incidents     int               `json:"incidents" doc:"How many are counted."`
	Later         int               `json:"after_as_of" doc:"How many lie after that day."`
	Undated       int               `json:"undated" doc:"How many have no day."`
	All           apiChange         `json:"all" doc:"The change of all incidents."`
	Severities    []apiSeverityUse  `json:"severities" doc:"The change of each severity."`
	Factors       []apiRecurrence   `json:"factors" doc:"Those that deserve attention first."`
	Services      []apiRecurrence   `json:"services" doc:"Those that deserve attention first."`
	Together      []apiPair         `json:"together" doc:"Pairs of factors."`
	Durations     apiDistributions  `json:"durations" doc:"How long incidents take."`
	AfterFix      []apiRepeat       `json:"after_fix" doc:"What came back after an action was done."`
	StillOpen     []apiRepeat       `json:"still_open" doc:"What came back while an action was open."`
	FollowThrough *apiFollowThrough `json:"follow_through" doc:"What became of action items, or outside of commitments; null when there are none."`
}

type apiPeriod struct {
	From *string `json:"from" format:"date" doc:"The first day."`
	To   *string `json:"to" format:"date" doc:"The last day."`
}

// apiChange compares the recent period with the one before.
type apiChange struct {
	Recent     int        `json:"recent_count" doc:"Incidents in the recent period."`
	Before     int        `json:"before_count" doc:"Incidents in the period before."`
	P          float64    `json:"p" doc:"The p value of the exact test."`
	Q          float64    `json:"q" doc:"That, corrected for the number of tests."`
	Judgement  string     `json:"judgement" enum:"more,less,normal,too-few" doc:"What may be said."`
	PerMonth   float64    `json:"per_month" doc:"The rate of the recent period."`
	PerMonth95 [2]float64 `json:"per_month_95" doc:"Its 95 % interval."`
}

type apiSeverityUse struct {
	Severity *apiSeverity `json:"severity" doc:"Null for none."`
	apiChange
}

type apiRecurrence struct {
	apiTopic
	apiChange
	Total         int     `json:"total" doc:"Incidents in all."`
	Share         float64 `json:"share" doc:"Its part of the recent incidents."`
	First         *string `json:"first" format:"date" doc:"The day of the first."`
	Last          *string `json:"last" format:"date" doc:"The day of the last."`
	MedianGapDays *int    `json:"median_gap_days" doc:"The median number of days between two."`
	Open          int     `json:"open" doc:"Action items, or outside commitments, that are open."`
}

type apiPair struct {
	A       apiTopic `json:"a" doc:"One factor."`
	B       apiTopic `json:"b" doc:"The other."`
	Count   int      `json:"count" doc:"Incidents with both."`
	Share   float64  `json:"share" doc:"Their part of all."`
	Lift    float64  `json:"lift" doc:"How much more often than if the two had nothing to do with each other."`
	P       float64  `json:"p" doc:"The p value of the exact test."`
	Q       float64  `json:"q" doc:"That, corrected for the number of tests."`
	Notable bool     `json:"notable" doc:"Whether the pair is more frequent than chance has it."`
}

type apiDistributions struct {
	ToDetect   apiDistribution `json:"to_detect" doc:"From the start until it was detected."`
	ToMitigate apiDistribution `json:"to_mitigate" doc:"From the start until it was mitigated."`
	ToResolve  apiDistribution `json:"to_resolve" doc:"From the start until it was resolved."`
}

type apiDistribution struct {
	Known     int           `json:"known" doc:"Incidents whose length is known."`
	Unknown   int           `json:"unknown" doc:"Incidents whose length is not."`
	Quantiles []apiQuantile `json:"quantiles" doc:"The quartiles."`
}

type apiQuantile struct {
	Share     float64   `json:"share" doc:"The part of incidents."`
	Seconds   int64     `json:"seconds" doc:"What they take at most."`
	Seconds95 *[2]int64 `json:"seconds_95" doc:"Its 95 % interval; null when so few lengths give none."`
}

type apiRepeat struct {
	Factor  apiTopic `json:"factor" doc:"What contributed to both."`
	Service apiTopic `json:"service" doc:"What failed both times."`
	Earlier string   `json:"earlier" doc:"The id of the earlier incident."`
	Later   string   `json:"later" doc:"The id of the later one."`
	Days    int      `json:"days" doc:"Days between the two."`
}

type apiFollowThrough struct {
	Open       int  `json:"open" doc:"Those that are open."`
	Done       int  `json:"done" doc:"Those that are done."`
	Dropped    int  `json:"dropped" doc:"Those that were dropped."`
	Overdue    int  `json:"overdue" doc:"Open ones whose day has passed."`
	NoDue      int  `json:"no_due" doc:"Open ones without a day."`
	Slipped    int  `json:"slipped" doc:"Those whose day was moved."`
	MedianDays *int `json:"median_days" doc:"After how many days half are done; null while that is not known."`
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
