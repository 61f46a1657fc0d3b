package advisory

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// delta writes a delta between two databases.
func delta(tb testing.TB, from, to *DB) ([]byte, DeltaSize) {
	tb.Helper()
	var b bytes.Buffer
	size, err := WriteDelta(&b, from, to)
	if err != nil {
		tb.Fatal(err)
	}
	if size.Bytes != int64(b.Len()) {
		tb.Errorf("it says %d bytes, and has %d", size.Bytes, b.Len())
	}
	return b.Bytes(), size
}

// drawn makes a database by chance: records of which some are there, and changed, in some rounds.
func drawn(tb testing.TB, seed uint64, round int) string {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, uint64(round)))
	return write(tb, nil, func(b *Builder) {
		for i := range 120 {
			if random.IntN(4) == 0 {
				continue
			}
			version := random.IntN(2)
			r := &Record{
				ID: fmt.Sprintf("GHSA-%04d", i), Modified: day.Add(time.Duration(version) * time.Hour), Summary: fmt.Sprintf("flaw %d", i), Details: fmt.Sprintf("words %d, version %d", i, random.IntN(2)),
				Affected: []Affected{{Ecosystem: "npm", Name: fmt.Sprintf("p%d", i%40), Ranges: []Range{{Type: "SEMVER", Events: []Event{{Introduced, "0"}, {Fixed, fmt.Sprintf("1.0.%d", version)}}}}}},
			}
			if random.IntN(3) == 0 {
				r.Aliases = []string{fmt.Sprintf("CVE-2024-%04d", i)}
			}
			addAll(tb, b, r)
		}
		var scores []EPSSRow
		var exploited []KEVRow
		var known []ExploitRow
		for i := range 200 {
			cve := fmt.Sprintf("CVE-2024-%04d", i)
			if random.IntN(5) > 0 {
				p := float64(random.IntN(30)) / 100
				scores = append(scores, EPSSRow{cve, p, p/2 + float64(random.IntN(20)/19)/10})
			}
			if random.IntN(9) == 0 {
				exploited = append(exploited, KEVRow{cve, "2024-06-01", "", random.IntN(2) == 0})
			}
			if random.IntN(9) == 0 {
				known = append(known, ExploitRow{CVE: cve, Exploitation: "poc", CWE: []int{random.IntN(3) + 1}})
			}
		}
		if seed%2 == 0 {
			scores = append(scores, EPSSRow{"CVE-2023-0001", 0.123456789, 0.987654321})
		}
		b.SetEPSS(fmt.Sprintf("2024-06-%02d", round+1), scores)
		b.SetKEV(fmt.Sprintf("2024-05-%02d", round+1), exploited)
		b.SetExploits(known)
		b.AddSource(fmt.Sprintf("osv/%d", round%2), day, round)
	})
}

func TestDelta_makesTheOtherDatabase(t *testing.T) {
	for seed := range uint64(12) {
		first, second := drawn(t, seed, 1), drawn(t, seed, 2)
		from, to := open(t, first), open(t, second)
		b, size := delta(t, from, to)
		out := filepath.Join(t.TempDir(), "out.db")
		info, err := ApplyDelta(from, b, out)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(to.Info(), info); diff != "" {
			t.Error(diff)
		}
		want, _ := os.ReadFile(second)
		got, _ := os.ReadFile(out)
		if !bytes.Equal(want, got) {
			t.Errorf("seed %d: the bytes are not those of the other database", seed)
		}
		changed, removed := 0, 0
		if err := to.Each(func(h Holding) {
			if i, ok := from.find(h.ID); !ok || !sameRecord(from, i, to, h.ID) {
				changed++
			}
		}); err != nil {
			t.Fatal(err)
		}
		if err := from.Each(func(h Holding) {
			if _, ok := to.find(h.ID); !ok {
				removed++
			}
		}); err != nil {
			t.Fatal(err)
		}
		if size.Changed != changed || size.Removed != removed {
			t.Errorf("seed %d: %d changed, %d removed, want %d, %d", seed, size.Changed, size.Removed, changed, removed)
		}
		same, size := delta(t, to, to)
		if size.Changed+size.Removed > 0 {
			t.Errorf("a database differs from itself: %+v", size)
		}
		if _, err := ApplyDelta(to, same, out); err != nil {
			t.Error(err)
		}
	}
}

func sameRecord(a *DB, i int, b *DB, id string) bool {
	j, _ := b.find(id)
	f, _ := a.facts(i)
	g, _ := b.facts(j)
	v, _ := a.words(i)
	w, _ := b.words(j)
	return f == g && v == w
}

