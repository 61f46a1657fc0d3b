package remedy

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
)

// attempt is one way of mending, worked out: the files' new contents and what they change.
type attempt struct {
	how   How
	files map[string][]byte
	// moves are the packages that change; those of the flawed package come first.
	moves []Move
	risks []string
	// raised are the packages that were upgraded for the sake of the flawed one.
	raised []string
	// refresh is the command that must bring the lock file in step, where that could not be done here.
	refresh string
}

// way works an attempt out.
type way func(ctx context.Context) (*attempt, error)

// mender knows how the packages of one kind of project are upgraded. Its ways are tried in order; the first that clears all flaws of
// the package is taken, else the one that clears the most.
type mender func(j *job) []way

// menderOf chooses by the project's files.
func menderOf(p *inventory.Project) mender {
	doc := lockfile.Match(p.File)
	format := ""
	if doc != nil {
		format = doc.Format
	}
	switch {
	case format == "package-lock.json":
		return npmWays
	case p.Ecosystem == "npm":
		return scriptWays
	case format == "go.mod":
		return goWays
	case format == "Cargo.lock":
		return cargoWays
	case p.Ecosystem == "crates.io":
		return cargoManifestWays
	case format == "requirements.txt" || format == "constraints.txt":
		return pythonWays
	case p.Ecosystem == "PyPI":
		return pythonManifestWays
	case p.Ecosystem == "Maven":
		return mavenWays
	}
	return nil
}

// tried is an attempt that was proved.
type tried struct {
	*attempt
	clears []Flaw
	score  int
	whole  bool
}

// plan mends one package after the other. Each step starts from the files that the steps before it have made.
func (w *work) plan(ctx context.Context) (*Plan, error) {
	plan := &Plan{}
	var ecosystems []string
	for _, e := range w.ecosystems {
		if !slices.Contains(ecosystems, e) {
			ecosystems = append(ecosystems, e)
		}
	}
	slices.Sort(ecosystems)
	for _, ecosystem := range ecosystems {
		projects, err := w.projects(ecosystem, "", nil)
		if err != nil {
			return nil, err
		}
		if err := w.mendAll(ctx, w.jobs(projects), plan); err != nil {
			return nil, err
		}
	}
	for _, p := range slices.Sorted(maps.Keys(w.changed)) {
		if !bytes.Equal(w.originals[p], w.changed[p]) {
			plan.Changes = append(plan.Changes, Change{Path: p, Before: w.originals[p], After: w.changed[p]})
		}
	}
	w.notes(plan)
	return plan, ctx.Err()
}

// maxRounds is how often what is left is tried again: an upgrade may make way for another.
const maxRounds = 3

func (w *work) mendAll(ctx context.Context, jobs []*job, plan *Plan) error {
	for range maxRounds {
		steps, left := len(plan.Steps), len(plan.Left)
		var open []*job
		for _, j := range jobs {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			now, err := w.again(j)
			if err != nil {
				return err
			}
			if now == nil {
				continue
			}
			before := len(plan.Left)
			w.mend(ctx, now, plan)
			if len(plan.Left) > before {
				open = append(open, j)
			}
		}
		if len(plan.Steps) == steps || len(open) == 0 {
			return nil
		}
		if jobs = open; len(plan.Left) > left {
			plan.Left = plan.Left[:left]
		}
	}
	for _, j := range jobs { // the last round may have left some
		if now, err := w.again(j); err != nil {
			return err
		} else if now != nil {
			w.mend(ctx, now, plan)
		}
	}
	return nil
}

func (w *work) notes(plan *Plan) {
	if w.r.Registry == nil {
		plan.Notes = append(plan.Notes, "No registry was asked (--offline): only what needs no registry was worked out, and lock files that need hashes were not written.")
	} else if n := w.r.Registry.Requests(); n > 0 {
		plan.Notes = append(plan.Notes, fmt.Sprintf("Package registries were asked for versions and hashes: %d requests, which hold nothing but names of packages.", n))
	}
}

// again gives a job as it stands after the steps so far; nil where nothing is left of it.
func (w *work) again(j *job) (*job, error) {
	if len(w.changed) == 0 {
		return j, nil
	}
	projects, err := w.projects(j.project.Ecosystem, j.project.Dir, nil)
	if err != nil {
		return nil, err
	}
	for _, now := range w.jobs(projects) {
		if now.project.File == j.project.File && now.name == j.name {
			return now, nil
		}
	}
	return nil, nil
}

