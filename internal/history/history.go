// Package history looks at every object of a git object store, reachable or not, at the price of the pack: git stores
// history as differences, and only what a difference inserts is looked at. Where the findings came from and whether
// they can still be reached is worked out afterwards, for the findings only.
// It must not decide anything about a finding and must not read a work tree.
package history

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/target"
)

// Options for Scan. The zero value is ready for use.
type Options struct {
	// Workers is how many objects are looked at at once; 0 means as many as there are processors.
	Workers int
	// Verdicts, where set, remembers which objects were looked at before and what was seen in them.
	Verdicts Verdicts
	// MaxBlob is the largest blob in bytes that is looked at as a whole; larger ones are read in pieces. 0 means 32 MiB.
	MaxBlob int64
	// Progress, where set, is told the stage and how many objects are done.
	Progress func(stage string, done int)
}

// Verdicts remember what was seen in an object. They hold no content and no secret.
type Verdicts interface {
	// Known tells whether the object was looked at under the same rules.
	Known(id git.ID) bool
	// Recall gives everything remembered: the findings and where they were seen.
	Recall() ([]finding.Finding, []Seen)
	// Remember keeps the verdicts on the objects looked at in this scan.
	Remember(looked []git.ID, findings []finding.Finding, seen []Seen) error
}

// Seen is a finding, by its index, in an object.
type Seen struct {
	Object     git.ID
	Finding    int
	Start, End int
	Name       string
}

// Report is what Scan gives.
type Report struct {
	// Findings are merged by fingerprint, each with its History.
	Findings []finding.Finding
	Looked   finding.Looked
	Unread   []finding.Unread
	Notes    []string
	// Failed holds engines that crashed, by name.
	Failed map[string]string
}

// scan is one run.
type scan struct {
	ctx     context.Context
	repo    *git.Repository
	objects *git.Objects
	pass    *engine.Pass
	options Options
	workers []*engine.Worker
	looked  [][]git.ID // by worker
	counts  []finding.Looked
	ledger  *ledger
	graph   *graph
	trees   *trees
	report  *Report
}

