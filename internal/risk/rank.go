// Package risk says how bad a finding is here: CVSS is the start, and what is known about its place moves it.
//
// The model is one table, in factors.go: every row has a condition, points and a sentence. The score starts at ten times the CVSS base score
// (or at the middle of the rule's severity where no score is published), the rows that hold add their points, and rows that settle the matter
// hold the level down ("not reachable", "not running", "development only"). The rules behind the numbers:
//
//   - What is not known weighs nothing. With no context at all the level is CVSS's own: unknown is neither a pass nor a panic. So the
//     levels are CVSS's bands times ten: critical from 90, high from 70, medium from 40, low from 1, info at 0.
//   - More exposure, more exploitation and more reachability never lower the score. There are no interactions but two: the internet matters to
//     flaws that are attacked over the network only, and less where an attacker needs an account or a user's help.
//   - Evidence of exploitation (KEV, SSVC, EPSS) says the same thing several times, so the strongest counts and they are not added up.
//     So do sensitive data and the asset's criticality.
//   - A proof holds the level down: code that cannot be called or does not run is low whatever its CVSS, as nobody can get at it. The order
//     within the level stays. A malicious package alone is above that: installing it was the attack, so it is always 100.
//   - Points above 90 are drawn together so that the worst that can be is 100 and two criticals can still be told apart.
//   - What is informational stays so: context multiplies a danger and makes none.
//
// Whether the project asks for the package itself (Component.Direct) makes a fix easier and a flaw no worse, so it is no row of the table.
// Beside the score stand two standards' own answers, which do not move it: CISA's SSVC decision (ssvc.go) and the CVSS environmental score
// (environmental.go). The package must do no I/O and know no clock.
package risk

import (
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// The score at which each level begins.
const (
	fromCritical = 90
	fromHigh     = 70
	fromMedium   = 40
	fromLow      = 1
	worst        = 100
)

// Rank ranks a finding by its severity, confidence, threat, reach, exposure and component. It is nil where nothing is known that could move the
// severity: a finding of a rule (a secret, a line of code) that has neither Threat nor Exposure is as bad as its rule says.
func Rank(f *finding.Finding) *finding.Rank {
	if f == nil || f.Threat == nil && f.Exposure == nil {
		return nil
	}
	c := gather(f)
	w := weigh(c, table())
	return &finding.Rank{
		Score: w.score, Level: w.level, Because: explain(c, w), Would: would(f, w),
		SSVC: decide(c), Environmental: environmental(c),
	}
}

// Score gives the score and level that Rank gives, without a word, for whoever ranks a million findings. Where Rank is nil it is the severity's own.
func Score(f *finding.Finding) (score int, level finding.Severity) {
	switch {
	case f == nil:
		return 0, finding.Info
	case f.Threat == nil && f.Exposure == nil:
		return int(f.Severity.Score() * 10), f.Severity
	}
	c, _ := spare.Get().(*facts)
	if c == nil {
		c = &facts{}
	}
	c.read(f)
	score, level = sum(c, table(), nil)
	*c = facts{} // keeps nothing of the finding alive
	spare.Put(c)
	return score, level
}

// spare are facts that are not in use.
var spare sync.Pool

// Level is the severity that a score amounts to.
func Level(score int) finding.Severity {
	switch {
	case score >= fromCritical:
		return finding.Critical
	case score >= fromHigh:
		return finding.High
	case score >= fromMedium:
		return finding.Medium
	case score >= fromLow:
		return finding.Low
	}
	return finding.Info
}

// weight is what the table makes of a case.
type weight struct {
	score int
	level finding.Severity
	// held are the rows that hold.
	held []*factor
}

// weigh adds up the table and keeps which rows hold.
func weigh(c *facts, groups []group) weight {
	w := weight{held: make([]*factor, 0, 16)}
	w.score, w.level = sum(c, groups, &w.held)
	return w
}

// sum adds up the table. Rows that hold are added to held, where that is not nil.
func sum(c *facts, groups []group, held *[]*factor) (score int, level finding.Severity) {
	points, most := c.start, finding.Critical
	for _, g := range groups {
		strongest, any := 0, false
		for i := range g {
			if f := &g[i]; f.holds(c) {
				if !any || f.points > strongest {
					strongest, any = f.points, true
				}
				if f.most != nothing {
					most = min(most, f.most)
				}
				if held != nil {
					*held = append(*held, f)
				}
			}
		}
		points += strongest
	}
	switch {
	case c.threat.Malicious:
		score = worst
	case c.start == 0:
		score = 0
	default:
		score = hold(draw(max(points, fromLow)), most)
	}
	return score, Level(score)
}

// mostPoints is the sum of everything that can be at once: a score of 10.0 and each group's strongest row. A test keeps it true.
const mostPoints = 176

// draw turns points into a score: as they are up to 90, above that drawn together so that mostPoints is 100.
func draw(points int) int {
	if points <= fromCritical {
		return points
	}
	return fromCritical + (points-fromCritical)*(worst-fromCritical)/(mostPoints-fromCritical)
}

// hold draws a score together so that it reaches no further than the top of the level.
func hold(score int, most finding.Severity) int {
	from, to := fromLow, fromMedium-1
	switch most {
	case finding.Critical:
		return score
	case finding.High:
		from, to = fromHigh, fromCritical-1
	case finding.Medium:
		from, to = fromMedium, fromHigh-1
	}
	if score <= from {
		return score
	}
	return from + (score-from)*(to-from)/(worst-from)
}
