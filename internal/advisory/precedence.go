package advisory

import "strings"

// Whose word counts. Where several records of one flaw speak about the same package, that of the best database counts alone, and where
// two of the same database do, what any of them calls affected is affected.
//
//	Go                          GO-, then GHSA-
//	crates.io                   RUSTSEC-, then GHSA-
//	PyPI                        GHSA-, then PYSEC- and PSF-
//	npm, Maven, NuGet, RubyGems, Packagist, Hex, Pub, Swift, GitHub Actions
//	                            GHSA-, then others
//	Hackage, CRAN, Julia, Bitnami, Kubernetes
//	                            HSEC-, RSEC-, JLSEC-, BIT-, CVE- (its own feed)
//	distributions               their record of the single CVE (DEBIAN-CVE-, UBUNTU-CVE-, ALPINE-CVE-), then their own bulletins
//	everywhere last             other databases, and behind them what was converted from elsewhere: GLAD-, RETIREJS-, RUBYSEC-, FOP-, CVE- (NVD), SNYK-
//
// MAL- records have no flaw in common with others' and so no rival.

// homeRank tells how well the database of a record knows the packages of an ecosystem; 0 is best.
func homeRank(ecosystem, id string) int {
	base, _, _ := strings.Cut(ecosystem, ":")
	prefix, _, _ := strings.Cut(id, "-")
	switch base {
	case "Go":
		return rankIn(prefix, "GO", "GHSA")
	case "crates.io":
		return rankIn(prefix, "RUSTSEC", "GHSA")
	case "PyPI":
		return rankIn(prefix, "GHSA", "PYSEC PSF")
	case "Hackage", "GHC":
		return rankIn(prefix, "HSEC", "GHSA")
	case "CRAN", "Bioconductor":
		return rankIn(prefix, "RSEC", "GHSA")
	case "Julia":
		return rankIn(prefix, "JLSEC", "GHSA")
	case "Bitnami":
		return rankIn(prefix, "BIT", "GHSA")
	case "Hex":
		return rankIn(prefix, "GHSA", "EEF")
	case "Kubernetes":
		return rankIn(prefix, "CVE", "GHSA")
	case "Debian":
		return rankIn(prefix, "DEBIAN", "DSA DLA DTSA")
	case "Ubuntu":
		return rankIn(prefix, "UBUNTU", "USN LSN")
	case "Alpine":
		return rankIn(prefix, "ALPINE")
	case "AlmaLinux":
		return rankIn(prefix, "ALSA ALBA ALEA")
	case "Rocky Linux":
		return rankIn(prefix, "RLSA RXSA RLBA RLEA")
	case "Red Hat":
		return rankIn(prefix, "RHSA RHBA RHEA")
	case "SUSE", "openSUSE":
		return rankIn(prefix, "SUSE openSUSE")
	case "openEuler":
		return rankIn(prefix, "OESA")
	case "Mageia":
		return rankIn(prefix, "MGASA MGAA")
	case "Wolfi", "Chainguard":
		return rankIn(prefix, "CGA")
	}
	return rankIn(prefix, "GHSA")
}

// rankIn gives the place of a prefix among the tiers, each of which may hold several; those that are in none follow.
func rankIn(prefix string, best ...string) int {
	for i, tier := range best {
		for word := range strings.SplitSeq(tier, " ") {
			if prefix == word {
				return i
			}
		}
	}
	return 8 + nameRank(prefix)*2 + boolInt(prefix == "CVE")*8
}

// wordRank tells whose words about a flaw are taken: those of the database that writes best for people.
func wordRank(id string) int {
	prefix, _, _ := strings.Cut(id, "-")
	switch prefix {
	case "MAL":
		return 0
	case "GHSA":
		return 1
	case "GO", "RUSTSEC", "PYSEC", "HSEC", "RSEC", "JLSEC", "EEF", "PSF":
		return 2
	case "CVE":
		return 3
	case "BIT":
		return 4
	case "GLAD", "RETIREJS", "RUBYSEC", "FOP":
		return 5
	}
	return 6
}
