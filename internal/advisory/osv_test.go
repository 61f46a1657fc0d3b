package advisory

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// read gives one of our own records.
func read(tb testing.TB, id string) *Record {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "osv", id+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(data))
}

func parse(tb testing.TB, text string) *Record {
	tb.Helper()
	r, err := ParseOSV([]byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestParseOSV_readsWhatGitHubWrites(t *testing.T) {
	want := &Record{
		ID: "GHSA-aaaa-bbbb-cccc", Modified: time.Date(2024, 3, 2, 10, 0, 0, 0, time.UTC), Published: time.Date(2024, 3, 1, 10, 0, 0, 123e6, time.UTC),
		Aliases: []string{"CVE-2024-10001"}, Related: []string{"CVE-2024-99999"},
		Summary: "left-trim hangs on long input", Details: "A regular expression in `trim` needs \"quadratic\" time.\nUpdate.",
		Severity: []Score{{"CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}},
		Word:     "HIGH", CWE: []int{400, 1333},
		Affected: []Affected{
			{
				Ecosystem: "npm", Name: "left-trim", PURL: "pkg:npm/left-trim",
				Ranges:   []Range{{"SEMVER", []Event{{Introduced, "0"}, {Fixed, "1.2.3"}}}},
				Versions: []string{"1.0.0", "1.2.0", "9.9.9-odd"},
				Symbols:  []Symbols{{Path: "left-trim", Names: []string{"trim"}}, {Names: []string{"trimAll"}}},
			},
			// The bound that GitHub adds in words does not count where there is a fixed version.
			{Ecosystem: "npm", Name: "left-trim", Ranges: []Range{{"SEMVER", []Event{{Introduced, "2.0.0-rc.1"}, {Fixed, "2.1.1"}}}}},
		},
		References: []Reference{{"WEB", "https://example.org/web"}, {"FIX", "https://example.org/fix"}, {"ADVISORY", "https://example.org/advisory"}},
	}
	if diff := cmp.Diff(want, read(t, "GHSA-aaaa-bbbb-cccc")); diff != "" {
		t.Error(diff)
	}
}

func TestParseOSV_readsSymbols(t *testing.T) {
	for id, want := range map[string][]Symbols{
		"GO-2024-1001": {
			{Path: "example.org/mod/parse", Names: []string{"Decoder.Decode", "Parse"}, GOOS: []string{"windows"}},
			{Path: "example.org/mod/all"},
		},
		"RUSTSEC-2024-0099": {
			{Path: "a_crate::pool", Names: []string{"Pool::get", "drain"}, GOOS: []string{"linux"}, GOARCH: []string{"x86_64"}},
			{Path: "a_crate", Names: []string{"free"}, GOOS: []string{"linux"}, GOARCH: []string{"x86_64"}},
		},
	} {
		if diff := cmp.Diff(want, read(t, id).Affected[0].Symbols); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	r := parse(t, `{"id":"PYSEC-1","affected":[{"package":{"ecosystem":"PyPI","name":"p"},"ecosystem_specific":{"imports":[{"attribute":"load","modules":["p.io","p"]}]}},
		{"package":{"ecosystem":"Maven","name":"g:a"},"ecosystem_specific":{"affected_functions":["com.acme.Files.createTempDir","com.acme.Files.move(String, String)"]}},
		{"package":{"ecosystem":"crates.io","name":"c"},"ecosystem_specific":{"affects":{"functions":{"c::f":["< 1"]},"os":["windows"]}}},
		{"package":{"ecosystem":"crates.io","name":"d"},"ecosystem_specific":{"affects":{"functions":[],"os":["windows"]}}}]}`)
	var got [][]Symbols
	for _, a := range r.Affected {
		got = append(got, a.Symbols)
	}
	want := [][]Symbols{
		{{Path: "p.io", Names: []string{"load"}}, {Path: "p", Names: []string{"load"}}},
		{{Path: "com.acme.Files", Names: []string{"createTempDir", "move"}}},
		{{Path: "c", Names: []string{"f"}, GOOS: []string{"windows"}}},
		{{GOOS: []string{"windows"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseOSV_closesRangesThatGitHubBoundsInWords(t *testing.T) {
	for words, want := range map[string][]Event{
		"<= 1.4.7": {{Introduced, "0"}, {LastAffected, "1.4.7"}},
		"< 1.4.7":  {{Introduced, "0"}, {Limit, "1.4.7"}},
		"<= what":  {{Introduced, "0"}},
		"":         {{Introduced, "0"}},
	} {
		r := parse(t, `{"id":"X-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"database_specific":{"last_known_affected_version_range":"`+words+`"},
			"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}`)
		if diff := cmp.Diff(want, r.Affected[0].Ranges[0].Events); diff != "" {
			t.Errorf("%q: %s", words, diff)
		}
	}
}

// events writes a record with one range.
func withRange(ecosystem, events string) string {
	return `{"id":"X-1","affected":[{"package":{"ecosystem":"` + ecosystem + `","name":"a"},"ranges":[{"type":"ECOSYSTEM","events":[` + events + `]}]}]}`
}

func TestParseOSV_leavesImpossibleRangesOut(t *testing.T) {
	for name, c := range map[string]struct {
		ecosystem, events string
		want              []Range
		problem           string
	}{
		"sorted":              {"npm", `{"fixed":"1.10.0"},{"introduced":"1.9.0"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "1.9.0"}, {Fixed, "1.10.0"}}}}, ""},
		"two in one object":   {"npm", `{"introduced":"1.0.0","fixed":"1.1.0"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "1.0.0"}, {Fixed, "1.1.0"}}}}, ""},
		"a number":            {"npm", `{"introduced":0},{"fixed":2}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "2"}}}}, ""},
		"ends before":         {"npm", `{"introduced":"2.0.0"},{"fixed":"1.0.0"}`, nil, `fixed "1.0.0" does not come after introduced "2.0.0"`},
		"empty":               {"npm", `{"introduced":"1.0.0"},{"fixed":"1.0.0"}`, nil, "does not come after"},
		"one part":            {"npm", `{"introduced":"0"},{"fixed":"1.0.0"},{"introduced":"3.0.0"},{"fixed":"2.0.0"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "1.0.0"}}}}, "a part of a range"},
		"only one version":    {"npm", `{"introduced":"1.0.0"},{"last_affected":"1.0.0"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "1.0.0"}, {LastAffected, "1.0.0"}}}}, ""},
		"no beginning":        {"npm", `{"fixed":"1.0.0"}`, nil, "comes before any introduced version"},
		"nothing":             {"npm", ``, nil, "no version is introduced"},
		"no version":          {"PyPI", `{"introduced":"0"},{"last_affected":"2.6.0-NA"}`, nil, `last_affected "2.6.0-NA" is no version`},
		"control characters":  {"npm", `{"introduced":"0"},{"fixed":"1\u001b[0m"}`, nil, "is no version"},
		"unlimited":           {"npm", `{"introduced":"0"},{"limit":"*"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}}}}, ""},
		"order not known":     {"Gallifrey", `{"introduced":"0"},{"fixed":"x"}`, []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "x"}}}}, ""},
		"a bound before zero": {"npm", `{"introduced":"0"},{"fixed":"0"}`, nil, "does not come after"},
	} {
		r := parse(t, withRange(c.ecosystem, c.events))
		got := r.Affected[0].Ranges
		if len(got) == 0 {
			got = nil
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if all := strings.Join(r.Problems, "\n"); (c.problem == "") != (all == "") || !strings.Contains(all, c.problem) {
			t.Errorf("%s: problems %q, want %q", name, all, c.problem)
		}
	}
}

