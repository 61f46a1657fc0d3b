package ingest

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The documentation of the generic format is true: its examples are read, and its table names the fields there are.
func TestReadGeneric_asDocumented(t *testing.T) {
	page, err := os.ReadFile("../../docs/import.md")
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)```(?:json|csv)\n(.*?)```").FindAllSubmatch(page, -1)
	if len(examples) != 2 {
		t.Fatalf("%d examples, want one in JSON and one in CSV", len(examples))
	}
	for i, want := range []int{2, 1} {
		var got recorder
		h, err := Read(context.Background(), "", strings.NewReader(string(examples[i][1])), "auto", &got)
		if err != nil || h.Format != "generic" || len(got.Findings) != want {
			t.Errorf("example %d: %d findings as %q: %v", i+1, len(got.Findings), h.Format, err)
		}
	}
	named := map[string]bool{}
	for _, line := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(string(page), -1) {
		for _, field := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(line[1], -1) {
			named[field[1]] = true
			if genericFields()[field[1]] == nil {
				t.Errorf("docs/import.md names the field %q, which is not read", field[1])
			}
		}
	}
	for _, field := range genericNames() {
		if !named[field] {
			t.Errorf("docs/import.md does not name the field %q", field)
		}
	}
}
