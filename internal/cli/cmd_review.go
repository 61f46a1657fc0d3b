package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/review"
)

// reviewFlags are the flags of review.
type reviewFlags struct {
	gate    gateFlags // what is compared with what
	push    pushFlags
	format  string
	output  string
	verbose bool
	require bool
}

func reviewCommand(w *World) *cobra.Command {
	var f reviewFlags
	cmd := &cobra.Command{
		Use:   "review [DIR]",
		Short: "Say which parts of a change a person must look at, with the questions to ask",
		Long: `Compares both sides of a change as code, not as lines, and says what of it needs a person:
authentication, authorisation, sensitive data, new routes and listeners, cryptography, secrets,
packages with native code, pipelines, infrastructure, use of language models. For each kind it gives
the places, why, a checklist, and within how many hours somebody should have looked. Other blanks,
comments, and functions that moved are no change; tests and documentation need nobody.

It is advice: the exit code is 0, unless --require is given. With --push each kind that needs a review
becomes a finding of severity info in the register, where the policy's clock for that severity runs.`,
		Example: `  reeve review                              this branch against its base
  reeve review --base v1.4.0                against a tag
  reeve review --staged                     what the next commit would change
  reeve review --format markdown            a comment for the pull request
  reeve review --require                    exit 1 where a person must look
  reeve review --push                       start the clock in the register`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args) },
	}
	f.push.add(cmd)
	f.push.change = true
	flags := cmd.Flags()
	flags.StringVar(&f.gate.base, "base", "", "compare with this commit, branch or tag")
	flags.StringVar(&f.gate.head, "head", "HEAD", "the end of the change")
	flags.BoolVar(&f.gate.staged, "staged", false, "look at what is staged")
	flags.StringVarP(&f.format, "format", "f", "text", "what to print: "+strings.Join(report.ReviewFormats(), ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write to this file")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show every place")
	flags.BoolVar(&f.require, "require", false, "exit 1 where a person must look")
	cmd.MarkFlagsMutuallyExclusive("staged", "base")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(report.ReviewFormats(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func (f *reviewFlags) run(ctx context.Context, w *World, args []string) error {
	if !slices.Contains(report.ReviewFormats(), f.format) {
		return fmt.Errorf("format %q: want one of %s", f.format, strings.Join(report.ReviewFormats(), ", "))
	}
	repo, root, err := openRepository(ctx, args)
	if err != nil {
		return err
	}
	asset := finding.Asset{Kind: "repository", Name: subjectName(root)}
	d, err := f.gate.difference(ctx, w, repo, asset)
	if err != nil {
		return err
	}
	r, unread, err := reviewOf(ctx, d)
	if err != nil {
		return broken(err)
	}
	opt := (&outputFlags{colour: "auto", verbose: f.verbose}).options(w)
	if err := writeTo(w, f.output, func(to io.Writer) error { return report.Review(to, r, f.format, opt) }); err != nil {
		return err
	}
	if err := f.push.send(ctx, w, reviewResult(w, asset, r, unread), "reeve review", true); err != nil {
		return broken(err)
	}
	switch {
	case len(unread) > 0:
		return broken(fmt.Errorf("%s could not be read: %s", plural(len(unread), "changed file", "changed files"), unread[0].What))
	case f.require && r.Needed():
		return &Outcome{Code: ExitBlocked}
	}
	return nil
}

// reviewOf classifies a change.
func reviewOf(ctx context.Context, d *gate.Difference) (*review.Result, []finding.Unread, error) {
	files, unread, err := d.Pairs(ctx)
	if err != nil {
		return nil, nil, err
	}
	r, err := review.Classify(files)
	if err != nil {
		return nil, nil, err
	}
	for _, u := range unread {
		r.Notes = append(r.Notes, u.What+" could not be read: "+u.Why)
	}
	return r, unread, nil
}

// reviewResult gives the kinds that need a review as findings.
func reviewResult(w *World, asset finding.Asset, r *review.Result, unread []finding.Unread) *finding.Result {
	result := &finding.Result{
		Schema: finding.SchemaV1, Tool: finding.Tool{Name: "reeve", Version: w.Build.Version}, Assets: []finding.Asset{asset},
		Engines: []finding.EngineStatus{{Name: review.Engine, State: "ok"}}, Looked: finding.Looked{Files: r.Files}, Unread: unread,
	}
	for i := range r.Reviews {
		if one := &r.Reviews[i]; one.Weight == review.Full {
			result.Rules = append(result.Rules, one.Rule())
			result.Findings = append(result.Findings, one.Finding(asset))
		}
	}
	result.Sort()
	return result
}
