package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/git"
)

// scanFlags are the flags of scan alone.
type scanFlags struct {
	look    lookFlags
	out     outputFlags
	push    pushFlags
	history bool
	gate    bool
}

func scanCommand(w *World) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan [TARGET…]",
		Short: "Look at everything and report",
		Long: `Looks at everything in the targets and reports. It exits 0 whatever it finds, unless
--gate is given, and 3 when something could not be looked at.

A target is a folder (default .), git:PATH for every object of a repository, git+URL to
clone a repository and look at every object of it, sbom:FILE for a CycloneDX or SPDX
document, or image:REF for a container image: a reference in a registry, a folder or
archive that docker save or an OCI tool wrote, or docker-daemon:NAME.`,
		Example: `  reeve scan
  reeve scan --history
  reeve scan services/api services/web --format sarif --output result.sarif
  reeve scan git+https://github.com/acme/shop --gate
  reeve scan image:registry.example.com/shop:1.2
  reeve scan sbom:shop.cdx.json
  reeve scan --push                 from a pipeline, into the register`,
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), w, args) },
	}
	f.look.add(cmd)
	f.out.add(cmd)
	f.push.add(cmd)
	cmd.Flags().BoolVar(&f.history, "history", false, "look at every object of the repository too, reachable or not")
	cmd.Flags().BoolVar(&f.gate, "gate", false, "exit 1 when something found would block at the gate")
	return cmd
}

func (f *scanFlags) run(ctx context.Context, w *World, args []string) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	r, err := f.scan(ctx, w, args)
	if err != nil {
		return err
	}
	f.out.gates = f.gate
	if err := f.out.write(w, r); err != nil {
		return err
	}
	source := "reeve"
	if f.history { // who looks at all of history and who looks at the tree are two: what is gone from the tree may still stand there
		source = "reeve history"
	}
	if err := f.push.send(ctx, w, r, source, false); err != nil {
		return broken(err)
	}
	return outcome(r, f.gate)
}

// scan looks at everything in the targets.
func (f *scanFlags) scan(ctx context.Context, w *World, args []string) (*finding.Result, error) {
	var err error
	if f.look.sbom, err = isBill(args); err != nil {
		return nil, err
	}
	p, err := f.look.prepare(w, configRoot(args[0]))
	if err != nil {
		return nil, err
	}
	var subjects []gate.Subject
	for _, arg := range args {
		more, done, err := f.subjects(ctx, w, p, arg)
		defer done()
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, more...)
	}
	r, err := timed(w, &p.options, f.out.quiet, func() (*finding.Result, error) { return gate.Scan(ctx, subjects, p.options) })
	return r, broken(err)
}

// configRoot is the folder in which a target's configuration stands.
func configRoot(target string) string {
	if isDir(target) {
		return target
	}
	if path, ok := strings.CutPrefix(target, "git:"); ok {
		return path
	}
	if strings.HasPrefix(target, "git+") || strings.HasPrefix(target, imagePrefix) {
		return "."
	}
	return filepath.Dir(strings.TrimPrefix(target, sbomPrefix))
}

// outcome turns a result into an exit code. A look that missed something is never "clean", unless the policy says so.
func outcome(r *finding.Result, gates bool) error {
	switch {
	case gates && r.Decision.Blocking > 0:
		return &Outcome{Code: ExitBlocked}
	case !r.Complete() && (!gates || r.Decision.Action == finding.Block):
		return &Outcome{Code: ExitIncomplete}
	}
	return nil
}

// subjects turns one argument into what is looked at. done frees what that took.
func (f *scanFlags) subjects(ctx context.Context, w *World, p *prepared, arg string) (subjects []gate.Subject, done func(), err error) {
	done = func() {}
	if url, ok := strings.CutPrefix(arg, "git+"); ok && !isDir(arg) {
		return cloned(ctx, url)
	}
	if path, ok := strings.CutPrefix(arg, "git:"); ok && !isDir(arg) {
		subject, err := everyObject(ctx, path)
		return []gate.Subject{subject}, done, err
	}
	source, done, err := f.look.opened(ctx, w, p, arg)
	if err != nil {
		return nil, done, err
	}
	subjects = append(subjects, gate.Subject{Source: source})
	if isFolder := source.Asset().Kind == "directory"; isFolder && (f.history || p.config.Scan.History) {
		subject, err := everyObject(ctx, arg)
		if err != nil {
			return nil, done, err
		}
		subjects = append(subjects, subject)
	}
	return subjects, done, nil
}

func everyObject(ctx context.Context, path string) (gate.Subject, error) {
	repo, err := git.Open(ctx, path)
	if err != nil {
		return gate.Subject{}, fmt.Errorf("open repository %q: %w", path, err)
	}
	return gate.Subject{Repository: repo, Asset: finding.Asset{Kind: "repository", Name: subjectName(path)}}, nil
}

// cloned clones a repository into a folder that done removes.
func cloned(ctx context.Context, url string) (subjects []gate.Subject, done func(), err error) {
	dir, err := os.MkdirTemp("", "reeve-clone-")
	if err != nil {
		return nil, func() {}, err
	}
	done = func() { os.RemoveAll(dir) }
	repo, err := git.Clone(ctx, url, filepath.Join(dir, "repository"))
	if err != nil {
		return nil, done, broken(err)
	}
	return []gate.Subject{{Repository: repo, Asset: finding.Asset{Kind: "repository", Name: git.PublicURL(url)}}}, done, nil
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
