package engine

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func found(data, secret string) finding.Finding {
	at := strings.Index(data, secret)
	return finding.Finding{Evidence: "***", Location: finding.Location{Region: finding.RegionAt([]byte(data), at, at+len(secret))}}
}

func TestSnippets_hideEveryFindingOnTheLine(t *testing.T) {
	data := "first\nuser = alpha, password = beta, overlap = gammadelta\nlast"
	list := []finding.Finding{found(data, "beta"), found(data, "alpha"), found(data, "gammad"), found(data, "madelta")}
	snippets([]byte(data), list)
	for _, f := range list {
		if want := "user = ***, password = ***, overlap = ***"; f.Location.Snippet != want {
			t.Errorf("snippet %q, want %q", f.Location.Snippet, want)
		}
	}
}

func TestSnippets_longLinesAreCutAroundTheFinding(t *testing.T) {
	data := strings.Repeat("x", 10_000) + " key=secretvalue " + strings.Repeat("y", 10_000)
	list := []finding.Finding{found(data, "secretvalue")}
	snippets([]byte(data), list)
	if s := list[0].Location.Snippet; len(s) > 2*snippetWidth || !strings.Contains(s, "key=***") || strings.Contains(s, "secretvalue") {
		t.Errorf("snippet of %d bytes: %q", len(s), s)
	}
}

func TestWiden_wholeLinesJoined(t *testing.T) {
	data := []byte("one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n")
	got := Widen(data, []Span{{9, 10}, {20, 21}})
	if len(got) != 1 || string(data[got[0].Start:got[0].End]) != "two\nthree\nfour\nfive\n" {
		t.Errorf("widened to %v", got)
	}
	if got := Widen(data, []Span{{0, 0}}); len(got) != 1 || string(data[:got[0].End]) != "one\n" {
		t.Errorf("a seam at the start widened to %v", got)
	}
}
