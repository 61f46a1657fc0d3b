package feed

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/reevehq/reeve/internal/advisory"
)

func outcomes(r *Report) map[string]Outcome {
	out := map[string]Outcome{}
	for _, o := range r.Outcomes {
		out[o.Source] = o
	}
	return out
}

func TestUpdate_fetchesOnlyWhatChanged(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 400)
	b.fill("Red Hat", "RHSA-2026:", 300)
	b.put("npm", "GHSA-00003", &rec{modified: now.Add(-time.Hour), withdrawn: true})
	b.publish()
	b.threats("2026-08-20", "0.5")
	path := filepath.Join(t.TempDir(), "a.db")
	r := update(t, path, b.options())
	if diff := cmp.Diff([]Outcome{
		{Source: "osv/Red Hat", How: Whole, Changed: 300}, {Source: "osv/npm", How: Whole, Changed: 400},
	}, r.Outcomes); diff != "" {
		t.Error(diff)
	}
	if r.Info.Records != 699 || len(r.Problems) > 0 {
		t.Errorf("%d records, problems %v", r.Info.Records, r.Problems)
	}
	_, first := b.reset()

	b.put("npm", "GHSA-00007", &rec{modified: now.Add(-3 * time.Minute), version: 1})
	b.put("npm", "GHSA-00008", nil)
	b.put("npm", "GHSA-new", &rec{modified: now.Add(-2 * time.Minute)})
	b.put("npm", "GHSA-00009", &rec{modified: now.Add(-time.Minute), withdrawn: true})
	b.publish()
	r = update(t, path, b.options())
	asked, second := b.reset()
	if diff := cmp.Diff([]Outcome{
		{Source: "osv/Red Hat", How: Unchanged}, {Source: "osv/npm", How: ByChanges, Changed: 3, Removed: 1},
	}, r.Outcomes); diff != "" {
		t.Error(diff)
	}
	if second > 20<<10 || second > first/4 || r.Bytes < second/2 {
		t.Errorf("the second update fetched %d bytes (it says %d), the first %d", second, r.Bytes, first)
	}
	for _, path := range asked {
		if strings.HasSuffix(path, ".zip") {
			t.Errorf("%s was fetched", path)
		}
	}
	if got, want := digestOf(t, path), b.fresh(t); got != want {
		t.Error("the database is not what a new one would be")
	}
	if rest := left(t, path); rest != nil {
		t.Errorf("left: %v", rest)
	}

	before, _ := os.Stat(path)
	if r = update(t, path, b.options()); !r.Unchanged || r.Info.Records != 698 {
		t.Errorf("not unchanged: %+v", r.Outcomes)
	}
	if after, _ := os.Stat(path); !os.SameFile(before, after) {
		t.Error("the database was written though nothing had changed")
	}
	if _, served := b.reset(); served > 1000 {
		t.Errorf("%d bytes were fetched to find out that nothing changed", served)
	}
}

