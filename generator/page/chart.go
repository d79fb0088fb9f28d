package page

import (
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Exhibit is one question of a trend page and its answer: a drawing, the table of the same numbers, and what they stand for. All positions
// in drawings are per cent of the drawing, as in Figure, so that words keep their size on any screen.
//
// Every mark of a drawing has a URL. A mark of one incident leads to it; a mark of several leads to the row of the table that lists them.
type Exhibit struct {
	// ID is the anchor of the exhibit. The ids of its table's rows begin with it.
	ID, Heading string
	// Reading says in a sentence or two what is shown and how far it can be trusted.
	Reading string
	// Label describes the drawing for those who do not see it; empty when there is no drawing but the table.
	Label string
	// Empty says why there is nothing to show; then there is nothing else to show.
	Empty string

	// At most one of these is drawn.
	Columns *Columns
	Grid    *Grid
	Strips  *Strips
	Steps   *Steps
	Bars    []Link

	// Facts are the numbers of the drawing in words: "Median: 42 min (95 % interval 31 min to 1 h 5 min)".
	Facts []string
	// Table has the numbers; nil for a list. Open is true when the table itself is the exhibit, and not beside a drawing.
	Table *Table
	Open  bool
	// Promises, Cards, Lessons and Repeats are the things themselves, where those are to be read and not counted.
	Promises []Promise
	Cards    []Card
	Lessons  []Lesson
	Repeats  []Recurred
	Deferred []Postponed
	// Cut says how many are shown of how many, when they are too many for a page.
	Cut string
	// More leads to the page that shows this at length.
	More Link
	// CSV and JSON are the site paths of the numbers; empty for none.
	CSV, JSON string

	// records are the numbers of the downloads, where they are finer than the table.
	records *records
}

// Columns counts incidents over time, one column for each stretch.
type Columns struct {
	Columns []ColumnMark
	// Keys name the parts of the columns from the bottom up; empty when they have one part only.
	Keys []Key
	// Levels are the lines across, by their distance from the top; Ticks the labels below.
	Levels, Ticks []Tick
}

// ColumnMark is one column.
type ColumnMark struct {
	// Name is the stretch of time: "Q1 2024".
	Name, URL string
	// Title says the whole: "Q1 2024: 3 incidents: 1 critical, 2 minor".
	Title    string
	Count    int
	X, Width float64
	Parts    []PartMark
}

// PartMark is a part of a column. Kind is that of its Key.
type PartMark struct {
	Kind      string
	Y, Height float64
}

// Key says what a kind of mark means.
type Key struct {
	// Kind is the theme's name for the look: "severity-1".
	Kind, Name string
	Count      int
}

// Grid counts incidents by two things, as a table with shaded cells: it is the drawing and its numbers at once.
type Grid struct {
	// Corner says what the rows and columns are.
	Corner  string
	Columns []Link
	Rows    []GridRow
	// Upright is true when the names of the columns are long and stand on their side.
	Upright bool
}

// GridRow is one row of a Grid.
type GridRow struct {
	Name, URL string
	Cells     []GridCell
}

// GridCell is one cell. Level is its shade from 0 for none to 4 for the most.
type GridCell struct {
	Count, Level int
	URL, Title   string
}

// Strips shows lengths on an axis that multiplies: each step of it is about twice the one before.
type Strips struct {
	Rows  []StripRow
	Ticks []Tick
	// Curve is the share of incidents that were over after each length; only with a single row. Its Levels are the lines across.
	Curve  []Point
	Levels []Tick
}

// HasQuartiles reports whether any row has enough lengths for quartiles.
func (s *Strips) HasQuartiles() bool {
	return slices.ContainsFunc(s.Rows, func(r StripRow) bool { return len(r.Quartiles) > 0 })
}

// StripRow is the lengths of one kind of incidents.
type StripRow struct {
	Name     string
	Severity Badge
	Count    int
	// Marks are single incidents or, when there are too many, the counts of stretches.
	Marks []StripMark
	// Grouped is true when the marks are counts.
	Grouped bool
	// Quartiles are the lower quartile, the median and the upper quartile; empty when there are too few.
	Quartiles []QuartileMark
	// Middle is the median in words; empty when there are too few.
	Middle string
}

// StripMark is one incident, or the incidents of a stretch. Y is its distance from the top; of a stretch it is the top of its bar.
type StripMark struct {
	URL, Title  string
	X, Y, Width float64
	// Kind is the look of its severity: "severity-1".
	Kind  string
	Count int
}

// QuartileMark is a quartile with the ends of its interval; they are equal to X when there is none.
type QuartileMark struct {
	Median       bool
	X, Low, High float64
	// Width is High less Low.
	Width float64
}

// Point is a point of a line.
type Point struct{ X, Y float64 }

// Steps is a share that only falls, with its interval.
type Steps struct {
	// Line has the corners of the line, Band those of the area of its interval, once around.
	Line, Band    []Point
	Marks         []StepMark
	Levels, Ticks []Tick
	// HalfX is where half is reached; negative when it is not.
	HalfX float64
	// Axis names what runs from left to right: "days".
	Axis string
}

// StepMark is a point of the line with its meaning.
type StepMark struct {
	URL, Title string
	X, Y       float64
}

// Spark is a row of small columns inside a table: how often something occurred over time, all rows of the table on one scale. It is one mark.
type Spark struct {
	URL, Label string
	Bars       []SparkBar
}

// SparkBar is a column of a Spark.
type SparkBar struct{ X, Width, Y, Height float64 }

// Judgement is what a difference means, in words that go with its numbers.
type Judgement struct {
	// Kind is more, less, normal or too-few.
	Kind string
	// Words are "more than before, unlikely by chance".
	Words string
	// Numbers are "9 against 2".
	Numbers string
}

// Table is the numbers of an exhibit.
type Table struct {
	// Caption says how the rows are sorted, where that is a rule of its own.
	Caption string
	Columns []Column
	Rows    []Row

	// every are the rows of the downloads, where those are more than the rows that are shown.
	every []Row
}

// Column is the head of a column. The cells below hold one value of the downloads for each of its keys.
type Column struct {
	Name string
	// Number is true when the cells are numbers.
	Number bool
	keys   []string
}

// Row is one row; ID is its anchor, empty for none.
type Row struct {
	ID    string
	Cells []Cell
}

// Cell is one cell. It shows what it has, in this order.
type Cell struct {
	Severity  Badge
	Judgement *Judgement
	Spark     *Spark
	// Text is a link when URL is set. Note is small print below it.
	Text, URL, Note string
	// Links are incidents, or other things with counts; More leads to all of them, and without a URL says how many more there are.
	Links []Link
	More  Link

	raw []any
}

// IsText reports whether a cell has nothing but Text, as most have: that needs no partial.
func (c *Cell) IsText() bool {
	return c.Severity.Name == "" && c.Judgement == nil && c.Spark == nil && c.URL == "" && c.Note == "" && len(c.Links) == 0 && c.More.Name == ""
}

// Judged is what became of a number from one period to the next.
type Judged struct {
	Judgement
	// Text is the same in a sentence: "9 incidents in the last 12 months against 2 before; 0.8 a month (95 % interval 0.3 to 1.4)."
	Text string
}

// Recurred is the same factor on the same service twice: an incident and one after it. There may be several factors and services.
type Recurred struct {
	Factors, Services    []Link
	Earlier, Later       Link
	EarlierDay, LaterDay Time
	// Apart is "34 days later".
	Apart string
	// Items are what was done between the two, or what was still open; ItemsMore counts those that are not named.
	Items     []Promise
	ItemsMore int
}

// Postponed is work that was put off, and what came of it.
type Postponed struct {
	From Link
	Day  Time
	Work string
	// Again are later incidents with the same factor on the same service.
	Again []Link
	More  int
}

// number is a cell with a number.
func number(n int) Cell { return Cell{Text: strconv.Itoa(n), raw: []any{n}} }

// words is a cell with words.
func words(s string) Cell { return Cell{Text: s, raw: []any{s}} }

// leastSlots is for how many columns there is room at least, so that a single one is not a wall.
const leastSlots = 12

// slot is where column i of n stands: four fifths of its share of the width, in the middle of it.
func slot(i, n int) (x, width float64) {
	share := 100 / float64(max(n, leastSlots))
	return round2((float64(i) + .1) * share), round2(.8 * share)
}

// levels are the round numbers across a drawing that counts up to most, and the number at its top.
func levels(most int) (lines []Tick, top int) {
	step := 1
	for factor := 1; most > 4*step; factor *= 10 {
		for _, s := range []int{2, 5, 10} {
			if step = factor * s; most <= 4*step {
				break
			}
		}
	}
	top = max(step, (most+step-1)/step*step)
	for v := 0; v <= top; v += step {
		lines = append(lines, Tick{X: round2(100 - 100*float64(v)/float64(top)), Label: strconv.Itoa(v)})
	}
	return lines, top
}

// shares are the lines across a drawing of shares.
func shareLevels() []Tick {
	return []Tick{{X: 0, Label: "100 %"}, {X: 25, Label: "75 %"}, {X: 50, Label: "50 %"}, {X: 75, Label: "25 %"}, {X: 100, Label: "0 %"}}
}

// labelRoom is how many characters of labels fit beside each other under a drawing on the narrowest screen.
const labelRoom = 40

// thin keeps as many labels as there is room for, evenly spread, the first among them.
func thin(all []Tick) []Tick {
	longest := 1
	for _, t := range all {
		longest = max(longest, utf8.RuneCountInString(t.Label))
	}
	fit := max(2, labelRoom/(longest+2))
	step := max(1, (len(all)+fit-1)/fit)
	var out []Tick
	for i := 0; i < len(all); i += step {
		out = append(out, all[i])
	}
	return out
}

// shade is the level of a count among counts up to most. Where counts differ by orders of magnitude it grows with their root, so that the
// small ones differ too.
func shade(n, most int) int {
	if n == 0 || most == 0 {
		return 0
	}
	part := float64(n) / float64(most)
	if most > 16 {
		part = math.Sqrt(part)
	}
	return max(1, int(math.Ceil(4*part)))
}
