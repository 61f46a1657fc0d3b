package sca

import (
	"strings"
	"testing"
	"time"
)

func TestLicences_verdicts(t *testing.T) {
	allow := []string{"MIT", "Apache-2.0", "GPL-3.0-only", "LGPL-2.1-or-later", "Acme Licence 1"}
	for _, c := range []struct {
		expression  string
		allow, deny []string
		want        verdict
	}{
		{"MIT", allow, nil, permitted}, {"mit", allow, nil, permitted}, {"The MIT License (MIT)", allow, nil, permitted}, {"Expat", allow, nil, permitted},
		{"ISC", allow, nil, notAllowed}, {"MIT OR ISC", allow, nil, permitted}, {"MIT AND ISC", allow, nil, notAllowed},
		{"(MIT AND (ISC OR Apache-2.0))", allow, nil, permitted}, {"MIT/Apache-2.0", allow, nil, permitted}, {"ISC/Apache 2.0", allow, nil, permitted},
		{"GPL-2.0-or-later", allow, nil, permitted}, {"GPL-2.0+", allow, nil, permitted}, {"GPL-2.0-only", allow, nil, notAllowed}, {"GPL-3.0-only", allow, nil, permitted},
		{"LGPL-3.0-only", allow, nil, permitted}, {"LGPL-2.0-only", allow, nil, notAllowed},
		{"Apache-2.0 WITH LLVM-exception", allow, nil, permitted}, {"Acme Licence 1", allow, nil, permitted},
		{"", allow, nil, unknownLicence}, {"BSD", allow, nil, unknownLicence}, {"UNLICENSED", allow, nil, unknownLicence}, {"SEE LICENSE IN x", allow, nil, unknownLicence},
		{"MIT OR weird thing", allow, nil, permitted}, {"ISC OR weird thing", allow, nil, unknownLicence}, {"ISC AND weird thing", allow, nil, notAllowed}, {"(MIT OR ISC", allow, nil, unknownLicence},
		{"MIT AND", allow, nil, unknownLicence}, {"()", allow, nil, unknownLicence},
		{"AGPL-3.0-or-later", nil, []string{"AGPL-3.0-only"}, denied}, {"AGPL-3.0", nil, []string{"AGPL-3.0-only"}, denied}, {"GNU AGPLv3", nil, []string{"AGPL-3.0-only"}, denied},
		{"AGPL-3.0-only OR MIT", nil, []string{"AGPL-3.0-only"}, permitted}, {"AGPL-3.0-only AND MIT", nil, []string{"AGPL-3.0-only"}, denied},
		{"GPL-2.0-only", nil, []string{"AGPL-3.0-only"}, permitted}, {"", nil, []string{"AGPL-3.0-only"}, permitted}, {"weird", nil, []string{"MIT"}, permitted}, {"weird", nil, []string{"weird"}, denied},
		{"GPL-3.0-only", nil, []string{"GPL-2.0-or-later"}, denied}, {"GPL-2.0-or-later", nil, []string{"GPL-3.0-or-later"}, permitted},
		{"GPL-2.0-only WITH Classpath-exception-2.0", nil, []string{"GPL-2.0-only"}, denied},
		{"GPL-2.0-only WITH Classpath-exception-2.0", []string{"GPL-2.0-only WITH Classpath-exception-2.0"}, []string{"GPL-2.0-only"}, permitted},
		{"MIT", []string{"MIT"}, []string{"MIT"}, denied}, {"MIT OR ISC", []string{"MIT"}, []string{"MIT"}, notAllowed},
		{"MIT", []string{"no licence at all (", "MIT"}, nil, permitted},
	} {
		if got := licencesOf(&Supply{AllowLicences: c.allow, DenyLicences: c.deny}).of(c.expression); got != c.want {
			t.Errorf("%q with allow %q deny %q: %d, want %d", c.expression, c.allow, c.deny, got, c.want)
		}
	}
}

// Every identifier that words are taken for is one.
func TestLicenceWords_areLicences(t *testing.T) {
	for words, licence := range licenceWords() {
		if !isLicence(licence) {
			t.Errorf("%q stands for %q, which SPDX does not know", words, licence)
		}
		if plain := plainWords(words); plain != words {
			t.Errorf("%q is never asked for: it would be %q", words, plain)
		}
	}
}

// An expression that would have a million ways when written out takes no longer than one of its length.
func TestLicences_hostileExpressions(t *testing.T) {
	s := &Supply{AllowLicences: []string{"MIT"}}
	for _, text := range []string{
		strings.TrimSuffix(strings.Repeat("(MIT OR ISC) AND ", 230), " AND "), strings.Repeat("(", 4000), strings.Repeat("MIT OR ", 580), strings.Repeat("\x1b[31m ", 500), strings.Repeat("x", 1<<20),
	} {
		start := time.Now()
		licencesOf(s).of(text)
		if took := time.Since(start); took > time.Second {
			t.Errorf("%.30q took %v", text, took)
		}
	}
}

func FuzzLicence(f *testing.F) {
	for _, seed := range []string{"MIT", "(MIT OR GPL-2.0+) AND ISC", "GPL-2.0 WITH Classpath-exception-2.0", "MIT/X11", "((", "BSD 3-Clause License"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// Who allows everything that is said gets no complaint, who denies it gets one or no answer.
		judged := judge(text, func(string) answer { return yes })
		if judged == no {
			t.Errorf("%q is bad though every licence in it is good", text)
		}
		if judge(text, func(string) answer { return no }) == yes {
			t.Errorf("%q is good though every licence in it is bad", text)
		}
		licencesOf(&Supply{AllowLicences: []string{"MIT"}, DenyLicences: []string{"GPL-2.0-only"}}).of(text)
	})
}