func TestUpdate_goesOnFromWhatWasImported(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 300)
	b.put("npm", "GHSA-00003", &rec{modified: now.Add(-400 * time.Hour), withdrawn: true})
	b.publish()
	dir, path := t.TempDir(), filepath.Join(t.TempDir(), "a.db")
	write(t, filepath.Join(dir, "npm", "all.zip"), b.files["npm/all.zip"])
	write(t, filepath.Join(dir, "npm", "ACME-1.json"), recordJSON("npm", "ACME-1", rec{modified: now.Add(-500 * time.Hour)}))
	if _, err := Import(t.Context(), path, dir, Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	b.put("npm", "GHSA-00007", &rec{modified: now.Add(-time.Minute), version: 1})
	b.put("npm", "GHSA-00008", nil)
	b.publish()
	r := update(t, path, b.options())
	if diff := cmp.Diff([]Outcome{{Source: "osv/npm", How: ByChanges, Changed: 1, Removed: 1}}, r.Outcomes); diff != "" {
		t.Error(diff)
	}
	if r.Info.Records != 299 { // the own one stays
		t.Errorf("%d records", r.Info.Records)
	}
	// An older record that is imported is brought up to date again.
	old := filepath.Join(t.TempDir(), "GHSA-00007.json")
	write(t, old, recordJSON("npm", "GHSA-00007", rec{modified: now.Add(-900 * time.Hour)}))
	want := digestOf(t, path)
	if _, err := Import(t.Context(), path, old, Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	if digestOf(t, path) == want {
		t.Fatal("the import changed nothing")
	}
	b.reset()
	r = update(t, path, b.options())
	if diff := cmp.Diff([]Outcome{{Source: "osv/npm", How: ByChanges, Changed: 1}}, r.Outcomes); diff != "" {
		t.Error(diff)
	}
	asked, _ := b.reset()
	if !slices.Contains(asked, "npm/GHSA-00007.json") || slices.Contains(asked, "npm/all.zip") {
		t.Errorf("asked for %v", asked)
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if f, ok := db.Flaw("GHSA-00007"); !ok || !strings.Contains(f.Details, "version 1") {
		t.Errorf("%v %q", ok, f.Details)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// A long list is read to where it is known.
func TestUpdate_readsTheTopOfALongList(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "MAL-2026", 6000)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	b.reset()
	b.put("npm", "MAL-2026-00100", &rec{modified: now.Add(-time.Minute), version: 1})
	b.put("npm", "MAL-2026-x", &rec{modified: now.Add(-2 * time.Minute)})
	b.publish()
	r := update(t, path, b.options())
	_, served := b.reset()
	if list := len(b.files["npm/modified_id.csv"]); list < 3*headOfList || served > 2*headOfList || r.Removed > 0 || outcomes(r)["osv/npm"].Changed != 2 {
		t.Errorf("%d bytes were fetched, the list has %d: %+v", served, list, r.Outcomes)
	}
	if digestOf(t, path) != b.fresh(t) {
		t.Error("the database is not what a new one would be")
	}
	// What is gone from the middle shows in the length, and the list is read to its end.
	b.put("npm", "MAL-2026-03000", nil)
	b.put("npm", "MAL-2026-y", &rec{modified: now.Add(-time.Second)})
	b.publish()
	if r = update(t, path, b.options()); r.Removed != 1 || outcomes(r)["osv/npm"].Changed != 1 {
		t.Errorf("%+v", r.Outcomes)
	}
	if digestOf(t, path) != b.fresh(t) {
		t.Error("the database is not what a new one would be")
	}
}

func TestUpdate_aSourceThatFailsKeepsItsRecords(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 50)
	b.fill("Go", "GO", 50)
	b.fill("PyPI", "PYSEC", 50)
	b.publish()
	b.threats("2026-08-20", "0.5")
	path := filepath.Join(t.TempDir(), "a.db")
	o := b.options()
	o.EPSS, o.KEV = "", ""
	update(t, path, o)
	for _, e := range []struct{ ecosystem, id string }{{"npm", "GHSA-00001"}, {"Go", "GO-00001"}, {"PyPI", "PYSEC-00001"}} {
		b.put(e.ecosystem, e.id, &rec{modified: now.Add(-time.Minute), version: 1})
	}
	b.publish()
	b.threats("2026-08-21", "0.7")
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/osv/Go/GO-00001.json", "/osv/threat/epss.csv.gz":
			http.Error(w, "no", http.StatusInternalServerError)
			return true
		case "/osv/PyPI/modified_id.csv":
			fmt.Fprint(w, "2026-08-22T00:00:00Z,PYSEC-1\nnonsense\n")
			return true
		}
		return false
	}
	r := update(t, path, o)
	got := outcomes(r)
	for source, why := range map[string]string{"osv/Go": "answers 500", "epss": "answers 500", "osv/PyPI": "line 2"} {
		if got[source].How != Failed || !strings.Contains(got[source].Why, why) {
			t.Errorf("%s: %+v, want %q", source, got[source], why)
		}
	}
	if got["osv/npm"].How != ByChanges || got["kev"].How != Whole || len(r.Failures()) != 3 {
		t.Errorf("%+v", r.Outcomes)
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for id, version := range map[string]int{"GHSA-00001": 1, "GO-00001": 0, "PYSEC-00001": 0} {
		if f, ok := db.Flaw(id); !ok || !strings.Contains(f.Details, fmt.Sprintf("version %d", version)) {
			t.Errorf("%s: %v %q", id, ok, f.Details)
		}
	}
	if info := db.Info(); info.EPSS != "2026-08-20" || info.KEV != "2026-08-21" || info.Records != 150 {
		t.Errorf("%+v", info)
	}
	db.Close()
	b.setFault(nil)
	if r = update(t, path, o); len(r.Failures()) > 0 || r.Info.EPSS != "2026-08-21" {
		t.Errorf("%+v", r.Outcomes)
	}
	o2 := b.options()
	o2.EPSS, o2.KEV = "", ""
	other := filepath.Join(t.TempDir(), "b.db")
	if update(t, other, o2); digestOf(t, path) != digestOf(t, other) {
		t.Error("after the failure is gone, the database is not what a new one would be")
	}
	if rest := left(t, path); rest != nil {
		t.Errorf("left: %v", rest)
	}
}

func TestUpdate_refusesThatMuchVanishes(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 300)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	for i := range 150 {
		b.put("npm", fmt.Sprintf("GHSA-%05d", i), nil)
	}
	b.publish()
	r := update(t, path, b.options())
	if f := r.Failures(); len(f) != 1 || !strings.Contains(f[0].Why, "150 of 300 records would vanish") || r.Info.Records != 300 {
		t.Errorf("%+v, %d records", f, r.Info.Records)
	}
	o := b.options()
	o.AllowOlder = true
	if r = update(t, path, o); r.Info.Records != 150 || r.Removed != 150 {
		t.Errorf("%+v", r.Outcomes)
	}
}

