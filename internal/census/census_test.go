package census

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/inventory"
)

var day = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

func semver(fixed string) []advisory.Range {
	return []advisory.Range{{Type: "SEMVER", Events: []advisory.Event{{Kind: advisory.Introduced, Version: "0"}, {Kind: advisory.Fixed, Version: fixed}}}}
}

func dpkg(fixed string) []advisory.Range {
	return []advisory.Range{{Type: "ECOSYSTEM", Events: []advisory.Event{{Kind: advisory.Introduced, Version: "0"}, {Kind: advisory.Fixed, Version: fixed}}}}
}

// known makes a database.
func known(tb testing.TB, records ...*advisory.Record) *advisory.DB {
	tb.Helper()
	b := advisory.NewBuilder(nil)
	for _, r := range records {
		if err := b.Add(r); err != nil {
			tb.Fatal(err)
		}
	}
	path := filepath.Join(tb.TempDir(), "a.db")
	if _, err := b.Write(path, day); err != nil {
		tb.Fatal(err)
	}
	db, err := advisory.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

func ownDB(tb testing.TB) *advisory.DB {
	return known(tb,
		&advisory.Record{ID: "CVE-2026-0001", Modified: day, Affected: []advisory.Affected{
			{Ecosystem: "npm", Name: "left-trim", Ranges: semver("1.3.0")}, {Ecosystem: "PyPI", Name: "Left.Trim", Ranges: dpkg("2.0")},
		}},
		&advisory.Record{ID: "CVE-2026-0002", Modified: day, Affected: []advisory.Affected{
			{Ecosystem: "Debian:12", Name: "openssl", Ranges: dpkg("3.0.11-1~deb12u2")}, {Ecosystem: "Alpine:v3.19", Name: "openssl", Ranges: dpkg("3.1.4-r5")},
			{Ecosystem: "Alpine:v3.19", Name: "libcrypto3", Ranges: dpkg("3.1.4-r5")},
		}},
		&advisory.Record{ID: "CVE-2026-0003", Modified: day, Affected: []advisory.Affected{{Ecosystem: "npm", Name: "nobody", Ranges: semver("9.0.0")}}},
	)
}

func number(tb testing.TB, db *advisory.DB, id string) int {
	tb.Helper()
	list := db.FlawNumbers(id)
	if len(list) != 1 {
		tb.Fatalf("%s: %v", id, list)
	}
	return list[0]
}

func open(tb testing.TB, dir string) *Index {
	tb.Helper()
	x, err := Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { x.Close() })
	return x
}

func holdersOf(tb testing.TB, x *Index, db *advisory.DB, id string) []Holding {
	tb.Helper()
	list, err := x.Holders(tb.Context(), db, number(tb, db, id))
	if err != nil {
		tb.Fatal(err)
	}
	return list
}

func npm(name, version string, direct bool) inventory.Package {
	return inventory.Package{Ecosystem: "npm", Name: name, Version: version, Direct: direct}
}

func add(tb testing.TB, x *Index, id string, packages ...inventory.Package) {
	tb.Helper()
	if err := x.Add(id, packages); err != nil {
		tb.Fatal(err)
	}
}

func flush(tb testing.TB, x *Index) {
	tb.Helper()
	if err := x.Flush(tb.Context()); err != nil {
		tb.Fatal(err)
	}
}

