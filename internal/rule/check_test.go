package rule

import (
	"bytes"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

// lookFor makes an engine of one pattern a rule: small enough to be wrong in the ways real ones are.
func lookFor(patterns map[string]string, identify func(path string, data []byte, at []int) finding.Fingerprint) Look {
	return func(path string, data []byte) []finding.Finding {
		var out []finding.Finding
		for id, pattern := range patterns {
			for _, at := range regexp.MustCompile(pattern).FindAllIndex(data, -1) {
				out = append(out, finding.Finding{
					Rule: id, Fingerprint: identify(path, data, at), Evidence: "acme****",
					Location: finding.Location{Path: path, Region: finding.RegionAt(data, at[0], at[1])},
				})
			}
		}
		return out
	}
}

func byValue(_ string, data []byte, at []int) finding.Fingerprint {
	return finding.Identify(nil, string(data[at[0]:at[1]]))
}

const goodCases = "-- bad/a.py --\nx = 1\nt = \"acme_{{alnum 8}}\"  # want: acme\n-- good/b.py --\nacme_short\n-- good/c.md --\nNothing.\n"

func TestCheck_sound(t *testing.T) {
	got := check(t, goodCases, Trial{Look: lookFor(map[string]string{"acme": `acme_\w{8}`}, byValue), Without: lookFor(nil, byValue)})
	if diff := cmp.Diff([]string(nil), got); diff != "" {
		t.Error(diff)
	}
}

func check(t *testing.T, src string, trial Trial) []string {
	t.Helper()
	cases, err := Cases([]byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, p := range Check(Rule{Rule: finding.Rule{ID: "acme", Title: "T"}}, cases, trial) {
		out = append(out, p.String())
	}
	return out
}

func TestCheck_demandsOfTheFiles(t *testing.T) {
	look := lookFor(map[string]string{"acme": `acme_\w{8}`, "other": `other_\w+`}, byValue)
	const goods = "-- good/b --\n-- good/c --\n"
	tests := []struct {
		name, src string
		want      []string
	}{
		{"no_cases", "", []string{"the cases have no file under bad/: want at least one that must be found",
			"the cases have 0 files under good/: want at least 2, one near miss and one realistic neighbour"}},
		{"bad_unmarked", "-- bad/a --\nx\n" + goods, []string{`bad/a: no line is marked "want: acme"`}},
		{"good_marked", "-- bad/a --\nacme_12345678 # want: acme\n-- good/b --\nx # want: acme\n-- good/c --\n",
			[]string{`good/b: the file is under good/ and marked "want: acme"`, "good/b:1: acme is not found here"}},
		{"missed", "-- bad/a --\nx\nacme_1234 # want: acme\n" + goods, []string{"bad/a:2: acme is not found here"}},
		{"wrong_line", "-- bad/a --\nacme_12345678\nx # want: acme\n" + goods,
			[]string{"bad/a:2: acme is not found here", "bad/a:1: acme is found here and not marked (acme****)"}},
		{"other_in_bad", "-- bad/a --\nacme_12345678 # want: acme\nother_x\n" + goods, []string{"bad/a:2: other is found here and not marked (acme****)"}},
		{"other_in_good", "-- bad/a --\nacme_12345678 # want: acme\n-- good/b --\nother_x\n-- good/c --\n", []string{"good/b:1: other is found here and not marked (acme****)"}},
		{"other_in_good_marked", "-- bad/a --\nacme_12345678 # want: acme\n-- good/b --\nother_x # want: other\n-- good/c --\n", nil},
		{"found_in_good", "-- bad/a --\nacme_12345678 # want: acme\n-- good/b --\nacme_12345678\n-- good/c --\n", []string{"good/b:1: acme is found here and not marked (acme****)"}},
		{"template_wrong", "-- bad/a --\n{{alnum}} # want: acme\n" + goods, []string{`case "bad/a": template alnum: want a length from 1 to 65536, have ""`}},
		{"unfilled", "-- bad/a --\nacme_12345678 # want: acme\n-- good/b --\nFILL IN\n-- good/c --\n", []string{`good/b: the case still says "FILL IN"`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, check(t, test.src, Trial{Look: look})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An engine that only works on small files, or on LF, or whose identity hangs on the place, does not pass.
func TestCheck_variants(t *testing.T) {
	acme := lookFor(map[string]string{"acme": `acme_\w{8}`}, byValue)
	tests := []struct {
		name string
		look Look
		want []string
	}{
		{"first_part_only", func(p string, d []byte) []finding.Finding { return acme(p, d[:min(len(d), 60000)]) },
			[]string{"bad/a.py:2: acme is not found here, at the end of a big file"}},
		{"last_part_only", func(p string, d []byte) []finding.Finding {
			if len(d) > 80000 && bytes.Index(d, []byte("acme")) < 1000 {
				return nil
			}
			return acme(p, d)
		}, []string{"bad/a.py:2: acme is not found here, at the start of a big file"}},
		{"needs_lf", func(p string, d []byte) []finding.Finding {
			if bytes.Contains(d, []byte("\r")) {
				return nil
			}
			return acme(p, d)
		}, []string{"bad/a.py:2: acme is not found here, with CRLF line ends"}},
		{"needs_final_newline", func(p string, d []byte) []finding.Finding {
			if !bytes.HasSuffix(d, []byte("\n")) {
				return nil
			}
			return acme(p, d)
		}, []string{"bad/a.py:2: acme is not found here, at the end of a big file"}},
		{"once_only", func(p string, d []byte) []finding.Finding { f := acme(p, d); return f[:min(len(f), 1)] },
			[]string{"bad/a.py:4: acme is not found here, twice in one file"}},
		{"identity_by_neighbour", lookFor(map[string]string{"acme": `acme_\w{8}`}, func(_ string, d []byte, at []int) finding.Fingerprint {
			return finding.Identify(nil, string(d[max(0, at[0]-12):at[1]]))
		}), []string{
			"bad/a.py: the fingerprints are not the same with CRLF line ends",
			"bad/a.py: the fingerprints are not the same in the middle of a big file",
			"bad/a.py: the fingerprints are not the same at the end of a big file",
			"bad/a.py: the fingerprints are not the same twice in one file",
		}},
		{"identity_by_line", lookFor(map[string]string{"acme": `acme_\w{8}`}, func(_ string, d []byte, at []int) finding.Fingerprint {
			return finding.Identify(nil, strings.Repeat("x", bytes.Count(d[:at[0]], []byte("\n"))))
		}), []string{
			"bad/a.py: the fingerprints are not the same in the middle of a big file",
			"bad/a.py: the fingerprints are not the same at the end of a big file",
			"bad/a.py: the fingerprints are not the same twice in one file",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, check(t, goodCases, Trial{Look: test.look})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheck_wholeAndStructuredAreNotPadded(t *testing.T) {
	for _, src := range []string{"# whole\n" + goodCases, strings.ReplaceAll(goodCases, "a.py", "a.json")} {
		look := func(p string, d []byte) []finding.Finding {
			if len(d) > 1000 || bytes.Count(d, []byte("acme")) > 1 {
				t.Errorf("looked at %d bytes", len(d))
			}
			return lookFor(map[string]string{"acme": `acme_\w{8}`}, byValue)(p, d)
		}
		if got := check(t, src, Trial{Look: look}); got != nil {
			t.Errorf("problems %q", got)
		}
	}
}

func TestCheck_withoutTheRule(t *testing.T) {
	look := lookFor(map[string]string{"acme": `acme_\w{8}`}, byValue)
	want := []string{"bad/a.py:2: acme is still found without the rule: another rule speaks in its name"}
	if diff := cmp.Diff(want, check(t, goodCases, Trial{Look: look, Without: look})); diff != "" {
		t.Error(diff)
	}
}

// A finding known in several places meets the marks of all; one without a place is the whole file.
func TestCheck_places(t *testing.T) {
	line := func(n int) finding.Location {
		return finding.Location{Region: finding.Region{StartLine: n, EndLine: n}}
	}
	merged := func(_ string, d []byte) []finding.Finding {
		var places []finding.Location
		for i, l := range strings.Split(string(d), "\n") {
			if strings.Contains(l, "acme_1") {
				places = append(places, line(i+1))
			}
		}
		if places == nil {
			return nil
		}
		return []finding.Finding{{Rule: "acme", Location: places[0], Also: places[1:]}}
	}
	whole := func(p string, _ []byte) []finding.Finding {
		if p != "id_rsa" {
			return nil
		}
		return []finding.Finding{{Rule: "acme"}}
	}
	const goods = "-- good/b --\n-- good/c --\n"
	if got := check(t, "-- bad/a --\nacme_1 # want: acme\nx\nacme_1 # want: acme\n"+goods, Trial{Look: merged}); got != nil {
		t.Errorf("merged: %q", got)
	}
	if got := check(t, "-- bad/id_rsa --\n# want: acme\nx\n"+goods, Trial{Look: whole}); got != nil {
		t.Errorf("whole file: %q", got)
	}
}

func TestCheck_mintIsHanded(t *testing.T) {
	mint := func(check, prefix string, _ *rand.Rand) (string, error) { return prefix + check + "78", nil }
	src := strings.ReplaceAll(goodCases, "acme_{{alnum 8}}", "{{token 123456 acme_}}")
	if got := check(t, src, Trial{Look: lookFor(map[string]string{"acme": `acme_12345678`}, byValue), Mint: mint}); got != nil {
		t.Errorf("problems %q", got)
	}
}
