package secret

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRequired_literalsOfPatterns(t *testing.T) {
	for pattern, want := range map[string][]string{
		`\b(ghp_[a-z]{36})\b`:                       {"ghp_"},
		`(?:xoxb|xoxp)-[0-9]+`:                      {"xox"},
		`\b(?:abcd|efgh)[0-9]`:                      {"abcd", "efgh"},
		`[a-z]+\.atlasv1\.[a-z]+`:                   {".atlasv1."},
		`(?i)heroku.{0,20}[0-9a-f]{8}`:              {"HEROKU"},
		`(?:hooks\.slack\.com/services/)?[A-Z0-9]+`: nil,
		`[0-9a-f]{32}`:                              nil,
		`ab[0-9]`:                                   nil,
		`(abc){2,}x`:                                {"abc"},
		`(abc)*x`:                                   nil,
		`(`:                                         nil,
	} {
		got, _ := required(pattern)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", pattern, diff)
		}
	}
}
