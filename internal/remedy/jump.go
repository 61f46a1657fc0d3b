package remedy

import (
	"fmt"
	"strconv"
	"strings"
)

// Jump is how far an upgrade goes.
type Jump int

// The jumps, from the least to the greatest.
const (
	Patch Jump = iota
	Minor
	Major
)

func jumpNames() []string { return []string{"patch", "minor", "major"} }

// ParseJump reads a jump's name.
func ParseJump(s string) (Jump, error) {
	for i, name := range jumpNames() {
		if strings.EqualFold(s, name) {
			return Jump(i), nil
		}
	}
	return 0, fmt.Errorf("jump %.40q: want one of %s", s, strings.Join(jumpNames(), ", "))
}

func (j Jump) String() string { return jumpNames()[max(0, min(2, int(j)))] }

// calendar is the least first number of a version that is a year.
const calendar = 1990

// jumpOf tells how far it is from one version to another. In npm and crates.io the first number that is not zero promises
// compatibility, so 0.2 → 0.3 is major. Where the first number is a year it promises nothing: a new year is minor.
func jumpOf(ecosystem, from, to string) Jump {
	a, b := leadingNumbers(from), leadingNumbers(to)
	differs := 3
	for i := range 3 {
		if a[i] != b[i] {
			differs = i
			break
		}
	}
	if (ecosystem == "npm" || ecosystem == "crates.io") && a[0] == 0 && b[0] == 0 {
		switch {
		case differs == 1 || differs == 2 && a[1] == 0:
			return Major
		case differs == 2:
			return Patch
		}
	}
	switch {
	case differs == 0 && a[0] >= calendar && b[0] >= calendar:
		return Minor
	case differs == 0:
		return Major
	case differs == 1:
		return Minor
	}
	return Patch
}

// leadingNumbers gives the first three numbers of a version, 0 where there are fewer. An epoch does not count.
func leadingNumbers(version string) (out [3]uint64) {
	if _, after, ok := strings.Cut(version, "!"); ok {
		version = after
	}
	version = strings.TrimPrefix(version, "v")
	for i := range out {
		end := 0
		for end < len(version) && version[end] >= '0' && version[end] <= '9' {
			end++
		}
		n, err := strconv.ParseUint(version[:end], 10, 63)
		if err != nil {
			return out
		}
		out[i] = n
		if version = version[end:]; version == "" || version[0] != '.' {
			return out
		}
		version = version[1:]
	}
	return out
}

// isPreRelease tells of versions that are not meant for everybody.
func isPreRelease(ecosystem, version string) bool {
	switch ecosystem {
	case "npm", "crates.io", "Go":
		version, _, _ = strings.Cut(version, "+")
		return strings.Contains(version, "-")
	case "PyPI":
		public, _, _ := strings.Cut(strings.ToLower(version), "+")
		public, _, _ = strings.Cut(strings.ReplaceAll(public, ".post", ""), "-")
		return strings.ContainsAny(public, "abcdrv")
	}
	lower := strings.ToLower(version)
	for _, word := range []string{"alpha", "beta", "-rc", ".rc", "-m", ".m", "snapshot", "preview", "-cr", ".cr", "milestone", "-ea", "pre", "dev"} {
		if i := strings.Index(lower, word); i > 0 {
			return true
		}
	}
	return false
}
