package identity

import (
	"fmt"
	"strings"
	"testing"
)

// mutations are what happens to an asset between two looks; each leaves every fault where it truly was.
func mutations() map[string]func(*corpus, random) {
	statements := func(c *corpus, each func(*source, *function, *statement)) {
		for _, s := range c.files {
			for _, f := range s.functions {
				for _, st := range f.statements {
					each(s, f, st)
				}
			}
		}
	}
	return map[string]func(*corpus, random){
		"nothing": func(*corpus, random) {},
		"lines inserted at the top": func(c *corpus, r random) {
			for _, s := range c.files {
				s.header += 1 + r.IntN(30)
			}
			for _, s := range c.secrets {
				s.line += 3
			}
			for _, s := range c.resources {
				s.line += 7
			}
		},
		"lines inserted and removed everywhere": func(c *corpus, r random) {
			statements(c, func(_ *source, _ *function, st *statement) { st.gap = r.IntN(12) })
		},
		"reformatted": func(c *corpus, r random) {
			statements(c, func(s *source, _ *function, st *statement) {
				st.code = "\t" + strings.NewReplacer("(", "( ", ")", " )", " = ", "=", "'", `"`, ", ", ",\n        ").Replace(st.code)
				switch r.IntN(3) {
				case 0:
					st.code += map[string]string{"py": "  # reviewed", "js": " // reviewed", "go": " // reviewed", "java": " /* reviewed */"}[s.language]
				case 1:
					st.code = strings.TrimSuffix(st.code, ";")
				}
				st.gap += r.IntN(3)
			})
			for _, s := range c.resources {
				s.block = strings.ReplaceAll(s.block, "  ", "\t") + " # bucket"
			}
		},
		"files renamed": func(c *corpus, r random) {
			for n, s := range c.files {
				if n%3 == 0 {
					s.path = fmt.Sprintf("src/renamed/%s_new%d.%s", r.of(names()), n, s.language)
				}
			}
			for _, s := range c.resources {
				s.path = strings.Replace(s.path, ".tf", "_main.tf", 1)
			}
			for _, s := range c.secrets {
				s.path = "settings/" + s.path
			}
		},
		"a folder moved": func(c *corpus, r random) {
			for _, s := range c.files {
				s.path = strings.Replace(s.path, "src/", "lib/core/", 1)
				s.header += r.IntN(3)
			}
			for _, s := range c.resources {
				s.path = "deploy/" + s.path
			}
		},
		"functions renamed": func(c *corpus, _ random) {
			for _, s := range c.files {
				for k, f := range s.functions {
					if k%2 == 0 {
						f.name += "Renamed"
					}
				}
			}
		},
		"a function moved to another file": func(c *corpus, r random) {
			for n := 0; n+4 < len(c.files); n += 5 {
				from, to := c.files[n], c.files[n+4]
				from.functions, to.functions = from.functions[1:], append(to.functions, from.functions[0])
				from.header += r.IntN(5)
			}
		},
		"files split": func(c *corpus, _ random) {
			for _, s := range c.files[:len(c.files)/2] {
				half := len(s.functions) / 2
				c.files = append(c.files, &source{path: strings.Replace(s.path, ".", "_two.", 1), language: s.language, header: 4, functions: s.functions[half:]})
				s.functions = s.functions[:half]
			}
		},
		"code edited": func(c *corpus, r random) {
			for n, s := range c.files {
				if n%2 == 0 {
					st := s.functions[0].statements[0]
					st.code = strings.Replace(st.code, ")", ", timeout)", 1)
				}
			}
			for n, s := range c.resources {
				if n%2 == 0 {
					s.block = strings.Replace(s.block, "}", "  tags = { team = \"shop\" }\n}", 1)
				}
			}
		},
		"versions bumped": func(c *corpus, r random) {
			for _, p := range c.projects {
				for _, k := range p.packages {
					k.version = fmt.Sprintf("2.%d.1", r.IntN(9))
				}
			}
		},
		"lock files moved": func(c *corpus, _ random) {
			for n, p := range c.projects {
				p.path = fmt.Sprintf("apps/unit%d/npm/package-lock.json", n)
			}
		},
		"scheme and default port": func(c *corpus, _ random) {
			for _, p := range c.pages {
				p.base, p.query = "https://SHOP.example:443", "q=y&page=2"
			}
		},
		"host and port moved": func(c *corpus, _ random) {
			for _, p := range c.pages {
				p.base = "https://stage.example:8443"
			}
			for _, t := range c.things {
				if t.class == "network" {
					t.logical[3] = "8443"
				}
			}
		},
		"messages say other numbers": func(c *corpus, r random) {
			for _, t := range c.things {
				t.message = strings.Replace(t.message, "2024-05-01T10:00:00Z", fmt.Sprintf("2025-0%d-11T08:30:01Z", 1+r.IntN(8)), 1) + ""
				t.message = strings.Replace(t.message, " objects", "1 objects", 1)
			}
		},
	}
}

