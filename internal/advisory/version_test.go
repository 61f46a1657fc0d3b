package advisory

import (
	"strings"
	"testing"
)

// ordered are versions of ecosystems from first to last; "=" stands between versions that are the same.
// Where an ecosystem has a specification or a reference implementation, the cases are its own examples or follow its rules one by one.
func ordered() map[string][]string {
	return map[string][]string{
		// semver.org, item 11 and its examples.
		"npm": {
			"0.0.0-0", "0.0.0", "0.9.9", "1.0.0-0", "1.0.0-0.3.7", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-99999999999999999999", "1.0.0--", "1.0.0-1a", "1.0.0-alpha", "1.0.0-alpha.1",
			"1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0 = v1.0.0 = 1.0.0+build.5 = 1.0 = 1", "1.0.1", "1.2.0", "1.10.0", "2.0.0",
			"2.1.0", "2.1.1beta", "2.1.1", "2.1.1.1", "99999999999999999999.0.0",
		},
		"crates.io": {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.0.1"},
		// go.dev/ref/mod: pseudo-versions come after what they follow and before the next release.
		"Go": {
			"0.0.0-20170915032832-14c0d48ead0c", "0.0.0-20191109021931-daa7c04131f5", "0.9.0-pre", "0.9.1-0.20191109021931-daa7c04131f5", "0.9.1",
			"1.2.3-pre", "1.2.3-pre.0.20191109021931-daa7c04131f5", "1.2.3 = v1.2.3", "1.2.4-0.20191109021931-daa7c04131f5", "1.2.4", "1.21.0-0", "1.21.0-rc.2", "1.21.0", "2.0.0+incompatible = v2.0.0",
		},
		"GitHub Actions": {"v1.0.0", "v4.1.0 = 4.1.0", "v4.1.7", "v10.0.0"},
		// package pub_semver: a build comes after the version without one.
		"Pub": {
			"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0-rc.1+build.1", "1.0.0", "1.0.0+0.3.7", "1.3.7+build",
			"1.3.7+build.2.b8f12d7", "1.3.7+build.11.e0f985a", "2.0.0",
		},
		// NuGet: four numbers, case does not count, metadata does not count.
		"NuGet": {
			"1.0.0-alpha", "1.0.0-ALPHA.1 = 1.0.0-alpha.1", "1.0.0-beta = 1.0.0-BETA", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0 = 1.0 = 1.0.0.0 = 1.0.0+abc", "1.0.0.1", "1.0.1-aaa", "1.0.1", "1.0.01.5", "1.0.2",
		},
		"Hex":         {"1.0.0-dev", "1.0.0-rc.0", "1.0.0-rc.1", "1.0.0"},
		"ConanCenter": {"1.1.1", "1.1.1a", "1.1.1k", "1.1.1w", "1.1.2", "3.0.0-pre", "3.0.0"},
		// PEP 440, "Summary of permitted suffixes and relative ordering", and its normalisations.
		"PyPI": {
			"1.dev0", "1.0.dev456 = 1.0-dev456 = 1.0dev456", "1.0a1 = 1.0.alpha-1 = 1.0_A.1", "1.0a2.dev456", "1.0a12.dev456", "1.0a12", "1.0b1.dev456", "1.0b2", "1.0b2.post345.dev456", "1.0b2.post345",
			"1.0rc1.dev456", "1.0rc1 = 1.0c1 = 1.0-pre1 = 1.0.preview1", "1.0 = 1 = v1.0.0 = 1.0.0.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0+5.1", "1.0.post456.dev34", "1.0.post456 = 1.0-456 = 1.0.rev456 = 1.0r456",
			"1.0.15", "1.1.dev1", "1.1", "2013.10", "1!0.1", "1!1.0 = 1!1", "2!0",
		},
		// Maven, "Version Order Specification" and the comments of ComparableVersion.
		"Maven": {
			"1-alpha2-snapshot", "1-alpha2 = 1-a2 = 1a2 = 1.alpha2 = 1alpha-2", "1-alpha-123", "1-beta-2", "1-beta123", "1-m2", "1-m11", "1-rc = 1-cr", "1-rc2", "1-rc123", "1-SNAPSHOT = 1-snapshot",
			"1 = 1.0 = 1.0.0 = 1-ga = 1.ga = 1-final = 1-release = 1-0 = 1.0-0 = 1-GA", "1-sp", "1-sp2", "1-sp123", "1-abc", "1-def", "1-pom-1", "1-1-snapshot", "1-1", "1-2", "1-123", "1.1", "1.2", "1.10", "2.0.RC1 = 2.0-RC1", "2.0", "2.0.1",
			"99999999999999999999", "99999999999999999999.1",
		},
		// Gem::Version.
		"RubyGems": {
			"0", "0.9", "1.0.a", "1.0.a.2", "1.0.b1 = 1.0.0.b1 = 1.0.b.1", "1.0.pre", "1.0.pre.1 = 1.0-1", "1.0 = 1 = 1.0.0", "1.0.1", "1.8.2.a", "1.8.2.a9", "1.8.2.a10", "1.8.2.b", "1.8.2", "1.9.3", "1.10",
			"2.a = 2.0.a", "2",
		},
		// Composer's stabilities: dev, alpha, beta, RC, stable, patch.
		"Packagist": {
			"1.0.0-dev", "1.0.0-alpha = 1.0-a", "1.0.0-alpha1 = 1.0a1 = 1.0.0-ALPHA.1", "1.0.0-alpha2", "1.0.0-beta1 = 1.0.0b1", "1.0.0-beta2", "1.0.0-beta10", "1.0.0-RC1-dev", "1.0.0-RC1 = 1.0.0rc1", "1.0.0-RC2",
			"1.0.0 = 1.0 = v1 = 1.0.0.0 = 1.0.0+build = 1.0-stable", "1.0.0-patch1 = 1.0.0-pl1 = 1.0.0p1", "1.0.0.1", "1.0.1", "1.0.x-dev", "1.1.0", "1.x-dev", "2.0.0", "20100102", "20100103",
		},
		// deb-version(7), and the cases of Debian policy 5.6.12.
		"Debian:12": {
			"0.9~~", "0.9~~a", "0.9~", "0.9", "0.9a", "1.0~beta1~svn1245", "1.0~beta1", "1.0~rc1-1", "1.0 = 0:1.0 = 1.0-0 = 01.00", "1.0-0+deb12u1", "1.0-1~bpo12+1", "1.0-1 = 1.0-01", "1.0-1+b1", "1.0-1.1", "1.0-2", "1.0a", "1.0a+1", "1.0+dfsg-1", "1.0-rc1-1",
			"1.0.1", "1.2", "1.10", "1:0.1", "1:0.4.1-9", "2:0~",
		},
		// rpm's own tests of rpmvercmp.
		"Red Hat:9": {
			"1.0~rc1", "1.0~rc1^git1", "1.0~rc2", "1.0", "1.0-1.el9", "1.0-1.el10", "1.0-2", "1.0^", "1.0^git1~pre", "1.0^git1", "1.0^git2", "1.0a", "1.0aa", "1.0.1 = 1.0_1 = 1_0.1", "1.0.1a", "1.0.2a", "1.0.10", "2.0", "2.0.1", "2.0.1a", "5.5p1", "5.5p2", "5.5p10", "5.6p1",
			"6.0", "6.5p1", "10xyz", "10.1xyz", "20101121", "20101122", "1:0.1", "1:1.0-1", "2:0",
		},
		// apk-tools' test/version.data.
		"Alpine:v3.19": {
			"0.1.0_alpha", "0.1.0_alpha2", "0.1.0_beta", "0.1.0_beta2", "0.1.0_pre2", "0.1.0_rc1", "0.1.0_rc1-r1", "0.1.0_rc1_p20", "0.1.0_rc2", "0.1.0", "0.1.0-r0", "0.1.0-r1", "0.1.0-r10", "0.1.0_cvs1", "0.1.0_svn20", "0.1.0_git20200101", "0.1.0_hg1", "0.1.0_p1", "0.1.0_p10", "0.1.0_p10-r1", "0.1.0a", "0.1.0b", "0.1.0.1",
			"0.1.1", "1.0", "1.00", "1.01", "1.02", "1.1", "1.2", "1.10", "4.1.20060122", "4.6.3", "6.0.0", "20050718",
		},
		// package_version of R: more numbers come later.
		"CRAN":    {"0.9", "1.0", "1.0.0 = 1.0-0", "1.0-1 = 1.0.1", "1.2", "1.10"},
		"Hackage": {"0.9", "1.0", "1.0.0", "1.0.1", "1.2", "1.10"},
	}
}

func TestCompare_ordersAsTheEcosystemDoes(t *testing.T) {
	for ecosystem, list := range ordered() {
		for i, left := range list {
			for j, right := range list {
				for a := range strings.SplitSeq(left, " = ") {
					for b := range strings.SplitSeq(right, " = ") {
						got, err := Compare(ecosystem, a, b)
						want := max(-1, min(1, i-j))
						if err != nil || got != want {
							t.Errorf("%s: compare %s and %s: got %d, %v, want %d", ecosystem, a, b, got, err, want)
						}
					}
				}
			}
		}
	}
}

func TestCompare_refusesWhatIsNoVersion(t *testing.T) {
	for ecosystem, list := range map[string][]string{
		"npm":            {"", "latest", "git+https://host/x.git", "1.2.3 ", "^1.2.3", "1..2", "1.2.3-", "1.2.3+", "x", "file:../a", "7d2f0aa", "1.2.3-a..b"},
		"Go":             {"(devel)", "v", "unknown"},
		"GitHub Actions": {"v4", "v4.1", "main", "8f4b7f84864484a7bf31766abe9204da3cbe65b3"},
		"PyPI":           {"", "1.0-NA", "2018-04-22b", "1.0+", "1.0+a..b", "a1", "1.0.post1.post2", "1!", "${version}"},
		"Maven":          {"", "${project.version}", "[1.0,2.0)", "1.0 2.0"},
		"RubyGems":       {"", "a", ".1", "1..2", "1.", "1 2", "1a.2"},
		"Packagist":      {"dev-main", "", "master", "1.0-foo", "^1.0", "x-dev"},
		"Debian:12":      {"", "a:1.0", "1.0 2", "1.0-", "-1", "1:", "1.0_é"},
		"Red Hat:9":      {"", "...", "1.0 2", "1.0\n"},
		"Alpine:v3.19":   {"", "a", "4.10-1-r1", "1.0_foo", "1.0-r", "1.0.-r1", "1.0-rc1", "1.0~xyz", "v1.0"},
		"CRAN":           {"", "1.", "1.a"},
		"NuGet":          {"", "1.0.0-", "abc"},
	} {
		for _, v := range list {
			if _, err := Compare(ecosystem, v, "1.0.0"); err == nil {
				t.Errorf("%s: %q passes for a version", ecosystem, v)
			}
		}
	}
	if _, err := Compare("Gallifrey", "1", "2"); err == nil {
		t.Error("the order of an unknown ecosystem passes for known")
	}
	if _, err := Compare("npm", strings.Repeat("1.", 500)+"1", "1.0.0"); err == nil {
		t.Error("a version of a kilobyte passes for one")
	}
}

func TestCompare_takesLongNumbersAndDeepNesting(t *testing.T) {
	nines := strings.Repeat("9", 100)
	for _, ecosystem := range []string{"npm", "PyPI", "Maven", "RubyGems", "Debian", "Red Hat", "Alpine:v3.19", "NuGet", "Packagist", "CRAN"} {
		if got, err := Compare(ecosystem, "1."+nines, "1.1"+strings.Repeat("0", 100)); err != nil || got != -1 {
			t.Errorf("%s: got %d, %v, want -1", ecosystem, got, err)
		}
	}
	deep := "1" + strings.Repeat("-1", 120)
	if got, err := Compare("Maven", deep, deep+"-1"); err != nil || got != -1 {
		t.Errorf("Maven: got %d, %v, want -1", got, err)
	}
}
