package remedy

import "testing"

func TestSpan_npmRangesAsNpmReadsThem(t *testing.T) {
	for _, c := range []struct {
		rng, version string
		want         bool
	}{
		{"^1.2.3", "1.9.0", true}, {"^1.2.3", "2.0.0", false}, {"^1.2.3", "1.2.2", false},
		{"^0.2.3", "0.2.9", true}, {"^0.2.3", "0.3.0", false}, {"^0.0.3", "0.0.4", false}, {"^0.0", "0.0.9", true}, {"^0", "0.9.0", true},
		{"~1.2.3", "1.2.9", true}, {"~1.2.3", "1.3.0", false}, {"~1", "1.9.9", true}, {"~> 1.2", "1.2.5", true},
		{"1.2", "1.2.7", true}, {"1.2.x", "1.3.0", false}, {"1.x || 3.x", "3.1.0", true}, {"*", "5.0.0", true}, {"", "5.0.0", true},
		{"1.2 - 2.3", "2.3.9", true}, {"1.2 - 2.3", "2.4.0", false}, {"1.2.3 - 2.3.4", "2.3.5", false},
		{">= 1.2.0 <2", "1.5.0", true}, {">1.2", "1.2.9", false}, {">1.2", "1.3.0", true}, {"<=1.2", "1.2.9", true}, {"<1.2", "1.1.9", true},
		{"^1.2.3", "1.3.0-beta.1", false}, {"^1.2.3-alpha", "1.2.3-beta", true}, {"^1.2.3", "2.0.0-rc.1", false}, {"*", "1.0.0-a", false},
		{"=1.2.3", "1.2.3", true}, {"v1.2.3", "1.2.3", true}, {"1.2.3+build", "1.2.3", true},
	} {
		s, ok := npmSpan(c.rng)
		v, okV := parseSemver(c.version)
		if !ok || !okV || s.allows(v) != c.want {
			t.Errorf("%q allows %s: got %v (read %v), want %v", c.rng, c.version, s.allows(v), ok, c.want)
		}
	}
	for _, bad := range []string{"latest", "git+https://x/y.git", "file:../a", "workspace:*", "1.2.3.4", "x.2", "1 - ", "^1.2.3-", "^a"} {
		if _, ok := npmSpan(bad); ok {
			t.Errorf("%q was read as a range", bad)
		}
	}
}

func TestSpan_cargoRequirementsAreCaretUnlessTheySayOtherwise(t *testing.T) {
	for _, c := range []struct {
		req, version string
		want         bool
	}{
		{"1.2", "1.9.0", true}, {"1.2", "2.0.0", false}, {"0.3", "0.4.0", false}, {"=1.2.3", "1.2.4", false}, {">=1, <3", "2.5.0", true},
		{"1.*", "1.9.0", true}, {"*", "0.1.0", true}, {"~1.2", "1.3.0", false}, {"1.2.3", "1.2.4-rc.1", false},
	} {
		s, ok := cargoSpan(c.req)
		v, _ := parseSemver(c.version)
		if !ok || s.allows(v) != c.want {
			t.Errorf("%q allows %s: got %v, want %v", c.req, c.version, s.allows(v), c.want)
		}
	}
}

func TestSemver_orderOfPreReleases(t *testing.T) {
	order := []string{"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1"}
	for i := range order {
		for k := range order {
			a, _ := parseSemver(order[i])
			b, _ := parseSemver(order[k])
			if got := a.compare(b); got != sign(i-k) {
				t.Errorf("compare %s with %s: %d", order[i], order[k], got)
			}
		}
	}
}

func TestJump_promisesDifferByEcosystem(t *testing.T) {
	for _, c := range []struct {
		ecosystem, from, to string
		want                Jump
	}{
		{"npm", "1.2.3", "1.2.4", Patch}, {"npm", "1.2.3", "1.3.0", Minor}, {"npm", "1.2.3", "2.0.0", Major},
		{"npm", "0.2.3", "0.2.4", Patch}, {"npm", "0.2.3", "0.3.0", Major}, {"crates.io", "0.0.1", "0.0.2", Major},
		{"Go", "0.17.0", "0.31.0", Minor}, {"PyPI", "2021.10.8", "2022.12.7", Minor}, {"PyPI", "1!2.0", "1!2.0.1", Patch},
		{"Maven", "2.13.2", "2.13.4.2", Patch}, {"Maven", "31.0-jre", "32.0.0-jre", Major}, {"npm", "1.2.3-rc.1", "1.2.3", Patch},
	} {
		if got := jumpOf(c.ecosystem, c.from, c.to); got != c.want {
			t.Errorf("%s %s → %s: %s, want %s", c.ecosystem, c.from, c.to, got, c.want)
		}
	}
}

func TestIsPreRelease(t *testing.T) {
	for version, want := range map[[2]string]bool{
		{"npm", "1.0.0-rc.1"}: true, {"npm", "1.0.0"}: false, {"PyPI", "1.0rc1"}: true, {"PyPI", "1.0.post1"}: false, {"PyPI", "1.0.dev3"}: true, {"PyPI", "2.0"}: false,
		{"Maven", "2.0-M1"}: true, {"Maven", "32.0.0-jre"}: false, {"Maven", "1.0.Final"}: false, {"Maven", "1.0-beta2"}: true, {"Maven", "3.0.0.RC1"}: true,
	} {
		if got := isPreRelease(version[0], version[1]); got != want {
			t.Errorf("%v: %v", version, got)
		}
	}
}
