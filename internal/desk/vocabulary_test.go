package desk_test

import (
	"slices"
	"testing"

	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/ingest"
)

// What a reader of reports calls a class can be asked for: the index knows the same classes, and "other" for what has none.
func TestClasses_areTheSameToReadersAndToTheIndex(t *testing.T) {
	want := append(slices.Clone(ingest.Classes()), "other")
	if got := facet.Class.Values(); !slices.Equal(got, want) {
		t.Errorf("the index knows the classes %q, the readers %q", got, want)
	}
}
