package generator_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"debrief/generator/testkit"
)

// TestNothingLeaks plants a token in every private place of an archive and looks for it in every byte of the external site, file names
// included. The tokens are words of their own, so that a token found is a leak and nothing else.
func TestNothingLeaks(t *testing.T) {
	archive, err := os.ReadFile(filepath.Join("testdata", "leak.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	tokens := regexp.MustCompile(`zq[a-z]+qz`).FindAllString(string(archive), -1)
	slices.Sort(tokens)
	tokens = slices.Compact(tokens)
	if len(tokens) < 60 {
		t.Fatalf("only %d tokens are planted", len(tokens))
	}
	dir := testkit.Dir(t, string(archive))
	tokens = append(tokens, plantPictures(t, dir)...)
	out, _ := build(t, dir)

	inside := contentOf(t, filepath.Join(out, "internal"))
	outside := contentOf(t, filepath.Join(out, "external"))
	if !bytes.Contains(outside, []byte("public words for everybody")) {
		t.Fatal("the external site does not even have what is public")
	}
	for _, picture := range []string{"\x89PNG", "\xff\xd8\xff", `<rect width="3">`} {
		if !bytes.Contains(outside, []byte(picture)) {
			t.Errorf("the external site does not show its pictures: there is no %q", picture)
		}
	}
	t.Logf("%d tokens, looked for in %d bytes", len(tokens), len(outside))
	outside = bytes.ToLower(outside)
	for _, token := range tokens {
		if bytes.Contains(outside, []byte(token)) {
			at := bytes.Index(outside, []byte(token))
			t.Errorf("%s is outside: ...%s...", token, outside[max(0, at-120):min(len(outside), at+120)])
		}
	}
	// In the search data words are cut where they begin like the one before, so what is looked for is how a token ends.
	searched := 0
	for name, content := range searchData(t, filepath.Join(out, "external")) {
		searched += len(content)
		if end := regexp.MustCompile(`[a-z]{2}qz`).Find(content); end != nil {
			t.Errorf("%s has a word that ends with %q", name, end)
		}
	}
	if searched == 0 {
		t.Error("there is no search data to look into")
	}
	// The test would prove nothing if the tokens did not come through where they may.
	missing := 0
	for _, token := range tokens {
		if !bytes.Contains(inside, []byte(token)) {
			missing++
		}
	}
	if missing > len(tokens)/2 {
		t.Errorf("%d of %d tokens are not even inside; the archive of this test is not understood as it is meant", missing, len(tokens))
	}
}

// plantPictures adds the pictures that the public postmortem shows, with tokens where cameras and editors write what nobody sees. They are gone inside,
// too, so they are not among the tokens that must come through there.
func plantPictures(t *testing.T, dir string) (tokens []string) {
	t.Helper()
	var b bytes.Buffer
	picture := image.NewGray(image.Rect(0, 0, 8, 8))
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	text := "tEXtAuthor\x00zqpngauthorqz"
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)-4))
	chunk = binary.BigEndian.AppendUint32(append(chunk, text...), crc32.ChecksumIEEE([]byte(text)))
	withText := slices.Insert(b.Bytes(), 8+25, chunk...)
	b = bytes.Buffer{}
	if err := jpeg.Encode(&b, picture, nil); err != nil {
		t.Fatal(err)
	}
	exif := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00 zqjpegplaceqz"
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	withExif := slices.Insert(bytes.Clone(b.Bytes()), 2, append(segment, exif...)...)
	for name, content := range map[string][]byte{"queue.png": append(withText, "zqpngtailqz"...), "pier.jpg": append(withExif, "zqjpegtailqz"...)} {
		if err := os.WriteFile(filepath.Join(dir, "postmortems", name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"zqpngauthorqz", "zqpngtailqz", "zqjpegplaceqz", "zqjpegtailqz"}
}

// TestHiddenThingsChangeNothingOutside builds an archive with and without each hidden thing. The external site must be the same to the byte:
// then no count, no order, no link and no related incident can tell that something is hidden.
func TestHiddenThingsChangeNothingOutside(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "leak.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	all := testkit.Dir(t, string(text))
	out, _ := build(t, all)
	want := contentOf(t, filepath.Join(out, "external"))

	for _, hidden := range []string{
		"postmortems/internal-only.md", "postmortems/draft.md", "postmortems/in-review.md", "pages/private.md", "postmortems/zqattachedqz.txt",
	} {
		t.Run(hidden, func(t *testing.T) {
			dir := testkit.Dir(t, string(text))
			if err := os.Remove(filepath.Join(dir, filepath.FromSlash(hidden))); err != nil {
				t.Fatal(err)
			}
			out, _ := build(t, dir)
			if got := contentOf(t, filepath.Join(out, "external")); !bytes.Equal(got, want) {
				t.Errorf("without %s the external site is another: %s", hidden, firstDifference(got, want))
			}
		})
	}
	public, err := os.ReadFile(filepath.Join(all, "postmortems", "public.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Summary", "Impact", "Timeline", "Contributing factors", "Action items", "Lessons learned", "Supporting information"} {
		t.Run("section "+name, func(t *testing.T) {
			without := withoutSection(string(public), name)
			if len(without) == len(public) {
				t.Fatalf("there is no section %s to remove", name)
			}
			dir := testkit.Dir(t, string(text))
			if err := os.WriteFile(filepath.Join(dir, "postmortems", "public.md"), []byte(without), 0o644); err != nil {
				t.Fatal(err)
			}
			out, _ := build(t, dir)
			if got := contentOf(t, filepath.Join(out, "external")); !bytes.Equal(got, want) {
				t.Errorf("without the section %s the external site is another: %s", name, firstDifference(got, want))
			}
		})
	}
}

// withoutSection removes a second-level section.
func withoutSection(text, name string) string {
	start := strings.Index(text, "## "+name+"\n")
	if start < 0 {
		return text
	}
	rest := text[start+3:]
	end := strings.Index(rest, "\n## ")
	if end < 0 {
		return text[:start]
	}
	return text[:start] + rest[end+1:]
}

// contentOf is every file of a folder, names first, as one text.
func contentOf(t testing.TB, dir string) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(name)
		fmt.Fprintf(&all, "\n== %s\n%s", filepath.ToSlash(rel), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}

// searchData is the search data of a site, unpacked.
func searchData(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".bin" {
			return err
		}
		packed, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if head := []byte("DBSR"); bytes.HasPrefix(packed, head) { // the core of the search data begins with its name and version
			packed = packed[len(head)+1:]
		}
		all[name], err = io.ReadAll(flate.NewReader(bytes.NewReader(packed)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func firstDifference(a, b []byte) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("\nhave ...%s...\nwant ...%s...", a[max(0, i-100):min(len(a), i+100)], b[max(0, i-100):min(len(b), i+100)])
		}
	}
	return fmt.Sprintf("%d bytes, want %d", len(a), len(b))
}
