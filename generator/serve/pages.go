package serve

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"debrief/generator"
	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/problem"
)

// own are the files of the preview itself.
//
//go:embed own
var own embed.FS

// PlainHeader asks, in a request, for the bytes of a file as a build writes them: without the script of the preview, and with what is wrong
// in them instead of the last good page.
const PlainHeader = "Debrief-Plain"

// ownFolder is where the preview's own files are served; no site has such a folder, because slugs have no underscore at their beginning.
const ownFolder = "/_debrief/"

// galleryFolder is where the gallery of the theme's components is served, which no site has either.
const galleryFolder = "/_gallery/"

func (s *Server) handler() http.Handler {
	return s.gate.guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		where := r.URL.Path
		for _, audience := range []edition.Audience{edition.Internal, edition.External} {
			switch rest, ok := strings.CutPrefix(where, "/"+string(audience)); {
			case ok && rest == "":
				redirect(w, r, where+"/")
				return
			case ok && rest[0] == '/':
				s.sitePage(w, r, audience, rest)
				return
			}
		}
		switch where {
		case "/":
			s.ownFile(w, r, "beside.html")
		case ownFolder + "events":
			s.events(w, r)
		case ownFolder + "state":
			s.serveState(w, r)
		case ownFolder + "notes":
			s.serveNotes(w, r)
		case ownFolder + "beside":
			s.serveBeside(w, r)
		case strings.TrimSuffix(galleryFolder, "/"):
			redirect(w, r, galleryFolder)
		case "/favicon.ico":
			s.sitePage(w, r, edition.Internal, "/favicon.ico")
		default:
			if name, ok := strings.CutPrefix(where, ownFolder); ok {
				s.ownFile(w, r, name)
				return
			}
			if name, ok := strings.CutPrefix(where, galleryFolder); ok {
				s.galleryFile(w, r, name)
				return
			}
			refuse(w, http.StatusNotFound, "There is nothing here. The sites are at /internal/ and /external/.")
		}
	}))
}

// redirect leads on, and does not let the browser remember that.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	target := url.URL{Path: to, RawQuery: r.URL.RawQuery}
	w.Header().Set("Location", target.String())
	w.WriteHeader(http.StatusTemporaryRedirect)
}

func (s *Server) ownFile(w http.ResponseWriter, r *http.Request, name string) {
	content, err := own.ReadFile("own/" + name)
	if err != nil {
		refuse(w, http.StatusNotFound, "There is nothing here.")
		return
	}
	send(w, r, http.StatusOK, name, content)
}

// sitePage answers with a file of a site. where is its address in the site, with a leading "/".
func (s *Server) sitePage(w http.ResponseWriter, r *http.Request, audience edition.Audience, where string) {
	st := s.state.Load()
	plain := r.Header.Get(PlainHeader) != ""
	file := strings.TrimPrefix(where, "/")
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	status := http.StatusOK
	snapshot := s.snapshotFor(st, audience, file, plain)
	content, err := snapshot.Site(audience).Produce(file)
	if errors.Is(err, fs.ErrNotExist) && path.Ext(file) == "" && snapshot.Site(audience).Has(where+"/") {
		redirect(w, r, "/"+string(audience)+where+"/")
		return
	}
	if errors.Is(err, fs.ErrNotExist) {
		status, file = http.StatusNotFound, "404.html"
		content, err = snapshot.Site(audience).NotFound("/" + string(audience) + "/")
	}
	switch {
	case r.Context().Err() != nil:
		return
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, "There is nothing here.")
		return
	case err != nil && path.Ext(file) == ".html":
		// The page cannot be made; a frame for the overlay, which says why, and which the page replaces when it can.
		content, status = brokenPage, http.StatusInternalServerError
	case err != nil:
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	if path.Ext(file) == ".html" && !plain {
		content = withScript(content, st.version)
	}
	send(w, r, status, file, content)
}

