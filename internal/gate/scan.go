package gate

import (
	"context"
	"fmt"
	"maps"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/history"
	"github.com/reevehq/reeve/internal/target"
)

// Subject is what a scan looks at: a source of content, or every object of a repository.
type Subject struct {
	Source     target.Source
	Repository *git.Repository
	// Asset names the repository.
	Asset finding.Asset
}

// Scan looks at everything in the subjects.
func Scan(ctx context.Context, subjects []Subject, o Options) (*finding.Result, error) {
	l := begin(o)
	for _, s := range subjects {
		var err error
		if s.Source != nil {
			err = l.source(ctx, s.Source)
		} else {
			err = l.history(ctx, s)
		}
		if err != nil {
			return nil, err
		}
	}
	return l.finish(ctx, nil, true), nil
}

// source looks at everything a source yields.
func (l *look) source(ctx context.Context, src target.Source) error {
	asset := src.Asset()
	l.result.Assets = append(l.result.Assets, asset)
	seen := newSeen(src)
	err := l.each(ctx, src, func(w *engine.Worker, item *target.Item) {
		w.Noting = true
		seen.add(item)
		l.keep(ctx, w, item, asset)
	})
	l.lap("look at " + asset.Kind)
	if err != nil {
		return err
	}
	return l.conclude(ctx, seen.target(asset, l.taken()))
}

// history looks at every object of a repository, or recalls what an earlier look at the same objects gave.
func (l *look) history(ctx context.Context, s Subject) error {
	l.result.Assets = append(l.result.Assets, s.Asset)
	report, err := l.report(ctx, s.Repository)
	if err != nil {
		return fmt.Errorf("look at the history of %q: %w", s.Asset.Name, err)
	}
	for i := range report.Findings {
		report.Findings[i].Asset = s.Asset
	}
	l.findings = append(l.findings, report.Findings...)
	l.result.Looked.Add(report.Looked)
	l.result.Unread = append(l.result.Unread, report.Unread...)
	l.result.Notes = append(l.result.Notes, report.Notes...)
	maps.Copy(l.failed, report.Failed)
	l.lap("look at history")
	return nil
}

// report scans a repository's objects. Values are not kept between scans, so a scan that verifies looks again.
func (l *look) report(ctx context.Context, repo *git.Repository) (*history.Report, error) {
	options := history.Options{Workers: l.Workers, Progress: l.Progress}
	if l.Verdicts == nil || l.Verify != nil {
		return history.Scan(ctx, repo, l.Pass, options)
	}
	state, err := history.State(ctx, repo)
	if err != nil {
		return nil, err
	}
	if report, ok := l.Verdicts.Result(state); ok {
		report.Looked = finding.Looked{Cached: report.Looked.Objects + report.Looked.Cached}
		return report, nil
	}
	options.Verdicts = l.Verdicts
	report, err := history.Scan(ctx, repo, l.Pass, options)
	if err == nil && len(report.Failed) == 0 {
		if err := l.Verdicts.KeepResult(state, report); err != nil {
			report.Notes = append(report.Notes, "the result was not kept for the next scan: "+err.Error())
		}
	}
	return report, err
}
