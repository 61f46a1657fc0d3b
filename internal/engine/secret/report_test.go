package secret

import (
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestMessage_namesWhatHoldsTheSecret(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("url", `{"document":"url-password"}`))
	token := acme('a')
	for text, want := range map[string]string{
		"ACME_TOKEN=" + token:                                   "Token of acme assigned to ACME_TOKEN",
		`"acmeToken": "` + token + `"`:                          "Token of acme assigned to acmeToken",
		`Client("` + token + `")`:                               "Token of acme assigned to Client",
		"curl -H 'Authorization: Bearer " + token + "'":         "Token of acme in the open",
		"the token " + token:                                    "Token of acme in the open",
		"zq7xk9vw2jf8qz7xk9vw2j = \"" + token + `"`:             "Token of acme in the open",
		"postgres://shop:" + password + "@db.acme.io:5432/x":    "Token of url in a URL of db.acme.io:5432",
		`{"k": "` + strings.Repeat("x", 80) + `=` + token + `"`: "Token of acme in the open",
	} {
		got := find(e, text)
		if len(got) != 1 || got[0].Message != want {
			t.Errorf("%s: got %q, want %q", text, got[0].Message, want)
		}
	}
}

func TestEvidence_showsPublicKnowledgeOnly(t *testing.T) {
	named := newEngine(t, ruleOf("acme", strings.TrimSuffix(acmeRule, "}")+`,"named":true}`))
	if got := find(named, acme('a'))[0].Evidence; got != "********" {
		t.Errorf("a password shows %q", got)
	}
	long := newEngine(t, ruleOf("acme", `{"keywords":["acme_a7qb3za7qb3za7qb3z"],"exact":true,"pattern":"acme_[a-z0-9]{24}"}`))
	if got := find(long, acme('a'))[0].Evidence; got != "********" {
		t.Errorf("a keyword of most of the value shows %q", got)
	}
}

func TestPosition_countsAsFindingDoesOnLongLines(t *testing.T) {
	data := []byte("first\n" + strings.Repeat("ü ", 5000) + "\n" + strings.Repeat("x", 9000))
	lines := lineCounter{data: data, line: 1}
	for at := 0; at+1 < len(data); at += 700 {
		for data[at] >= 0x80 {
			at++
		}
		if got, want := lines.region(at, at+1), finding.RegionAt(data, at, at+1); got != want {
			t.Errorf("at %d: got %+v, want %+v", at, got, want)
		}
	}
}

func TestPosition_countsAsFindingDoes(t *testing.T) {
	data := []byte("é\nüa\n\nlast ü line")
	for start := 0; start < len(data); start++ {
		lines := lineCounter{data: data, line: 1}
		lines.region(start/2, start)
		if got, want := lines.region(start, len(data)), finding.RegionAt(data, start, len(data)); got != want {
			t.Errorf("from %d: got %+v, want %+v", start, got, want)
		}
	}
}
