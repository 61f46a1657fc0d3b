// Package feed fills an advisory database: from folders and archives in OSV's layout, from OSV's bucket and mirrors of it over the
// network, and from signed mirrors of reeve's own. It also writes such mirrors. It is the only part of the house that fetches
// advisories, and it does so only when it is told to.
//
// What it reads is hostile: sizes and counts are bounded, an archive's names lead nowhere, a source leads nobody inside, and nothing is
// half done: a database is written beside the old one and takes its place at the end; a source that fails changes nothing of what
// the database holds of it. It must not judge what a record means.
package feed

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
)

// The public addresses.
const (
	DefaultSource = "https://storage.googleapis.com/osv-vulnerabilities"
	DefaultEPSS   = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
	DefaultKEV    = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
	// None, in the place of an address, leaves a feed out.
	None = "none"
)

// Options say what is taken and from where.
type Options struct {
	// Ecosystems are those to take, by OSV's name without a release; empty takes all.
	Ecosystems []string
	// Now is the moment the database is made.
	Now time.Time
	// Progress, where set, is told what is going on. It is called by several goroutines.
	Progress func(stage string, done int)

	// Source is where Update fetches from: the address or folder of OSV's layout or of a mirror; "" is DefaultSource.
	Source string
	// EPSS, KEV and Exploits are the addresses of those feeds, or None; "" is what the source has beside its records, else the public one.
	// There is no public exploit index.
	EPSS, KEV, Exploits string
	// Key, where set, must have signed the mirror; nothing else is taken then.
	Key ed25519.PublicKey
	// AllowOlder takes what is older than the database, or lacks much of what it holds.
	AllowOlder bool
	// Net says how the network is used.
	Net Network
}

// Report tells what an import or update did.
type Report struct {
	// Taken counts records that were read, Removed those that were taken away because the source has them no more.
	Taken, Removed int
	// Bytes is how much was fetched or read, packed as it came.
	Bytes int64
	// Problems are records that could not be read, and records that hold what cannot be right, a sentence each; at most 100.
	Problems []string
	// More counts the problems beyond those.
	More int
	// Outcomes tell what became of each source of an update, by name.
	Outcomes []Outcome
	// Info is that of the database that was written.
	Info advisory.Info
	// Unchanged tells that there was nothing new and the database stands as it was.
	Unchanged bool

	mu sync.Mutex
}

// Outcome is what became of one source in an update.
type Outcome struct {
	// Source is its name ("osv/npm", "epss", "mirror").
	Source string
	How    How
	// Changed counts records that were taken, Removed those that were taken away.
	Changed, Removed int
	// Why says what went wrong where it failed.
	Why string
}

// How says in which way a source was taken.
type How string

// The ways.
const (
	Unchanged How = "unchanged"
	ByChanges How = "changes" // only what changed was fetched
	Whole     How = "whole"
	Failed    How = "failed" // what the database holds of it stands as it was
)

// Failures gives the sources that could not be taken.
func (r *Report) Failures() []Outcome {
	return slices.DeleteFunc(slices.Clone(r.Outcomes), func(o Outcome) bool { return o.How != Failed })
}

const maxProblems = 100

func (r *Report) problem(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

func (r *Report) outcome(o Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Outcomes = append(r.Outcomes, o)
	slices.SortFunc(r.Outcomes, func(a, b Outcome) int { return strings.Compare(a.Source, b.Source) })
}

func (o *Options) progress(stage string, done int) {
	if o.Progress != nil {
		o.Progress(stage, done)
	}
}

// Import makes the database at path out of a folder or archive, on top of what the database holds already if there is one. A mirror of
// reeve's own, as a folder or .tar, takes its place instead, by the rules of Update.
func Import(ctx context.Context, path, from string, o Options) (*Report, error) {
	release, err := lock(path)
	if err != nil {
		return nil, err
	}
	defer release()
	r, err := importFrom(ctx, path, from, o)
	if err != nil {
		return nil, fmt.Errorf("import %q: %w", from, err)
	}
	return r, nil
}

func importFrom(ctx context.Context, path, from string, o Options) (*Report, error) {
	shelf, found, err := openShelf(from)
	if err != nil {
		return nil, err
	}
	if found {
		defer shelf.close()
		m := &mirror{path: path, shelf: shelf, o: &o, r: &Report{}, source: "mirror"}
		return m.r, m.take(ctx)
	}
	if len(o.Key) > 0 {
		return nil, errUnsigned
	}
	base, err := openBase(path)
	if err != nil {
		return nil, err
	}
	if base != nil {
		defer base.Close()
	}
	s := readState(path)
	i := &importer{b: advisory.NewBuilder(base), o: &o, r: &Report{}}
	known := base != nil && s.Digest == base.Info().Digest
	if known {
		i.ids = map[string]bool{}
	}
	if err := i.folder(ctx, from); err != nil {
		return nil, err
	}
	i.noteSources(base)
	if i.r.Info, err = i.b.Write(path, o.Now); err != nil {
		return nil, err
	}
	if known { // what came from elsewhere is no longer as the source gave it
		s.Digest = i.r.Info.Digest
		s.forget(i.ids)
		if err := s.write(path); err != nil {
			i.r.problem("%v", err)
		}
	}
	return i.r, nil
}

func openBase(path string) (*advisory.DB, error) {
	db, err := advisory.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w; move it away to start anew", err)
	}
	return db, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
