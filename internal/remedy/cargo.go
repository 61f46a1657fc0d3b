package remedy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/remedy/registry"
)

// cargoJob mends one crate in a Cargo.lock.
type cargoJob struct {
	*job
	data []byte
	tree *cargoTree
}

// cargoWays are the ways in a project with a Cargo.lock: another version of the crate, another version of what brings it.
func cargoWays(j *job) []way {
	if j.w.r.Registry == nil {
		return cargoManifestWays(j)
	}
	start := func(how How, do func(context.Context, *cargoJob, *cargoBuilder, *attempt) error) way {
		return func(ctx context.Context) (*attempt, error) {
			data, err := j.w.read(j.project.File)
			if err != nil {
				return nil, err
			}
			tree, err := readCargoTree(data)
			if err != nil {
				return nil, &errCannot{why: fmt.Sprintf("%s is not written: %v", j.project.File, err), do: "Run cargo update -p " + shellWord(j.name) + "."}
			}
			c := &cargoJob{job: j, data: data, tree: tree}
			b := c.builder()
			a := &attempt{how: how}
			if err := do(ctx, c, b, a); err != nil {
				return nil, c.advised(err)
			}
			return c.attempt(b, a)
		}
	}
	return []way{
		start(InRange, func(ctx context.Context, c *cargoJob, b *cargoBuilder, _ *attempt) error { return c.inPlace(ctx, b) }),
		start(Parent, func(ctx context.Context, c *cargoJob, b *cargoBuilder, a *attempt) error { return c.parents(ctx, b, a) }),
	}
}

// advised adds what a person can do.
func (c *cargoJob) advised(err error) error {
	e := cannot(err)
	if e.do == "" {
		e.do = "Run cargo update -p " + shellWord(c.name) + "; Cargo may find a way where features decide."
	}
	return e
}

func (c *cargoJob) builder() *cargoBuilder {
	return &cargoBuilder{tree: c.tree.clone(), client: c.w.r.Registry, manifests: &cargoManifests{j: c.job, changed: map[string][]byte{}},
		flaws: func(name, version string) int { return len(c.w.match("crates.io", name, version)) }}
}

// attempt writes a changed tree.
func (c *cargoJob) attempt(b *cargoBuilder, a *attempt) (*attempt, error) {
	before := b.tree.reachable()
	b.tree.sweep()
	_ = before
	if len(b.manifests.changed) > 0 && a.how == InRange {
		a.how = Direct
	}
	a.files = b.manifests.files()
	a.files[c.project.File] = []byte(b.tree.write())
	a.moves = c.moves(b.tree)
	if len(a.moves) == 0 {
		return nil, errors.New("nothing would change")
	}
	return a, nil
}

