package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sca"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/target"
	"github.com/reevehq/reeve/internal/target/ignore"
	"github.com/reevehq/reeve/internal/verdict"
)

// lookFlags are the flags of every command that looks at something.
type lookFlags struct {
	config   string
	rules    []string
	alone    bool
	baseline string
	verify   bool
	noCache  bool
	cacheDir string
	workers  int
	// advisories is the file of the advisory database.
	advisories string
	// platform chooses from an image for several.
	platform string
	// sbom tells that the target is a bill of materials.
	sbom bool
	// audit also runs the rules for audits.
	audit bool
}

func (l *lookFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVarP(&l.config, "config", "c", "", "configuration file (default reeve.yaml in the root of what is looked at)")
	f.StringArrayVar(&l.rules, "rules", nil, "a team's own rules: a folder or file of reeve's or Semgrep's, or a gitleaks .toml; may be given several times")
	f.BoolVar(&l.audit, "audit", false, "also run the rules that show what a person should look at")
	f.BoolVar(&l.alone, "only-own-rules", false, "use the rules of --rules and none of reeve's own")
	f.StringVar(&l.advisories, "advisories", "", "file of the advisory database (default what reeve advisories update has fetched)")
	f.StringVar(&l.platform, "platform", "", "which of an image's platforms, as linux/arm64 (default linux on this architecture)")
	f.StringVar(&l.baseline, "baseline", "", "a saved result; what it holds counts as old")
	f.BoolVar(&l.verify, "verify", false, "ask providers whether found secrets still live (sends each secret to its own provider)")
	f.BoolVar(&l.noCache, "no-cache", false, "do not use or keep verdicts of earlier scans")
	f.StringVar(&l.cacheDir, "cache", "", "folder of kept verdicts (default the user's cache folder)")
	f.IntVar(&l.workers, "workers", 0, "how many contents are looked at at once (default one a processor)")
}

// prepared is what a look needs, made of flags and configuration.
type prepared struct {
	options gate.Options
	config  *config.Config
	rules   []rule.Rule
	// dependencies are the options of the engine for dependencies.
	dependencies sca.Options
}

// prepare reads the configuration for a folder and builds the engines.
func (l *lookFlags) prepare(w *World, root string) (*prepared, error) {
	collectLate(w.Getenv)
	c, dir, err := l.load(root)
	if err != nil {
		return nil, err
	}
	chosen, err := engines.Rules(engines.Choice{Paths: l.rulePaths(c, dir), Alone: l.alone, Disabled: disabled(c)})
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(w, l.advisories, c, dir)
	if err != nil {
		return nil, err
	}
	needs := engines.Needs{Rules: chosen.Rules, Key: c.Key(), KeepSecrets: l.verify, Dependencies: dependencies(w, c, db), Today: w.Now(), Foreign: chosen.Foreign, Audit: l.audit}
	needs.Dependencies.SBOM = l.sbom
	all, err := engines.All(needs)
	if err != nil {
		return nil, err
	}
	o := gate.Options{
		Pass:    engine.NewPass(all, c.Scan.Archives.Limits(), gate.Noters()...),
		Tool:    finding.Tool{Name: "reeve", Version: w.Build.Version, Ruleset: engines.Digest(all, c.Key())},
		Workers: l.workers, Policy: c.Policy(), Waivers: c.Waived(), Severities: c.Severities(), Key: c.Key(),
		Now: w.Now(), Clock: w.Now, Notes: chosen.Notes,
		Source: target.Options{Exclude: globs(c.Scan.Exclude), MaxFileSize: int64(c.Scan.MaxFileSize), IncludeIgnored: c.Scan.IncludeIgnored},
	}
	o.Source.MustRead = o.Pass.Names
	o.Surroundings = c.Surroundings()
	if o.Excuses, err = excuses(c, dir); err != nil {
		return nil, err
	}
	if o.Baseline, err = l.readBaseline(); err != nil {
		return nil, err
	}
	if o.Verdicts, err = l.cache(w, c, dir, engines.Digest(engines.Single(all), c.Key())); err != nil {
		return nil, err
	}
	if o.Verdicts != nil {
		o.Pass = o.Pass.Keeping(o.Verdicts.Notes(w.Build.Stamp, w.Now))
	}
	p := &prepared{options: o, config: c, rules: chosen.Rules, dependencies: needs.Dependencies}
	if l.verify {
		p.options.Verify, err = verifier(p)
	}
	return p, err
}

