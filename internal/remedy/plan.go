// Package remedy works out the smallest set of upgrades that clears the most risk in a project's dependencies, and the files that
// carry it out: manifests and lock files, of which only the bytes change that must.
//
// What it writes is proved before it is written: the new files are read again, matched again with the advisories, and only if what a
// step says it clears is gone, and nothing new has come, does the step stand. Where the result cannot be worked out exactly as the
// package manager would, it is left alone, and the plan says so and what a person can do.
//
// The package runs no package manager and no code of a project, and reaches the network only through its registry client.
package remedy

import (
	"context"
	"errors"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/remedy/registry"
)

// Files are the files of a target.
type Files interface {
	// Paths are those of all files, sorted; Read gives one's content.
	Paths() []string
	Read(path string) ([]byte, error)
}

// Advisories are what the world knows of flaws.
type Advisories interface {
	Match(q advisory.Query, emit func(advisory.Match)) error
}

// Request says what is to be mended, and what may be done for it.
type Request struct {
	Files Files
	// Documents are the paths of the files that say something of packages.
	Documents []string
	// Findings are those of a scan of the same files. Waived ones are no reason for an upgrade.
	Findings   []finding.Finding
	Advisories Advisories
	// Registry tells versions; nil works with what the files and the advisories say alone.
	Registry *registry.Client
	// MaxJump bounds how far an upgrade may go.
	MaxJump Jump
	// Least is the urgency from which a finding is a reason; Package, where set, the only package to be mended.
	Least   finding.Severity
	Package string
	// Progress, where set, is told what is being worked on.
	Progress func(what string)
}

// Plan is what is to be done.
type Plan struct {
	// Steps are the upgrades, in the order in which they were worked out: each project's most telling first.
	Steps []Step
	// Left is what stays, and why.
	Left []Left
	// Changes are the files' new contents, by path.
	Changes []Change
	// Notes are what a reader of the plan should know.
	Notes []string
}

// Change is one file before and after.
type Change struct {
	// Path is relative to the target's root, slash-separated.
	Path          string
	Before, After []byte
}

// How is the way in which a step upgrades.
type How string

// The ways.
const (
	// Direct changes what the project itself asks for; InRange only which version of it is locked.
	Direct  How = "direct"
	InRange How = "in range"
	// Parent upgrades a package that brings the flawed one; Override forces a version on whoever asks for it.
	Parent   How = "parent"
	Override How = "override"
)

// Step is one upgrade.
type Step struct {
	// Project names the project, Dir is its folder and Ecosystem its packages'.
	Project, Dir, Ecosystem string
	// Name is the flawed package; From are its versions in use and To those it gets, joined by ", " where there are several.
	Name, From, To string
	Jump           Jump
	How            How
	// By are the packages that are upgraded for the sake of the flawed one, as "name version".
	By []string
	// Moves are all packages that change with it.
	Moves []Move
	// Clears are the flaws that are gone after it, worst first; Score is the sum of their ranks.
	Clears []Flaw
	Score  int
	// Risks are what the upgrade may break, a sentence each.
	Risks []string
	// Files are those that it changes.
	Files []string
	// Refresh is the command that must bring the lock file in step; "" where that is done.
	Refresh string
}

// Move is one package that changes its version.
type Move struct {
	// From is "" for what is new, To for what goes.
	Name, From, To string
	// Where is its place in the tree, "" where that has no meaning.
	Where string
}

// Flaw is one flaw in one package of one project.
type Flaw struct {
	ID string
	// Package is the one that has it.
	Package string
	// Score is the rank's, Level the urgency; Because are the rank's sentences, Title what the flaw is. All but ID, Package and Level may be missing.
	Score   int
	Level   finding.Severity
	Because []string
	Title   string
}

// Left is a flawed package that stays as it is.
type Left struct {
	Project, Dir, Ecosystem string
	// Name and Version are the package's; several versions are joined by ", ".
	Name, Version string
	Flaws         []Flaw
	// Why says why nothing was done, Do what a person can do.
	Why, Do string
}

// errCannot says why a way does not lead anywhere, and what a person can do.
type errCannot struct{ why, do string }

func (e *errCannot) Error() string { return e.why }

// cannot makes an errCannot of an error.
func cannot(err error) *errCannot {
	var c *errCannot
	if errors.As(err, &c) {
		return c
	}
	return &errCannot{why: err.Error()}
}

// Make works out a plan. It writes nothing.
func Make(ctx context.Context, r Request) (*Plan, error) {
	w, err := newWork(r)
	if err != nil {
		return nil, err
	}
	return w.plan(ctx)
}