// Scan looks at every object of the repository.
func Scan(ctx context.Context, repo *git.Repository, pass *engine.Pass, options Options) (*Report, error) {
	objects, err := repo.Objects()
	if err != nil {
		return nil, err
	}
	defer objects.Close()
	s := newScan(ctx, repo, objects, pass, options)
	for _, step := range []func() error{s.recall, s.lookAtBlobs, s.lookAtCommits, s.lookAtTrees, s.remember, s.locate} {
		if err := step(); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	s.sum()
	return s.report, nil
}

const defaultMaxBlob = 32 << 20

func newScan(ctx context.Context, repo *git.Repository, objects *git.Objects, pass *engine.Pass, options Options) *scan {
	if options.Workers <= 0 {
		options.Workers = runtime.GOMAXPROCS(0)
	}
	if options.MaxBlob <= 0 {
		options.MaxBlob = defaultMaxBlob
	}
	s := &scan{
		ctx: ctx, repo: repo, objects: objects, pass: pass, options: options,
		looked: make([][]git.ID, options.Workers), counts: make([]finding.Looked, options.Workers),
		ledger: newLedger(), report: &Report{Failed: map[string]string{}},
	}
	if repo.Shallow {
		s.report.Notes = append(s.report.Notes, "the clone is shallow: its history is cut off, and what lies beyond was not looked at (git fetch --unshallow)")
	}
	for range options.Workers {
		s.workers = append(s.workers, pass.Worker())
	}
	return s
}

// recall starts the ledger with what is already known.
func (s *scan) recall() error {
	if s.options.Verdicts == nil {
		return nil
	}
	findings, seen := s.options.Verdicts.Recall()
	numbers := make([]int32, len(findings))
	for i, f := range findings {
		numbers[i] = s.ledger.enter(f)
	}
	for _, one := range seen {
		if s.objects.Has(one.Object) {
			s.ledger.see(sighting{one.Object, numbers[one.Finding], int32(one.Start), int32(one.End), one.Name})
		}
	}
	return nil
}

func (s *scan) known(id git.ID, _ git.Kind) bool {
	return s.options.Verdicts != nil && s.options.Verdicts.Known(id)
}

// lookAtBlobs looks at the content of every blob, where it differs from the blob it is stored against.
func (s *scan) lookAtBlobs() error {
	return s.walk("blobs", git.WalkOptions{Kinds: git.KindsOf(git.Blob), Skip: s.known, MaxSize: s.options.MaxBlob, Huge: s.lookAtHuge, Head: wanted}, s.lookAtBlob)
}

func (s *scan) walk(stage string, options git.WalkOptions, look func(int, *git.Object) (any, error)) error {
	options.Workers = s.options.Workers
	problems, err := s.objects.Walk(s.ctx, options, look)
	if err != nil {
		return fmt.Errorf("read %s: %w", stage, err)
	}
	for _, p := range problems {
		s.report.Unread = append(s.report.Unread, unread(p))
	}
	return nil
}

func (s *scan) lookAtBlob(worker int, o *git.Object) (any, error) {
	s.done(worker, o.ID)
	base, _ := o.Base.(*state)
	content := &engine.Content{Data: o.Data, Bare: true}
	if o.Delta && (base == nil || !base.whole) {
		content.Fresh = engine.Widen(o.Data, changed(o))
	}
	found, whole := s.workers[worker].Look(s.ctx, content)
	var seen []sighting
	if content.Fresh != nil {
		seen = inherited(base, o, content.Fresh)
	}
	for _, f := range found {
		seen = append(seen, s.sight(o.ID, f))
	}
	s.ledger.see(seen...)
	if len(seen) == 0 && !whole {
		return nil, nil
	}
	return &state{seen: seen, whole: whole}, nil
}

func (s *scan) sight(id git.ID, f finding.Finding) sighting {
	start := f.Location.Region.Offset
	return sighting{object: id, finding: s.ledger.enter(f), start: int32(start), end: int32(start + f.Location.Region.Length)}
}

func (s *scan) done(worker int, id git.ID) {
	s.counts[worker].Objects++
	if s.options.Verdicts != nil {
		s.looked[worker] = append(s.looked[worker], id)
	}
	if n := s.counts[worker].Objects; worker == 0 && n%1024 == 0 && s.options.Progress != nil {
		s.options.Progress("objects", n*s.options.Workers)
	}
}

// How a blob beyond MaxBlob is read: pieces of this size that overlap by that much.
const (
	pieceSize    = 8 << 20
	pieceOverlap = 64 << 10
)

// lookAtHuge looks at a blob too large to hold, piece by piece. Offsets beyond 2 GiB are reported without a place.
func (s *scan) lookAtHuge(worker int, id git.ID, _ git.Kind, _ int64, r io.Reader) error {
	s.done(worker, id)
	piece := make([]byte, 0, pieceSize)
	for first := true; ; first = false {
		n, err := io.ReadFull(r, piece[len(piece):pieceSize])
		piece = piece[:len(piece)+n]
		if n > 0 || first {
			content := &engine.Content{Data: piece}
			found, _ := s.workers[worker].Look(s.ctx, content)
			for _, f := range found {
				f.Location.Region = finding.Region{}
				s.ledger.see(s.sight(id, f))
			}
		}
		if err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return nil
			}
			return err
		}
		keep := copy(piece, piece[len(piece)-pieceOverlap:])
		piece = piece[:keep]
	}
}

// remember hands this scan's verdicts to the cache.
func (s *scan) remember() error {
	if s.options.Verdicts == nil {
		return nil
	}
	seen := make([]Seen, len(s.ledger.sightings))
	for i, one := range s.ledger.sightings {
		seen[i] = Seen{one.object, int(one.finding), int(one.start), int(one.end), one.name}
	}
	if err := s.options.Verdicts.Remember(slices.Concat(s.looked...), s.ledger.findings, seen); err != nil {
		s.report.Notes = append(s.report.Notes, "verdicts were not kept for the next scan: "+err.Error())
	}
	return nil
}

// unread names an object that could not be read.
func unread(p git.Problem) finding.Unread {
	what := "object " + p.ID.String()
	if p.ID.IsZero() {
		what = fmt.Sprintf("object at %d in %s", p.Offset, p.Pack)
	}
	return finding.Unread{What: what, Why: p.Why}
}

// wanted tells from the first bytes of a blob whether the rest need be read: pictures, fonts and films hold no text.
func wanted(_ git.ID, _ git.Kind, _ int64, head []byte) bool { return target.Media(head) == "" }

// sum adds up what the workers counted.
func (s *scan) sum() {
	for i, w := range s.workers {
		s.report.Looked.Add(w.Looked)
		s.report.Looked.Add(s.counts[i])
		s.report.Unread = append(s.report.Unread, w.Unread...)
		for engine, why := range w.Failed {
			s.report.Failed[engine] = why
		}
	}
}
