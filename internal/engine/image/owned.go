package image

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/installed"
)

// lists are where package managers keep what they have installed; only what stands at the image's own root counts.
func isList(path string) bool {
	for _, place := range []string{"var/lib/dpkg/", "lib/apk/db/", "usr/lib/apk/db/", "var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"} {
		if strings.HasPrefix(path, place) {
			return installed.Wants(path, nil)
		}
	}
	return false
}

// readList takes from a package manager's list which programs are its own. A list that cannot be read leaves that open; the
// engine for dependencies says what is wrong with it.
func readList(path string, data []byte) *seen {
	doc, err := installed.Read(path, data)
	if err != nil {
		return &seen{unlisted: true}
	}
	if doc == nil {
		return nil
	}
	s := &seen{}
	for _, p := range doc.Packages {
		for _, file := range p.Files {
			if dir, _ := split(file); isBin(dir) {
				s.owned = append(s.owned, merged(file))
			}
		}
	}
	if s.owned == nil {
		return nil
	}
	return s
}

// merged writes a path as it is where bin and sbin are one with usr/bin: lists have one form and layers the other.
func merged(path string) string {
	path = strings.TrimPrefix(path, "usr/")
	if name, ok := strings.CutPrefix(path, "sbin/"); ok {
		return "bin/" + name
	}
	return path
}

// checkUnownedProgram compares the programs with what the package manager's lists name. Where there are no lists, or one cannot be
// read, nothing is said.
func checkUnownedProgram(v *view, report func(fault)) {
	owned := map[string]bool{}
	for n := range v.files {
		f := &v.files[n]
		if f.gone {
			continue
		}
		if f.unlisted {
			return
		}
		for _, path := range f.owned {
			owned[path] = true
		}
	}
	if len(owned) == 0 {
		return
	}
	var g group
	v.each(isProgram, func(f *fileNote) {
		if owned[merged(f.path)] || isDiverted(f.path) {
			return
		}
		if g.first == nil {
			g.first = f
		}
		g.count++
		if len(g.paths) < shown {
			g.paths = append(g.paths, f.path)
		}
	})
	if g.count == 0 {
		return
	}
	report(fault{
		at: g.first, message: fmt.Sprintf("%s: no package of the distribution brings %s, so no update of it mends them", counted(g.count, "program"), pronoun(g.count)),
		facts: append([]finding.Fact{{Name: "programs", Value: fmt.Sprint(g.count)}}, pathFacts(&g)[1:]...),
	})
}

func pronoun(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// isDiverted tells names that package managers themselves give: what dpkg moved out of the way, and what it forbids services to start with.
func isDiverted(path string) bool {
	_, name := split(path)
	return strings.HasSuffix(name, ".distrib") || strings.HasSuffix(name, ".dpkg-old") || strings.HasSuffix(name, ".dpkg-new") || name == "policy-rc.d" ||
		strings.HasSuffix(name, ".REAL") || strings.HasSuffix(name, ".usr-is-merged")
}
