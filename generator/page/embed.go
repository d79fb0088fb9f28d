package page

import "debrief/generator/edition"

// The addresses of the pictures that other pages embed.
const (
	EmbedPath   = "/embed/"
	BadgePath   = EmbedPath + "badge.svg"
	HistoryPath = EmbedPath + "timeline.svg"
)

// ServiceBadgePath and ServiceHistoryPath are the pictures of a service.
func ServiceBadgePath(slug string) string {
	return EmbedPath + "services/" + escape(slug) + "/badge.svg"
}

// ServiceHistoryPath is the picture of a service's last twelve months.
func ServiceHistoryPath(slug string) string {
	return EmbedPath + "services/" + escape(slug) + "/timeline.svg"
}

// PicturePath is the drawn timeline of an incident as a picture.
func PicturePath(slug string) string { return EmbedPath + "incidents/" + escape(slug) + ".svg" }

// IncidentFigure is the drawn timeline of an incident, as its page has it; nil when fewer than two different times are known.
func IncidentFigure(e *edition.Edition, inc *edition.Incident) *Figure {
	if e.Audience == edition.Internal {
		return figure(inc, insidePhases)
	}
	return figure(inc, outsidePhases)
}
