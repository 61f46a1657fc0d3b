package remedy

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/inventory"
)

// prove reads the new files and matches them: what an attempt clears is what is gone then. An attempt that brings flaws, or files that
// cannot be read, fails.
func (w *work) prove(j *job, a *attempt) (*tried, error) {
	before, err := w.projects(j.project.Ecosystem, j.project.Dir, nil)
	if err != nil {
		return nil, err
	}
	after, err := w.projects(j.project.Ecosystem, j.project.Dir, a.files)
	if err != nil {
		return nil, fmt.Errorf("the new file cannot be read: %w", err)
	}
	if err := sameUnknown(before, after); err != nil {
		return nil, err
	}
	old, now := w.census(before), w.census(after)
	if a.refresh != "" {
		now = w.foreseen(j, a, old)
	}
	names := map[string]string{}
	for _, p := range before {
		names[p.File] = p.Name
	}
	t := &tried{attempt: a}
	for at, n := range now {
		if n > old[at] {
			return nil, fmt.Errorf("it would bring %s in %s", at.flaw, at.name)
		}
	}
	for at := range old {
		if now[at] > 0 {
			continue
		}
		f := w.flaw(names[at.file], at.name, at.flaw)
		if _, isReason := w.reasons[reason{names[at.file], at.name, at.flaw}]; isReason {
			t.clears = append(t.clears, f)
			t.score += f.Score
		}
	}
	own := 0
	for _, f := range t.clears {
		if f.Package == j.name && slices.ContainsFunc(j.flaws, func(o Flaw) bool { return o.ID == f.ID }) {
			own++
		}
	}
	if own == 0 {
		return nil, errors.New("the new files still have the flaw")
	}
	t.whole = own == len(j.flaws)
	t.alsoMoved(before, after)
	worstFirst(t.clears)
	return t, nil
}

// alsoMoved adds the packages that change because they share a version with the flawed one.
func (t *tried) alsoMoved(before, after []*inventory.Project) {
	old := map[[2]string]string{}
	count := map[[2]string]int{}
	for _, p := range before {
		for i := range p.Packages {
			key := [2]string{p.File, p.Packages[i].Name}
			old[key] = p.Packages[i].Version
			count[key]++
		}
	}
	for _, p := range after {
		for i := range p.Packages {
			pkg := &p.Packages[i]
			key := [2]string{p.File, pkg.Name}
			known := slices.ContainsFunc(t.moves, func(m Move) bool { return m.Name == pkg.Name })
			if count[key] == 1 && old[key] != pkg.Version && !known {
				t.moves = append(t.moves, Move{Name: pkg.Name, From: old[key], To: pkg.Version})
			}
		}
	}
}

// foreseen is the census that is to be expected once the lock file is brought in step: that of the new version.
func (w *work) foreseen(j *job, a *attempt, old map[place]int) map[place]int {
	now := maps.Clone(old)
	ecosystem := j.project.Packages[j.at[0]].Ecosystem
	for _, m := range a.moves {
		if m.Name != j.name {
			continue
		}
		stays := map[string]bool{}
		for _, match := range w.match(ecosystem, j.name, m.To) {
			stays[match.ID] = true
		}
		for at := range now {
			if at.file == j.project.File && at.name == j.name && !stays[at.flaw] {
				delete(now, at)
			}
		}
	}
	return now
}

// sameUnknown refuses files that leave more open than those they replace.
func sameUnknown(before, after []*inventory.Project) error {
	was := map[string]int{}
	for _, p := range before {
		was[p.File] = len(p.Unknown)
	}
	for _, p := range after {
		if n, ok := was[p.File]; !ok || len(p.Unknown) > n {
			last := "the project is read differently"
			if len(p.Unknown) > 0 {
				last = p.Unknown[len(p.Unknown)-1]
			}
			return fmt.Errorf("the new files would leave something open: %s", last)
		}
	}
	if len(before) != len(after) {
		return errors.New("the new files would be read as other projects")
	}
	return nil
}