func TestParseOSV_takesWhatRealDatabasesWrite(t *testing.T) {
	r := parse(t, "\t{\"id\":\"cve-2023-1\", \"aliases\":\"CVE-2023-2\", \"upstream\":null, \"summary\":7, \"details\":\"a\tb\n\\ud83d\\ude00 \\ud800 \xff\", \"severity\":{}, \"references\":[null,{\"url\":\"https://e.org\"},{}],"+
		`"affected":[{"package":null},{},{"package":{"ecosystem":"kubernetes","name":"k8s.io/x"}},{"package":{"ecosystem":"npm","name":"a\u0007"}},{"ranges":[{"type":"GIT","events":[{"introduced":"0"}]}]}],
		"modified":"2018-03-05 20:53:58","published":"0001-01-01T00:00:00Z","withdrawn":"some day","database_specific":{"cwe":[{"id":"CWE-79"},79,"CWE-20","NVD-CWE-noinfo",[1]],"cvss_v3":9.8},"x":[1,-2.5e+3,true,false,null,{"y":[]}]}`)
	if r.ID != "CVE-2023-1" && r.ID != "CVE-2023-0001" {
		t.Errorf("id %q", r.ID)
	}
	if r.Details != "a\tb\n😀 � �" {
		t.Errorf("details %q", r.Details)
	}
	want := &Record{
		ID: r.ID, Details: r.Details, Aliases: []string{"CVE-2023-2"}, References: []Reference{{"", "https://e.org"}}, Affected: []Affected{{Ecosystem: "Kubernetes", Name: "k8s.io/x"}},
		Modified: time.Date(2018, 3, 5, 20, 53, 58, 0, time.UTC), Withdrawn: time.Unix(0, 0).UTC(), Word: "CRITICAL", CWE: []int{20, 79}, Problems: r.Problems,
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Error(diff)
	}
	if len(r.Problems) != 1 || !strings.Contains(r.Problems[0], `"a\a" is no possible package`) {
		t.Errorf("problems %q", r.Problems)
	}
}