// look plays a source that looked twice, as the register does: what has the same Exact key is the same; what is left, and what shares its Drift with
// it, is followed.
func look(t *testing.T, was, now []sighting, o Options) (kept, merged int) {
	before, after := candidates(was, o, "tool", "main"), candidates(now, o, "tool", "main")
	changed := map[uint64]bool{}
	only := func(list, other []Candidate) map[[16]byte]bool {
		there, out := map[[16]byte]bool{}, map[[16]byte]bool{}
		for _, c := range other {
			there[c.Keys.Exact] = true
		}
		for _, c := range list {
			if !there[c.Keys.Exact] {
				out[c.Keys.Exact], changed[c.Keys.Drift] = true, true
			}
		}
		return out
	}
	isGone, isFresh := only(before, after), only(after, before)
	var gone, fresh []Candidate
	var goneTruth, freshTruth []string
	standing := map[[16]byte]string{}
	for i, c := range before {
		if isGone[c.Keys.Exact] || changed[c.Keys.Drift] {
			gone, goneTruth = append(gone, c), append(goneTruth, was[i].truth)
		} else {
			if standing[c.Keys.Exact] != "" {
				t.Fatalf("two findings have one Exact: %+v", c)
			}
			standing[c.Keys.Exact] = was[i].truth
		}
	}
	count := func(a, b string, why string) {
		if a == b {
			kept++
			return
		}
		merged++
		t.Logf("merged %q with %q: %s", a, b, why)
	}
	for j, c := range after {
		if isFresh[c.Keys.Exact] || changed[c.Keys.Drift] {
			fresh, freshTruth = append(fresh, c), append(freshTruth, now[j].truth)
		} else {
			count(standing[c.Keys.Exact], now[j].truth, "the same in the same place")
		}
	}
	for _, p := range Follow(gone, fresh) {
		count(goneTruth[p.Gone], freshTruth[p.Fresh], p.Why)
	}
	return kept, merged
}

func TestFollow_mutationsKeepIdentity(t *testing.T) {
	shows := map[string]func(*corpus){
		"functions and code":  func(*corpus) {},
		"code":                func(c *corpus) { c.functions = false },
		"code between others": func(c *corpus) { c.functions, c.numbers = false, true },
	}
	for _, density := range []struct {
		name  string
		words int
		kept  float64 // of 100
		wrong int     // of 3004, at most
	}{
		{"as in most code", 10, 99.5, 0},
		{"where half of the lines stand elsewhere too", 3, 98.5, 3},
	} {
		total, all := 0, 0
		for name, mutate := range mutations() {
			for show, set := range shows {
				if density.words < 10 && show != "code" {
					continue // the hardest is enough
				}
				was, now := newCorpus(seeded(1), density.words), newCorpus(seeded(1), density.words)
				set(was)
				set(now)
				mutate(now, seeded(2))
				before := was.see()
				if len(before) < 2000 {
					t.Fatalf("corpus has %d findings, want 2000", len(before))
				}
				kept, merged := look(t, before, now.see(), options())
				total, all = total+kept, all+len(before)
				if rate := 100 * float64(kept) / float64(len(before)); rate < density.kept || merged > density.wrong {
					t.Errorf("%s, %s, tool shows %s: %.2f %% of %d kept, %d wrongly merged", density.name, name, show, rate, len(before), merged)
				}
			}
		}
		t.Logf("%s: %d of %d kept (%.3f %%)", density.name, total, all, 100*float64(total)/float64(all))
	}
}
