// Package review says which parts of a change a person must look at, and what that person has to ask.
//
// A change is told by the difference of the syntax trees, statement by statement: other blanks, other comments, functions that moved, are none. What
// changed is compared with the kinds of change that need a person (kinds/*.yaml): by where it stands, by the names around it and in it, by what it
// calls. Two weights keep it quiet: what needs a review, and what a glance is enough for, such as another name for a variable.
//
// The package is pure: it must not read files or repositories, and decides nothing. What it says is advice.
package review

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/search"
)

// File is a changed file.
type File struct {
	// Path is relative to the root of the repository, with slashes.
	Path string
	// Before and After are its content on both sides; nil where it is not there.
	Before, After []byte
}

// Weight says how much of a person's time a change needs.
type Weight string

// The weights. Glance is for what is in the right place and changes little: names, lines of a log.
const (
	Full   Weight = "review"
	Glance Weight = "glance"
)

// Place is one place of a change that belongs to a kind.
type Place struct {
	// Path and Line say where, in the file as it is now; where Change is "removed", as it was.
	Path string `json:"path"`
	Line int    `json:"line"`
	// Function names the classes and functions around it, joined by dots, or the keys of a file of data; "" for none.
	Function string `json:"function,omitempty"`
	// Change is what became of what tells the kind: added, removed or changed.
	Change string `json:"change"`
	// Because says what tells the kind; "" where the file as such is of it.
	Because string `json:"because,omitempty"`
	Weight  Weight `json:"weight"`
}

// Review is a kind of change that was found.
type Review struct {
	// ID is the kind's, Title its name for people, Why what goes wrong where nobody looks.
	ID    string `json:"kind"`
	Title string `json:"title"`
	Why   string `json:"why"`
	// Hours is within how many hours a person should have looked.
	Hours int `json:"hours"`
	// Weight is that of the weightiest place.
	Weight Weight `json:"weight"`
	// Checklist are the questions to be answered.
	Checklist []string `json:"checklist"`
	// Places are sorted by path and line, those that need a review first.
	Places []Place `json:"places"`
	// Digest tells what changed: it stays while only blanks, comments and lines move.
	Digest string `json:"digest"`
}

// Result is what there is to be said about a change.
type Result struct {
	// Files counts the changed files, Passed those of them that no kind asks about: tests, documentation, what programs wrote.
	Files  int `json:"files"`
	Passed int `json:"passed"`
	// Reviews are the kinds found, those that need a review first, then in the order of Kinds.
	Reviews []Review `json:"reviews"`
	// Notes are facts the reader needs.
	Notes []string `json:"notes,omitempty"`
}

// Needed tells whether any kind needs a person's review.
func (r *Result) Needed() bool {
	return slices.ContainsFunc(r.Reviews, func(one Review) bool { return one.Weight == Full })
}

// Classify says which kinds of change there are. The error says that the kinds themselves cannot be read.
func Classify(files []File) (*Result, error) {
	k, err := known()
	if err != nil {
		return nil, err
	}
	r := &Result{Files: len(files)}
	d := &difference{}
	for i := range files {
		if k.passes(files[i].Path) || files[i].generated() {
			r.Passed++
			continue
		}
		if f := &files[i]; f.Before != nil && f.After != nil && bytes.Equal(f.Before, f.After) {
			continue
		}
		d.add(&files[i])
	}
	d.settle()
	c := &classifier{known: k, compiler: &search.Compiler{}, places: map[spot]*Place{}}
	if err := c.classify(d); err != nil {
		return nil, err
	}
	c.native(d.files)
	r.Reviews = c.reviews()
	for _, f := range d.files {
		if f.broken != "" {
			r.Notes = append(r.Notes, f.broken)
		}
	}
	return r, nil
}

// reviews puts the places of each kind together.
func (c *classifier) reviews() []Review {
	var out []Review
	for _, k := range c.known.kinds {
		one := Review{ID: k.ID, Title: k.Title, Why: strings.TrimSpace(k.Why), Hours: k.Hours, Checklist: k.Checklist, Weight: Glance}
		var prints []string
		for at, p := range c.places {
			if at.kind != k {
				continue
			}
			one.Places = append(one.Places, *p)
			prints = append(prints, fmt.Sprintf("%q %q %q %s", at.path, at.function, at.thing, c.prints[at]))
			if p.Weight == Full {
				one.Weight = Full
			}
		}
		if len(one.Places) == 0 {
			continue
		}
		slices.SortFunc(one.Places, func(a, b Place) int {
			return cmp.Or(-cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Because, b.Because))
		})
		slices.Sort(prints)
		sum := sha256.Sum256([]byte(strings.Join(prints, "\n")))
		one.Digest = hex.EncodeToString(sum[:8])
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b Review) int { return -cmp.Compare(a.Weight, b.Weight) })
	return out
}
