package bigarchive

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// lemma is a word in all its forms; the first is the plain one.
type lemma []string

// lemmaCount lemmas have about three forms each.
const lemmaCount = 9000

// vocabulary is all content words, the most frequent first.
type vocabulary struct {
	lemmas []lemma
	// upTo is, by lemma, how often it or one before it is used, out of 1.
	upTo []float64
}

// The most frequent words are those of the trade. All others are made of syllables, and mean nothing.
var (
	trade = strings.Fields(`deploy service database error request customer timeout latency traffic cluster alert queue config node replica
		region restart change release rollback cache memory connection pool failover dashboard metric monitor log network disk
		certificate token payment checkout login session balancer gateway schema migration index lock thread worker job backup
		restore limit quota retry spike outage incident engineer page runbook threshold canary flag pipeline build host server
		container pod kernel packet route firewall proxy endpoint client partition leader follower shard storage volume bucket
		object key secret credential upstream downstream dependency vendor provider capacity load test staging production`)
	onsets  = strings.Fields("b br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sk sl sm sn sp st str sw t th tr tw v w")
	nuclei  = strings.Fields("a e i o u ai ea ee ie oa oo ou")
	codas   = strings.Fields("b ck d ft g l ld ll lt m mp n nd ng nk nt p r rd rk rm rn rt s sh sk ss st t th x")
	endings = strings.Fields("al ance ate ent er ic ify in ist ity ive le ment ness on or ous ure ward y")
)

func newVocabulary(rng *rand.Rand) *vocabulary {
	v := &vocabulary{}
	taken := map[string]bool{}
	for _, w := range trade {
		taken[w] = true
		v.lemmas = append(v.lemmas, inflect(w))
	}
	for len(v.lemmas) < lemmaCount {
		if w := invent(rng); !taken[w] {
			taken[w] = true
			v.lemmas = append(v.lemmas, inflect(w))
		}
	}
	// Zipf-Mandelbrot, with the constants that fit English prose.
	sum := 0.0
	for rank := range v.lemmas {
		sum += 1 / math.Pow(float64(rank)+2.7, 1.02)
		v.upTo = append(v.upTo, sum)
	}
	for i := range v.upTo {
		v.upTo[i] /= sum
	}
	return v
}

func invent(rng *rand.Rand) string {
	pick := func(list []string) string { return list[rng.IntN(len(list))] }
	w := pick(onsets) + pick(nuclei) + pick(codas)
	if rng.IntN(3) > 0 {
		w += pick(nuclei) + pick(codas)
	}
	if rng.IntN(3) == 0 {
		w += pick(endings)
	}
	return w
}

// inflect makes the forms that English would.
func inflect(w string) lemma {
	stem := strings.TrimSuffix(w, "e")
	switch last := w[len(w)-1]; {
	case last == 'y':
		stem = w[:len(w)-1]
		return lemma{w, stem + "ies", stem + "ied", w + "ing"}
	case last == 's' || last == 'x' || strings.HasSuffix(w, "sh") || strings.HasSuffix(w, "ch"):
		return lemma{w, w + "es", w + "ed", w + "ing"}
	default:
		return lemma{w, w + "s", stem + "ed", stem + "ing"}
	}
}

// any picks a lemma as often as it is used.
func (v *vocabulary) any(rng *rand.Rand) lemma {
	x := rng.Float64()
	return v.lemmas[min(len(v.lemmas)-1, sort.SearchFloat64s(v.upTo, x))]
}

// talk is the writer of one postmortem.
type talk struct {
	rng        *rand.Rand
	vocabulary *vocabulary
	subjects   []lemma // what this one is about
}

// word picks a content word: one in four is about the subject.
func (t *talk) word() string {
	l := t.vocabulary.any(t.rng)
	if t.rng.IntN(4) == 0 {
		l = t.subjects[skewed(t.rng, len(t.subjects))]
	}
	return l[skewed(t.rng, len(l))]
}

// Sentences are patterns: N is a word, 9 a number, everything else stands as it is.
var patterns = [...]string{
	"the N of the N was N and the N did not N", "after the N had been N by the N it took 9 minutes to N the N", "we N the N because N and N were N",
	"N N in N was N at 9 percent before the N", "this N is N than the N we had in the N", "it was N that N for the N would N when the N N is N",
	"the N N of N was N with N for 9 seconds", "no N was N on the N until N N", "an N from N N to the N that had N N", "both N and N were N by then",
	"N of the N were N and could not N without a N", "there is no N for N N in the N", "they N a N N which N the N of all N",
}

// sentence writes one.
func (t *talk) sentence() string {
	parts := strings.Fields(patterns[t.rng.IntN(len(patterns))])
	for i, p := range parts {
		switch p {
		case "N":
			parts[i] = t.word()
		case "9":
			parts[i] = strconv.Itoa(1 + t.rng.IntN(90))
		}
	}
	s := strings.Join(parts, " ")
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// sentences writes a paragraph of about n.
func (t *talk) sentences(n int) string {
	var out []string
	for range n {
		out = append(out, t.sentence())
	}
	return strings.Join(out, " ")
}

func (t *talk) title(service string) string {
	return service + ": " + strings.Join([]string{t.word(), t.word(), "after", t.word(), t.word()}, " ")
}

var serviceNames = strings.Split("payments,checkout,search,login,orders,inventory,notifications,billing,catalog,shipping,"+
	"recommendations,profiles,reviews,pricing,returns,gift cards,loyalty,fraud checks,image resizing,feature flags,"+
	"message bus,object store,primary database,read replicas,cdn,dns,load balancer,job runner,metrics,log shipping", ",")

var factorNames = strings.Split("config change,capacity,expired certificate,deploy,missing alert,third party,data migration,cache stampede,"+
	"dependency upgrade,network,disk full,memory leak,race condition,retry storm,human access,documentation,clock,limits,schema change,failover", ",")

// Words returns the first n content words by frequency, in their plain forms, for those who want to ask for frequent or for rare ones.
func Words(o Options, n int) []string {
	a := newArchive(o)
	var out []string
	for _, l := range a.vocabulary.lemmas[:min(n, lemmaCount)] {
		out = append(out, l[0])
	}
	return slices.Clip(out)
}
