package remedy

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
)

// work is a plan in the making: the files as they are and as they would be.
type work struct {
	r Request
	// originals are files that were read, changed what the plan makes of some.
	originals, changed map[string][]byte
	// ecosystems are those of the documents, by path.
	ecosystems map[string]string
	// reasons are the findings that call for an upgrade, by project, package and flaw; excused are those that do not.
	reasons map[reason]*finding.Finding
	excused map[reason]bool
	// matched remembers the flaws of packages.
	matched map[advisory.Query][]advisory.Match
	// zips are the archives of Go modules that were read.
	zips map[module.Version]goZip
}

// reason names a finding's flaw: in which package of which project.
type reason struct{ project, name, flaw string }

func newWork(r Request) (*work, error) {
	w := &work{r: r, originals: map[string][]byte{}, changed: map[string][]byte{}, ecosystems: map[string]string{},
		reasons: map[reason]*finding.Finding{}, excused: map[reason]bool{}, matched: map[advisory.Query][]advisory.Match{}, zips: map[module.Version]goZip{}}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Component == nil || f.Engine != sca.Name || f.Component.Name == "" {
			continue
		}
		key := reason{f.Component.Project, f.Component.Name, f.Rule}
		if f.Verdict != nil && f.Verdict.Action == finding.Waived {
			w.excused[key] = true
			continue
		}
		w.reasons[key] = f
	}
	for _, p := range r.Documents {
		data, err := w.read(p)
		if err != nil {
			return nil, err
		}
		doc, err := lockfile.Read(p, data)
		if err != nil || doc == nil || doc.Role == inventory.Installed {
			continue // the scan has said so
		}
		w.ecosystems[p] = doc.Ecosystem
	}
	return w, nil
}

// read gives a file as it would be.
func (w *work) read(p string) ([]byte, error) {
	if data, ok := w.changed[p]; ok {
		return data, nil
	}
	if data, ok := w.originals[p]; ok {
		return data, nil
	}
	data, err := w.r.Files.Read(p)
	if err != nil {
		return nil, err
	}
	w.originals[p] = data
	return data, nil
}

func (w *work) has(p string) bool {
	_, ok := slices.BinarySearch(w.r.Files.Paths(), p)
	return ok
}

// resolvedTogether are the ecosystems in which files anywhere in the target can refer to one another.
func resolvedTogether(ecosystem string) bool { return ecosystem == "Maven" || ecosystem == "NuGet" }

// projects assembles the projects of an ecosystem in and below a folder, with some files replaced.
func (w *work) projects(ecosystem, dir string, with map[string][]byte) ([]*inventory.Project, error) {
	var docs []*inventory.Document
	for _, p := range slices.Sorted(maps.Keys(w.ecosystems)) {
		if w.ecosystems[p] != ecosystem || !resolvedTogether(ecosystem) && dir != "" && !strings.HasPrefix(p, dir+"/") {
			continue
		}
		data, ok := with[p]
		if !ok {
			var err error
			if data, err = w.read(p); err != nil {
				return nil, err
			}
		}
		doc, err := lockfile.Read(p, data)
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
	return sca.Projects(docs), nil
}

// match gives the flaws of a version.
func (w *work) match(ecosystem, name, version string) []advisory.Match {
	q := advisory.Query{Ecosystem: ecosystem, Name: name, Version: version}
	if out, ok := w.matched[q]; ok {
		return out
	}
	var out []advisory.Match
	if version != "" {
		_ = w.r.Advisories.Match(q, func(m advisory.Match) {
			if m.Unknown == "" {
				out = append(out, m)
			}
		})
	}
	w.matched[q] = out
	return out
}

// place is a flaw in a package of a project, by the project's file.
type place struct{ file, name, flaw string }

// census counts the packages that have each flaw.
func (w *work) census(projects []*inventory.Project) map[place]int {
	out := map[place]int{}
	for _, p := range projects {
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if isLocal(pkg) {
				continue
			}
			for _, m := range w.match(pkg.Ecosystem, pkg.Name, pkg.Version) {
				out[place{p.File, pkg.Name, m.ID}]++
			}
		}
	}
	return out
}

