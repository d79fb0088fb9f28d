package serve

import (
	"net/http"
	"path"

	"debrief/generator/edition"
	"debrief/generator/page"
	"debrief/generator/problem"
)

// notesJSON are the notes on one page of the internal site.
type notesJSON struct {
	Version int `json:"version"`
	// File is the file of the archive that the page is made from; empty for a page that is made from many.
	File string `json:"file"`
	// Unfinished is true while the postmortem is a draft or in review: then notes show without being asked for.
	Unfinished bool        `json:"unfinished"`
	Notes      []shownNote `json:"notes"`
}

// shownNote is a note as it is shown.
type shownNote struct {
	problem.Problem
	Place  string `json:"place"`
	Reason string `json:"reason"`
	// Text is the line that is meant, Heading what it stands under.
	Text    string `json:"text"`
	Heading string `json:"heading"`
}

// serveNotes tells what check has to say about the page at "path" of the internal site. Pages ask for it after they show a change, so that
// nobody waits for the rules to see what they wrote. Errors are left to the overlay.
func (s *Server) serveNotes(w http.ResponseWriter, r *http.Request) {
	st := s.state.Load()
	answer := notesJSON{Version: st.version, Notes: []shownNote{}}
	file := page.FilePath(r.URL.Query().Get("path"))
	if path.Ext(file) == ".html" {
		var today edition.Date
		if s.opts.Today != nil {
			today = s.opts.Today()
		}
		notes, err := st.snapshot.Notes(r.Context(), today, file)
		if err != nil {
			refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		answer.File, answer.Unfinished = notes.File, notes.Unfinished
		for _, n := range notes.List {
			if n.Severity == problem.Error {
				continue
			}
			at := n.Position
			at.File = s.placeOf(at.File)
			answer.Notes = append(answer.Notes, shownNote{Problem: n.Problem, Place: at.String(), Reason: n.Reason, Text: cut(n.Text), Heading: cut(n.Heading)})
		}
	}
	sendJSON(w, r, answer)
}