// mend tries the ways for one package and takes down what came of it.
func (w *work) mend(ctx context.Context, j *job, plan *Plan) {
	w.progress("%s in %s", j.name, j.project.File)
	best, why := w.best(ctx, j)
	cleared := map[string]bool{}
	if best != nil {
		maps.Copy(w.changed, best.files)
		plan.Steps = append(plan.Steps, j.step(best))
		for _, f := range best.clears {
			if f.Package == j.name {
				cleared[f.ID] = true
			}
		}
	}
	var left []Flaw
	for _, f := range j.flaws {
		if !cleared[f.ID] {
			left = append(left, f)
		}
	}
	if len(left) > 0 {
		p := j.project
		plan.Left = append(plan.Left, Left{Project: p.Name, Dir: p.Dir, Ecosystem: p.Ecosystem, Name: j.name, Version: j.versions(), Flaws: left, Why: why.why, Do: why.do})
	}
}

// best gives the attempt that clears the most, and why it does not clear all.
func (w *work) best(ctx context.Context, j *job) (best *tried, why *errCannot) {
	if j.malicious() {
		return nil, &errCannot{why: j.name + " is malicious: an upgrade does not undo what it did",
			do: "Remove it now, take every machine that installed it for compromised, and revoke the credentials it could read."}
	}
	m := menderOf(j.project)
	if m == nil {
		return nil, &errCannot{why: fmt.Sprintf("reeve fix does not write files of this kind (%s)", j.project.File), do: j.advice()}
	}
	for _, way := range m(j) {
		a, err := way(ctx)
		if err == nil {
			var t *tried
			if t, err = w.prove(j, a); err == nil {
				if best == nil || t.score > best.score {
					best = t
				}
				if t.whole {
					return best, &errCannot{}
				}
				err = &errCannot{why: fmt.Sprintf("%s does not mend this", movesText(t.moves[:min(1, len(t.moves))]))}
			}
		}
		if c := cannot(err); why == nil || why.do == "" && c.do != "" {
			why = c
		} else if c.why != "" && !strings.Contains(why.why, c.why) && len(why.why) < 400 {
			why.why += "; " + c.why
		}
	}
	if why == nil {
		why = &errCannot{why: "no way is known", do: j.advice()}
	}
	if why.do == "" {
		why.do = j.advice()
	}
	return best, why
}

// advice is what a person can do where no step is possible.
func (j *job) advice() string {
	pkg := &j.project.Packages[j.at[0]]
	command := map[string]string{"RubyGems": "bundle update --conservative ", "Packagist": "composer update --with-dependencies ", "Pub": "dart pub upgrade ", "Hex": "mix deps.update "}[j.project.Ecosystem]
	if command != "" {
		return "Run " + command + shellWord(j.name) + "."
	}
	chain := j.project.Why(j.at[0])
	if len(chain) > 1 {
		first := &j.project.Packages[chain[0]]
		return fmt.Sprintf("Upgrade %s, which brings %s, or look for a replacement.", first.Name, pkg.Name)
	}
	return fmt.Sprintf("Upgrade %s by hand.", pkg.Name)
}

// step describes an attempt that was taken.
func (j *job) step(t *tried) Step {
	p := j.project
	s := Step{Project: p.Name, Dir: p.Dir, Ecosystem: p.Ecosystem, Name: j.name, How: t.how, Moves: t.moves, Clears: t.clears, Score: t.score,
		Refresh: t.refresh, Files: slices.Sorted(maps.Keys(t.files))}
	var from, to []string
	s.Risks = slices.Clone(t.risks)
	far := 0
	for _, m := range t.moves {
		if m.Name == j.name && m.From != "" {
			from, to = append(from, m.From), append(to, firstText(m.To, "removed"))
		}
		if m.From == "" || m.To == "" {
			continue
		}
		jump := jumpOf(p.Ecosystem, m.From, m.To)
		if m.Name != j.name && !slices.Contains(t.raised, m.Name) {
			if jump == Major {
				far++
			}
			continue
		}
		s.Jump = max(s.Jump, jump)
		if m.Name != j.name {
			s.By = append(s.By, m.Name+" "+m.To)
		}
		if risk := jumpRisk(m, jump); risk != "" && !slices.Contains(s.Risks, risk) {
			s.Risks = append(s.Risks, risk)
		}
	}
	if far > 0 {
		s.Risks = append(s.Risks, fmt.Sprintf("It moves %s by a major version, as those that need them ask.", plural(far, "other package", "other packages")))
	}
	s.From, s.To = join(from), join(to)
	return s
}

// movesText names moves.
func movesText(moves []Move) string {
	var out []string
	for _, m := range moves {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s → %s", m.Name, m.From, firstText(m.To, "removed"))))
	}
	return join(out)
}