func TestHolders_tellsWhoHasAFlaw(t *testing.T) {
	db := ownDB(t)
	dir := filepath.Join(t.TempDir(), "census")
	x := open(t, dir)
	add(t, x, "shop", npm("left-trim", "1.2.0", true), npm("left-trim", "1.3.0", false), npm("other", "1.0.0", false))
	add(t, x, "blog", npm("left-trim", "1.2.0", false), inventory.Package{Ecosystem: "PyPI", Name: "left-trim", Version: "1.9"})
	add(t, x, "new", npm("left-trim", "1.3.0", true))
	add(t, x, "doubt", npm("left-trim", "github:a/b", true), npm("left-trim", "", false))
	add(t, x, "own", inventory.Package{Ecosystem: "npm", Name: "left-trim", Version: "1.0.0", Origin: "file:../left-trim"}, inventory.Package{Name: "left-trim", Version: "1"})
	add(t, x, "deb", inventory.Package{Ecosystem: "Debian:12", Name: "libssl3", Version: "3.0.11-1~deb12u1", Source: inventory.Source{Name: "openssl"}})
	add(t, x, "deb-fixed", inventory.Package{Ecosystem: "Debian:12", Name: "libssl3", Version: "3.0.11-1~deb12u2", Source: inventory.Source{Name: "openssl"}})
	add(t, x, "deb-11", inventory.Package{Ecosystem: "Debian:11", Name: "openssl", Version: "1.1.1"})
	add(t, x, "deb-rebuilt", inventory.Package{Ecosystem: "Debian:12", Name: "libssl3", Version: "9-1+b1", Source: inventory.Source{Name: "openssl", Version: "3.0.9-1"}})
	add(t, x, "alpine", inventory.Package{Ecosystem: "Alpine:v3.19", Name: "libcrypto3", Version: "3.1.4-r2", Source: inventory.Source{Name: "openssl"}})
	if got := holdersOf(t, x, db, "CVE-2026-0001"); got != nil {
		t.Errorf("before it is written: %v", got)
	}
	flush(t, x)
	trim := func(sbom string, direct bool) Holding {
		return Holding{SBOM: sbom, Ecosystem: "npm", Package: "left-trim", Version: "1.2.0", Direct: direct}
	}
	want := map[string][]Holding{
		"CVE-2026-0001": {
			trim("blog", false), {SBOM: "blog", Ecosystem: "PyPI", Package: "left-trim", Version: "1.9"},
			{SBOM: "doubt", Ecosystem: "npm", Package: "left-trim", Unknown: "the version is not known"},
			{SBOM: "doubt", Ecosystem: "npm", Package: "left-trim", Version: "github:a/b", Direct: true, Unknown: `"github:a/b" is no version in "npm"`},
			trim("shop", true),
		},
		"CVE-2026-0002": {
			{SBOM: "alpine", Ecosystem: "Alpine:v3.19", Package: "libcrypto3", Version: "3.1.4-r2"},
			{SBOM: "deb", Ecosystem: "Debian:12", Package: "libssl3", Version: "3.0.11-1~deb12u1"},
			{SBOM: "deb-rebuilt", Ecosystem: "Debian:12", Package: "libssl3", Version: "9-1+b1"},
		},
		"CVE-2026-0003": nil,
	}
	other := open(t, dir)
	for id, list := range want {
		for _, one := range []*Index{x, other} {
			got := holdersOf(t, one, db, id)
			slices.SortFunc(got, func(a, b Holding) int {
				return strings.Compare(a.SBOM+a.Ecosystem+a.Version, b.SBOM+b.Ecosystem+b.Version)
			})
			slices.SortFunc(list, func(a, b Holding) int {
				return strings.Compare(a.SBOM+a.Ecosystem+a.Version, b.SBOM+b.Ecosystem+b.Version)
			})
			if diff := cmp.Diff(list, got); diff != "" {
				t.Errorf("%s: %s", id, diff)
			}
		}
	}
	met := map[int]int{}
	if err := x.Meet(t.Context(), db, []int{0, 1, 2}, func(flaw int, list []Holding) error { met[flaw] = len(list); return nil }); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[int]int{number(t, db, "CVE-2026-0001"): 5, number(t, db, "CVE-2026-0002"): 3}, met); diff != "" {
		t.Error(diff)
	}
	if err := x.Verify(); err != nil {
		t.Error(err)
	}
}

