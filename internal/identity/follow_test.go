package identity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// plain makes candidates of findings.
func plain(list ...*finding.Finding) []Candidate {
	var seen []sighting
	for _, f := range list {
		seen = append(seen, sighting{f: f})
	}
	return candidates(seen, options(), "Semgrep", "main")
}

// told writes pairs as "0-1: why".
func told(pairs []Pair) []string {
	out := []string{}
	for _, p := range pairs {
		out = append(out, fmt.Sprintf("%d-%d: %s", p.Gone, p.Fresh, p.Why))
	}
	return out
}

func at(line int) *finding.Finding { return sast("a.py", line, "", query) }

func TestFollow_saysWhatHappened(t *testing.T) {
	other := `cursor.execute("delete from " + name)`
	print := func(f *finding.Finding) { f.Fingerprint = "0011223344556677" }
	bucket := func(code string) *finding.Finding {
		return with(thing("iac", "CKV_1", "not encrypted", "resource", "aws_s3_bucket.logs"), func(f *finding.Finding) {
			f.Location.Path, f.Location.Snippet, f.Location.Region.StartLine = "s3.tf", code, 3
		})
	}
	for _, c := range []struct {
		name        string
		gone, fresh []*finding.Finding
		want        []string
	}{
		{"lines moved down", []*finding.Finding{at(10)}, []*finding.Finding{at(24)}, []string{"0-0: the same code, 14 lines further down"}},
		{"lines moved up", []*finding.Finding{at(10)}, []*finding.Finding{at(9)}, []string{"0-0: the same code, 1 line further up"}},
		{"two in the order of lines", []*finding.Finding{at(20), at(10)}, []*finding.Finding{at(13), at(25)}, []string{"0-1: the same code, 5 lines further down", "1-0: the same code, 3 lines further down"}},
		{"all moved by the distance between them", []*finding.Finding{at(10), at(20)}, []*finding.Finding{at(20), at(30)}, []string{"0-0: the same code, 10 lines further down", "1-1: the same code, 10 lines further down"}},
		{"indented anew", []*finding.Finding{at(10)}, []*finding.Finding{with(at(10), func(f *finding.Finding) { f.Location.Region.StartColumn = 9 })}, []string{"0-0: the same code on the same line, laid out differently"}},
		{"file renamed", []*finding.Finding{at(10)}, []*finding.Finding{sast("b.py", 10, "", query)}, []string{"0-0: the file was renamed from a.py to b.py"}},
		{"code moved", []*finding.Finding{at(10), sast("a.py", 30, "", other)}, []*finding.Finding{sast("b.py", 10, "", query), sast("a.py", 31, "", other)}, []string{"0-0: the same code moved from a.py to b.py", "1-1: the same code, 1 line further down"}},
		{"function renamed", []*finding.Finding{sast("a.py", 10, "list", query)}, []*finding.Finding{sast("a.py", 12, "show", query)}, []string{"0-0: the same code, in show instead of list"}},
		{"edited", []*finding.Finding{sast("a.py", 10, "list", query)}, []*finding.Finding{sast("a.py", 10, "list", strings.Replace(query, "table)", "table, limit)", 1))}, []string{"0-0: edited code in list: 90 % of its words are the same"}},
		{"fingerprint", []*finding.Finding{with(at(10), print)}, []*finding.Finding{with(sast("a.py", 40, "", other), print)}, []string{"0-0: the tool knows it by the same fingerprint, 30 lines further down"}},
		{"fingerprint in another file", []*finding.Finding{with(at(10), print)}, []*finding.Finding{with(sast("b.py", 10, "", other), print)}, []string{"0-0: the tool knows it by the same fingerprint, in b.py instead of a.py"}},
		{"lock file moved", []*finding.Finding{sca("CVE-2021-1", "npm", "lodash", "1", "a/package-lock.json")}, []*finding.Finding{sca("GHSA-x", "npm", "lodash", "2", "b/package-lock.json", "CVE-2021-1")}, []string{"0-0: the same flaw in the same package, whose project moved from a/package-lock.json to b/package-lock.json"}},
		{"host moved", []*finding.Finding{page("xss", "http://a.example/x?q=1", "GET", "q")}, []*finding.Finding{page("xss", "https://b.example/x?q=1", "GET", "q")}, []string{"0-0: the same page and parameter, now at b.example instead of a.example"}},
		{"id in the address", []*finding.Finding{page("xss", "http://a.example/orders/17", "GET", "q")}, []*finding.Finding{page("xss", "http://a.example/orders/18", "GET", "q")}, []string{"0-0: the same page and parameter; only an id in the address changed"}},
		{"port moved", []*finding.Finding{thing("network", "tls", "weak", "host", "a", "port", "443")}, []*finding.Finding{thing("network", "tls", "weak", "host", "a", "port", "8443")}, []string{"0-0: the same rule about the same host, on port 8443 instead of 443"}},
		{"message of a resource", []*finding.Finding{thing("cloud", "s3", "is public", "resource", "logs")}, []*finding.Finding{thing("cloud", "s3", "may be read by all", "resource", "logs")}, []string{"0-0: the same rule about the same thing; only the message changed"}},
		{"a resource edited", []*finding.Finding{bucket("a = 1")}, []*finding.Finding{bucket("c = 2\nd = 3")}, []string{"0-0: the same rule about aws_s3_bucket.logs, which was edited"}},
		{"numbers in a message", []*finding.Finding{thing("cloud", "s3", "12 objects", "resource", "logs")}, []*finding.Finding{thing("cloud", "s3", "13 objects", "resource", "logs")}, []string{"0-0: the same rule about the same thing; only numbers in the message changed"}},
		{"nothing in common", []*finding.Finding{at(10)}, []*finding.Finding{sast("b.py", 10, "", other)}, []string{}},
		{"files renamed crosswise are told by what else is in them",
			[]*finding.Finding{at(10), sast("b.py", 10, "", query), sast("a.py", 20, "", other), sast("b.py", 30, "", "subprocess.run(command, shell=True)")},
			[]*finding.Finding{sast("x.py", 10, "", query), sast("y.py", 10, "", query), sast("y.py", 20, "", other), sast("x.py", 30, "", "subprocess.run(command, shell=True)")},
			[]string{"0-1: the file was renamed from a.py to y.py", "1-0: the file was renamed from b.py to x.py", "2-2: the file was renamed from a.py to y.py", "3-3: the file was renamed from b.py to x.py"}},
	} {
		if got := told(Follow(plain(c.gone...), plain(c.fresh...))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestFollow_twinCodeIsNeverMerged are the cases in which a false merge would be easy. Want lists the pairs that are true; all others are false merges.
func TestFollow_twinCodeIsNeverMerged(t *testing.T) {
	in := func(path string, line int, function string) *finding.Finding {
		return sast(path, line, function, query)
	}
	bare := func(line int) *finding.Finding { return sast("a.py", line, "", "") }
	print := func(f *finding.Finding) {
		f.Fingerprint = finding.Fingerprint("39fa2ee980eb94b0:" + fmt.Sprint(f.Location.Region.StartLine/10))
	}
	masked := func(path string, line int) *finding.Finding {
		return with(leak("generic", path, line, ""), func(f *finding.Finding) { f.Evidence = "hors****" })
	}
	for _, c := range []struct {
		name        string
		gone, fresh []*finding.Finding
		want        string
	}{
		{"one of two equal lines mended, the rest moved", []*finding.Finding{at(10), at(20)}, []*finding.Finding{at(23)}, ""},
		{"one of three mended", []*finding.Finding{at(10), at(20), at(30)}, []*finding.Finding{at(13), at(33)}, ""},
		{"a copy added in the same file", []*finding.Finding{at(10)}, []*finding.Finding{at(13), at(40)}, ""},
		{"one mended, one copied, one stands", []*finding.Finding{at(10), at(20)}, []*finding.Finding{at(20), at(40)}, "1-0"},
		{"a copy of a standing file", nil, []*finding.Finding{in("b.py", 10, "")}, ""},
		{"a copy in another file while the old one moves", []*finding.Finding{at(10)}, []*finding.Finding{at(14), in("b.py", 10, "")}, "0-0"},
		{"two copies of a file that is gone", []*finding.Finding{at(10)}, []*finding.Finding{in("b.py", 10, ""), in("c.py", 10, "")}, ""},
		{"two files become one", []*finding.Finding{at(10), in("b.py", 10, "")}, []*finding.Finding{in("c.py", 10, "")}, ""},
		{"two files exchanged for two others", []*finding.Finding{at(10), in("b.py", 10, "")}, []*finding.Finding{in("c.py", 10, ""), in("d.py", 10, "")}, ""},
		{"the same function in two files, one mended", []*finding.Finding{in("a.py", 10, "list"), in("b.py", 10, "list")}, []*finding.Finding{in("b.py", 14, "list")}, "1-0"},
		{"the same function in two files, other code", []*finding.Finding{in("a.py", 10, "list")}, []*finding.Finding{sast("b.py", 10, "list", `os.system("rm " + path)`)}, ""},
		{"edited in place and copied elsewhere", []*finding.Finding{in("a.py", 10, "list")}, []*finding.Finding{sast("a.py", 10, "list", strings.Replace(query, "table)", "table, limit)", 1)), in("b.py", 5, "show")}, ""},
		{"another fault of the rule in the same function", []*finding.Finding{in("a.py", 10, "list")}, []*finding.Finding{sast("a.py", 12, "list", `os.system("rm " + path)`)}, ""},
		{"two edited in one function", []*finding.Finding{in("a.py", 10, "list"), sast("a.py", 11, "list", strings.Replace(query, "*", "id", 1))}, []*finding.Finding{sast("a.py", 10, "list", strings.Replace(query, "*", "name", 1))}, ""},
		{"short code elsewhere", []*finding.Finding{sast("a.py", 1, "", "eval(x)")}, []*finding.Finding{sast("b.py", 1, "", "eval(x)")}, ""},
		{"no code, moved by different numbers of lines", []*finding.Finding{bare(10), bare(20)}, []*finding.Finding{bare(13), bare(40)}, ""},
		{"no code, moved alike", []*finding.Finding{bare(10), bare(20)}, []*finding.Finding{bare(13), bare(23)}, "0-0 1-1"},
		{"no code, another file", []*finding.Finding{bare(10)}, []*finding.Finding{sast("b.py", 10, "", "")}, ""},
		{"occurrences in fingerprints move up", []*finding.Finding{with(at(10), print), with(at(20), print)}, []*finding.Finding{with(at(19), print)}, ""},
		{"a rotated secret", []*finding.Finding{leak("generic", "a.env", 1, "horse-battery-staple")}, []*finding.Finding{leak("generic", "a.env", 1, "horse-battery-maples")}, ""},
		{"a masked secret in another file", []*finding.Finding{masked("a.env", 1)}, []*finding.Finding{masked("b.env", 1)}, ""},
		{"one of two masked secrets removed", []*finding.Finding{masked("a.env", 1), masked("a.env", 5)}, []*finding.Finding{masked("a.env", 4)}, ""},
		{"one flaw in one of two projects mended, another project added", []*finding.Finding{sca("CVE-2021-1", "npm", "x", "1", "a/l.json"), sca("CVE-2021-1", "npm", "x", "1", "b/l.json")}, []*finding.Finding{sca("CVE-2021-1", "npm", "x", "1", "c/l.json")}, ""},
		{"the next flaw of a package", []*finding.Finding{sca("CVE-2021-1", "npm", "x", "1", "a")}, []*finding.Finding{sca("CVE-2021-2", "npm", "x", "1", "a")}, ""},
		{"another bucket", []*finding.Finding{thing("cloud", "s3", "public", "resource", "logs-1")}, []*finding.Finding{thing("cloud", "s3", "public", "resource", "logs-2")}, ""},
		{"another parameter", []*finding.Finding{page("xss", "http://a.example/x?q=1&r=1", "GET", "q")}, []*finding.Finding{page("xss", "http://a.example/x?q=1&r=1", "GET", "r")}, ""},
		{"two hosts, one new", []*finding.Finding{page("xss", "http://a.example/x", "GET", "q"), page("xss", "http://b.example/x", "GET", "q")}, []*finding.Finding{page("xss", "http://c.example/x", "GET", "q")}, ""},
	} {
		var got []string
		for _, p := range Follow(plain(c.gone...), plain(c.fresh...)) {
			got = append(got, fmt.Sprintf("%d-%d", p.Gone, p.Fresh))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: paired %q, want %q", c.name, got, c.want)
		}
	}
}

func TestFollow_theOrderOfCandidatesDoesNotMatter(t *testing.T) {
	was, now := newCorpus(seeded(3), 3), newCorpus(seeded(3), 3)
	for _, mutate := range []string{"files renamed", "a function moved to another file", "lines inserted and removed everywhere"} {
		mutations()[mutate](now, seeded(4))
	}
	a, b := was.see(), now.see()
	name := func(a, b []sighting) []string {
		var out []string
		for _, p := range Follow(candidates(a, options(), "t", "m"), candidates(b, options(), "t", "m")) {
			out = append(out, a[p.Gone].truth+" = "+b[p.Fresh].truth+": "+p.Why)
		}
		slices.Sort(out)
		return out
	}
	want := name(a, b)
	r := seeded(5)
	r.Shuffle(len(a), func(i, j int) { a[i], a[j] = a[j], a[i] })
	r.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
	if got := name(a, b); !slices.Equal(got, want) {
		t.Errorf("%d pairs, in another order of candidates %d other ones", len(want), len(got))
	}
}

func TestAlike_threshold(t *testing.T) {
	above, all := map[string]int{}, map[string]int{}
	r := seeded(6)
	for _, s := range newCorpus(seeded(1), 28).files {
		for _, f := range s.functions {
			for _, st := range f.statements {
				was := sast("a", 1, "f", st.code)
				try := func(what, code string) {
					if code == st.code {
						return
					}
					all[what]++
					if alike(was, sast("a", 1, "f", code)) >= similarEnough {
						above[what]++
					}
				}
				try("argument added", strings.Replace(st.code, ")", ", timeout)", 1))
				try("wrapped", "if ready { "+st.code+" }")
				used := names()[slices.IndexFunc(names(), func(n string) bool { return strings.Contains(st.code, n) })]
				try("variable renamed", strings.ReplaceAll(st.code, used, "renamed"))
				for k, template := range templates()[s.language] {
					what := "another rule"
					if st.rule == fmt.Sprintf("%s-rule-%d", s.language, k) {
						what = "other variables"
					}
					try(what, strings.ReplaceAll(strings.ReplaceAll(template, "A", r.of(names())), "B", r.of(names())))
				}
			}
		}
	}
	for what, want := range map[string][2]int{ // least and most of 100
		"argument added": {98, 100}, "wrapped": {98, 100}, "variable renamed": {70, 100}, "another rule": {0, 0}, "other variables": {0, 20},
	} {
		if got := 100 * above[what] / all[what]; got < want[0] || got > want[1] {
			t.Errorf("%s: %d of 100 are similar enough, want %d to %d", what, got, want[0], want[1])
		}
	}
}