// load finds the configuration: the one named, else the one in the root, else the defaults. Without a root there is none to be found.
func (l *lookFlags) load(root string) (c *config.Config, dir string, err error) {
	path := l.config
	if path == "" && root == "" {
		return config.Default(), root, nil
	}
	if path == "" {
		path = filepath.Join(root, config.Name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			return config.Default(), root, nil
		}
	}
	c, err = config.Load(path)
	return c, filepath.Dir(path), err
}

// rulePaths are the configuration's, relative to its file, then the command line's.
func (l *lookFlags) rulePaths(c *config.Config, dir string) []string {
	var paths []string
	for _, p := range c.Rules {
		paths = append(paths, within(dir, p))
	}
	return append(paths, l.rules...)
}

func disabled(c *config.Config) func(string) bool {
	if len(c.Disable) == 0 {
		return nil
	}
	policy := decision.Policy{}
	for _, p := range c.Disable {
		policy.Rules = append(policy.Rules, decision.RulePolicy{Rule: string(p), Treat: decision.Off})
	}
	return policy.Names
}

func (l *lookFlags) readBaseline() (map[finding.Fingerprint]bool, error) {
	if l.baseline == "" {
		return nil, nil
	}
	f, err := os.Open(l.baseline)
	if err != nil {
		return nil, fmt.Errorf("open baseline: %w", err)
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read baseline %q: %w", l.baseline, err)
	}
	return decision.Fingerprints(r), nil
}

// cacheKeyVariable names the environment variable that holds the key of a shared cache.
const cacheKeyVariable = "REEVE_CACHE_KEY"

// cache opens the kept verdicts. Where the folder cannot be had, the scan goes on without.
func (l *lookFlags) cache(w *World, c *config.Config, dir, ruleset string) (*verdict.Cache, error) {
	folder := l.cacheDir
	if folder == "" && c.Cache.Dir != "" {
		folder = within(dir, c.Cache.Dir)
	}
	if folder == "" {
		folder = w.CacheDir
	}
	if l.noCache || folder == "" {
		return nil, nil
	}
	key, err := verdict.Key(w.Getenv(cacheKeyVariable), w.ConfigDir)
	if err != nil {
		if w.Getenv(cacheKeyVariable) != "" {
			return nil, fmt.Errorf("%s: %w", cacheKeyVariable, err)
		}
		return nil, nil // no place for a key: nothing is kept, everything is looked at
	}
	return verdict.Open(folder, key, ruleset), nil
}

// subjectName is what the owners of a folder call it: never credentials, never control characters.
func subjectName(path string) string {
	if path == "." || path == "" {
		if wd, err := os.Getwd(); err == nil {
			return filepath.Base(wd)
		}
	}
	return strings.ToValidUTF8(filepath.Clean(path), "?")
}

func globs(patterns []config.Glob) []ignore.Glob {
	out := make([]ignore.Glob, len(patterns))
	for i, p := range patterns {
		out[i] = p.Glob
	}
	return out
}

// timed runs a look with progress on a terminal.
func timed(w *World, o *gate.Options, quiet bool, run func() (*finding.Result, error)) (*finding.Result, error) {
	p := newProgress(w, quiet)
	o.Progress = p.show
	r, err := run()
	p.clear()
	return r, err
}

const day = 24 * time.Hour