// Nobody goes back to what was known once, unless told to.
func TestUpdate_keepsWhatIsNewer(t *testing.T) {
	b := filled(t)
	b.put("npm", "GHSA-00001", &rec{modified: now.Add(-time.Minute), version: 1})
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	want := digestOf(t, path)
	b.put("npm", "GHSA-00001", &rec{modified: now.Add(-59 * time.Hour)})
	b.publish()
	r := update(t, path, b.options())
	if digestOf(t, path) != want || len(r.Problems) != 1 || !strings.Contains(r.Problems[0], "1 records in an older state") {
		t.Errorf("%+v %v", r.Outcomes, r.Problems)
	}
	// The same where the list is right and only the file behind.
	old := b.files["npm/GHSA-00001.json"]
	b.put("npm", "GHSA-00001", &rec{modified: now.Add(-time.Second), version: 2})
	b.publish()
	newer := b.files["npm/GHSA-00001.json"]
	b.files["npm/GHSA-00001.json"] = old
	if update(t, path, b.options()); digestOf(t, path) == want {
		t.Error("the source's date was not noted") // its newest record is known
	}
	db, err := advisory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := db.Flaw("GHSA-00001")
	db.Close()
	if !strings.Contains(f.Details, "version 1") {
		t.Errorf("%q", f.Details)
	}
	b.files["npm/GHSA-00001.json"] = newer
	if update(t, path, b.options()); digestOf(t, path) != b.fresh(t) {
		t.Error("afterwards, the database is not what a new one would be")
	}
	b.put("npm", "GHSA-00001", &rec{modified: now.Add(-59 * time.Hour)})
	b.publish()
	o := b.options()
	o.AllowOlder = true
	if update(t, path, o); digestOf(t, path) != b.fresh(t) {
		t.Error("what is older was not taken though it was allowed")
	}
}

// A record that another ecosystem lists stays when one lists it no more.
func TestUpdate_removesOnlyWhatNobodyLists(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 20)
	b.fill("Go", "GO", 20)
	b.put("Go", "GHSA-00001", &rec{modified: now.Add(-19 * time.Hour)})
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	b.put("npm", "GHSA-00001", nil)
	b.put("npm", "GHSA-00002", nil)
	b.publish()
	o := b.options()
	o.Ecosystems = []string{"npm"}
	r := update(t, path, o)
	if r.Removed != 1 || r.Info.Records != 39 || len(r.Outcomes) != 1 {
		t.Errorf("%d removed, %d records: %+v", r.Removed, r.Info.Records, r.Outcomes)
	}
	if r = update(t, path, b.options()); !r.Unchanged {
		t.Errorf("%+v", r.Outcomes)
	}
}

