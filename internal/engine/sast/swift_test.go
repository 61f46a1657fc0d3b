package sast_test

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/syntax"
)

// Where a build has no grammar of Swift, that is said once, whatever files there are; where it has, they are read.
func TestEngine_swift(t *testing.T) {
	e := newEngine(t, "rules:\n  - {id: run, languages: [swift], severity: ERROR, message: m, pattern: run($X)}\n")
	found, notices := look(t, e, map[string]string{"a.swift": "run(1)\n", "b.swift": "let a = run(x)!\n"})
	if !syntax.Swift.Absent() {
		if len(found) != 2 || len(notices) != 0 {
			t.Errorf("found %+v, noticed %q", found, notices)
		}
		return
	}
	if len(found) != 0 || len(notices) != 1 || !strings.Contains(notices[0], "Swift") || !strings.Contains(notices[0], syntax.ErrAbsent.Error()) {
		t.Errorf("found %+v, noticed %q", found, notices)
	}
}