// galleryFile answers with a file of the gallery, which follows the theme as the sites do.
func (s *Server) galleryFile(w http.ResponseWriter, r *http.Request, file string) {
	if file == "" || strings.HasSuffix(file, "/") {
		file += "index.html"
	}
	st := s.state.Load()
	content, err := s.snapshotFor(st, edition.Internal, "index.html", false).Gallery(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refuse(w, http.StatusNotFound, "There is nothing here. All components are at "+galleryFolder+".")
		return
	case err != nil:
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	if path.Ext(file) == ".html" {
		content = withScript(content, st.version)
	}
	send(w, r, http.StatusOK, file, content)
}

// snapshotFor chooses the snapshot that a file of a site is made from: for a page, the last one in which what it is made from had no error;
// for all else, and when plain bytes are asked for, the newest.
func (s *Server) snapshotFor(st *state, audience edition.Audience, file string, plain bool) *generator.Snapshot {
	now := st.snapshot
	if plain || path.Ext(file) != ".html" {
		return now
	}
	problems, err := now.Site(audience).Problems()
	if err == nil && !slices.ContainsFunc(problems, isThemeError) {
		s.keepSound(now)
	} else if sound := s.sound.Load(); sound != nil && sound.Site(audience).HasFile(file) {
		return sound
	}
	for _, culprit := range slices.Sorted(maps.Keys(st.good)) {
		good := st.good[culprit]
		// An error in archive.yaml is one in every page.
		concerned := generator.IsConfig(culprit) || culprit == now.Source(file) || culprit == good.Source(file)
		if concerned && good.Site(audience).HasFile(file) {
			return good
		}
	}
	return now
}

// keepSound remembers the newest snapshot with a theme that works.
func (s *Server) keepSound(snapshot *generator.Snapshot) {
	for {
		sound := s.sound.Load()
		if sound != nil && sound.Number >= snapshot.Number || s.sound.CompareAndSwap(sound, snapshot) {
			return
		}
	}
}

func isThemeError(p problem.Problem) bool {
	return p.Severity == problem.Error && strings.HasPrefix(p.Rule, "theme-")
}

// brokenPage stands for a page that cannot be made.
var brokenPage = []byte("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>This page cannot be made</title>\n</head>\n<body></body>\n</html>\n")

// withScript adds the script that keeps a page up to date: the first of all scripts, so that it meets the page as it was sent.
func withScript(content []byte, version int) []byte {
	tag := []byte(`<script type="module" src="` + ownFolder + `page.js" data-debrief-version="` + strconv.Itoa(version) + `"></script>`)
	at := bytes.Index(content, []byte("<head>"))
	if at < 0 {
		return slices.Concat(content, tag) // a theme of one's own that leaves out what HTML lets one leave out
	}
	at += len("<head>")
	return slices.Concat(content[:at], tag, content[at:])
}

// mediaTypes are those of a site's files, whatever the system's own table says.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json; charset=utf-8", ".xml": "application/xml; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif",
	".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8", ".opml": "text/x-opml; charset=utf-8", ".ics": "text/calendar; charset=utf-8",
	".bin": "application/octet-stream", ".woff2": "font/woff2",
	"feed.xml": "application/rss+xml; charset=utf-8", "atom.xml": "application/atom+xml; charset=utf-8", "feed.json": "application/feed+json; charset=utf-8",
}

func mediaType(file string) string {
	base := path.Base(file)
	ext := strings.ToLower(path.Ext(base))
	known := cmp.Or(mediaTypes[base], mediaTypes[ext])
	if known == "" && ext != "" {
		known = mime.TypeByExtension(ext)
	}
	return cmp.Or(known, "application/octet-stream")
}

