package generator_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"debrief/generator/edition"
	"debrief/generator/export"
	"debrief/generator/mcp"
	"debrief/generator/testkit"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// TestNothingLeaksFromExports looks for the tokens of TestNothingLeaks in every format of the external export, and in what the server for
// assistants answers.
func TestNothingLeaksFromExports(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "leak.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	dir := testkit.Dir(t, string(text))
	tokens := append(regexp.MustCompile(`zq[a-z]+qz`).FindAllString(string(text), -1), plantPictures(t, dir)...)
	slices.Sort(tokens)
	tokens = slices.Compact(tokens)

	for name, out := range map[string][]byte{"exports": allExports(t, dir, edition.External), "answers": allAnswers(t, dir, edition.External, tokens)} {
		if !bytes.Contains(out, []byte("public words for everybody")) {
			t.Errorf("the %s do not even have what is public", name)
		}
		for _, token := range tokens {
			if at := bytes.Index(out, []byte(token)); at >= 0 {
				t.Errorf("%s is in the %s: ...%s...", token, name, out[max(0, at-120):min(len(out), at+120)])
			}
		}
	}
	for name, in := range map[string][]byte{"exports": allExports(t, dir, edition.Internal), "answers": allAnswers(t, dir, edition.Internal, nil)} {
		there := 0
		for _, token := range tokens {
			if bytes.Contains(in, []byte(token)) {
				there++
			}
		}
		if there < len(tokens)/2 {
			t.Errorf("only %d of %d tokens are in the internal %s; this test would find nothing", there, len(tokens), name)
		}
	}
}

// TestHiddenThingsChangeNoExport takes away one hidden file after the other. What goes outside stays the same to the byte.
func TestHiddenThingsChangeNoExport(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "leak.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	all := testkit.Dir(t, string(text))
	exports, answers := allExports(t, all, edition.External), allAnswers(t, all, edition.External, nil)
	for _, hidden := range []string{
		"postmortems/internal-only.md", "postmortems/draft.md", "postmortems/in-review.md", "pages/private.md", "postmortems/zqattachedqz.txt",
	} {
		dir := testkit.Dir(t, string(text))
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(hidden))); err != nil {
			t.Fatal(err)
		}
		if got := allExports(t, dir, edition.External); !bytes.Equal(got, exports) {
			t.Errorf("without %s the exports are others: %s", hidden, firstDifference(got, exports))
		}
		if got := allAnswers(t, dir, edition.External, nil); !bytes.Equal(got, answers) {
			t.Errorf("without %s the answers are others: %s", hidden, firstDifference(got, answers))
		}
	}
}

// allExports is everything that export can write.
func allExports(t *testing.T, root string, audience edition.Audience) []byte {
	t.Helper()
	var all bytes.Buffer
	x := exported(t, root, audience)
	for _, format := range export.Formats {
		fmt.Fprintf(&all, "\n== %s\n", format)
		if problems, err := x.Write(&all, format); err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
	}
	dir := filepath.Join(t.TempDir(), "folder")
	if _, problems, err := x.WriteFolder(t.Context(), dir); err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	all.Write(contentOf(t, dir))
	return all.Bytes()
}

// allAnswers is what the server for assistants says of an archive, to questions that name each of the words, too. A question that is repeated in
// the answer is not an answer, so what nothing is known of says so without the word.
func allAnswers(t *testing.T, root string, audience edition.Audience, words []string) []byte {
	t.Helper()
	here, there := sdk.NewInMemoryTransports()
	serving, err := mcp.NewServer(mcp.Options{Archive: root, Cache: t.TempDir(), Audience: audience}).Connect(t.Context(), there, nil)
	if err != nil {
		t.Fatal(err)
	}
	client, err := sdk.NewClient(&sdk.Implementation{Name: "test"}, nil).Connect(t.Context(), here, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		client.Close()
		serving.Wait()
	}()
	var all bytes.Buffer
	ask := func(tool string, arguments map[string]any) string {
		r, err := client.CallTool(t.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, c := range r.Content {
			b.WriteString(c.(*sdk.TextContent).Text)
		}
		return b.String()
	}
	for _, query := range []string{"public words", "words OR tickets", "year:2024", "has:commitments", "status:published"} {
		all.WriteString(ask("search", map[string]any{"query": query, "limit": 50}))
	}
	all.WriteString(ask("similar", map[string]any{"text": "public words for everybody who waits for tickets", "limit": 50}))
	all.WriteString(ask("trends", map[string]any{"top": 1000}))
	for _, id := range []string{"INC-1", "INC-2", "INC-3", "INC-4", "INC-5"} {
		all.WriteString(ask("get", map[string]any{"id": id}))
	}
	for _, word := range words {
		for _, told := range []string{ask("search", map[string]any{"query": word, "limit": 50}), ask("similar", map[string]any{"text": word + " " + word, "limit": 50})} {
			if !bytes.Contains([]byte(told), []byte(`"total":0`)) {
				t.Errorf("asked for %s, the server knows %s", word, told)
			}
		}
	}
	return all.Bytes()
}