func TestUpdate_takesTheEcosystemsThatWereAskedFor(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	for _, e := range []string{"npm", "Go", "Red Hat", "crates.io"} {
		b.fill(e, strings.ToUpper(e[:2]), 3)
	}
	b.publish()
	o := b.options()
	o.Ecosystems = []string{"NPM", "Red Hat:9", "Cobol"}
	r := update(t, filepath.Join(t.TempDir(), "a.db"), o)
	if diff := cmp.Diff(map[string]How{"osv/npm": Whole, "osv/Red Hat": Whole, "osv/Cobol": Failed}, hows(r)); diff != "" {
		t.Error(diff)
	}
	delete(b.files, "ecosystems.txt")
	o.Ecosystems = []string{"npm", "../x"}
	r = update(t, filepath.Join(t.TempDir(), "b.db"), o)
	if diff := cmp.Diff(map[string]How{"osv/npm": Whole, "osv/../x": Failed}, hows(r)); diff != "" {
		t.Error(diff)
	}
	o.Ecosystems = nil
	if _, err := Update(t.Context(), filepath.Join(t.TempDir(), "c.db"), o); err == nil || !strings.Contains(err.Error(), "needs the ecosystems named") {
		t.Errorf("without a list: %v", err)
	}
}

func hows(r *Report) map[string]How {
	out := map[string]How{}
	for _, o := range r.Outcomes {
		out[o.Source] = o.How
	}
	return out
}

func TestUpdate_takesThreatsFromWhereTheyAre(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 3)
	b.publish()
	b.threats("2026-08-20", "0.5")
	b.files["threat/exploits.csv.gz"] = gzipped("cve,ssvc_exploitation\nCVE-2024-0001,poc\n")
	other := newBucket(t, httptest.NewServer)
	other.threats("2026-08-21", "0.7")
	path := filepath.Join(t.TempDir(), "a.db")
	o := b.options()
	o.EPSS, o.KEV = "", other.URL+"/osv/threat/kev.json"
	r := update(t, path, o)
	if diff := cmp.Diff(advisory.Info{EPSS: "2026-08-20", KEV: "2026-08-21", Scores: 1, Exploited: 1, Exploits: 1}, r.Info,
		cmpopts.IgnoreFields(advisory.Info{}, "Built", "Digest", "Sources", "Records", "Flaws", "Packages", "Size")); diff != "" {
		t.Error(diff)
	}
	// Older ones are not taken.
	b.threats("2026-08-19", "0.1")
	r = update(t, path, o)
	if r.Info.EPSS != "2026-08-20" || len(r.Problems) != 1 || !strings.Contains(r.Problems[0], "those of the database are newer") {
		t.Errorf("%s, problems %v", r.Info.EPSS, r.Problems)
	}
	// What cannot be read changes nothing.
	b.files["threat/epss.csv.gz"] = []byte("\x1f\x8b\x08\x00 no gzip")
	if r = update(t, path, o); hows(r)["epss"] != Failed || r.Info.Scores != 1 {
		t.Errorf("%+v", r.Outcomes)
	}
}

func TestFetched_tellsWhenSourcesWereUpToDate(t *testing.T) {
	b := newBucket(t, httptest.NewServer)
	b.fill("npm", "GHSA", 30)
	b.fill("Go", "GO", 30)
	b.publish()
	path := filepath.Join(t.TempDir(), "a.db")
	update(t, path, b.options())
	b.fault = func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasPrefix(r.URL.Path, "/osv/Go/") {
			http.Error(w, "no", http.StatusBadRequest)
			return true
		}
		return false
	}
	o := b.options()
	o.Now = now.Add(48 * time.Hour)
	update(t, path, o)
	from, at := Fetched(path)
	if from != b.URL+"/osv" || !at["osv/npm"].Equal(o.Now) || !at["osv/Go"].Equal(now) {
		t.Errorf("%s %v", from, at)
	}
}
