package config

import (
	"time"
	_ "time/tzdata" // a machine without a zone database still knows Europe/Berlin
)

// Default returns the configuration of an archive without archive.yaml.
func Default() *Config {
	c := &Config{
		Title:       "Incident archive",
		Language:    "en",
		Location:    time.UTC,
		Severities:  defaultSeverities(),
		FeedEntries: 25,
		PageSize:    50,
	}
	c.severities = index{}
	for i, s := range c.Severities {
		for _, name := range append([]string{s.ID, s.Name, s.PublicName}, s.Aliases...) {
			c.severities[key(name)] = i
		}
	}
	return c
}

// defaultSeverities is the scale most incident guides share. The aliases cover the names that common trackers and status pages write.
func defaultSeverities() []Severity {
	return []Severity{
		{
			ID: "sev1", Name: "SEV-1 critical", PublicName: "Critical",
			Description:        "A core service is down or data is at risk for most customers. Everybody who can help is called at once.",
			DocumentWithinDays: 3, MeetingWithinDays: 5,
			Aliases: []string{"1", "S1", "P1", "severity 1", "priority 1", "sev0", "S0", "P0", "blocker", "emergency", "down"},
		},
		{
			ID: "sev2", Name: "SEV-2 major", PublicName: "Major",
			Description:        "An important function is broken or very slow for many customers, and there is no good way around it.",
			DocumentWithinDays: 5, MeetingWithinDays: 7,
			Aliases: []string{"2", "S2", "P2", "severity 2", "priority 2", "high", "disrupted"},
		},
		{
			ID: "sev3", Name: "SEV-3 minor", PublicName: "Minor",
			Description:        "Some customers are affected, or there is a way around the failure.",
			DocumentWithinDays: 10, MeetingWithinDays: 14,
			Aliases: []string{"3", "S3", "P3", "severity 3", "priority 3", "medium", "moderate"},
		},
		{
			ID: "sev4", Name: "SEV-4 low", PublicName: "Low",
			Description: "Hardly anybody outside notices; worth writing down because something can be learned.",
			Aliases:     []string{"4", "S4", "P4", "severity 4", "priority 4", "sev5", "S5", "P5", "trivial", "notice", "informational"},
		},
	}
}
