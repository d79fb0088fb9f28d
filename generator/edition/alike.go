package edition

import (
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// How rare a word must be to say that two incidents are alike: in at most this part of all incidents, and in no more than so many. Commoner
// words say little, and leaving them out keeps the work linear.
const (
	commonPart = 10
	commonMost = 50
)

// vocabulary holds, for every incident, the words of its title and summary that tell it from others.
type vocabulary struct {
	// words are the incident's telling words, by number, sorted; length is the Euclidean length of their weights.
	words  [][]int32
	length []float64
	// having are the incidents with a telling word, sorted; square is what the word counts when two texts have it, the square of its weight;
	// text is the word.
	having [][]int32
	square []int64
	text   []string
}

// fixedPoint is the unit of squares. They are whole numbers so that a sum of them is the same in any order: words have other numbers in a
// preview that has seen other texts before.
const fixedPoint = 1 << 20

// newVocabulary takes the titles and summaries of incidents. A word weighs the more the rarer it is: ln(1 + incidents / incidents with
// it), the inverse document frequency of Spärck Jones (1972) in the form that services and factors are weighed by, too.
func newVocabulary(incidents []*Incident, known *lexicon) *vocabulary {
	all := make([][]int32, len(incidents))
	for n, inc := range incidents {
		w := inc.words
		if !w.known {
			known.read(w, inc.Title+"\n"+inc.SummaryText)
		}
		all[n] = w.numbers
	}
	v := &vocabulary{words: make([][]int32, len(incidents)), length: make([]float64, len(incidents)), text: known.text}
	times := make([]int32, len(v.text))
	for _, of := range all {
		for _, w := range of {
			times[w]++
		}
	}
	v.square, v.having = make([]int64, len(v.text)), make([][]int32, len(v.text))
	most := int32(max(2, min(len(incidents)/commonPart, commonMost)))
	total := 0
	for w, n := range times {
		if n > 0 && n <= most {
			weight := math.Log(1 + float64(len(incidents))/float64(n))
			v.square[w] = int64(math.Round(weight * weight * fixedPoint))
			total += int(n)
		}
	}
	room, places := make([]int32, 0, total), make([]int32, total)
	for n, of := range all {
		begin, sum := len(room), int64(0)
		for _, w := range of {
			if v.square[w] == 0 {
				continue
			}
			room = append(room, w)
			sum += v.square[w]
			if v.having[w] == nil {
				v.having[w], places = places[:0:times[w]], places[times[w]:]
			}
			v.having[w] = append(v.having[w], int32(n))
		}
		v.words[n] = room[begin:len(room):len(room)]
		v.length[n] = math.Sqrt(float64(sum))
	}
	return v
}

// shared are the telling words that two incidents have in common, the rarest first.
func (v *vocabulary) shared(a, b int) []string {
	var numbers []int32
	for _, w := range v.words[a] {
		if _, ok := slices.BinarySearch(v.words[b], w); ok {
			numbers = append(numbers, w)
		}
	}
	slices.SortFunc(numbers, func(a, b int32) int {
		if d := len(v.having[a]) - len(v.having[b]); d != 0 {
			return d
		}
		return strings.Compare(v.text[a], v.text[b])
	})
	words := make([]string, len(numbers))
	for i, w := range numbers {
		words[i] = v.text[w]
	}
	return words
}

// eachWord calls found with the words of a text in lower case: runs of letters and digits that may be joined by one of - _ . and hold a
// letter, of at least four characters, or three with a capital or a digit among them, as in "DNS" and "etcd3". English words that only hold
// sentences together are left out; those of other languages are mostly too frequent to count.
func eachWord(text string, found func(string)) {
	for len(text) > 0 {
		start := strings.IndexFunc(text, isWordRune)
		if start < 0 {
			return
		}
		text = text[start:]
		end := wordEnd(text)
		if word := text[:end]; telling(word) {
			word = strings.ToLower(word)
			if !connecting()[word] {
				found(word)
			}
		}
		text = text[end:]
	}
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func wordEnd(text string) int {
	for i, r := range text {
		if isWordRune(r) || unicode.IsMark(r) {
			continue
		}
		if next, _ := utf8.DecodeRuneInString(text[min(i+1, len(text)):]); (r == '-' || r == '_' || r == '.') && isWordRune(next) {
			continue
		}
		return i
	}
	return len(text)
}

func telling(word string) bool {
	letters, marked := 0, false
	n := 0
	for _, r := range word {
		n++
		if unicode.IsLetter(r) {
			letters++
		}
		marked = marked || unicode.IsUpper(r) || unicode.IsDigit(r)
	}
	return letters > 0 && (n >= 4 || n == 3 && marked)
}

// connecting are English words of four letters and more that say nothing of what happened, and the few that every incident report uses.
var connecting = wordSet(`
	about above after again against almost along already also although always among another anything around asked away back because became
	become been before began begin behind being below best better between both brief briefly bring brought called came cannot case caused
	causing change changed come could day days did does doing done down during each early either else end ended enough even ever every
	everything eventually failed failing failure few first five for found four from full fully further gave get give given goes gone got had
	half happened has have having held here high hour hours how however impact incident inside instead into issue its itself just keep kept
	knew know known last late later least left less like little long longer look made mail make many may meant might minute minutes more
	most much must near nearly need needed never new next nobody none not nothing now number off often once one only onto other others our
	out outage over own part people place possible problem put quickly quite rather reached read real really report reported right same saw
	say second seconds see seen sent set seven several shall short should showed side since single six slow slowly small some someone
	something soon started still stop stopped such take taken than that the their them then there these they thing things think this those
	though three through time times together told too took toward turned twice two under unless until upon use used user users using usual
	very via wait want was way week weeks well went were what when where whether which while who whole whom whose why will with within
	without work worked working would wrong year years yet you your
	ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
	eight nine thousand monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
	october november december all and any are but can customer customers day's it's isn't`)

// wordSet reads words divided by spaces, when it is first asked for.
func wordSet(words string) func() map[string]bool {
	return sync.OnceValue(func() map[string]bool {
		set := map[string]bool{}
		for w := range strings.FieldsSeq(words) {
			set[w] = true
		}
		return set
	})
}
