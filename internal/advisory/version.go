package advisory

import (
	"fmt"
	"strings"
)

// order is a way to compare versions. All of them take numbers of any length, allocate nothing for ordinary versions, and never
// panic, whatever the text; what they say of texts that are not valid has no meaning but is the same every time.
type order uint8

// The orders. noOrder stands for an ecosystem whose order is not known.
const (
	noOrder order = iota
	semverOrder
	goOrder
	actionOrder
	pubOrder
	conanOrder
	nugetOrder
	pypiOrder
	mavenOrder
	gemOrder
	composerOrder
	dpkgOrder
	rpmOrder
	apkOrder
	cranOrder
	hackageOrder
)

// orderOf gives the order of an ecosystem, whose suffix does not count.
func orderOf(ecosystem string) order {
	base, _, _ := strings.Cut(ecosystem, ":")
	switch base {
	case "npm", "crates.io", "Hex", "SwiftURL", "Julia", "Bitnami", "Kubernetes", "Bioconductor", "GHC", "VSCode", "Docker Hardened Images":
		return semverOrder
	case "Go":
		return goOrder
	case "GitHub Actions":
		return actionOrder
	case "Pub":
		return pubOrder
	case "ConanCenter":
		return conanOrder
	case "NuGet":
		return nugetOrder
	case "PyPI":
		return pypiOrder
	case "Maven":
		return mavenOrder
	case "RubyGems":
		return gemOrder
	case "Packagist":
		return composerOrder
	case "Debian", "Ubuntu", "Echo":
		return dpkgOrder
	case "Red Hat", "Rocky Linux", "AlmaLinux", "SUSE", "openSUSE", "openEuler", "Mageia", "Photon OS", "Azure Linux":
		return rpmOrder
	case "Alpine", "Wolfi", "Chainguard", "MinimOS", "Alpaquita", "BellSoft Hardened Containers":
		return apkOrder
	case "CRAN":
		return cranOrder
	case "Hackage":
		return hackageOrder
	}
	return noOrder
}

// maxVersion bounds a version, in bytes: Maven's own bound, and far beyond what any registry holds.
const maxVersion = 256

// valid tells whether the text is a version in this order.
func (o order) valid(v string) bool {
	if v == "" || len(v) > maxVersion {
		return false
	}
	switch o {
	case semverOrder, goOrder, pubOrder, conanOrder, nugetOrder:
		_, ok := parseSemver(v)
		return ok
	case actionOrder: // "v4" and "v4.1" are tags that move
		s, ok := parseSemver(v)
		return ok && strings.Count(s.core, ".") >= 2
	case pypiOrder:
		_, ok := parsePEP440(v)
		return ok
	case mavenOrder:
		return validMaven(v)
	case gemOrder:
		return validGem(v)
	case composerOrder:
		var p composerVersion
		return p.parse(v)
	case dpkgOrder:
		return validDpkg(v)
	case rpmOrder:
		return validRPM(v)
	case apkOrder:
		return validAPK(v)
	case cranOrder:
		return validNumbers(v, ".-")
	case hackageOrder:
		return validNumbers(v, ".")
	}
	return false
}

// compare orders two versions: negative where a comes first.
func (o order) compare(a, b string) int {
	switch o {
	case semverOrder, goOrder, actionOrder:
		return compareSemver(a, b)
	case pubOrder:
		return comparePub(a, b)
	case conanOrder:
		return compareConan(a, b)
	case nugetOrder:
		return compareNuGet(a, b)
	case pypiOrder:
		return comparePEP440(a, b)
	case mavenOrder:
		return compareMaven(a, b)
	case gemOrder:
		return compareGem(a, b)
	case composerOrder:
		return compareComposer(a, b)
	case dpkgOrder:
		return compareDpkg(a, b)
	case rpmOrder:
		return compareRPM(a, b)
	case apkOrder:
		return compareAPK(a, b)
	case cranOrder, hackageOrder:
		return compareNumbers(a, b)
	}
	return strings.Compare(a, b)
}

func validVersion(ecosystem, v string) bool { return orderOf(ecosystem).valid(v) }

// Compare orders two versions as their ecosystem does: negative where a comes first, 0 where they are the same version in its order.
// It fails where one is no version there, or where the ecosystem's order is not known.
func Compare(ecosystem, a, b string) (int, error) {
	o := orderOf(canonicalEcosystem(ecosystem))
	if o == noOrder {
		return 0, fmt.Errorf("compare versions: the order of ecosystem %.80q is not known", ecosystem)
	}
	for _, v := range [...]string{a, b} {
		if !o.valid(v) {
			return 0, fmt.Errorf("compare versions: %.80q is no version in %.80s", v, ecosystem)
		}
	}
	return max(-1, min(1, o.compare(a, b))), nil
}

// compareDigits compares two runs of decimal digits as numbers of any length; an empty run is zero.
func compareDigits(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// leadingDigits gives how many digits a text begins with.
func leadingDigits(s string) int {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// lower is a letter's small form.
func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// validNumbers tells whether a text is numbers between single separators.
func validNumbers(v, separators string) bool {
	for {
		n := leadingDigits(v)
		if n == 0 {
			return false
		}
		if v = v[n:]; v == "" {
			return true
		}
		if strings.IndexByte(separators, v[0]) < 0 {
			return false
		}
		v = v[1:]
	}
}

// compareNumbers compares numbers between separators one by one; what has more of them comes later (R's package_version, Haskell's Version).
func compareNumbers(a, b string) int {
	for {
		n, m := leadingDigits(a), leadingDigits(b)
		if c := compareDigits(a[:n], b[:m]); c != 0 {
			return c
		}
		a, b = a[n:], b[m:]
		if a == "" || b == "" {
			return min(len(a), 1) - min(len(b), 1)
		}
		a, b = a[1:], b[1:]
	}
}
