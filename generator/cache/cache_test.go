package cache_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"debrief/generator/cache"
)

type inner struct {
	Text  string
	Marks []int
	When  time.Time
}

type outer struct {
	Name   string
	Number int64
	Share  float64
	Sure   *bool
	Parts  []inner
	Where  map[string]inner
	Sum    [4]byte
	Empty  []string
	hidden string
}

func berlin(t *testing.T) *time.Location {
	t.Helper()
	at, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func value(t *testing.T) outer {
	yes := true
	return outer{
		Name: "INC-2024-017", Number: -42, Share: 0.25, Sure: &yes, Sum: [4]byte{1, 200, 3, 4}, Empty: []string{},
		Parts: []inner{
			{"zero", nil, time.Time{}},
			{"UTC", []int{1, -2, 1 << 40}, time.Date(2024, 3, 5, 14, 2, 0, 7, time.UTC)},
			{"place", []int{}, time.Date(2024, 7, 5, 14, 2, 0, 0, berlin(t))},
			{"fixed", nil, time.Date(2024, 7, 5, 14, 2, 0, 0, time.FixedZone("UTC+05:30", 19800))},
		},
		Where: map[string]inner{"b": {Text: "second"}, "a": {Text: "first"}},
	}
}

func TestDecodeMakesWhatWasEncoded(t *testing.T) {
	want := value(t)
	s, err := cache.Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	var got outer
	if err := cache.Decode(s, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if again, _ := cache.Encode(got); again != s {
		t.Error("the value is other bytes the second time")
	}
	for n := range len(s) {
		if cache.Decode(s[:n], new(outer)) == nil {
			t.Fatalf("the first %d of %d bytes were taken for all", n, len(s))
		}
	}
}

func TestEncodeRefusesWhatItCannotMakeAgain(t *testing.T) {
	type loop struct{ Next *loop }
	round := &loop{}
	round.Next = round
	for name, v := range map[string]any{
		"function": struct{ F func() }{func() {}}, "interface": struct{ V any }{1}, "channel": make(chan int), "hidden": outer{hidden: "x"},
		"local time": struct{ T time.Time }{time.Date(2024, 1, 1, 0, 0, 0, 0, time.Local)}, "loop": round,
	} {
		if name == "local time" && time.Local.String() != "Local" {
			continue
		}
		if _, err := cache.Encode(v); err == nil {
			t.Errorf("%s: was encoded", name)
		}
	}
}

func TestSumTellsValuesApart(t *testing.T) {
	change := map[string]func(*outer){
		"text":        func(v *outer) { v.Parts[1].Text = "utc" },
		"moved":       func(v *outer) { v.Parts[0].Text, v.Parts[1].Text = "zer", "oUTC" },
		"nil":         func(v *outer) { v.Empty = nil },
		"map":         func(v *outer) { v.Where["c"] = inner{} },
		"pointer":     func(v *outer) { v.Sure = nil },
		"zone":        func(v *outer) { v.Parts[2].When = v.Parts[2].When.UTC() },
		"unexported":  func(v *outer) { v.hidden = "x" },
		"nanoseconds": func(v *outer) { v.Parts[1].When = v.Parts[1].When.Add(1) },
	}
	first, err := cache.Sum(value(t))
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := cache.Sum(value(t)); again != first {
		t.Error("the same value has another sum")
	}
	seen := map[cache.Key]string{first: "nothing"}
	for name, f := range change {
		v := value(t)
		f(&v)
		sum, err := cache.Sum(v)
		if err != nil {
			t.Fatal(err)
		}
		if other, ok := seen[sum]; ok {
			t.Errorf("changing %s has the same sum as changing %s", name, other)
		}
		seen[sum] = name
	}
	type a struct{ V any }
	x, _ := cache.Sum(a{int32(1)})
	y, _ := cache.Sum(a{int64(1)})
	if x == y {
		t.Error("types in an interface make no difference")
	}
	if _, err := cache.Sum(a{func() {}}); err == nil {
		t.Error("a function has a sum")
	}
}

func TestFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deep", "records")
	key, other := cache.Key{1}, cache.Key{2}
	if got := cache.Read(file, key); got != nil {
		t.Errorf("a file that is not there has %v", got)
	}
	records := []cache.Record{{Name: "a", Sum: cache.Key{7}, Data: "first"}, {Name: "b", Sum: cache.Key{8}}}
	if err := cache.Write(file, key, records); err != nil {
		t.Fatal(err)
	}
	want := map[string]cache.Record{"a": records[0], "b": records[1]}
	if got := cache.Read(file, key); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if got := cache.Read(file, other); got != nil {
		t.Errorf("with another key the file has %v", got)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) {
		if err := os.WriteFile(file, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if got := cache.Read(file, key); got != nil {
			t.Fatalf("cut to %d of %d bytes it has %v", n, len(whole), got)
		}
		bent := append([]byte{}, whole...)
		bent[n] ^= 4
		if err := os.WriteFile(file, bent, 0o644); err != nil {
			t.Fatal(err)
		}
		if got := cache.Read(file, key); got != nil {
			t.Fatalf("with another byte %d it has %v", n, got)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(file), ".*")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestPrune(t *testing.T) {
	top := t.TempDir()
	day := 24 * time.Hour
	for name, age := range map[string]time.Duration{"now": 0, "yesterday": day, "old": 40 * day, "large": 2 * day, "after-large": 3 * day} {
		dir := filepath.Join(top, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		size := 10
		if name == "large" {
			size = 1000
		}
		if err := os.WriteFile(filepath.Join(dir, "records"), make([]byte, size), 0o644); err != nil {
			t.Fatal(err)
		}
		when := time.Now().Add(-age)
		if err := os.Chtimes(dir, when, when); err != nil {
			t.Fatal(err)
		}
	}
	cache.Prune(top, 30*day, 500)
	left, err := filepath.Glob(filepath.Join(top, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 2 || filepath.Base(left[0]) != "now" || filepath.Base(left[1]) != "yesterday" {
		t.Errorf("left are %v", left)
	}
	cache.Prune(filepath.Join(top, "nowhere"), day, 1)
}

func FuzzDecode(f *testing.F) {
	yes := false
	s, err := cache.Encode(outer{Name: "x", Sure: &yes, Parts: []inner{{"t", []int{1}, time.Date(2024, 1, 2, 3, 4, 5, 6, time.UTC)}}, Where: map[string]inner{"k": {}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s)
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		var v outer
		if cache.Decode(s, &v) == nil {
			if _, err := cache.Encode(v); err != nil {
				t.Errorf("%q was decoded to what cannot be encoded: %v", s, err)
			}
		}
	})
}