// send answers with content. A browser that has it already is told so.
func send(w http.ResponseWriter, r *http.Request, status int, file string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", mediaType(file))
	if status != http.StatusOK {
		h.Set("Content-Length", strconv.Itoa(len(content)))
		w.WriteHeader(status)
		if r.Method != http.MethodHead {
			_, _ = w.Write(content) // whoever asked may be gone
		}
		return
	}
	sum := sha256.Sum256(content)
	h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// shown is a problem as the overlay shows it.
type shown struct {
	problem.Problem
	// Place is where it is, as a person would look for it from where the preview was started; empty for none.
	Place string `json:"place"`
	// Source is the line that is meant; empty when it cannot be shown.
	Source string `json:"source"`
}

// stateJSON is what a page must know beside itself.
type stateJSON struct {
	Run      string `json:"run"`
	Version  int    `json:"version"`
	Warnings int    `json:"warnings"`
	// HeldBack is true when a build would not write the external site.
	HeldBack bool `json:"held_back"`
	// Behind is true when pages that have an error show an earlier state.
	Behind bool    `json:"behind"`
	Errors []shown `json:"errors"`
}

// serveState tells what is wrong. The parameter "site" leaves out what only the other site has to say.
func (s *Server) serveState(w http.ResponseWriter, r *http.Request) {
	st := s.state.Load()
	answer := stateJSON{Run: s.run, Version: st.version, HeldBack: st.snapshot.Site(edition.External).HeldBack(), Errors: []shown{}}
	answer.Behind = len(st.good) > 0 || st.failure != nil
	lines := sources{folder: s.folder}
	only := edition.Audience(r.URL.Query().Get("site"))
	if "/"+only+"/" == galleryFolder {
		only = edition.Internal // the theme is the same
	}
	for _, p := range s.problems(st, only) {
		switch p.Severity {
		case problem.Warning:
			answer.Warnings++
		case problem.Error:
			answer.Behind = answer.Behind || isThemeError(p) && s.sound.Load() != nil
			at := p.Position
			if at.File != "" {
				at.File = s.placeOf(at.File)
			}
			answer.Errors = append(answer.Errors, shown{Problem: p, Place: at.String(), Source: lines.line(p.Position)})
		}
	}
	sendJSON(w, r, answer)
}

// placeOf is where a file of the archive is, seen from where the preview was started.
func (s *Server) placeOf(file string) string {
	if strings.HasPrefix(file, "default theme") {
		return file
	}
	return filepath.Join(s.folder, filepath.FromSlash(file))
}

// sources reads the lines that problems are about; many are about the same file.
type sources struct {
	folder string
	file   string
	lines  []string
}

// maxShown is how much of a file is read to show one of its lines, and maxLine how much of a line is shown, in characters.
const (
	maxShown = 1 << 20
	maxLine  = 400
)

func (x *sources) line(at problem.Position) string {
	if at.File == "" || at.Line == 0 {
		return ""
	}
	if x.file != at.File {
		x.file, x.lines = at.File, nil
		root, err := os.OpenRoot(x.folder)
		if err != nil {
			return ""
		}
		defer root.Close()
		if info, err := root.Stat(filepath.FromSlash(at.File)); err != nil || !info.Mode().IsRegular() || info.Size() > maxShown {
			return ""
		}
		if content, err := root.ReadFile(filepath.FromSlash(at.File)); err == nil {
			x.lines = strings.Split(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n")
		}
	}
	if at.Line > len(x.lines) {
		return ""
	}
	return cut(x.lines[at.Line-1])
}

// cut returns as much of a line as is shown.
func cut(s string) string {
	line := []rune(strings.ToValidUTF8(s, "\uFFFD"))
	return string(line[:min(len(line), maxLine)])
}

// besideJSON says what belongs on the other side of the side-by-side view.
type besideJSON struct {
	// Path is the address of the page on the other site, relative to its top with a leading "/"; empty when it has none.
	Path string `json:"path"`
	// Why says why it has none.
	Why string `json:"why"`
}

// counterparts are pages of one site that another page of the other site stands for.
var counterparts = map[string]string{page.ActionsPath: page.CommitmentsPath, page.CommitmentsPath: page.ActionsPath}

// serveBeside finds, for the page at "path" of the site "site", the one of the other site.
func (s *Server) serveBeside(w http.ResponseWriter, r *http.Request) {
	st := s.state.Load()
	query := r.URL.Query()
	// The browser's own form of an address, with its escapes, is the one that pages are planned with.
	where := query.Get("path")
	other := edition.External
	if query.Get("site") == string(edition.External) {
		other = edition.Internal
	}
	var answer besideJSON
	for _, candidate := range []string{where, counterparts[where]} {
		if candidate != "" && s.snapshotFor(st, other, page.FilePath(candidate), false).Site(other).Has(candidate) {
			answer.Path = candidate
			break
		}
	}
	if answer.Path == "" && other == edition.External {
		why, err := s.snapshotFor(st, edition.Internal, page.FilePath(where), false).Outside(where)
		if err != nil {
			why = err.Error()
		}
		answer.Why = why
	} else if answer.Path == "" {
		answer.Why = "Only the external site has this page."
	}
	sendJSON(w, r, answer)
}

func sendJSON(w http.ResponseWriter, r *http.Request, v any) {
	content, err := json.Marshal(v)
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	send(w, r, http.StatusOK, "x.json", content)
}