func TestDelta_refusesWhatDoesNotFit(t *testing.T) {
	from, to, other := open(t, drawn(t, 1, 1)), open(t, drawn(t, 1, 2)), open(t, drawn(t, 3, 1))
	b, _ := delta(t, from, to)
	out := filepath.Join(t.TempDir(), "out.db")
	wrongResult := bytes.Clone(b)
	wrongResult[50]++
	for name, c := range map[string]struct {
		base  *DB
		delta []byte
	}{
		"another database": {other, b}, "empty": {from, nil}, "cut": {from, b[:len(b)-3]}, "header alone": {from, b[:deltaHeader]},
		"another result": {from, wrongResult}, "another version": {from, append([]byte("reeve-delta-002\n"), b[16:]...)},
	} {
		if _, err := ApplyDelta(c.base, c.delta, out); !errors.Is(err, errDelta) {
			t.Errorf("%s: %v", name, err)
		}
		if entries, _ := os.ReadDir(filepath.Dir(out)); len(entries) > 0 {
			t.Errorf("%s: something was left: %v", name, entries)
		}
	}
}

func TestPatch_isItsOwnOpposite(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		b := make([]byte, random.IntN(12))
		for i := range b {
			b[i] = "ab"[random.IntN(2)]
		}
		return string(b)
	}
	for range 2000 {
		old, now := text(), text()
		var c coder
		c.patch(old, now)
		r := cursor{s: string(c.b)}
		if got := r.patch(old); got != now || r.bad || r.s != "" {
			t.Fatalf("%q to %q: got %q", old, now, got)
		}
	}
	for _, n := range []int{0, 1, -1, 77, -77, 1 << 40, -1 << 40} {
		if got := unzigzag(zigzag(n)); got != n {
			t.Errorf("%d comes back as %d", n, got)
		}
	}
}

func TestMark_goesBack(t *testing.T) {
	want, err := os.ReadFile(write(t, nil, func(b *Builder) { addOwn(t, b) }))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(write(t, nil, func(b *Builder) {
		addOwn(t, b)
		m := b.Mark()
		b.Remove(own()[0])
		changed := *read(t, own()[1])
		changed.Modified = changed.Modified.Add(time.Hour)
		addAll(t, b, &changed, &Record{ID: "X-1", Affected: []Affected{{Ecosystem: "npm", Name: "x", Versions: []string{"1.0.0"}}}})
		b.AddSource("osv/other", day, 1)
		b.Back(m)
	}))
	if err != nil || !bytes.Equal(want, got) {
		t.Errorf("something was left of what was given after the mark (%v)", err)
	}
}

func TestEach_tellsWhatTheDatabaseHolds(t *testing.T) {
	db := ownDB(t)
	var ids []string
	if err := db.Each(func(h Holding) {
		ids = append(ids, h.ID)
		if want := read(t, h.ID).Modified.Truncate(time.Second); !h.Modified.Equal(want) {
			t.Errorf("%s: modified %v, want %v", h.ID, h.Modified, want)
		}
		if h.ID == "DSA-9001-1" && !slices.Equal(h.Ecosystems, []string{"Debian"}) {
			t.Errorf("%s: ecosystems %v", h.ID, h.Ecosystems)
		}
	}); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(slices.Values(own()))
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Error(diff)
	}
}

// FuzzApplyDelta holds that no delta, whatever its bytes, makes a database that is not the promised one.
func FuzzApplyDelta(f *testing.F) {
	from, to := open(f, drawn(f, 1, 1)), open(f, drawn(f, 1, 2))
	good, _ := delta(f, from, to)
	f.Add(good)
	f.Add(good[:deltaHeader+4])
	f.Add(append(bytes.Clone(good[:deltaHeader]), 0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		out := filepath.Join(dir, "out.db")
		info, err := ApplyDelta(from, data, out)
		if err == nil && info.Digest != fmt.Sprintf("%x", data[48:80]) {
			t.Error("another database came out")
		}
		os.Remove(out)
	})
}

