package advisory

import (
	"archive/zip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"
)

// dataDir is the folder of the big data (osv/, threat/), from the environment variable REEVE_DATA.
func dataDir(tb testing.TB) string {
	tb.Helper()
	dir := os.Getenv("REEVE_DATA")
	if dir == "" {
		tb.Skip("REEVE_DATA names no folder with advisories")
	}
	return dir
}

// eachRecord hands on every record of a folder in the layout of OSV's bucket, on two goroutines.
func eachRecord(tb testing.TB, dir string, visit func(name string, data []byte)) {
	tb.Helper()
	zips, err := filepath.Glob(filepath.Join(dir, "osv", "*", "all.zip"))
	if err != nil || len(zips) == 0 {
		tb.Fatalf("no all.zip below %s (%v)", dir, err)
	}
	files := make(chan *zip.File, 256)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for f := range files {
				r, err := f.Open()
				if err != nil {
					tb.Error(err)
					continue
				}
				data, err := io.ReadAll(r)
				r.Close()
				if err != nil {
					tb.Error(err)
					continue
				}
				visit(f.Name, data)
			}
		})
	}
	for _, name := range zips {
		z, err := zip.OpenReader(name)
		if err != nil {
			tb.Fatal(err)
		}
		defer z.Close()
		for _, f := range z.File {
			files <- f
		}
	}
	close(files)
	group.Wait()
}

// buildAll imports everything there is.
func buildAll(tb testing.TB, dir, path string) Info {
	tb.Helper()
	b := NewBuilder(nil)
	eachRecord(tb, dir, func(name string, data []byte) {
		r, err := ParseOSV(data)
		if err != nil {
			tb.Errorf("%s: %v", name, err)
			return
		}
		if err := b.Add(r); err != nil {
			tb.Error(err)
		}
	})
	info, err := b.Write(path, time.Unix(1_700_000_000, 0))
	if err != nil {
		tb.Fatal(err)
	}
	return info
}

// peak runs work and gives the largest heap seen meanwhile, in bytes.
func peak(work func()) uint64 {
	debug.FreeOSMemory()
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				done <- most
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	work()
	close(stop)
	return <-done
}

func BenchmarkImport(b *testing.B) {
	dir := dataDir(b)
	path := filepath.Join(b.TempDir(), "advisories.db")
	for b.Loop() {
		var info Info
		most := peak(func() { info = buildAll(b, dir, path) })
		b.ReportMetric(float64(most)/(1<<20), "MiB-peak")
		b.ReportMetric(float64(info.Size)/(1<<20), "MiB-file")
		b.ReportMetric(float64(info.Records), "records")
		b.ReportMetric(float64(info.Flaws), "flaws")
		b.ReportMetric(float64(info.Packages), "packages")
	}
}

