package sca

import (
	"embed"
	"strings"
	"sync"
)

// popularLists name the packages that everybody knows, one file an ecosystem. They are written by hand.
//
//go:embed popular_*.txt
var popularLists embed.FS

// popular are the known names of one ecosystem.
type popular struct {
	// known are the popular names and their real neighbours; none of them is ever taken for a mistake.
	known map[string]bool
	// names are the popular names by length, bare those without their separators.
	names map[int][]string
	bare  map[string]string
	// owned are the popular names with an owner, by the name without it; owners are the owners.
	owned  map[string][]string
	owners map[string]bool
}

// popularIn gives the known names of an ecosystem, nil where there is no list.
func popularIn(ecosystem string) *popular {
	return popularBy()[ecosystem]
}

var popularBy = sync.OnceValue(func() map[string]*popular {
	out := map[string]*popular{}
	for ecosystem, file := range map[string]string{
		"npm": "popular_npm.txt", "PyPI": "popular_pypi.txt", "RubyGems": "popular_rubygems.txt", "crates.io": "popular_crates.txt", "Packagist": "popular_packagist.txt", "Go": "popular_go.txt",
	} {
		text, err := popularLists.ReadFile(file)
		if err != nil {
			continue // the files are part of the program
		}
		out[ecosystem] = readPopular(string(text))
	}
	return out
})

func readPopular(text string) *popular {
	p := &popular{known: map[string]bool{}, names: map[int][]string{}, bare: map[string]string{}, owned: map[string][]string{}, owners: map[string]bool{}}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line, neighbours := strings.CutPrefix(line, "=")
		for name := range strings.FieldsSeq(line) {
			if p.known[name] = true; !neighbours {
				p.add(name)
			}
		}
	}
	return p
}

func (p *popular) add(name string) {
	owner, rest, ok := cutOwner(name)
	if !ok {
		p.names[len(name)] = append(p.names[len(name)], name)
	} else {
		p.owned[rest] = append(p.owned[rest], owner)
		p.owners[owner] = true
	}
	if short := bareName(name); p.bare[short] == "" {
		p.bare[short] = name
	}
}

// cutOwner splits the owner off a name: a scope of npm, a vendor of Packagist, host and account of a Go module.
func cutOwner(name string) (owner, rest string, ok bool) {
	if strings.HasPrefix(name, "github.com/") {
		account, repo, ok := strings.Cut(name[len("github.com/"):], "/")
		return account, repo, ok
	}
	return strings.Cut(strings.TrimPrefix(name, "@"), "/")
}

// bareName is a name without what separates its words.
func bareName(name string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("@/-_.", r) {
			return -1
		}
		return r
	}, name)
}

// meant gives the popular name that a name may be a mistake for, "" where it is no such name.
func (p *popular) meant(ecosystem, name string) string {
	name = strings.ToLower(name)
	if ecosystem == "Go" {
		if name = repositoryOf(name); !strings.HasPrefix(name, "github.com/") {
			return ""
		}
	}
	if len(name) > 100 || p.known[name] {
		return ""
	}
	if owner, rest, ok := cutOwner(name); ok {
		return p.meantOwner(owner, rest, name)
	}
	const leastBare, least = 6, 5
	short := bareName(name)
	if other := p.bare[short]; other != "" && len(short) >= leastBare && !(ecosystem == "crates.io" && strings.ReplaceAll(other, "_", "-") == strings.ReplaceAll(name, "_", "-")) {
		return other
	}
	if len(name) < least {
		return ""
	}
	for _, length := range [...]int{len(name), len(name) + 1, len(name) - 1} {
		if length < least {
			continue
		}
		for _, other := range p.names[length] {
			if isSlip(name, other) {
				return other
			}
		}
	}
	return ""
}

// meantOwner finds a popular name of which only the owner is mistyped. Whoever owns one popular name may own others.
func (p *popular) meantOwner(owner, rest, name string) string {
	const least = 5
	if p.owners[owner] || len(owner) < least {
		return ""
	}
	for _, other := range p.owned[rest] {
		if len(other) >= least && isSlip(owner, other) {
			return strings.TrimSuffix(name, owner+"/"+rest) + other + "/" + rest
		}
	}
	return ""
}

// repositoryOf gives the repository of a Go module on a forge: without major version and folders.
func repositoryOf(module string) string {
	steps := strings.SplitN(module, "/", 4)
	return strings.Join(steps[:min(3, len(steps))], "/")
}

// isSlip tells whether two names differ by one slip of the finger or the eye: a letter more, less or other, or two swapped. People
// get the first letter right, and numbers tell releases apart.
func isSlip(name, other string) bool {
	if name[0] != other[0] || strings.TrimRight(name, "0123456789") == strings.TrimRight(other, "0123456789") {
		return false
	}
	from := 0
	for from < len(name) && from < len(other) && name[from] == other[from] {
		from++
	}
	a, b := name[from:], other[from:]
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	number := strings.ContainsAny(a+b, "0123456789")
	switch {
	case len(a)+len(b) == 1:
		return !number
	case len(a) == 2 && len(b) == 2:
		return a[0] == b[1] && a[1] == b[0]
	case len(a) == 1 && len(b) == 1:
		return len(name) > 5 && !number || looksLike(a[0], b[0])
	}
	return false
}

// looksLike tells of letters that are taken for one another.
func looksLike(a, b byte) bool {
	switch string([]byte{min(a, b), max(a, b)}) {
	case "0o", "1l", "1i", "il", "uv", "vw", "mn", "-_", "-.", "._":
		return true
	}
	return false
}