// The index says what a plain map says, whatever is added, put in again and removed, in whatever segments it lies.
func TestIndex_isAMap(t *testing.T) {
	db := ownDB(t)
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		x := open(t, dir)
		versions := []string{"1.2.0", "1.1.0", "1.3.0", "2.0.0"}
		truth, written := map[string][]inventory.Package{}, map[string][]inventory.Package{}
		for step := range 400 {
			id := fmt.Sprintf("sbom-%03d", random.IntN(60))
			switch random.IntN(10) {
			case 0, 1:
				if err := x.Remove(id); err != nil {
					t.Fatal(err)
				}
				delete(truth, id)
			case 2, 3:
				flush(t, x)
				written = map[string][]inventory.Package{}
				for id, list := range truth {
					written[id] = list
				}
			case 4:
				if random.IntN(6) == 0 {
					if err := x.Close(); err != nil {
						t.Fatal(err)
					}
					x = open(t, dir)
					written = map[string][]inventory.Package{}
					for id, list := range truth {
						written[id] = list
					}
				}
			default:
				list := []inventory.Package{npm("left-trim", versions[random.IntN(len(versions))], random.IntN(2) == 0)}
				for range random.IntN(3) {
					list = append(list, npm(fmt.Sprintf("p%d", random.IntN(20)), "1.0.0", false))
				}
				add(t, x, id, list...)
				truth[id] = list
			}
			if step%20 != 0 {
				continue
			}
			var want []Holding
			for id, list := range written {
				if v := list[0].Version; v == "1.2.0" || v == "1.1.0" {
					want = append(want, Holding{SBOM: id, Ecosystem: "npm", Package: "left-trim", Version: v, Direct: list[0].Direct})
				}
			}
			slices.SortFunc(want, func(a, b Holding) int { return strings.Compare(a.SBOM, b.SBOM) })
			if diff := cmp.Diff(want, holdersOf(t, x, db, "CVE-2026-0001")); diff != "" {
				t.Fatalf("seed %d, step %d: %s", seed, step, diff)
			}
			if size := x.Size(); size.SBOMs != len(written) || size.Segments > maxSegments+1 {
				t.Fatalf("%+v, want %d SBOMs", size, len(written))
			}
		}
		if err := x.Close(); err != nil {
			t.Fatal(err)
		}
		entries, _ := os.ReadDir(dir)
		if len(entries) > maxSegments+4 {
			t.Errorf("%d files are left", len(entries))
		}
	}
}

func TestIndex_mergesToOneFormWhateverTheWay(t *testing.T) {
	db := ownDB(t)
	x := open(t, t.TempDir())
	for i := range 40 {
		add(t, x, fmt.Sprintf("s%02d", i), npm("left-trim", "1.2.0", i%2 == 0))
		flush(t, x)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = open(t, x.dir)
	if size := x.Size(); size.Segments > 8 || size.SBOMs != 40 {
		t.Errorf("%+v", size)
	}
	if got := holdersOf(t, x, db, "CVE-2026-0001"); len(got) != 40 || got[1].Direct || !got[2].Direct {
		t.Errorf("%d holders", len(got))
	}
}

func TestIndex_oneProcessWrites(t *testing.T) {
	dir := t.TempDir()
	x := open(t, dir)
	add(t, x, "a", npm("left-trim", "1.2.0", true))
	flush(t, x)
	y := open(t, dir)
	if err := y.Add("b", nil); !errors.Is(err, errBusy) {
		t.Errorf("got %v", err)
	}
	if ok, err := y.Has("a"); !ok || err != nil {
		t.Error("the other reads nothing", err)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	add(t, y, "b", npm("left-trim", "1.2.0", true))
	flush(t, y)
	if size := y.Size(); size.SBOMs != 2 {
		t.Errorf("%+v", size)
	}
}

// Who reads while another writes gets what was there at some time, and never an error.
func TestIndex_isReadWhileItIsWritten(t *testing.T) {
	db := ownDB(t)
	dir := t.TempDir()
	x := open(t, dir)
	add(t, x, "first", npm("left-trim", "1.2.0", true))
	flush(t, x)
	other := open(t, dir)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for _, reader := range []*Index{x, other} {
		wg.Go(func() {
			for ctx.Err() == nil {
				list, err := reader.Holders(context.Background(), db, number(t, db, "CVE-2026-0001"))
				if err != nil || len(list) == 0 {
					t.Errorf("%d holders, %v", len(list), err)
					return
				}
			}
		})
	}
	for i := range 60 {
		add(t, x, fmt.Sprintf("s%d", i%10), npm("left-trim", "1.2.0", true))
		flush(t, x)
	}
	stop()
	wg.Wait()
	if list := holdersOf(t, other, db, "CVE-2026-0001"); len(list) != 11 {
		t.Errorf("%d holders", len(list))
	}
}

func TestAdd_refusesWhatIsNoID(t *testing.T) {
	x := open(t, t.TempDir())
	for _, id := range []string{"", strings.Repeat("a", 513)} {
		if err := x.Add(id, nil); err == nil {
			t.Errorf("%.10q is taken", id)
		}
	}
}

func TestHolders_endsWithItsContext(t *testing.T) {
	db := ownDB(t)
	x := open(t, t.TempDir())
	add(t, x, "a", npm("left-trim", "1.2.0", true))
	flush(t, x)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Holders(ctx, db, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