func BenchmarkParseOSV(b *testing.B) {
	dir := dataDir(b)
	var all [][]byte
	var mu sync.Mutex
	size := 0
	eachRecord(b, dir, func(_ string, data []byte) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, data)
		size += len(data)
	})
	b.SetBytes(int64(size))
	for b.Loop() {
		for _, data := range all {
			if _, err := ParseOSV(data); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// openAll gives the whole database, built once for all benchmarks of a run.
func openAll(b *testing.B) (*DB, string) {
	b.Helper()
	dir := dataDir(b)
	path := filepath.Join(os.TempDir(), fmt.Sprintf("reeve-bench-%d.db", os.Getpid()))
	if _, err := os.Stat(path); err != nil {
		buildAll(b, dir, path)
	}
	b.Cleanup(func() { os.Remove(path) })
	db, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db, path
}

func BenchmarkOpen(b *testing.B) {
	_, path := openAll(b)
	for b.Loop() {
		db, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		db.Close()
	}
}

// questions makes n packages: one in eight is a package that advisories speak of, each as likely as the other, in a version that is
// or is near one of its bounds.
func questions(b *testing.B, db *DB, n int) []Query {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var known []Query
	seen := map[Query]bool{}
	for f := range db.Flaws() {
		places, err := db.Affected(f)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range places {
			q := Query{Ecosystem: p.Ecosystem, Name: p.Name}
			if seen[q] {
				continue
			}
			seen[q] = true
			q.Version = "1.0.0"
			for _, one := range p.Ranges {
				for _, e := range one.Events {
					if e.Version != "0" && random.IntN(2) == 0 {
						q.Version = e.Version
					}
				}
			}
			known = append(known, q)
		}
	}
	ecosystems := []string{"npm", "PyPI", "Maven", "Go", "crates.io", "RubyGems", "Packagist", "Debian:11", "Alpine:v3.11", "NuGet"}
	out := make([]Query, n)
	for i := range out {
		if random.IntN(8) == 0 {
			out[i] = known[random.IntN(len(known))]
			continue
		}
		out[i] = Query{ecosystems[random.IntN(len(ecosystems))], fmt.Sprintf("package-%d/with-%d", random.IntN(1_000_000), i), "1.2.3"}
	}
	return out
}

func BenchmarkMatch100000(b *testing.B) {
	db, _ := openAll(b)
	all := questions(b, db, 100_000)
	hits, affected := 0, 0
	b.ReportAllocs()
	most := peak(func() {
		for b.Loop() {
			hits, affected = 0, 0
			for _, q := range all {
				err := db.Match(q, func(m Match) {
					hits++
					if m.Unknown == "" {
						affected++
					}
				})
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.ReportMetric(float64(hits), "matches")
	b.ReportMetric(float64(affected), "affected")
	b.ReportMetric(float64(most)/(1<<20), "MiB-peak")
}

func BenchmarkFlawAt(b *testing.B) {
	db, _ := openAll(b)
	n := 0
	for b.Loop() {
		if _, err := db.FlawAt(n % db.Flaws()); err != nil {
			b.Fatal(err)
		}
		n += 7919
	}
}

// TestBigData imports everything and reports what could not be taken, by kind.
func TestBigData_isTaken(t *testing.T) {
	dir := dataDir(t)
	var mu sync.Mutex
	problems := map[string]int{}
	example := map[string]string{}
	records := 0
	eachRecord(t, dir, func(name string, data []byte) {
		r, err := ParseOSV(data)
		mu.Lock()
		defer mu.Unlock()
		records++
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		for _, p := range r.Problems {
			prefix, _, _ := strings.Cut(r.ID, "-")
			_, kind, _ := strings.Cut(p, "left out: ")
			problems[prefix+" "+strings.Map(func(c rune) rune {
				if c >= '0' && c <= '9' {
					return '9'
				}
				return c
			}, kind)]++
			example[prefix] = r.ID + ": " + p
		}
	})
	total := 0
	for _, n := range problems {
		total += n
	}
	t.Logf("%d records, %d problems", records, total)
	for _, e := range example {
		t.Log(e)
	}
	if total*100 > records {
		t.Errorf("%d problems in %d records: that many records cannot be wrong", total, records)
	}
}

// BenchmarkDelta makes a database over another one, with one record more.
func BenchmarkDelta(b *testing.B) {
	base, path := openAll(b)
	n := 0
	for b.Loop() {
		n++
		over := NewBuilder(base)
		if err := over.Add(&Record{ID: fmt.Sprintf("GHSA-new-%d", n), Affected: []Affected{{Ecosystem: "npm", Name: "new", Versions: []string{"1.0.0"}}}}); err != nil {
			b.Fatal(err)
		}
		if _, err := over.Write(path+".next", time.Unix(1_700_000_000, 0)); err != nil {
			b.Fatal(err)
		}
		os.Remove(path + ".next")
	}
}

// TestBigData_findsWhatRecordsList asks about versions that records list one by one, and about the bounds of their ranges: each must be
// answered by a record of a flaw that the asking record speaks of, or be denied by a better database.
func TestBigData_findsWhatRecordsList(t *testing.T) {
	dir := dataDir(t)
	path := filepath.Join(t.TempDir(), "all.db")
	buildAll(t, dir, path)
	db := open(t, path)
	var mu sync.Mutex
	asked, denied := 0, 0
	eachRecord(t, dir, func(name string, data []byte) {
		r, err := ParseOSV(data)
		if err != nil || !r.Withdrawn.IsZero() || hash64([]byte(r.ID))%4 != 0 {
			return
		}
		numbers := db.FlawNumbers(r.ID)
		if len(numbers) == 0 {
			numbers = db.FlawNumbers(cveOf(r.ID))
		}
		for _, a := range r.Affected {
			versions := a.Versions[:min(len(a.Versions), 5)]
			for _, one := range a.Ranges {
				if e := one.Events[0]; e.Kind == Introduced && e.Version != "0" && len(one.Events) < 3 {
					versions = append(versions[:len(versions):len(versions)], e.Version)
				}
			}
			for _, v := range versions {
				found, other := false, false
				for _, f := range numbers {
					ok, err := db.Affects(f, Query{a.Ecosystem, a.Name, v})
					if err != nil {
						t.Error(err)
					}
					found = found || ok
					places, err := db.places(f, a.Ecosystem, string(appendName(nil, a.Ecosystem, a.Name)), &a)
					if err != nil {
						t.Error(err)
					}
					for _, p := range places {
						other = other || p.Record != r.ID
					}
				}
				mu.Lock()
				if asked++; !found {
					if denied++; !other {
						t.Errorf("%s lists %s %s %s, which is not found", r.ID, a.Ecosystem, a.Name, v)
					}
				}
				mu.Unlock()
			}
		}
	})
	t.Logf("%d asked, %d denied by better databases", asked, denied)
	if asked < 1000 || denied*10 > asked {
		t.Errorf("%d asked, %d denied", asked, denied)
	}
}
