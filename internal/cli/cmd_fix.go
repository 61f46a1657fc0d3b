package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/remedy"
	"github.com/reevehq/reeve/internal/remedy/registry"
	"github.com/reevehq/reeve/internal/target"
)

// fixFlags are the flags of fix.
type fixFlags struct {
	look       lookFlags
	dry        bool
	offline    bool
	jump       string
	only       string
	pkg        string
	pull       string
	registries []string
	timeout    time.Duration
	// missing is what could not be looked at, a sentence each.
	missing []string
}

func fixCommand(w *World) *cobra.Command {
	var f fixFlags
	cmd := &cobra.Command{
		Use:   "fix [TARGET]",
		Short: "Make the smallest upgrades that clear the most risk",
		Long: `Works out the smallest set of upgrades that clears the most risk, writes it into manifests and
lock files, and writes the text of one pull request. Only the bytes change that must.

The new files are read and matched with the advisories again before they are written: what a
step says it clears is gone then, and nothing new has come; otherwise it is not written. Where a
lock file cannot be worked out exactly as its package manager would, it is left alone, and the
plan says what to run.

This command uses the network, unless --offline is given: it asks package registries which
versions there are and by which hash they are known. It sends names of packages and nothing
else. npm_config_registry, PIP_INDEX_URL, GOPROXY, GOPRIVATE and GOSUMDB are heeded. It runs no
package manager and no script.`,
		Example: `  reeve fix --dry-run
  reeve fix --max-jump patch --only CRITICAL
  reeve fix services/web --package lodash --pull-request pr.md
  reeve fix --registry npm=https://npm.example.com/ --dry-run
  reeve fix --offline --dry-run`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.Context(), w, append(args, ".")[0])
		},
	}
	f.look.add(cmd)
	fl := cmd.Flags()
	fl.BoolVar(&f.dry, "dry-run", false, "write nothing: show the plan, the changes as a diff and the pull request's text")
	fl.BoolVar(&f.offline, "offline", false, "ask no registry: change what needs none, and say which lock files must be brought in step")
	fl.StringVar(&f.jump, "max-jump", "minor", "how far an upgrade may go: patch, minor or major")
	fl.StringVar(&f.only, "only", "info", "the least urgency that is a reason for an upgrade: critical, high, medium, low or info")
	fl.StringVar(&f.pkg, "package", "", "mend this package only, by its name")
	fl.StringVar(&f.pull, "pull-request", "", "write the pull request's text to this file")
	fl.StringArrayVar(&f.registries, "registry", nil, "ECOSYSTEM=URL of a registry ("+strings.Join(registry.Ecosystems(), ", ")+"); may be given several times")
	fl.DurationVar(&f.timeout, "timeout", 30*time.Second, "how long one request to a registry may take")
	return cmd
}

func (f *fixFlags) run(ctx context.Context, w *World, arg string) error {
	if !isDir(arg) {
		return fmt.Errorf("fix %q: want a folder; other targets have no files to be changed", arg)
	}
	request, err := f.request(w)
	if err != nil {
		return err
	}
	progress := newProgress(w, false)
	if err := f.gather(ctx, w, arg, &request, progress); err != nil {
		return err
	}
	request.Progress = func(what string) { progress.show("mend "+strings.ToValidUTF8(what, "?"), 0) }
	plan, err := remedy.Make(ctx, request)
	progress.clear()
	if request.Registry != nil {
		request.Registry.Close()
	}
	if err != nil {
		return broken(fmt.Errorf("work out upgrades: %w", err))
	}
	return f.finish(w, arg, plan)
}

// request reads the flags that say what may be done.
func (f *fixFlags) request(w *World) (r remedy.Request, err error) {
	if r.MaxJump, err = remedy.ParseJump(f.jump); err != nil {
		return r, err
	}
	if r.Least, err = finding.ParseSeverity(f.only); err != nil {
		return r, err
	}
	r.Package = f.pkg
	o := registry.FromEnvironment(w.Getenv)
	for _, given := range f.registries {
		ecosystem, url, ok := strings.Cut(given, "=")
		if !ok {
			return r, fmt.Errorf("registry %q: want ECOSYSTEM=URL", ecosystem)
		}
		o.Bases[ecosystem] = url
	}
	if f.offline {
		return r, nil
	}
	o.Timeout, o.UserAgent = f.timeout, "reeve/"+w.Build.Version
	r.Registry, err = registry.New(o)
	return r, err
}