// moves are the differences between the file's tree and another, those of the flawed crate first.
func (c *cargoJob) moves(after *cargoTree) []Move {
	count := map[[2]string]int{}
	for _, x := range c.tree.crates {
		count[[2]string{x.name, x.version}]--
	}
	var own, others, moved []Move
	for _, x := range after.crates {
		count[[2]string{x.name, x.version}]++
		if x.was != "" && x.was != x.version {
			moved = append(moved, Move{Name: x.name, From: x.was, To: x.version})
			count[[2]string{x.name, x.version}]--
			count[[2]string{x.name, x.was}]++
		}
	}
	for key, n := range count {
		switch {
		case n > 0:
			moved = append(moved, Move{Name: key[0], To: key[1]})
		case n < 0:
			moved = append(moved, Move{Name: key[0], From: key[1]})
		}
	}
	slices.SortFunc(moved, func(x, y Move) int {
		return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	for _, m := range moved {
		if m.Name == c.name {
			own = append(own, m)
		} else {
			others = append(others, m)
		}
	}
	return append(own, others...)
}

// flawed are the flawed versions of the crate in a tree.
func (c *cargoJob) flawed(t *cargoTree) []*crate {
	var out []*crate
	for _, x := range t.crates {
		if x.name == c.name && x.source != "" && slices.ContainsFunc(c.flaws, func(f Flaw) bool { return c.has(x.version, f.ID) }) {
			out = append(out, x)
		}
	}
	return out
}

func (j *job) has(version, flaw string) bool {
	for _, m := range j.w.match(j.project.Ecosystem, j.name, version) {
		if m.ID == flaw {
			return true
		}
	}
	return false
}

// sound gives the versions that a flawed one can be upgraded to, best first.
func (c *cargoJob) sound(ctx context.Context, x *crate) ([]choice, error) {
	all, err := c.w.r.Registry.Crates(ctx, c.name)
	if err != nil {
		return nil, err
	}
	return c.choices(x.version, liveVersions(all))
}

func liveVersions(all []registry.Crate) []string {
	var out []string
	for i := range all {
		if !all[i].Yanked {
			out = append(out, all[i].Version)
		}
	}
	return out
}

// inPlace upgrades each flawed version where all who need it are content.
func (c *cargoJob) inPlace(ctx context.Context, b *cargoBuilder) error {
	moved := 0
	var why error
	for range c.flawed(b.tree) {
		list := c.flawed(b.tree)
		if len(list) <= 0 {
			break
		}
		done := false
		for _, x := range list {
			if err := c.replace(ctx, b, x); err != nil {
				why = err
				continue
			}
			done = true
			moved++
			break
		}
		if !done {
			break
		}
	}
	if moved == 0 {
		return cmp.Or(why, errors.New("it is not locked"))
	}
	return nil
}

// replace tries the versions for one crate, best first.
func (c *cargoJob) replace(ctx context.Context, b *cargoBuilder, x *crate) error {
	choices, err := c.sound(ctx, x)
	if err != nil {
		return err
	}
	var why error
	for _, one := range choices {
		saved, manifests := b.tree.clone(), maps.Clone(b.manifests.changed)
		err := b.upgrade(ctx, x, one.version)
		if err == nil {
			return nil
		}
		why = cmp.Or(why, err)
		at := slices.Index(b.tree.crates, x)
		b.tree, b.manifests.changed = saved, manifests
		if at < 0 || at >= len(saved.crates) || saved.crates[at].name != x.name {
			return why
		}
		x = saved.crates[at]
	}
	return why
}

// parents upgrades what brings the crate, by the least version that takes a sound one.
func (c *cargoJob) parents(ctx context.Context, b *cargoBuilder, a *attempt) error {
	raised := 0
	var why error
	for _, x := range c.flawed(b.tree) {
		choices, err := c.sound(ctx, x)
		if err != nil {
			return err
		}
		for _, by := range b.tree.askers(x) {
			if by.source == "" || !isCratesIO(by.source) {
				continue
			}
			if b.content(ctx, by, x, choices[0].version) == nil {
				continue
			}
			if err := c.raise(ctx, b, by, choices); err != nil {
				why = err
				continue
			}
			raised++
			a.raised = append(a.raised, by.name)
		}
	}
	if raised == 0 {
		return cmp.Or(why, errors.New("nothing that brings it stands in the way"))
	}
	b.tree.sweep()
	if len(c.flawed(b.tree)) > 0 {
		_ = c.inPlace(ctx, b) // what is left of it is proved afterwards
	}
	return nil
}

// raise upgrades a crate to the least version that takes a sound version of the flawed one, or does without it.
func (c *cargoJob) raise(ctx context.Context, b *cargoBuilder, by *crate, choices []choice) error {
	all, err := c.w.r.Registry.Crates(ctx, by.name)
	if err != nil {
		return err
	}
	now, _ := parseSemver(by.version)
	type option struct {
		version string
		is      semver
		jump    Jump
	}
	var options []option
	for i := range all {
		is, ok := parseSemver(all[i].Version)
		jump := jumpOf("crates.io", by.version, all[i].Version)
		if !ok || all[i].Yanked || is.compare(now) <= 0 || is.pre != "" || jump > c.w.r.MaxJump || !takesSound(&all[i], c.name, choices) {
			continue
		}
		options = append(options, option{all[i].Version, is, jump})
	}
	slices.SortFunc(options, func(x, y option) int { return cmp.Or(cmp.Compare(x.jump, y.jump), x.is.compare(y.is)) })
	if len(options) == 0 {
		return &errCannot{why: fmt.Sprintf("no later version of %s %s within the allowed jump takes a sound %s", by.name, by.version, c.name)}
	}
	var why error
	for _, o := range options[:min(len(options), maxChoices)] {
		at := slices.Index(b.tree.crates, by)
		saved, manifests := b.tree.clone(), maps.Clone(b.manifests.changed)
		err := b.upgrade(ctx, by, o.version)
		if err == nil {
			return nil
		}
		why = cmp.Or(why, err)
		b.tree, b.manifests.changed = saved, manifests
		by = saved.crates[at]
	}
	return why
}

// takesSound tells whether a version of a parent leaves room for a sound version.
func takesSound(c *registry.Crate, name string, choices []choice) bool {
	for i := range c.Needs {
		n := &c.Needs[i]
		if n.Real() != name || n.Kind == "dev" {
			continue
		}
		s, ok := cargoSpan(n.Req)
		fits := ok && slices.ContainsFunc(choices, func(one choice) bool {
			v, ok := parseSemver(one.version)
			return ok && s.allows(v)
		})
		if !fits {
			return false
		}
	}
	return true
}

// cargoManifestWays change what Cargo.toml asks for; Cargo brings the lock file in step.
func cargoManifestWays(j *job) []way {
	return []way{func(context.Context) (*attempt, error) {
		pkg := &j.project.Packages[j.at[0]]
		if !pkg.Direct {
			return nil, &errCannot{why: "the project does not ask for it itself, and the lock file is not written without the index", do: "Run cargo update -p " + shellWord(j.name) + "."}
		}
		from, c, err := j.toldChoice()
		if err != nil {
			return nil, err
		}
		m := &cargoManifests{j: j, changed: map[string][]byte{}}
		for _, file := range j.manifests("Cargo.toml") {
			if err := m.raiseDirect(file, j.name, c.version); err != nil {
				return nil, err
			}
		}
		if len(m.changed) == 0 {
			return nil, errors.New("no Cargo.toml of the project asks for it in a way that could be changed")
		}
		a := &attempt{how: Direct, files: m.files(), moves: []Move{{Name: j.name, From: from, To: c.version}}}
		if j.w.has(j.beside("Cargo.lock")) {
			a.refresh = "cargo update -p " + shellWord(j.name)
		}
		return a, nil
	}}
}
