package identity

import (
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

func FuzzOf(f *testing.F) {
	for _, s := range []sighting{
		{f: sast("a.py", 12, "list", query)}, {f: sca("GHSA-x", "npm", "lodash", "1", "a/package-lock.json", "CVE-2021-1")},
		{f: page("xss", "http://u@a.example:80/x/17?q=1#y", "GET", "q")}, {f: thing("cloud", "s3", "seen 2024-05-01T10:00:00Z by 123e4567-e89b-12d3-a456-426614174000", "resource", "Pod/x-7d9f8b6c5d-x2xlz", "layer", "y")},
		{f: sast(`.\a//b`, 1, "f()", "1 x /* y\n2 z */ 'a\\'b' -- c <!-- d")},
	} {
		text, err := json.Marshal(s.f)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, "value", true)
	}
	f.Fuzz(func(t *testing.T, text []byte, value string, own bool) {
		var one finding.Finding
		if json.Unmarshal(text, &one) != nil {
			return
		}
		one.Secret = finding.Conceal(value)
		o := Options{Key: key, Own: own, Family: func(rule string) string { return rule }}
		k := Of(&one, o)
		if k != Of(&one, o) {
			t.Error("two keys of one finding")
		}
		again := one
		again.Location.Path, again.Location.Snippet = "./"+one.Location.Path, one.Location.Snippet+" "
		if len(one.Location.Snippet) < maxText && one.Location.Path != "" && Of(&again, o) != k {
			t.Errorf("another spelling of the path and a blank at the end make another finding of %s", text)
		}
		one.Message = value
		_ = Family(&finding.Rule{ID: one.Rule, Title: value, Engine: one.Engine})
		if a := alike(&one, &again); a < 0 || a > 1 {
			t.Errorf("likeness %v", a)
		}
	})
}

func FuzzFollow(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c"), []byte("\x01\x02\x03\x04\x05\x06"))
	f.Add([]byte("aaaaaabbbbbbaaaaaa"), []byte("aaaaaaaaaaaaaaabbb"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		gone, fresh := few(a), few(b)
		for name, pairs := range map[string][]Pair{"Follow": Follow(gone, fresh), "Twins": Twins(gone, fresh)} {
			usedGone, usedFresh := map[int]bool{}, map[int]bool{}
			for _, p := range pairs {
				if p.Gone < 0 || p.Gone >= len(gone) || p.Fresh < 0 || p.Fresh >= len(fresh) {
					t.Fatalf("%s: pair %+v names nobody", name, p)
				}
				if usedGone[p.Gone] || usedFresh[p.Fresh] {
					t.Errorf("%s: pair %+v has somebody twice", name, p)
				}
				usedGone[p.Gone], usedFresh[p.Fresh] = true, true
				if p.Why == "" {
					t.Errorf("%s: pair %+v is not explained", name, p)
				}
				if shared := equal(gone[p.Gone].Keys, fresh[p.Fresh].Keys); shared == "" {
					t.Errorf("%s: pair %+v has no key in common", name, p)
				}
			}
		}
	})
}

// few makes candidates with few different keys, six bytes each.
func few(b []byte) []Candidate {
	var out []Candidate
	for ; len(b) >= 6 && len(out) < 200; b = b[6:] {
		key := func(n int) uint64 { return uint64(b[n] % 4) }
		code := fmt.Sprintf("f(a%d, b)", b[5]%3)
		c := Candidate{Keys: Keys{Print: key(0), Drift: key(1), Code: key(2), Spot: key(3), Twin: key(4), Line: key(5)}, Line: int(b[5] % 8), Path: []string{"", "a", "b/a", "http://x/y"}[b[4]/4%4]}
		c.Keys.Exact[7] = b[0]
		c.Tool, c.Branch = []string{"x", "y"}[b[1]/4%2], []string{"m", "n"}[b[2]/4%2]
		c.Load = func() *finding.Finding { return sast("a", c.Line, "f", code) }
		out = append(out, c)
	}
	return out
}

// TestFollow_manyWithOneKey is the hostile report: everything in one file with one code.
func TestFollow_manyWithOneKey(t *testing.T) {
	const n = 120_000 // pairs are 14,400,000,000
	many := func(n, shift int) []Candidate {
		out := make([]Candidate, n)
		for i := range out {
			out[i] = Candidate{Keys: Keys{Print: 9, Drift: 7, Code: 5, Spot: 3, Twin: 1, Line: 2}, Path: "a.py", Line: i/2 + shift, Tool: "t", Branch: fmt.Sprint(i % 100)}
		}
		return out
	}
	gone, fresh := many(n, 1), many(n-1, 2)
	start := time.Now()
	Follow(gone, fresh)
	Twins(gone, fresh)
	took := time.Since(start)
	t.Logf("%d sightings on both sides took %v", n, took)
	if took > time.Minute {
		t.Errorf("%d sightings with one key took %v: that is not n log n", n, took)
	}
	runtime.KeepAlive(gone)
}

func BenchmarkFollow(b *testing.B) {
	was, now := make([]Candidate, 100_000), make([]Candidate, 100_000)
	for i := range was {
		f := sast(fmt.Sprintf("src/m%d/file%d.py", i/1000, i/20), 10+i%20*7, "f", fmt.Sprintf("%s + name%d", query, i))
		g := *f
		g.Location.Region.StartLine += 3
		was[i] = candidates([]sighting{{f: f}}, options(), "t", "m")[0]
		now[i] = candidates([]sighting{{f: &g}}, options(), "t", "m")[0]
	}
	b.ReportAllocs()
	for b.Loop() {
		if pairs := Follow(was, now); len(pairs) != len(was) {
			b.Fatalf("%d pairs, want %d", len(pairs), len(was))
		}
	}
}
