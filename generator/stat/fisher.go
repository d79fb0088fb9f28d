package stat

// Table counts how two properties meet: Both have the two, First and Second one of them only, Neither none.
type Table struct{ Both, First, Second, Neither int }

func (t Table) valid() bool {
	for _, n := range [...]int{t.Both, t.First, t.Second, t.Neither} {
		if n < 0 || n > countable/4 {
			return false
		}
	}
	return true
}

// meetings is the distribution of Both when the margins are given and the properties have nothing to do with each other: the
// hypergeometric one.
func (t Table) meetings() distribution {
	first, second := t.Both+t.First, t.Both+t.Second
	all := first + t.Second + t.Neither
	logAll := logChoose(all, second)
	return distribution{
		first: max(0, first+second-all),
		last:  min(first, second),
		mode:  min(int(float64(first+1)*float64(second+1)/float64(all+2)), min(first, second)),
		log: func(k int) float64 {
			return logChoose(first, k) + logChoose(all-first, second-k) - logAll
		},
		ratio: func(k int) float64 {
			return float64(first-k) / float64(k+1) * (float64(second-k) / float64(all-first-second+k+1))
		},
	}
}

// Fisher returns the p values of Fisher's exact test: one-sided, for the properties meeting as often or more when they have nothing to do
// with each other, and two-sided, for all tables no more probable than this one (R. A. Fisher, "The Design of Experiments", 1935, chapter
// 2; the two-sided rule is that of R's fisher.test). Both are 1 for a table with a negative number, or one beyond counting.
func Fisher(t Table) (greater, twoSided float64) {
	if !t.valid() {
		return 1, 1
	}
	d := t.meetings()
	return d.upper(t.Both), d.noMoreProbable(t.Both)
}

// LeastFisher returns the smallest one-sided p value that any table with the same margins can have: that of the two meeting as often as
// they can.
func LeastFisher(t Table) float64 {
	if !t.valid() {
		return 1
	}
	d := t.meetings()
	return d.upper(d.last)
}

// Support is the share in which both properties meet; 0 for none at all.
func (t Table) Support() float64 {
	all := t.Both + t.First + t.Second + t.Neither
	if !t.valid() || all == 0 {
		return 0
	}
	return float64(t.Both) / float64(all)
}

// Lift is how many times more often the two meet than if they had nothing to do with each other, 1 being as often (S. Brin, R. Motwani, J.
// D. Ullman and S. Tsur, "Dynamic itemset counting and implication rules for market basket data", SIGMOD 1997, where it is called
// interest). It is 0 where one of them does not occur.
func (t Table) Lift() float64 {
	first, second := float64(t.Both)+float64(t.First), float64(t.Both)+float64(t.Second)
	if !t.valid() || first == 0 || second == 0 {
		return 0
	}
	all := first + float64(t.Second) + float64(t.Neither)
	return float64(t.Both) / first * (all / second)
}