// isLocal tells of a package that is part of the target itself.
func isLocal(p *inventory.Package) bool {
	return strings.HasPrefix(p.Origin, "link:") || strings.HasPrefix(p.Origin, "file:")
}

// wanted tells whether a flaw is a reason for an upgrade, and gives it.
func (w *work) wanted(project, name, id string) (Flaw, bool) {
	f := w.reasons[reason{project, name, id}]
	if f == nil || f.Urgency() < w.r.Least || w.r.Package != "" && w.r.Package != name {
		return Flaw{}, false
	}
	return w.flaw(project, name, id), true
}

// flaw describes a flaw.
func (w *work) flaw(project, name, id string) Flaw {
	out := Flaw{ID: id, Package: name}
	f := w.reasons[reason{project, name, id}]
	if f == nil {
		return out
	}
	out.Level, out.Score, out.Title = f.Urgency(), int(10*f.Urgency().Score()), f.Message
	if f.Rank != nil {
		out.Score, out.Because = f.Rank.Score, f.Rank.Because
	}
	out.Score = max(out.Score, 1)
	return out
}

// job is one flawed package of one project.
type job struct {
	w       *work
	project *inventory.Project
	name    string
	// at are the positions of its flawed versions in the project; flaws are those that call for an upgrade.
	at    []int
	flaws []Flaw
	score int
}

// jobs lists what is to be mended, each project's most telling first.
func (w *work) jobs(projects []*inventory.Project) []*job {
	var out []*job
	for _, p := range projects {
		byName := map[string]*job{}
		for i := range p.Packages {
			pkg := &p.Packages[i]
			if isLocal(pkg) || p.Role == inventory.Installed {
				continue
			}
			for _, m := range w.match(pkg.Ecosystem, pkg.Name, pkg.Version) {
				f, ok := w.wanted(p.Name, pkg.Name, m.ID)
				if !ok {
					continue
				}
				j := byName[pkg.Name]
				if j == nil {
					j = &job{w: w, project: p, name: pkg.Name}
					byName[pkg.Name] = j
					out = append(out, j)
				}
				if !slices.Contains(j.at, i) {
					j.at = append(j.at, i)
				}
				if !slices.ContainsFunc(j.flaws, func(other Flaw) bool { return other.ID == f.ID }) {
					j.flaws = append(j.flaws, f)
					j.score += f.Score
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *job) int {
		return cmp.Or(cmp.Compare(a.project.File, b.project.File), cmp.Compare(b.score, a.score), cmp.Compare(a.name, b.name))
	})
	for _, j := range out {
		worstFirst(j.flaws)
	}
	return out
}

func worstFirst(flaws []Flaw) {
	slices.SortFunc(flaws, func(a, b Flaw) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Level, a.Level), cmp.Compare(a.ID, b.ID))
	})
}

// versions are the flawed versions in use, as people read them.
func (j *job) versions() string {
	var out []string
	for _, i := range j.at {
		if v := j.project.Packages[i].Version; !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return strings.Join(out, ", ")
}

// beside is a path in the project's folder.
func (j *job) beside(name string) string { return path.Join(j.project.Dir, name) }

// malicious tells that a package is itself the attack: no upgrade mends that.
func (j *job) malicious() bool {
	for _, i := range j.at {
		pkg := &j.project.Packages[i]
		for _, m := range j.w.match(pkg.Ecosystem, pkg.Name, pkg.Version) {
			if m.Malicious && slices.ContainsFunc(j.flaws, func(f Flaw) bool { return f.ID == m.ID }) {
				return true
			}
		}
	}
	return false
}

// progress tells what is being worked on.
func (w *work) progress(format string, args ...any) {
	if w.r.Progress != nil {
		w.r.Progress(fmt.Sprintf(format, args...))
	}
}
