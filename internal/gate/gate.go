// Package gate is the one flow of the house, from the left to the right: targets are looked at by the engines, what they
// find is merged and judged, and out comes one result for a report. Both verbs live here: Scan looks at everything there
// is, Change looks at what a change introduces.
// It must not print, exit, or know any format.
package gate

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/exposure"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
	"github.com/reevehq/reeve/internal/verdict"
	"github.com/reevehq/reeve/internal/vex"
)

// Options are what both verbs need.
type Options struct {
	Pass *engine.Pass
	// Tool goes into the result, with Tool.Ruleset as the digest under which verdicts are kept.
	Tool finding.Tool
	// Workers is how many contents are looked at at once; 0 means as many as there are processors.
	Workers int
	// Source are the bounds of a directory walk.
	Source target.Options
	// Policy, Waivers, Severities and Key are the configuration's.
	Policy     decision.Policy
	Waivers    []decision.Waiver
	Severities map[string]finding.Severity
	Key        finding.Key
	// Notes are facts about the rules that the reader of the result needs.
	Notes []string
	// Baseline are findings of an earlier result, which count as old; nil for none.
	Baseline map[finding.Fingerprint]bool
	// Verdicts is the cache of what was looked at before; nil for none.
	Verdicts *verdict.Cache
	// Excuses are what VEX documents say about flaws.
	Excuses vex.Set
	// Surroundings say where the parts of the target run.
	Surroundings exposure.Options
	// Verify asks providers about what was found, where set.
	Verify func(context.Context, []finding.Finding)
	// Progress, where set, is told what is going on.
	Progress func(stage string, done int)
	// Now is the moment by which waivers expire; Clock measures how long stages take.
	Now   time.Time
	Clock func() time.Time
}

// look is one look at some targets, while it goes on.
type look struct {
	Options
	mu       sync.Mutex
	result   *finding.Result
	findings []finding.Finding
	inline   []decision.Inline
	failed   map[string]string
	notes    [][]engine.Note
	started  time.Time
}

func begin(o Options) *look {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	l := &look{Options: o, failed: map[string]string{}, result: &finding.Result{Schema: finding.SchemaV1, Tool: o.Tool, Notes: slices.Clone(o.Notes)}}
	l.notes = make([][]engine.Note, len(o.Pass.Noters()))
	l.started = o.Clock()
	return l
}

// lap notes how long a stage took, since the last one ended.
func (l *look) lap(stage string) {
	now := l.Clock()
	l.result.Times = append(l.result.Times, finding.Time{Stage: stage, Took: now.Sub(l.started)})
	l.started = now
}

// each hands every piece of content of a source to use, with a worker to look at it.
func (l *look) each(ctx context.Context, src target.Source, use func(*engine.Worker, *target.Item)) error {
	workers := make([]*engine.Worker, l.Workers)
	for i := range workers {
		workers[i] = l.Pass.Worker()
	}
	looked, unread, err := src.Each(ctx, l.Workers, func(worker int, item *target.Item) error {
		use(workers[worker], item)
		return ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("look at %s %q: %w", src.Asset().Kind, src.Asset().Name, err)
	}
	l.result.Looked.Add(looked)
	l.result.Unread = append(l.result.Unread, unread...)
	for _, w := range workers {
		l.gather(w)
	}
	return nil
}

// gather takes what a worker counted.
func (l *look) gather(w *engine.Worker) {
	l.result.Looked.Add(w.Looked)
	l.result.Unread = append(l.result.Unread, w.Unread...)
	for name, why := range w.Failed {
		l.failed[name] = why
	}
	for i, list := range w.Notes {
		l.notes[i] = append(l.notes[i], list...)
	}
}

// keep looks at one piece of content and keeps what holds at its path, and the waivers written in it.
func (l *look) keep(ctx context.Context, w *engine.Worker, item *target.Item, asset finding.Asset) {
	found := l.judge(ctx, w, item)
	inline := decision.ParseInline(item.Path, item.Data)
	if len(found) == 0 && len(inline) == 0 {
		return
	}
	for i := range found {
		found[i].Asset = asset
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.findings = append(l.findings, found...)
	l.inline = append(l.inline, inline...)
}

// judge gives what is found in a piece of content and holds at its path.
func (l *look) judge(ctx context.Context, w *engine.Worker, item *target.Item) []finding.Finding {
	found, _ := w.Look(ctx, &engine.Content{
		Path: item.Path, Data: item.Data, Surface: item.Surface, Mode: item.Mode, Layer: item.Layer, Gone: item.Gone,
	})
	found = append(found, w.Name(item.Path)...)
	holds := found[:0]
	for _, f := range found {
		f.Location.Path = item.Path + f.Location.Path
		f.Location.Blob, f.Location.Commit = item.Blob, item.Commit
		f.Location.Surface, f.Location.Logical = item.Surface, append(slices.Clone(item.Logical), f.Location.Logical...)
		if item.Gone {
			f.Message += " (a later layer took the file away; it is in the image all the same)"
		}
		if l.Pass.Place(&f, f.Location.Path) {
			holds = append(holds, f)
		}
	}
	return holds
}

// finish merges and judges what was found and closes the result. base is what stood before; whole tells that a whole target was looked at.
func (l *look) finish(ctx context.Context, base map[finding.Fingerprint]bool, whole bool) *finding.Result {
	r := l.result
	r.Findings = finding.Merge(l.findings)
	decision.Regrade(r.Findings, l.Severities)
	rank(r.Findings)
	if l.Verify != nil {
		l.Verify(ctx, r.Findings)
		l.lap("verify")
	}
	failed := l.failures()
	for _, e := range l.Pass.Engines() {
		status := finding.EngineStatus{Name: e.Info().Name, State: "ok"}
		if why := failed[status.Name]; why != "" {
			status.State, status.Why = "failed", why
		}
		r.Engines = append(r.Engines, status)
	}
	if base == nil {
		base = l.Baseline
	} else {
		for id := range l.Baseline {
			base[id] = true
		}
	}
	answer, extra := decision.Decide(decision.Input{
		Findings: r.Findings, Base: base, Policy: l.Policy, Waivers: l.Waivers, Inline: l.inline, Excuses: l.Excuses,
		Now: l.Now, Complete: r.Complete(), Whole: whole, Key: l.Key,
	})
	r.Findings = append(r.Findings, extra...)
	r.Decision = &answer
	l.rules()
	r.Sort()
	return r
}

// rules puts the facts of every rule that a finding names into the result.
func (l *look) rules() {
	seen := map[string]bool{}
	own := decision.Rules()
	for _, f := range l.result.Findings {
		if seen[f.Rule] {
			continue
		}
		seen[f.Rule] = true
		if r, ok := l.Pass.Rule(f.Rule); ok {
			l.result.Rules = append(l.result.Rules, r)
		} else if i := slices.IndexFunc(own, func(r finding.Rule) bool { return r.ID == f.Rule }); i >= 0 {
			l.result.Rules = append(l.result.Rules, own[i])
		}
	}
}