// FuzzDeltaBody reads the same without the packing around it.
func FuzzDeltaBody(f *testing.F) {
	from, to := open(f, drawn(f, 1, 1)), open(f, drawn(f, 1, 2))
	good, _ := delta(f, from, to)
	body, _, err := openDelta(from, good)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(body))
	f.Add([]byte{0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{1, 0, 6, 'G', 'H', 'S', 'A', '-', '1', 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
	shared, err := newSpool()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		b := NewBuilder(from)
		shared.current = shared.current[:0]
		b.spool = shared
		c := cursor{s: string(data)}
		if b.patchRecords(&c) == nil && b.patchThreat(&c) == nil {
			_ = b.patchSources(&c)
		}
	})
}

// BenchmarkDeltaOfTen measures a delta of ten changed records in all there is.
func BenchmarkDeltaOfTen(b *testing.B) {
	base, _ := openAll(b)
	random := rand.New(rand.NewPCG(3, 4))
	var ids []string
	_ = base.Each(func(h Holding) { ids = append(ids, h.ID) })
	next := NewBuilder(base)
	for range 10 {
		id := ids[random.IntN(len(ids))]
		i, _ := base.find(id)
		facts, _ := base.facts(i)
		words, _ := base.words(i)
		r, err := decodeFacts(id, facts)
		if err != nil {
			b.Fatal(err)
		}
		_ = r.decodeWords(words)
		r.Modified = r.Modified.Add(time.Hour)
		r.Details += "\n\nA new paragraph that says what was found out since: versions before 9.9.9 are affected too."
		r.Affected = append(r.Affected, Affected{Ecosystem: "npm", Name: "another-package", Ranges: []Range{{Type: "SEMVER", Events: []Event{{Introduced, "0"}, {Fixed, "9.9.9"}}}}})
		if err := next.Add(r); err != nil {
			b.Fatal(err)
		}
	}
	path := filepath.Join(b.TempDir(), "next.db")
	if _, err := next.Write(path, day); err != nil {
		b.Fatal(err)
	}
	to := open2(b, path)
	var out bytes.Buffer
	begun := time.Now()
	size, err := WriteDelta(&out, base, to)
	if err != nil {
		b.Fatal(err)
	}
	spent := time.Since(begun)
	for b.Loop() {
		if _, err := ApplyDelta(base, out.Bytes(), filepath.Join(b.TempDir(), "out.db")); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(spent.Milliseconds()), "ms-to-write")
	b.ReportMetric(float64(size.Bytes), "bytes")
	b.ReportMetric(float64(size.Changed), "records")
}

func open2(b *testing.B, path string) *DB {
	b.Helper()
	db, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

// BenchmarkDeltaOfScores measures a day of scores of 300,000 CVEs: a twentieth has another probability, and almost all another percentile.
func BenchmarkDeltaOfScores(b *testing.B) {
	random := rand.New(rand.NewPCG(5, 6))
	rows := make([]EPSSRow, 300_000)
	for i := range rows {
		p := random.Float64()
		rows[i] = EPSSRow{CVE: fmt.Sprintf("CVE-%d-%04d", 2000+i/12_000, 1+i%12_000), Probability: float64(int(p*p*p*p*p*p*90_000)+1) / 100_000}
	}
	rank := func() {
		byScore := slices.Clone(rows)
		slices.SortFunc(byScore, func(x, y EPSSRow) int {
			return int(x.Probability*100_000+0.5) - int(y.Probability*100_000+0.5)
		})
		percentile := map[float64]float64{}
		for i, r := range byScore {
			percentile[r.Probability] = float64(int(float64(i+1)/float64(len(rows))*100_000)) / 100_000
		}
		for i := range rows {
			rows[i].Percentile = percentile[rows[i].Probability]
		}
	}
	dir := b.TempDir()
	build := func(name, date string) *DB {
		builder := NewBuilder(nil)
		builder.SetEPSS(date, rows)
		if _, err := builder.Write(filepath.Join(dir, name), day); err != nil {
			b.Fatal(err)
		}
		return open2(b, filepath.Join(dir, name))
	}
	rank()
	from := build("one.db", "2024-06-01")
	for i := range rows {
		if random.IntN(20) == 0 {
			rows[i].Probability = float64(int(rows[i].Probability*100_000)+1+random.IntN(40)) / 100_000
		}
	}
	rank()
	to := build("two.db", "2024-06-02")
	var size DeltaSize
	for b.Loop() {
		var out bytes.Buffer
		var err error
		if size, err = WriteDelta(&out, from, to); err != nil {
			b.Fatal(err)
		}
		if _, err := ApplyDelta(from, out.Bytes(), filepath.Join(dir, "out.db")); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(size.Bytes), "bytes")
	b.ReportMetric(float64(to.Info().Size), "bytes-of-all")
}
