package census

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/inventory"
)

// manyPackages gives some packages of an SBOM.
func manyPackages(i int) []inventory.Package {
	var out []inventory.Package
	for n := range 5 {
		out = append(out, npm(fmt.Sprintf("p%d", (i*7+n)%40), "1.0."+strconv.Itoa(n), n == 0))
	}
	return out
}

// drawn gives the packages of one SBOM of many: few packages are everywhere, most are in few.
func drawn(random *rand.Rand, n int) []inventory.Package {
	out := make([]inventory.Package, n)
	for i := range out {
		rank := int(200_000 * random.Float64() * random.Float64() * random.Float64() * random.Float64())
		out[i] = inventory.Package{
			Ecosystem: "npm", Name: "package-" + strconv.Itoa(rank), Version: fmt.Sprintf("%d.%d.%d", rank%7, random.IntN(4), random.IntN(6)), Direct: i < 10,
		}
	}
	return out
}

// TestScale measures a census of 100,000 SBOMs with 100 packages each, as many as REEVE_CENSUS says; else of a hundredth of that.
func TestScale(t *testing.T) {
	sboms := 1000
	if os.Getenv("REEVE_CENSUS") != "" {
		sboms, _ = strconv.Atoi(os.Getenv("REEVE_CENSUS"))
	}
	db := known(t,
		&advisory.Record{ID: "CVE-2026-0001", Modified: day, Affected: []advisory.Affected{{Ecosystem: "npm", Name: "package-0", Ranges: semver("0.3.0")}}},
		&advisory.Record{ID: "CVE-2026-0002", Modified: day, Affected: []advisory.Affected{{Ecosystem: "npm", Name: "package-5000", Ranges: semver("9.0.0")}}},
	)
	dir := t.TempDir()
	x := open(t, dir)
	random := rand.New(rand.NewPCG(1, 2))
	begun := time.Now()
	var most uint64
	var m runtime.MemStats
	for i := range sboms {
		add(t, x, fmt.Sprintf("sha256:%016x-%d", random.Uint64(), i), drawn(random, 100)...)
		if i%5000 == 0 {
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
	flush(t, x)
	built := time.Since(begun)
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	closed := time.Since(begun)
	begun = time.Now()
	x = open(t, dir)
	opened := time.Since(begun)
	for _, id := range []string{"CVE-2026-0001", "CVE-2026-0002"} {
		runtime.GC()
		runtime.ReadMemStats(&m)
		before := m.TotalAlloc
		begun = time.Now()
		list := holdersOf(t, x, db, id)
		first := time.Since(begun)
		begun = time.Now()
		holdersOf(t, x, db, id)
		second := time.Since(begun)
		runtime.ReadMemStats(&m)
		t.Logf("%s: %d holdings in %v, again %v, %d kB allocated for both", id, len(list), first, second, (m.TotalAlloc-before)>>10)
		if first > time.Second {
			t.Errorf("%s: it took %v", id, first)
		}
		if len(list) == 0 {
			t.Errorf("%s: nobody has it", id)
		}
	}
	begun = time.Now()
	add(t, x, "one-more", drawn(random, 100)...)
	flush(t, x)
	t.Logf("%d SBOMs, %d components: built in %v (merged in %v), %d MB heap at most, opened in %v; one more in %v; %+v",
		sboms, sboms*100, built, closed, most>>20, opened, time.Since(begun), x.Size())
}
