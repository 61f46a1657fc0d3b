package lockfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// podLock is a Podfile.lock while it is read.
type podLock struct {
	doc     *inventory.Document
	section string
	item    string // the pod whose lines follow
	at      int    // its position, -1 for none
	by      map[string]int
	needs   [][]string
	asked   []string
	origins map[string]map[string]string // EXTERNAL SOURCES and CHECKOUT OPTIONS by pod
	sums    map[string]string
}

// readPodfileLock reads Podfile.lock. Subspecs ("Pod/Part") belong to their pod.
func readPodfileLock(path string, data []byte) (*inventory.Document, error) {
	l := &podLock{at: -1, by: map[string]int{}, origins: map[string]map[string]string{}, sums: map[string]string{}}
	l.doc = &inventory.Document{Path: path, Format: "Podfile.lock", Ecosystem: cocoapods, Role: inventory.Lock}
	ended := false
	err := eachLine(data, func(n int, line []byte) error {
		text := bytes.TrimLeft(line, " ")
		indent := len(line) - len(text)
		if len(text) == 0 {
			return nil
		}
		if bytes.HasPrefix(line, []byte("<<<<<<<")) || bytes.HasPrefix(line, []byte(">>>>>>>")) || string(line) == "=======" {
			return &lineError{n, errConflict}
		}
		if indent == 0 {
			key, _, ok := bytes.Cut(text, []byte(":"))
			if !ok {
				return errorAt(n, "a section is expected and not %.80q", text)
			}
			l.section, l.item, l.at = string(key), "", -1
			ended = ended || l.section == "COCOAPODS"
			return nil
		}
		return l.line(n, indent, text)
	})
	if err != nil {
		return nil, err
	}
	if !ended { // what CocoaPods writes last
		return nil, fmt.Errorf("the section COCOAPODS is missing: %w", errTruncated)
	}
	l.finish()
	return l.doc, nil
}

// line reads a line of a section.
func (l *podLock) line(n, indent int, text []byte) error {
	item, isItem := bytes.CutPrefix(text, []byte("- "))
	switch l.section {
	case "PODS":
		if !isItem {
			return errorAt(n, "a pod is expected and not %.80q", text)
		}
		if indent >= 4 {
			if l.at >= 0 {
				l.needs[l.at] = append(l.needs[l.at], podName(item))
			}
			return nil
		}
		return l.pod(n, item)
	case "DEPENDENCIES":
		if !isItem {
			return errorAt(n, "a dependency is expected and not %.80q", text)
		}
		l.asked = append(l.asked, unquoteYAML(item))
	case "SPEC REPOS":
		if name, ok := bytes.CutSuffix(text, []byte(":")); ok && !isItem {
			if address := unquoteYAML(name); strings.Contains(address, "://") || strings.HasPrefix(address, "git@") {
				addRegistry(l.doc, address, "", n)
			}
		}
	case "SPEC CHECKSUMS":
		if key, value, ok := bytes.Cut(text, []byte(": ")); ok {
			l.sums[unquoteYAML(key)] = string(value)
		}
	case "EXTERNAL SOURCES", "CHECKOUT OPTIONS":
		if indent == 2 {
			l.item = unquoteYAML(bytes.TrimSuffix(text, []byte(":")))
			if l.origins[l.item] == nil {
				l.origins[l.item] = map[string]string{}
			}
		} else if key, value, ok := bytes.Cut(bytes.TrimPrefix(text, []byte(":")), []byte(": ")); ok && l.item != "" {
			l.origins[l.item][string(key)] = unquoteYAML(value)
		}
	}
	return nil
}

// pod reads a pod: AFNetworking/Core (4.0.1):
func (l *podLock) pod(n int, item []byte) error {
	text := unquoteYAML(bytes.TrimSuffix(item, []byte(":")))
	full, rest, ok := strings.Cut(text, " (")
	version, ok2 := strings.CutSuffix(rest, ")")
	if !ok || !ok2 {
		return errorAt(n, "a pod and its version are expected and not %.80q", text)
	}
	name, _, _ := strings.Cut(full, "/")
	l.at = -1
	if badName(name) || badVersion(version) {
		unknownName(l.doc, name)
		return nil
	}
	if at, ok := l.by[name]; ok {
		l.at = at
		return nil
	}
	if l.at = len(l.doc.Packages); l.at >= maxPackages {
		return errorAt(n, "%w", errTooMany)
	}
	l.by[name] = l.at
	l.needs = append(l.needs, nil)
	l.doc.Packages = append(l.doc.Packages, inventory.Package{Ecosystem: cocoapods, Name: name, Version: version, Line: n})
	return nil
}

// podName gives the pod that a text like "AFNetworking/Core (= 4.0.1)" is about.
func podName(item []byte) string {
	name, _, _ := strings.Cut(unquoteYAML(item), " (")
	name, _, _ = strings.Cut(name, "/")
	return strings.TrimSpace(name)
}

// unquoteYAML takes the quotes from a scalar that stands alone.
func unquoteYAML(text []byte) string {
	text = bytes.TrimSpace(text)
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		if value, rest, ok := quoted(text); ok && len(rest) == 0 {
			return string(value)
		}
	}
	return string(text)
}

// finish joins the sections.
func (l *podLock) finish() {
	for from := range l.doc.Packages {
		var own []int
		for _, name := range l.needs[from] {
			to, ok := l.by[name]
			switch {
			case !ok:
				unknownNeed(l.doc, from, name)
			case to != from:
				own = append(own, to)
			}
		}
		slices.Sort(own)
		pkg := &l.doc.Packages[from]
		pkg.Requires = slices.Compact(own)
		pkg.Integrity = l.sums[pkg.Name]
		pkg.Origin = podOrigin(l.origins[pkg.Name])
	}
	for _, asked := range l.asked {
		at, ok := l.by[podName([]byte(asked))]
		if !ok {
			unknownNeed(l.doc, -1, podName([]byte(asked)))
			continue
		}
		pkg := &l.doc.Packages[at]
		pkg.Direct = true
		_, constraint, _ := strings.Cut(asked, " (")
		if constraint = strings.TrimSuffix(constraint, ")"); !strings.HasPrefix(constraint, "from ") && pkg.Constraint == "" && !badVersion(constraint) {
			pkg.Constraint = constraint
		}
	}
}

// podOrigin says where a pod comes from that is not from a spec repository.
func podOrigin(options map[string]string) string {
	switch {
	case options["path"] != "":
		return "file:" + options["path"]
	case options["git"] != "":
		origin := "git+" + withoutUser(options["git"])
		for _, key := range []string{"commit", "tag", "branch"} {
			if options[key] != "" {
				return origin + "#" + options[key]
			}
		}
		return origin
	case options["podspec"] != "":
		return withoutUser(options["podspec"])
	case options["http"] != "":
		return withoutUser(options["http"])
	}
	return ""
}
