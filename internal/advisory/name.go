package advisory

import (
	"strings"
)

// How ecosystems tell names apart, each as its registry does:
//
//	PyPI            PEP 503: case does not count, and runs of "-", "_" and "." are one "-"
//	crates.io       case does not count, "-" and "_" are the same (the registry refuses names that differ in nothing else)
//	NuGet, Packagist, GitHub Actions, Hex, Pub, SwiftURL, ConanCenter, VSCode, Bitnami: case does not count
//	SwiftURL        also without "https://" before and ".git" behind
//	npm, Maven, Go, RubyGems, CRAN, Hackage, Julia and distributions: exactly
//
// Distributions' releases, after which their ecosystems are told apart:
//
//	Debian:12       a point release ("12.5") is its release; what a record says of "Debian" holds for every release
//	Ubuntu:22.04    with or without ":LTS"; "Ubuntu:Pro:22.04:LTS" is what Ubuntu Pro mends, asked for only by a Pro machine, which
//	                takes what the release itself says where Pro says nothing
//	Alpine:v3.19    with or without the "v"
//	Red Hat         "enterprise_linux:9::appstream" and its other repositories are "Red Hat:9"; other products (EUS, E4S, …) are kept apart
//	SUSE            "Linux Enterprise Server 15 SP5", the Desktop and the modules of that service pack are "SUSE:15 SP5"; LTSS and others are kept apart
//	Rocky Linux, AlmaLinux: the major release
//
// A registry's address behind an ecosystem ("Maven:https://…", "Packagist:https://…") does not count: names are taken to be the same everywhere.

// canonicalEcosystem writes the name of an ecosystem as OSV does, whatever its case.
func canonicalEcosystem(e string) string {
	base, suffix, found := strings.Cut(e, ":")
	if orderOf(base) != noOrder {
		return e
	}
	for _, known := range knownEcosystems() {
		if len(base) == len(known) && strings.EqualFold(base, known) {
			if !found {
				return known
			}
			return known + ":" + suffix
		}
	}
	return e
}

func knownEcosystems() []string {
	return []string{
		"npm", "PyPI", "Go", "Maven", "crates.io", "RubyGems", "Packagist", "NuGet", "Hex", "Pub", "CRAN", "Hackage", "GHC", "ConanCenter",
		"SwiftURL", "GitHub Actions", "Julia", "Bitnami", "Bioconductor", "Kubernetes", "VSCode", "Debian", "Ubuntu", "Alpine", "Red Hat",
		"Rocky Linux", "AlmaLinux", "SUSE", "openSUSE", "openEuler", "Mageia", "Wolfi", "Chainguard", "MinimOS", "Alpaquita",
		"BellSoft Hardened Containers", "Photon OS", "Azure Linux", "Echo", "Docker Hardened Images",
	}
}

// scopes gives the ecosystems, in our own writing, whose records speak about a package of ecosystem e, the closest first.
// A record's own ecosystem is stored under the first of them.
func scopes(e string) (list [3]string, n int) {
	base, release, found := strings.Cut(e, ":")
	if !found {
		list[0] = e
		return list, 1
	}
	add := func(s string) { list[n] = s; n++ }
	switch base {
	case "Debian":
		major, _, dotted := strings.Cut(release, ".")
		if dotted && !(len(major) == 1 && major < "4") { // 3.0 and 3.1 were releases of their own
			release = major
		}
		add(e[:len(base)+1+len(release)])
	case "Ubuntu":
		release = strings.TrimSuffix(release, ":LTS")
		add(e[:len(base)+1+len(release)])
		if i := strings.LastIndexByte(release, ':'); i >= 0 { // Pro, FIPS and others before the release
			add(base + ":" + release[i+1:])
		}
	case "Alpine", "Alpaquita", "BellSoft Hardened Containers":
		if base == "Alpine" && release != "" && release[0] >= '0' && release[0] <= '9' {
			e = base + ":v" + release
		}
		add(e)
	case "Rocky Linux", "AlmaLinux":
		major, _, _ := strings.Cut(release, ".")
		add(e[:len(base)+1+len(major)])
	case "Red Hat":
		add(base + ":" + redHatRelease(release))
	case "SUSE":
		add(base + ":" + suseRelease(release))
	default:
		if strings.HasPrefix(release, "http://") || strings.HasPrefix(release, "https://") {
			list[0] = base
			return list, 1
		}
		add(e)
	}
	add(base)
	return list, n
}

// redHatRelease makes "9" of "enterprise_linux:9::appstream" and of "9.4"; the rest keeps its product.
func redHatRelease(release string) string {
	product, rest, found := strings.Cut(release, ":")
	if !found {
		major, _, _ := strings.Cut(release, ".")
		return major
	}
	version, _, _ := strings.Cut(rest, ":")
	if product == "enterprise_linux" {
		version, _, _ = strings.Cut(version, ".")
		return version
	}
	return product + ":" + version
}

// suseRelease makes "15 SP5" of "Linux Enterprise Server 15 SP5", of the Desktop and of the modules of the same service pack.
func suseRelease(release string) string {
	rest, ok := strings.CutPrefix(release, "Linux Enterprise ")
	if !ok {
		return release
	}
	switch {
	case strings.HasPrefix(rest, "Server "), strings.HasPrefix(rest, "Desktop "), strings.HasPrefix(rest, "Module for "):
	default:
		return release
	}
	words := strings.Fields(rest)
	last := words[len(words)-1]
	if number(last) {
		return last
	}
	if sp, ok := strings.CutPrefix(last, "SP"); ok && number(sp) && len(words) > 1 && number(words[len(words)-2]) {
		return words[len(words)-2] + " " + last
	}
	return release
}

func number(s string) bool {
	_, ok := digits(s)
	return ok
}

// appendName appends a package's name as its ecosystem tells names apart.
func appendName(b []byte, ecosystem, name string) []byte {
	base, _, _ := strings.Cut(ecosystem, ":")
	switch base {
	case "PyPI":
		return appendPEP503(b, name)
	case "crates.io":
		from := len(b)
		b = appendLower(b, name)
		for i := from; i < len(b); i++ {
			if b[i] == '_' {
				b[i] = '-'
			}
		}
		return b
	case "SwiftURL":
		name = strings.TrimPrefix(strings.TrimPrefix(name, "https://"), "http://")
		return appendLower(b, strings.TrimSuffix(strings.TrimSuffix(name, "/"), ".git"))
	case "NuGet", "Packagist", "GitHub Actions", "Hex", "Pub", "ConanCenter", "VSCode", "Bitnami":
		return appendLower(b, name)
	}
	return append(b, name...)
}

func appendLower(b []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}

func appendPEP503(b []byte, s string) []byte {
	dash := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '-' || c == '_' || c == '.':
			if !dash {
				b = append(b, '-')
			}
			dash = true
			continue
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		default:
			b = append(b, c)
		}
		dash = false
	}
	return b
}

// NormalName is a package's name as its ecosystem tells names apart: two names are the same package where their normal names are equal.
func NormalName(ecosystem, name string) string {
	return string(appendName(nil, canonicalEcosystem(ecosystem), name))
}
