package generator_test

import (
	"slices"
	"testing"

	"debrief/generator/config"
	"debrief/generator/postmortem"
)

// archive.yaml and the reader name sections alike, though neither room may import the other.
func TestSectionNamesAgree(t *testing.T) {
	var names []string
	for _, name := range postmortem.SectionNames() {
		names = append(names, string(name))
	}
	if !slices.Equal(names, config.SectionNames()) {
		t.Errorf("the reader knows the sections %v, archive.yaml %v", names, config.SectionNames())
	}
}