func TestParseOSV_refusesWhatIsNoRecord(t *testing.T) {
	for text, want := range map[string]string{
		``:                              "no object at byte 0",
		`[]`:                            "no object",
		`{"id":"X"`:                     "no comma or end at byte 9",
		`{"id":"X"}{}`:                  "more than one value at byte 10",
		`{"id":"X",}`:                   "no key",
		`{"id" "X"}`:                    "no colon",
		`{"summary":"x"}`:               "has no id",
		`{"id":"a\u001bb"}`:             "no possible id",
		`{"id":"X","a":tru}`:            "no value",
		`{"id":"X","a":01}`:             "wrong number",
		`{"id":"X","a":"\x"}`:           "wrong escape",
		`{"id":"X","a":"\u12"}`:         "wrong escape",
		`{"id":"X","a":"`:               "string without end",
		strings.Repeat(`{"id":`, 10000): "nested too deeply",
	} {
		if _, err := ParseOSV([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseOSV(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "osv", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(withRange("PyPI", `{"introduced":"1"},{"limit":"*"},{"fixed":"0"}`)))
	f.Add([]byte(`{"id":"A","aliases":["\ud83d\ude00\ud83d"],"x":[1e5,{"y":"\\"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseOSV(data)
		if err != nil {
			if json.Valid(data) && strings.Contains(err.Error(), " at byte ") && !strings.Contains(err.Error(), "no object") && !strings.Contains(err.Error(), "nested") {
				t.Fatalf("%v, though this is JSON: %q", err, data)
			}
			return
		}
		// What was read is what a database holds of it.
		tidy := tidied(r)
		facts, _ := tidy.encodeFacts()
		again, err := decodeFacts(r.ID, string(facts))
		if err != nil {
			t.Fatal(err)
		}
		if err := again.decodeWords(string(tidy.encodeWords())); err != nil {
			t.Fatal(err)
		}
		facts2, _ := again.encodeFacts()
		if string(facts2) != string(facts) || string(again.encodeWords()) != string(tidy.encodeWords()) {
			t.Fatalf("kept and read again it differs: %q", data)
		}
		for i := range r.Affected {
			for _, one := range r.Affected[i].Ranges {
				one.inside(orderFor(r.Affected[i].Ecosystem, r.Affected[i].Ranges), "1.0.0")
			}
		}
		list, _ := vectors(r.Severity)
		for _, v := range list {
			if s, ok := cvssScore(v); ok && !(s >= 0 && s <= 10) {
				t.Fatalf("%q has the score %v", v, s)
			}
		}
	})
}
