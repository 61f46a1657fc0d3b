package lockfile

import (
	"errors"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// gemLock reads one Gemfile.lock.
type gemLock struct {
	doc     *inventory.Document
	byID    map[string]int // "name version" to position
	needs   [][]string     // the names each package needs, by position
	own     map[string]bool
	ownNeed []string
	direct  map[string]string // constraint by name
	sums    map[string]string // hashes by "name version"

	section string
	remotes []string
	sources []gemSource       // the GEM sections
	details map[string]string // revision and the like of the section
	current int               // the package whose needs follow; -1 for the project's own, -2 for none
	counted bool              // whether the section of the dependencies was there
}

// gemSource is a GEM section: where its gems come from, and which these are.
type gemSource struct {
	remotes []inventory.Registry
	gems    []string
}

// readGemfileLock reads a Gemfile.lock: the gems of all sources, one for each version (variants for platforms are one gem), and
// what the Gemfile asks for.
func readGemfileLock(path string, data []byte) (*inventory.Document, error) {
	l := &gemLock{
		doc:  &inventory.Document{Path: path, Format: "Gemfile.lock", Ecosystem: rubyGems, Role: inventory.Lock},
		byID: map[string]int{}, own: map[string]bool{}, direct: map[string]string{}, sums: map[string]string{}, current: -2,
	}
	if err := eachLine(data, l.line); err != nil {
		return nil, err
	}
	if !l.counted {
		return nil, errors.New("it has no section DEPENDENCIES: " + errTruncated.Error() + " or no Gemfile.lock")
	}
	l.finish()
	return l.doc, nil
}

// line reads one line. Its indentation says what it is.
func (l *gemLock) line(n int, raw []byte) error {
	text := strings.TrimRight(string(raw), " \t")
	body := strings.TrimLeft(text, " ")
	switch indent := len(text) - len(body); {
	case body == "":
		return nil
	case indent == 0:
		if strings.HasPrefix(body, "<<<<<<<") || strings.HasPrefix(body, "=======") || strings.HasPrefix(body, ">>>>>>>") {
			return errorAt(n, "it holds an unresolved merge conflict")
		}
		l.section, l.remotes, l.details, l.current = body, nil, map[string]string{}, -2
		if body == "GEM" {
			l.sources = append(l.sources, gemSource{})
		}
		l.counted = l.counted || body == "DEPENDENCIES"
		return nil
	case l.section == "DEPENDENCIES":
		return l.dependency(n, body)
	case l.section == "CHECKSUMS":
		return l.checksum(n, body)
	case l.section != "GEM" && l.section != "GIT" && l.section != "PATH" && l.section != "PLUGIN SOURCE":
		return nil
	case indent == 2:
		l.detail(n, body)
		return nil
	case indent == 4:
		return l.spec(n, body)
	case indent == 6 && l.current == -1:
		name, _, _ := strings.Cut(body, " ")
		l.ownNeed = append(l.ownNeed, name)
	case indent == 6 && l.current >= 0:
		name, _, _ := strings.Cut(body, " ")
		l.needs[l.current] = append(l.needs[l.current], name)
	}
	return nil
}

// detail reads "remote: https://rubygems.org/" and its like.
func (l *gemLock) detail(n int, body string) {
	key, value, _ := strings.Cut(body, ":")
	value = strings.TrimSpace(value)
	if key != "remote" {
		l.details[key] = value
		return
	}
	value = withoutUser(value)
	l.remotes = append(l.remotes, value)
	if l.section == "GEM" {
		source := &l.sources[len(l.sources)-1]
		source.remotes = append(source.remotes, inventory.Registry{URL: value, Extra: len(source.remotes) > 0, Line: n})
	}
}

// gemID splits "name (version)" and cuts the platform from the version: "nokogiri (1.15.4-x86_64-linux)".
func gemID(body string) (name, version, rest string, ok bool) {
	name, rest, ok = strings.Cut(body, " (")
	if !ok {
		return name, "", "", false
	}
	version, rest, ok = strings.Cut(rest, ")")
	version, _, _ = strings.Cut(version, "-")
	return name, version, strings.TrimSpace(rest), ok && version != "" && name != ""
}

func (l *gemLock) spec(n int, body string) error {
	name, version, rest, ok := gemID(body)
	if !ok || rest != "" {
		return errorAt(n, "it is not a gem and its version")
	}
	l.current = -2
	if badName(name) || badName(version) {
		unknownName(l.doc, name)
		return nil
	}
	origin := ""
	if len(l.remotes) == 1 {
		origin = l.remotes[0]
	}
	switch l.section {
	case "GIT":
		origin = "git+" + origin
		if revision := l.details["revision"]; revision != "" {
			origin += "#" + revision
		}
	case "PATH":
		if origin == "." {
			l.current, l.own[name] = -1, true
			if l.doc.Name == "" {
				l.doc.Name, l.doc.Version = name, version
			}
			return nil
		}
		origin = "file:" + origin
	}
	id := name + " " + version
	if at, known := l.byID[id]; known {
		l.current = at
		return nil
	}
	if l.section == "GEM" {
		source := &l.sources[len(l.sources)-1]
		source.gems = append(source.gems, name)
	}
	l.current = len(l.doc.Packages)
	l.byID[id] = l.current
	l.needs = append(l.needs, nil)
	l.doc.Packages = append(l.doc.Packages, inventory.Package{Ecosystem: rubyGems, Name: name, Version: version, Origin: origin, Line: n})
	return nil
}

// dependency reads "rails (~> 7.0)", with "!" at the end where the source is named.
func (l *gemLock) dependency(n int, body string) error {
	name, constraint, found := strings.Cut(strings.TrimSuffix(body, "!"), " (")
	if found {
		var ok bool
		if constraint, ok = strings.CutSuffix(constraint, ")"); !ok {
			return errorAt(n, "it is not a gem and its versions")
		}
	}
	l.direct[name] = constraint
	return nil
}

// checksum reads "rails (7.0.1) sha256=…".
func (l *gemLock) checksum(n int, body string) error {
	name, version, rest, ok := gemID(body)
	if !ok {
		return errorAt(n, "it is not a gem, its version and a checksum")
	}
	id := name + " " + version
	for sum := range strings.SplitSeq(rest, ",") {
		kind, value, ok := strings.Cut(strings.TrimSpace(sum), "=")
		if !ok {
			continue
		}
		if l.sums[id] != "" {
			l.sums[id] += " "
		}
		l.sums[id] += kind + ":" + value
	}
	return nil
}

func (l *gemLock) finish() {
	packages := l.doc.Packages
	names := indexNames(packages)
	for i := range packages {
		p := &packages[i]
		p.Integrity = l.sums[p.Name+" "+p.Version]
		if badVersion(l.direct[p.Name]) {
			continue
		}
		if constraint, asked := l.direct[p.Name]; asked {
			p.Direct, p.Constraint = true, constraint
		}
		for _, need := range l.needs[i] {
			to := names.find(need, nil)
			if len(to) == 0 && need != "bundler" && !l.own[need] {
				unknown(l.doc, "%s needs %s, which the file does not hold", p.Name, need)
			}
			p.Requires = append(p.Requires, to...)
		}
	}
	for _, need := range l.ownNeed {
		for _, to := range names.find(need, nil) {
			packages[to].Direct = true
		}
	}
	tidyEdges(packages)
	l.registries()
}

// registries says what each source serves. A section of its own is asked for its own gems only; one that lists several places has
// them all asked.
func (l *gemLock) registries() {
	main := 0
	for i, source := range l.sources {
		for _, r := range source.remotes {
			if strings.Contains(r.URL, "//rubygems.org") {
				main = i
			}
		}
	}
	for i, source := range l.sources {
		if i == main || len(source.remotes) != 1 {
			l.doc.Registries = append(l.doc.Registries, source.remotes...)
			continue
		}
		r := source.remotes[0]
		for _, name := range source.gems {
			l.doc.Registries = append(l.doc.Registries, inventory.Registry{URL: r.URL, Scope: name, Extra: true, Line: r.Line})
		}
	}
}
