package sast_test

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

// TestValidate_models: a rule that names parts of a language's model is read with them, and one that names what is not there is told so.
func TestValidate_models(t *testing.T) {
	for name, c := range map[string]struct{ match, want string }{
		"known":         {`{"clean":["sql"],"from":["http"],"languages":["java"],"mode":"taint","to":["sql"]}`, ""},
		"no-such-place": {`{"from":["http"],"languages":["java"],"mode":"taint","to":["nowhere"]}`, `the model of "java" has no sinks "nowhere"`},
		"no-sink":       {`{"from":["http"],"languages":["java"],"mode":"taint"}`, "pattern-sinks"},
		"searching":     {`{"languages":["java"],"pattern":"f()","to":["sql"]}`, "from, to and clean are for rules of mode taint"},
	} {
		t.Run(name, func(t *testing.T) {
			err := sast.Validate(rule.Rule{Rule: finding.Rule{ID: "one", Title: "One"}, Match: c.match})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