// gather looks at the dependencies of a folder.
func (f *fixFlags) gather(ctx context.Context, w *World, arg string, r *remedy.Request, progress *progress) error {
	p, err := f.look.prepare(w, arg)
	if err != nil {
		return err
	}
	if p.dependencies.Advisories == nil {
		return broken(errors.New("no advisory database: nothing is known of any package. Fetch one with: reeve advisories update"))
	}
	only, err := engines.Dependencies(p.dependencies)
	if err != nil {
		return err
	}
	p.options.Pass = engine.NewPass([]engine.Engine{only}, p.config.Scan.Archives.Limits(), gate.Noters()...)
	source, done, err := f.look.opened(ctx, w, p, arg)
	defer done()
	if err != nil {
		return err
	}
	p.options.Progress = progress.show
	result, err := gate.Scan(ctx, []gate.Subject{{Source: source}}, p.options)
	if err != nil {
		return broken(err)
	}
	for _, u := range result.Unread {
		f.missing = append(f.missing, fmt.Sprintf("%q was not read: %s", u.What, u.Why))
	}
	for _, e := range result.Engines {
		if e.State != "ok" && e.State != "skipped" {
			f.missing = append(f.missing, e.Name+": "+e.Why)
		}
	}
	files, err := listFiles(ctx, source)
	if err != nil {
		return broken(err)
	}
	for _, path := range files.paths {
		if lockfile.Match(path) != nil {
			r.Documents = append(r.Documents, path)
		}
	}
	r.Files, r.Findings, r.Advisories = files, result.Findings, p.dependencies.Advisories
	return nil
}

// sourceFiles are the files of a folder by path.
type sourceFiles struct {
	target.Reader
	paths []string
}

// Paths are those of all files, sorted.
func (s *sourceFiles) Paths() []string { return s.paths }

// Read gives a file's content.
func (s *sourceFiles) Read(path string) ([]byte, error) { return s.ReadFile(path) }

func listFiles(ctx context.Context, source target.Source) (*sourceFiles, error) {
	reader, ok := source.(target.Reader)
	if !ok {
		return nil, errors.New("the files of this target cannot be read again")
	}
	files := &sourceFiles{Reader: reader}
	var mu sync.Mutex
	_, _, err := source.Each(ctx, 1, func(_ int, item *target.Item) error {
		mu.Lock()
		defer mu.Unlock()
		if item.Mode != target.ModeLink {
			files.paths = append(files.paths, item.Path)
		}
		return nil
	})
	slices.Sort(files.paths)
	return files, err
}

// finish shows the plan and carries it out.
func (f *fixFlags) finish(w *World, dir string, plan *remedy.Plan) error {
	plan.Notes = append(plan.Notes, f.missing...)
	if err := remedy.WriteText(w.Stdout, plan); err != nil {
		return err
	}
	var pull bytes.Buffer
	if err := remedy.WritePull(&pull, plan); err != nil {
		return err
	}
	if f.dry {
		if len(plan.Changes) > 0 {
			fmt.Fprintln(w.Stdout)
			if err := remedy.WriteDiff(w.Stdout, plan.Changes); err != nil {
				return err
			}
		}
		if f.pull == "" && len(plan.Steps) > 0 {
			fmt.Fprintf(w.Stdout, "\n%s", pull.String())
		}
	} else if len(plan.Changes) > 0 {
		if err := remedy.Write(dir, plan.Changes); err != nil {
			return broken(err)
		}
		fmt.Fprintf(w.Stdout, "\nWritten: %d files.\n", len(plan.Changes))
	}
	if f.pull != "" {
		if err := replaceFile(f.pull, func(out io.Writer) error { _, err := pull.WriteTo(out); return err }); err != nil {
			return fmt.Errorf("write pull request's text: %w", err)
		}
	}
	if len(f.missing) > 0 {
		return broken(errors.New("not everything could be looked at, so there may be more to mend"))
	}
	return nil
}
