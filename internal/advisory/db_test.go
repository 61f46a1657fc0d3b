package advisory

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/finding"
)

var day = time.Date(2024, 7, 1, 12, 0, 0, 0, time.UTC)

// own are our own records.
func own() []string {
	return []string{"GHSA-aaaa-bbbb-cccc", "GO-2024-1001", "GHSA-gogo-gogo-gogo", "DSA-9001-1", "ALPINE-CVE-2024-10003", "MAL-2024-7", "RUSTSEC-2024-0099"}
}

// write builds a database of records and gives its path.
func write(tb testing.TB, base *DB, fill func(b *Builder)) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "advisories.db")
	b := NewBuilder(base)
	fill(b)
	if _, err := b.Write(path, day); err != nil {
		tb.Fatal(err)
	}
	return path
}

func open(tb testing.TB, path string) *DB {
	tb.Helper()
	db, err := Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	if err := db.Verify(); err != nil {
		tb.Fatal(err)
	}
	return db
}

func addAll(tb testing.TB, b *Builder, records ...*Record) {
	tb.Helper()
	for _, r := range records {
		if err := b.Add(r); err != nil {
			tb.Fatal(err)
		}
	}
}

// addOwn adds our own records and threat data.
func addOwn(tb testing.TB, b *Builder) {
	tb.Helper()
	for _, id := range own() {
		addAll(tb, b, read(tb, id))
	}
	if !b.SetEPSS("2024-06-30", []EPSSRow{{"CVE-2024-10001", 0.97565, 0.99991}, {"CVE-2024-10003", 0.00042, 0.05}, {"CVE-1999-0001", 0.5, 0.9}}) {
		tb.Error("scores were not taken")
	}
	if !b.SetKEV("2024-06-29", []KEVRow{{"CVE-2024-10001", "2024-06-01", "2024-06-22", true}}) {
		tb.Error("the catalogue was not taken")
	}
	b.SetExploits([]ExploitRow{
		{CVE: "CVE-2024-10001", Exploitation: "Active", Automatable: "YES", TechnicalImpact: "Total"},
		{CVE: "CVE-2024-10003", Exploitation: "poc", Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", CWE: []int{787, 20}},
	})
	b.AddSource("osv/test", day.Add(-time.Hour), len(own()))
}

func ownDB(tb testing.TB) *DB {
	tb.Helper()
	return open(tb, write(tb, nil, func(b *Builder) { addOwn(tb, b) }))
}

func matches(tb testing.TB, db *DB, ecosystem, name, version string) []Match {
	tb.Helper()
	var out []Match
	if err := db.Match(Query{ecosystem, name, version}, func(m Match) { out = append(out, m) }); err != nil {
		tb.Fatal(err)
	}
	return out
}

func TestMatch_findsWhatIsAffected(t *testing.T) {
	db := ownDB(t)
	number := func(id string) int { return db.FlawNumbers(id)[0] }
	trim := []Symbols{{Path: "left-trim", Names: []string{"trim"}}, {Names: []string{"trimAll"}}}
	goSymbols := []Symbols{{Path: "example.org/mod/parse", Names: []string{"Decoder.Decode", "Parse"}, GOOS: []string{"windows"}}, {Path: "example.org/mod/all"}}
	tool := func(fixed string) []Match {
		return []Match{
			{Flaw: number("CVE-2024-10003"), ID: "CVE-2024-10003", Record: "DSA-9001-1", Fixed: []string{fixed}},
			{Flaw: number("CVE-2024-10004"), ID: "CVE-2024-10004", Record: "DSA-9001-1", Fixed: []string{fixed}},
		}
	}
	left := func(fixed ...string) []Match {
		return []Match{{Flaw: number("CVE-2024-10001"), ID: "CVE-2024-10001", Record: "GHSA-aaaa-bbbb-cccc", Symbols: trim, Fixed: fixed}}
	}
	unknown := func(why string) []Match {
		m := left()
		m[0].Unknown = why
		return m
	}
	for _, c := range []struct {
		ecosystem, name, version string
		want                     []Match
	}{
		{"npm", "left-trim", "1.2.2", left("1.2.3", "2.1.1")},
		{"npm", "left-trim", "1.2.3", nil},
		{"npm", "left-trim", "2.0.0-rc.0", nil},
		{"npm", "left-trim", "2.0.0-rc.1", left("2.1.1")},
		{"npm", "left-trim", "9.9.9-odd", left()},
		{"npm", "Left-Trim", "1.2.2", nil},
		{"npm", "left-trim", "", unknown("the version is not known")},
		{"npm", "left-trim", "github:a/b", unknown(`"github:a/b" is no version in "npm"`)},
		{"PyPI", "left-trim", "1.2.2", nil},
		{"Go", "example.org/mod", "1.3.9", []Match{{Flaw: number("CVE-2024-10002"), ID: "CVE-2024-10002", Record: "GO-2024-1001", Symbols: goSymbols, Fixed: []string{"1.4.0"}}}},
		{"Go", "example.org/mod", "1.4.5", nil}, // GitHub says otherwise, but Go's database knows better
		{"Debian:12", "tool", "1:2.2-3", tool("1:2.2-3+deb12u1")},
		{"Debian:12.5", "tool", "1:2.2-3", tool("1:2.2-3+deb12u1")},
		{"Debian:11", "tool", "1:2.0-1", tool("1:2.0-1+deb11u1")},
		{"Debian:11", "tool", "1:2.2-3", nil},
		{"Debian:10", "tool", "1:1.0", nil},
		{"Debian", "tool", "1:1.0", nil},
		{"Alpine:3.19", "tool", "2.2-r0", []Match{{Flaw: number("CVE-2024-10003"), ID: "CVE-2024-10003", Record: "ALPINE-CVE-2024-10003", Fixed: []string{"2.2-r1"}}}},
		{"Alpine:v3.18", "tool", "2.2-r0", nil},
		{"npm", "evil-package", "1.0.0", []Match{{Flaw: number("MAL-2024-7"), ID: "MAL-2024-7", Record: "MAL-2024-7", Malicious: true}}},
		{"crates.io", "A-Crate", "0.3.0", []Match{{Flaw: number("RUSTSEC-2024-0099"), ID: "RUSTSEC-2024-0099", Record: "RUSTSEC-2024-0099", Fixed: []string{"0.3.1"}, Symbols: read(t, "RUSTSEC-2024-0099").Affected[0].Symbols}}},
	} {
		if diff := cmp.Diff(c.want, matches(t, db, c.ecosystem, c.name, c.version)); diff != "" {
			t.Errorf("%s %s %s: %s", c.ecosystem, c.name, c.version, diff)
		}
		for i := range db.Flaws() {
			got, err := db.Affects(i, Query{c.ecosystem, c.name, c.version})
			want := slices.ContainsFunc(c.want, func(m Match) bool { return m.Flaw == i && m.Unknown == "" })
			if err != nil || got != want {
				t.Errorf("%s %s %s: flaw %d affects it: %v, %v, want %v", c.ecosystem, c.name, c.version, i, got, err, want)
			}
		}
	}
}

func TestFlaw_putsTogetherWhatIsKnown(t *testing.T) {
	db := ownDB(t)
	score := 7.5
	want := Flaw{
		ID: "CVE-2024-10001", Aliases: []string{"GHSA-aaaa-bbbb-cccc"}, Summary: "left-trim hangs on long input",
		Details: "A regular expression in `trim` needs \"quadratic\" time.\nUpdate.", Severity: finding.High, CWE: []int{400, 1333},
		References: []string{"https://example.org/advisory", "https://example.org/fix", "https://example.org/web"}, Records: []string{"GHSA-aaaa-bbbb-cccc"},
		Published: time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC), Modified: time.Date(2024, 3, 2, 10, 0, 0, 0, time.UTC),
		Threat: finding.Threat{
			CVSS: []string{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}, Score: &score, EPSS: &finding.EPSS{Probability: 0.97565, Percentile: 0.99991, Date: "2024-06-30"},
			KEV: &finding.KEV{Added: "2024-06-01", Due: "2024-06-22", Ransomware: true}, Exploit: "active", Automatable: "yes", TechnicalImpact: "total", Published: time.Date(2024, 3, 1, 10, 0, 0, 0, time.UTC),
		},
	}
	for _, name := range []string{"CVE-2024-10001", "ghsa-AAAA-bbbb-cccc", " cve-2024-10001 "} {
		got, ok := db.Flaw(name)
		if !ok {
			t.Fatalf("%q is not known", name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", name, diff)
		}
	}
	brief, err := db.Brief(db.FlawNumbers("CVE-2024-10001")[0])
	want.Summary, want.Details, want.References = "", "", nil
	if diff := cmp.Diff(want, brief); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if _, ok := db.Flaw("CVE-2024-99999"); ok {
		t.Error("a related CVE became a flaw")
	}
	if got := db.FlawNumbers("DSA-9001-1"); len(got) != 2 {
		t.Errorf("the bulletin stands for flaws %v, want two", got)
	}
	if _, err := db.FlawAt(db.Flaws()); err == nil {
		t.Error("there is a flaw behind the last")
	}
}

func TestFlaw_grades(t *testing.T) {
	db := ownDB(t)
	for id, want := range map[string]finding.Severity{
		"MAL-2024-7": finding.Critical, "CVE-2024-10002": finding.Medium, "CVE-2024-10003": finding.Critical, "CVE-2024-10004": finding.Medium, "RUSTSEC-2024-0099": finding.High,
	} {
		f, ok := db.Flaw(id)
		if !ok || f.Severity != want {
			t.Errorf("%s: got %v, %v, want %v", id, f.Severity, ok, want)
		}
	}
	f, _ := db.Flaw("CVE-2024-10003")
	if diff := cmp.Diff([]int{20, 787}, f.CWE); diff != "" {
		t.Error("weaknesses are not taken from the index: ", diff)
	}
	f, _ = db.Flaw("CVE-2024-10002")
	if diff := cmp.Diff([]string{"GHSA-gogo-gogo-gogo", "GO-2024-1001"}, f.Records); diff != "" || f.Summary != "mod panics" || f.Details != "Parse panics." {
		t.Error(f.Summary, f.Details, diff)
	}
	if threat := db.Threat("CVE-1999-0001"); threat.EPSS == nil || threat.EPSS.Probability != 0.5 {
		t.Errorf("a CVE without records has no score: %+v", threat)
	}
}

func TestAffected_namesWhereAFlawIs(t *testing.T) {
	db := ownDB(t)
	got, err := db.Affected(db.FlawNumbers("CVE-2024-10003")[0])
	want := []Place{
		{Ecosystem: "Alpine:v3.19", Name: "tool", Record: "ALPINE-CVE-2024-10003", Ranges: []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "2.2-r1"}}}}},
		{Ecosystem: "Debian:11", Name: "tool", Record: "DSA-9001-1", Ranges: []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "1:2.0-1+deb11u1"}}}}},
		{Ecosystem: "Debian:12", Name: "tool", Record: "DSA-9001-1", Ranges: []Range{{"ECOSYSTEM", []Event{{Introduced, "0"}, {Fixed, "1:2.2-3+deb12u1"}}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	got, err = db.Affected(db.FlawNumbers("CVE-2024-10002")[0])
	if err != nil || len(got) != 1 || got[0].Record != "GO-2024-1001" {
		t.Errorf("got %+v, %v, want what Go's database says", got, err)
	}
}

func TestInfo_describes(t *testing.T) {
	db := ownDB(t)
	got := db.Info()
	want := Info{
		Built: day, Digest: got.Digest, Sources: []Source{{"osv/test", day.Add(-time.Hour), 7}}, EPSS: "2024-06-30", KEV: "2024-06-29",
		Records: 7, Flaws: 6, Packages: 7, Scores: 3, Exploited: 1, Exploits: 2, Size: got.Size,
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got.Digest) != 64 || got.Size < headerSize {
		t.Error(diff)
	}
}

func TestMatch_costsNothingWhereNothingIsKnown(t *testing.T) {
	db := ownDB(t)
	for _, q := range []Query{{"npm", "nothing", "1.0.0"}, {"Debian:12", "nothing", "1.0"}, {"PyPI", "No_Thing", "1.0"}, {"npm", "left-trim", "3.0.0"}, {"Ubuntu:22.04:LTS", "x", "1"}} {
		if n := testing.AllocsPerRun(100, func() { _ = db.Match(q, func(Match) { t.Error("matched") }) }); n > 0 {
			t.Errorf("%v costs %v allocations", q, n)
		}
	}
}

func TestBuilder_givesTheSameBytesOverABase(t *testing.T) {
	whole := write(t, nil, func(b *Builder) { addOwn(t, b) })
	base := write(t, nil, func(b *Builder) {
		for _, id := range own()[2:] {
			addAll(t, b, read(t, id))
		}
		stale := parse(t, `{"id":"GHSA-stale","modified":"2030-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"npm","name":"stale"},"versions":["1.0.0"]}]}`)
		addAll(t, b, stale, parse(t, `{"id":"GO-2024-1001","modified":"2030-01-01T00:00:00Z","summary":"older words"}`), parse(t, `{"id":"GHSA-gone","modified":"2024-01-01T00:00:00Z"}`))
		b.SetEPSS("2024-01-01", []EPSSRow{{"CVE-2024-10009", 0.1, 0.1}})
	})
	over := write(t, open(t, base), func(b *Builder) {
		b.Remove("GHSA-stale")
		addAll(t, b, parse(t, `{"id":"GHSA-gone","modified":"2024-01-02T00:00:00Z","withdrawn":"2024-01-02T00:00:00Z"}`))
		ids := own()
		slices.Reverse(ids)
		for _, id := range ids {
			addAll(t, b, read(t, id))
		}
		addOwn(t, b)
	})
	nothing := write(t, open(t, over), func(*Builder) {})
	want, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{over, nothing} {
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s has other bytes", path)
		}
	}
}

func TestBuilder_newestCounts(t *testing.T) {
	record := func(modified, version, more string) *Record {
		return parse(t, `{"id":"GHSA-one","modified":"`+modified+`","affected":[{"package":{"ecosystem":"npm","name":"one"},"versions":["`+version+`"]}]`+more+`}`)
	}
	older, newer := record("2024-01-01T00:00:00Z", "1.0.0", ""), record("2024-01-02T00:00:00Z", "2.0.0", "")
	gone := record("2024-01-03T00:00:00Z", "3.0.0", `,"withdrawn":"2024-01-03T00:00:00Z"`)
	back := record("2024-01-04T00:00:00Z", "4.0.0", "")
	for name, c := range map[string]struct {
		records []*Record
		want    string
	}{
		"in order": {[]*Record{older, newer}, "2.0.0"}, "the other way": {[]*Record{newer, older}, "2.0.0"},
		"withdrawn": {[]*Record{newer, gone}, ""}, "withdrawn first": {[]*Record{gone, older}, ""}, "and back": {[]*Record{gone, back, older}, "4.0.0"},
	} {
		db := open(t, write(t, nil, func(b *Builder) { addAll(t, b, c.records...) }))
		for _, v := range []string{"1.0.0", "2.0.0", "3.0.0", "4.0.0"} {
			if got := len(matches(t, db, "npm", "one", v)) > 0; got != (v == c.want) {
				t.Errorf("%s: %s affected: %v", name, v, got)
			}
		}
	}
	// What a base holds gives way to whatever is added: its source has the last word.
	base := open(t, write(t, nil, func(b *Builder) { addAll(t, b, back) }))
	db := open(t, write(t, base, func(b *Builder) { addAll(t, b, older) }))
	if len(matches(t, db, "npm", "one", "1.0.0")) != 1 || len(matches(t, db, "npm", "one", "4.0.0")) != 0 {
		t.Error("a record of the base stands before one that was added")
	}
}

func TestBuilder_withdrawnRecordsJoinNothing(t *testing.T) {
	db := open(t, write(t, nil, func(b *Builder) {
		addAll(t, b, parse(t, `{"id":"GHSA-x","modified":"2024-01-01T00:00:00Z","aliases":["CVE-2024-0001"],"withdrawn":"2024-02-01T00:00:00Z"}`), parse(t, `{"id":"GO-1","aliases":["GHSA-x"]}`))
	}))
	if _, ok := db.Flaw("CVE-2024-0001"); ok {
		t.Error("a withdrawn record names a flaw")
	}
	if f, ok := db.Flaw("GO-1"); !ok || f.ID != "GHSA-x" {
		t.Errorf("got %+v", f)
	}
}

func TestBuilder_olderThreatDataIsNotTaken(t *testing.T) {
	base := ownDB(t)
	db := open(t, write(t, base, func(b *Builder) {
		if b.SetEPSS("2024-06-29", nil) || b.SetKEV("2024-06-01", nil) || b.SetEPSS("yesterday", nil) {
			t.Error("older data is taken")
		}
		if !b.SetEPSS("2024-07-01", []EPSSRow{{"CVE-2024-10001", 0.5, 0.6}, {"CVE-2024-10001", 0.25, 0.7}, {"no CVE", 1, 1}, {"CVE-2024-10002", 2, 1}}) {
			t.Error("newer data is not taken")
		}
	}))
	if got := db.Threat("CVE-2024-10001").EPSS; got == nil || got.Probability != 0.25 || got.Date != "2024-07-01" {
		t.Errorf("got %+v", got)
	}
	if got := db.Threat("CVE-2024-10003").EPSS; got != nil {
		t.Errorf("what is gone is still there: %+v", got)
	}
	if db.Threat("CVE-2024-10001").KEV == nil || db.Threat("CVE-2024-10003").Exploit != "poc" {
		t.Error("what was not set is gone")
	}
}

func TestChanged_tellsWhatIsNew(t *testing.T) {
	base := ownDB(t)
	db := open(t, write(t, base, func(b *Builder) {
		words := read(t, "RUSTSEC-2024-0099")
		words.Summary = "Use after free, still"
		bounds := read(t, "ALPINE-CVE-2024-10003")
		bounds.Affected[0].Ranges[0].Events[1].Version = "2.2-r2"
		fresh := read(t, "MAL-2024-7")
		fresh.Modified = fresh.Modified.Add(time.Hour)
		addAll(t, b, words, bounds, fresh, parse(t, `{"id":"GHSA-new","affected":[{"package":{"ecosystem":"npm","name":"n"},"versions":["1"]}]}`))
		b.Remove("GHSA-aaaa-bbbb-cccc")
		b.SetEPSS("2024-07-01", []EPSSRow{{"CVE-2024-10002", 0.5, 0.6}})
		b.SetKEV("2024-07-01", []KEVRow{{CVE: "CVE-2024-10004", Added: "2024-07-01"}})
	}))
	got, err := db.Changed(base)
	if err != nil {
		t.Fatal(err)
	}
	names := func(list []int) (out []string) {
		for _, i := range list {
			f, err := db.Brief(i)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, f.ID)
		}
		return out
	}
	type named struct{ New, Changed, Packages, Gone []string }
	want := named{[]string{"GHSA-new"}, []string{"CVE-2024-10003", "CVE-2024-10004", "RUSTSEC-2024-0099"}, []string{"CVE-2024-10003"}, []string{"CVE-2024-10001"}}
	if diff := cmp.Diff(want, named{names(got.New), names(got.Changed), names(got.Packages), got.Gone}); diff != "" {
		t.Error(diff)
	}
	if same, err := db.Changed(db); err != nil || len(same.New)+len(same.Changed)+len(same.Gone) > 0 {
		t.Errorf("differs from itself: %+v, %v", same, err)
	}
}

func TestOpen_aReaderGoesOnWhenTheFileIsReplaced(t *testing.T) {
	path := write(t, nil, func(b *Builder) { addOwn(t, b) })
	old := open(t, path)
	b := NewBuilder(old)
	b.Remove("MAL-2024-7")
	if _, err := b.Write(path, day.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if len(matches(t, old, "npm", "evil-package", "1.0.0")) != 1 || len(matches(t, open(t, path), "npm", "evil-package", "1.0.0")) != 0 {
		t.Error("the older database does not go on, or the new one is not there")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("files are left behind: %v, %v", left, err)
	}
}
