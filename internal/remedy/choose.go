package remedy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/advisory"
)

// choice is a version that a package could be upgraded to.
type choice struct {
	version string
	jump    Jump
	// clears is the sum of the ranks of the flaws that it does not have any more.
	clears int
}

// maxChoices is how many versions are tried one after the other.
const maxChoices = 12

// choices orders the versions that clear something: most risk first, then the smallest jump, then the least version. Versions that
// bring a flaw the package does not have now are none.
func (j *job) choices(from string, versions []string) ([]choice, error) {
	ecosystem := j.project.Packages[j.at[0]].Ecosystem
	now := map[string]bool{}
	total := 0
	for _, m := range j.w.match(ecosystem, j.name, from) {
		now[m.ID] = true
		total += j.scoreOf(m.ID)
	}
	var out []choice
	beyond := choice{jump: Major + 1}
	for _, v := range versions {
		order, err := advisory.Compare(ecosystem, v, from)
		if err != nil || order <= 0 || isPreRelease(ecosystem, v) && !isPreRelease(ecosystem, from) {
			continue
		}
		c := choice{version: v, jump: jumpOf(ecosystem, from, v), clears: total}
		fresh := false
		for _, m := range j.w.match(ecosystem, j.name, v) {
			fresh = fresh || !now[m.ID]
			c.clears -= j.scoreOf(m.ID)
		}
		switch {
		case fresh || c.clears <= 0:
		case c.jump > j.w.r.MaxJump:
			if c.jump < beyond.jump || c.jump == beyond.jump && c.clears > beyond.clears {
				beyond = c
			}
		default:
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b choice) int {
		order, _ := advisory.Compare(ecosystem, a.version, b.version)
		return cmp.Or(cmp.Compare(b.clears, a.clears), cmp.Compare(a.jump, b.jump), order)
	})
	if len(out) > 0 {
		return out[:min(len(out), maxChoices)], nil
	}
	if beyond.version != "" {
		return nil, &errCannot{
			why: fmt.Sprintf("the nearest version of %s that mends something is %s, and from %s that is a %s upgrade", j.name, beyond.version, from, beyond.jump),
			do:  fmt.Sprintf("Allow it with --max-jump %s, and read the package's notes on what it changes.", beyond.jump),
		}
	}
	return nil, &errCannot{
		why: fmt.Sprintf("no version of %s above %s mends this yet", j.name, from),
		do:  "Use another package, or make sure that the faulty part is not used and say so with reeve vex add.",
	}
}

// scoreOf is the rank of a flaw that calls for an upgrade, 0 for others.
func (j *job) scoreOf(id string) int {
	for _, f := range j.flaws {
		if f.ID == id {
			return f.Score
		}
	}
	return 0
}

// told are the versions that the advisories name as mended: all that is known without a registry.
func (j *job) told() []string {
	var out []string
	for _, i := range j.at {
		pkg := &j.project.Packages[i]
		for _, m := range j.w.match(pkg.Ecosystem, pkg.Name, pkg.Version) {
			for _, v := range m.Fixed {
				if !slices.Contains(out, v) {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// jumpRisk says what a jump may break.
func jumpRisk(m Move, jump Jump) string {
	switch jump {
	case Major:
		return fmt.Sprintf("%s %s → %s is a major upgrade: its interface may have changed. Read its notes.", m.Name, m.From, m.To)
	case Minor:
		return fmt.Sprintf("%s %s → %s brings new features, and perhaps new behaviour.", m.Name, m.From, m.To)
	}
	return ""
}

// join joins what is said once each.
func join(list []string) string {
	var out []string
	for _, s := range list {
		if s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}
