package cli

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/git"
)

// gateFlags are the flags of gate alone.
type gateFlags struct {
	look    lookFlags
	out     outputFlags
	push    pushFlags
	base    string
	head    string
	staged  bool
	receive bool
}

func gateCommand(w *World) *cobra.Command {
	var f gateFlags
	cmd := &cobra.Command{
		Use:   "gate [DIR]",
		Short: "Look at a change and decide: block, warn or report",
		Long: `Looks at what a change introduces, compared with its base, and decides. Only what is new
blocks: critical blocks, high warns, the rest is reported (see "gate" in reeve.yaml).

Without --base, the base is the one the pipeline names (GitHub Actions, GitLab CI, Jenkins),
else the upstream of the branch, else the remote's main branch.`,
		Example: `  reeve gate                       this branch against its base
  reeve gate --base v1.4.0         against a tag
  reeve gate --staged              what the next commit would change (pre-commit)
  reeve gate --receive             what is pushed (pre-receive; reads refs from standard input)
  reeve gate --push                record in the register what was decided, and how long it took`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args) },
	}
	f.look.add(cmd)
	f.out.add(cmd)
	f.push.add(cmd)
	f.push.change = true
	flags := cmd.Flags()
	flags.StringVar(&f.base, "base", "", "compare with this commit, branch or tag")
	flags.StringVar(&f.head, "head", "HEAD", "the end of the change")
	flags.BoolVar(&f.staged, "staged", false, "look at what is staged, for a pre-commit hook")
	flags.BoolVar(&f.receive, "receive", false, "look at what is pushed, for a pre-receive hook")
	cmd.MarkFlagsMutuallyExclusive("staged", "receive", "base")
	return cmd
}

func (f *gateFlags) run(ctx context.Context, w *World, args []string) error {
	repo, root, err := openRepository(ctx, args)
	if err != nil {
		return err
	}
	p, d, err := f.begin(ctx, w, repo, root)
	if err != nil {
		return err
	}
	r, err := timed(w, &p.options, f.out.quiet, func() (*finding.Result, error) { return gate.Change(ctx, d, p.options) })
	if err != nil {
		return broken(err)
	}
	if err := record(w, r); err != nil {
		r.Notes = append(r.Notes, "this run was not recorded: "+err.Error())
	}
	f.out.gates = true
	if err := f.out.write(w, r); err != nil {
		return err
	}
	told := *r
	told.Findings = nil // what a change would bring is not there before it is merged; what the gate decided is
	if err := f.push.send(ctx, w, &told, "reeve gate", true); err != nil {
		return broken(err)
	}
	return outcome(r, true)
}

// begin builds the engines while git tells what the change is.
func (f *gateFlags) begin(ctx context.Context, w *World, repo *git.Repository, root string) (p *prepared, d *gate.Difference, err error) {
	group, comparing := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		d, err = f.difference(comparing, w, repo, finding.Asset{Kind: "repository", Name: subjectName(root)})
		return err
	})
	group.Go(func() (err error) {
		p, err = f.look.prepare(w, root)
		return err
	})
	return p, d, group.Wait()
}

// openRepository opens the repository that the arguments name, or that around the current folder, and gives the folder that is its root.
func openRepository(ctx context.Context, args []string) (repo *git.Repository, root string, err error) {
	dir := "."
	if len(args) > 0 {
		dir = args[0]
	}
	if repo, err = git.Open(ctx, dir); err != nil {
		return nil, "", fmt.Errorf("open repository %q: %w", dir, err)
	}
	return repo, cmp.Or(repo.WorkTree, repo.GitDir), nil
}

func (f *gateFlags) difference(ctx context.Context, w *World, repo *git.Repository, asset finding.Asset) (*gate.Difference, error) {
	switch {
	case f.staged:
		d, err := gate.Staged(ctx, repo, asset)
		return d, broken(err)
	case f.receive:
		pushes, err := readPushes(w.Stdin)
		if err != nil {
			return nil, err
		}
		d, err := gate.Received(ctx, repo, asset, pushes)
		return d, broken(err)
	}
	base, err := f.findBase(ctx, w, repo)
	if err != nil {
		return nil, err
	}
	d, err := gate.Between(ctx, repo, asset, base, f.head)
	if err != nil && f.base != "" {
		if _, unknown := repo.Resolve(ctx, f.base); unknown != nil {
			return nil, fmt.Errorf("base %q: %w; a shallow clone may lack it (fetch its history first)", f.base, unknown)
		}
	}
	return d, broken(err)
}

// findBase finds what to compare with, or says how to name it.
func (f *gateFlags) findBase(ctx context.Context, w *World, repo *git.Repository) (string, error) {
	if f.base != "" {
		return f.base, nil
	}
	for _, candidate := range bases(w.Getenv) {
		if _, err := repo.Resolve(ctx, candidate); err == nil {
			return candidate, nil
		}
	}
	return "", errors.New("found nothing to compare with; name the base: --base main")
}

// bases are the names that may be the base, the surest first.
func bases(getenv func(string) string) []string {
	var names []string
	add := func(prefix, name string) {
		if name != "" {
			names = append(names, prefix+name)
		}
	}
	add("origin/", getenv("GITHUB_BASE_REF"))                 // GitHub Actions, pull request
	add("", getenv("CI_MERGE_REQUEST_DIFF_BASE_SHA"))         // GitLab CI, merge request
	add("", getenv("CI_COMMIT_BEFORE_SHA"))                   // GitLab CI, push
	add("origin/", getenv("CHANGE_TARGET"))                   // Jenkins, multibranch
	add("origin/", getenv("BITBUCKET_PR_DESTINATION_BRANCH")) // Bitbucket Pipelines
	add("", getenv("SYSTEM_PULLREQUEST_TARGETBRANCH"))        // Azure Pipelines
	return append(names, "@{upstream}", "origin/HEAD", "origin/main", "origin/master", "main", "master")
}

// readPushes reads what git tells a pre-receive hook: a line "OLD NEW REF" for each ref.
func readPushes(in io.Reader) ([]gate.Push, error) {
	var pushes []gate.Push
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			return nil, fmt.Errorf("standard input, line %d: want OLD NEW REF, as git gives a pre-receive hook", n)
		}
		before, err := git.ParseID(fields[0])
		if err != nil {
			return nil, fmt.Errorf("standard input, line %d: %w", n, err)
		}
		after, err := git.ParseID(fields[1])
		if err != nil {
			return nil, fmt.Errorf("standard input, line %d: %w", n, err)
		}
		pushes = append(pushes, gate.Push{Old: before, New: after, Ref: fields[2]})
	}
	return pushes, lines.Err()
}
