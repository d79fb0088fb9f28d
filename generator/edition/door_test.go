package edition_test

import (
	"reflect"
	"testing"

	"debrief/generator/config"
	"debrief/generator/postmortem"
)

// decisions say for every field of what comes to the door whether any of it may leave, and on what condition. A new field fails
// TestEveryFieldIsDecided until somebody has thought about it and written it down here and in Project.
var decisions = map[reflect.Type]map[string]string{
	reflect.TypeFor[postmortem.Postmortem](): {
		"File":           "never",
		"ID":             "yes",
		"Title":          "yes, unless there is an external title",
		"ExternalTitle":  "yes",
		"Severity":       "its public name, when stated",
		"Status":         "never; only published ones leave",
		"Visibility":     "never; only public ones leave",
		"Stage":          "yes",
		"NextUpdate":     "yes, of a preliminary report",
		"Started":        "yes, when stated or in the customers' timeline",
		"Detected":       "never",
		"Declared":       "never",
		"Mitigated":      "yes, when stated or in the customers' timeline",
		"Resolved":       "yes, when stated or in the customers' timeline",
		"ZoneStated":     "never",
		"Published":      "yes",
		"Services":       "those with a public name, when stated",
		"Factors":        "those with a public name, when stated",
		"DetectedBy":     "never",
		"Owner":          "never",
		"Participants":   "never",
		"NearMiss":       "never",
		"Class":          "never",
		"DeferredWork":   "never",
		"GrowsWithScale": "never",
		"Related":        "those that are outside too",
		"Aliases":        "yes",
		"Links":          "never",
		"Amended":        "yes",
		"Sections":       "those of open_sections",
		"Timeline":       "if open_sections has timeline, without evidence",
		"Actions":        "if open_sections has actions, without owner and ticket",
		"Glossary":       "never",
		"Ignored":        "never",
		"External":       "yes: it is written for the outside",
		"Derived":        "never",
		"Positions":      "never",
	},
	reflect.TypeFor[postmortem.External](): {
		"Line": "never", "Summary": "yes", "WhatHappened": "yes", "Doing": "yes", "More": "yes", "Commitments": "yes",
		"Timeline": "yes, without evidence",
	},
	reflect.TypeFor[postmortem.Commitment](): {
		"Text": "yes", "Body": "yes", "Status": "yes", "Due": "yes", "Slipped": "yes", "Completed": "yes", "Line": "never",
	},
	reflect.TypeFor[postmortem.Action](): {
		"Text": "if open", "Body": "if open", "Owner": "never", "Status": "if open", "Due": "if open", "Slipped": "if open",
		"Completed": "if open", "Type": "if open", "Link": "never", "Group": "if open", "Line": "never",
	},
	reflect.TypeFor[postmortem.Entry](): {
		"Time": "if open", "Written": "if open", "Text": "if open", "Body": "if open", "Milestone": "if open", "Evidence": "never", "Line": "never",
	},
	reflect.TypeFor[postmortem.Section](): {
		"Name": "if open", "Heading": "if open", "Line": "never", "Level": "if open", "Body": "if open", "IsGlossary": "never",
	},
	reflect.TypeFor[postmortem.FreePage](): {
		"File": "never", "Slug": "if public", "Title": "if public", "Public": "never", "Order": "never", "Body": "if public",
		"Headings": "if public",
	},
	reflect.TypeFor[config.Config](): {
		"Title": "yes", "Organization": "yes", "Description": "yes", "Language": "yes", "Location": "yes", "Logo": "yes", "Internal": "never",
		"External": "yes", "Severities": "those with a public name", "Services": "those with a public name", "Factors": "those with a public name",
		"Glossary": "public terms", "Sections": "never", "OpenSections": "never", "BlockedWords": "never", "People": "never",
		"FeedEntries": "never", "PageSize": "never", "Theme": "never", "Links": "public links", "ZoneStated": "never", "Rules": "never", "Audit": "never", "Gone": "yes: their addresses were public",
	},
	reflect.TypeFor[config.Severity](): {
		"ID": "with a public name", "Name": "never", "PublicName": "yes", "Description": "never", "DocumentWithinDays": "never",
		"MeetingWithinDays": "never", "Aliases": "never", "At": "never",
	},
	reflect.TypeFor[config.Service](): {
		"ID": "with a public name", "Name": "never", "PublicName": "yes", "Owner": "never", "Description": "never", "PublicDescription": "yes",
		"Aliases": "never", "At": "never",
	},
	reflect.TypeFor[config.Factor](): {
		"ID": "with a public name", "Name": "never", "PublicName": "yes", "Description": "never", "PublicDescription": "yes",
		"Category": "never", "Aliases": "never", "At": "never",
	},
}

func TestEveryFieldIsDecided(t *testing.T) {
	for typ, decided := range decisions {
		for i := range typ.NumField() {
			field := typ.Field(i)
			if !field.IsExported() {
				continue
			}
			if decided[field.Name] == "" {
				t.Errorf("%s.%s is new: decide whether it may leave, in Project and in this test", typ, field.Name)
			}
		}
		for name := range decided {
			if _, ok := typ.FieldByName(name); !ok {
				t.Errorf("%s.%s is decided but does not exist any more", typ, name)
			}
		}
	}
}
