package advisory

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// named makes records out of "id: alias alias > upstream".
func named(lines ...string) []naming {
	var out []naming
	for _, l := range lines {
		l, up, _ := strings.Cut(l, ">")
		id, aliases, _ := strings.Cut(l, ":")
		out = append(out, naming{strings.TrimSpace(id), strings.Fields(aliases), strings.Fields(up)})
	}
	return out
}

func TestCloseAliases(t *testing.T) {
	for name, c := range map[string]struct{ records, want []string }{
		"over one alias":                {[]string{"GHSA-x: CVE-2024-0001", "GO-y: GHSA-x"}, []string{"CVE-2024-0001", "CVE-2024-0001"}},
		"over two":                      {[]string{"GHSA-x: CVE-2024-0001", "GO-y: GHSA-x", "PYSEC-z: GO-y"}, []string{"CVE-2024-0001", "CVE-2024-0001", "CVE-2024-0001"}},
		"over an id that has no record": {[]string{"PYSEC-z: GHSA-x CVE-2024-0001", "GO-y: GHSA-x"}, []string{"CVE-2024-0001", "CVE-2024-0001"}},
		"two CVEs stay two":             {[]string{"GHSA-x: CVE-2024-0001 CVE-2024-0002", "GO-y: GHSA-x"}, []string{"CVE-2024-0001 CVE-2024-0002", "CVE-2024-0001 CVE-2024-0002"}},
		"what names a CVE has no other": {[]string{"GHSA-x: CVE-2024-0001", "GO-y: GHSA-x CVE-2024-0002"}, []string{"CVE-2024-0001", "CVE-2024-0002"}},
		"the nearest counts":            {[]string{"A-1: N-1 CVE-2024-0001", "B-1: N-1 N-2", "C-1: N-2 N-3", "D-1: N-3 CVE-2024-0002"}, []string{"CVE-2024-0001", "CVE-2024-0001", "CVE-2024-0002", "CVE-2024-0002"}},
		"a bulletin":                    {[]string{"DSA-1-1: > CVE-2024-0002 CVE-2024-0001"}, []string{"CVE-2024-0001 CVE-2024-0002"}},
		"a prefixed CVE":                {[]string{"DEBIAN-CVE-2024-0001:", "USN-1-1: > UBUNTU-CVE-2024-0001", "CGA-1: DEBIAN-CVE-2024-0003"}, []string{"CVE-2024-0001", "CVE-2024-0001", "CVE-2024-0003"}},
		"passed on":                     {[]string{"GHSA-x: CVE-2024-0001", "CGA-1: > GHSA-x"}, []string{"CVE-2024-0001", "CVE-2024-0001"}},
		"passed on, apart":              {[]string{"GHSA-x:", "GHSA-y:", "B-1: > GHSA-x GHSA-y"}, []string{"GHSA-x", "GHSA-y", "B-1"}},
		"without any CVE":               {[]string{"GO-y: GHSA-x", "PYSEC-z: GO-y", "RUSTSEC-1:"}, []string{"GHSA-x", "GHSA-x", "RUSTSEC-1"}},
		"the best name":                 {[]string{"GLAD-a: RETIREJS-b PYSEC-c"}, []string{"PYSEC-c"}},
		"malicious":                     {[]string{"MAL-2024-1: GHSA-x CVE-2024-0001", "GHSA-x: CVE-2024-0001", "GHSA-y: MAL-2024-1"}, []string{"MAL-2024-1", "CVE-2024-0001", "MAL-2024-1"}},
		"two malicious with one alias":  {[]string{"MAL-2024-1: GHSA-x", "MAL-2024-2: GHSA-x", "GHSA-x:"}, []string{"MAL-2024-1", "MAL-2024-2", "MAL-2024-1 MAL-2024-2"}},
	} {
		got := closeAliases(named(c.records...))
		for i := range got {
			if joined := strings.Join(got[i], " "); joined != c.want[i] {
				t.Errorf("%s: %s is %q, want %q", name, c.records[i], joined, c.want[i])
			}
		}
	}
}

// TestCloseAliases_doesNotDependOnTheOrder also holds that CVEs never grow together: a record that names one speaks of nothing else.
func TestCloseAliases_doesNotDependOnTheOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 300 {
		var records []naming
		for i := range 30 {
			n := naming{id: fmt.Sprintf("%s-%d", []string{"GHSA", "GO", "MAL", "X"}[random.IntN(4)], i)}
			for range random.IntN(3) {
				n.aliases = append(n.aliases, fmt.Sprintf("N-%d", random.IntN(25)))
			}
			if random.IntN(4) == 0 {
				n.aliases = append(n.aliases, fmt.Sprintf("CVE-2024-%04d", random.IntN(9)))
			}
			if random.IntN(5) == 0 {
				n.upstream = append(n.upstream, fmt.Sprintf("GHSA-%d", random.IntN(30)))
			}
			records = append(records, n)
		}
		want := map[string][]string{}
		for i, keys := range closeAliases(records) {
			want[records[i].id] = keys
			if own := ownKeys(&records[i]); len(own) > 0 && !slices.Equal(own, keys) {
				t.Fatalf("%v speaks of %v", records[i], keys)
			}
			if len(keys) == 0 {
				t.Fatalf("%v speaks of nothing", records[i])
			}
		}
		random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		got := map[string][]string{}
		for i, keys := range closeAliases(records) {
			got[records[i].id] = keys
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestCVEOf(t *testing.T) {
	for id, want := range map[string]string{
		"CVE-2024-0001": "CVE-2024-0001", "ALPINE-CVE-2012-2738": "CVE-2012-2738", "BELL-SW-CVE-2024-12345": "CVE-2024-12345", "CVE-2024-1234567": "CVE-2024-1234567",
		"CVE-2024-1": "", "CVE-2024-00001": "", "CVE-x-0001": "", "GLAD-axios-CVE-2024-0001": "", "CVE-2024-0001-x": "", "": "", "CVE-": "", "xCVE-2024-0001": "",
	} {
		if got := cveOf(id); got != want {
			t.Errorf("%q: got %q, want %q", id, got, want)
		}
	}
	for _, id := range []string{"CVE-1999-0001", "CVE-2024-12345", "CVE-2024-123456789"} {
		if key, ok := cveKey(id); !ok || cveText(key) != id {
			t.Errorf("%s comes back as %s", id, cveText(key))
		}
	}
}

func TestHomeRank_putsTheHomeDatabaseFirst(t *testing.T) {
	for ecosystem, list := range map[string][]string{
		"Go":        {"GO-2024-1", "GHSA-x", "OTHER-1", "GLAD-1", "CVE-2024-0001"},
		"crates.io": {"RUSTSEC-2024-1", "GHSA-x", "GLAD-1"},
		"PyPI":      {"GHSA-x", "PYSEC-2024-1", "GLAD-1"},
		"npm":       {"GHSA-x", "OTHER-1", "RETIREJS-1"},
		"Debian:12": {"DEBIAN-CVE-2024-0001", "DSA-1", "OTHER-1"},
		"Bitnami":   {"BIT-x-1", "GHSA-x", "CVE-2024-0001"},
	} {
		if !slices.IsSortedFunc(list, func(a, b string) int { return homeRank(ecosystem, a) - homeRank(ecosystem, b) }) {
			t.Errorf("%s: the order is not %v", ecosystem, list)
		}
	}
	if homeRank("Debian:12", "DSA-1") != homeRank("Debian:12", "DLA-1") {
		t.Error("two bulletins of Debian have not the same rank")
	}
}
