package image

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
)

// check looks at a whole image.
type check func(v *view, report func(fault))

// checks are the checks that rules may name.
func checks() map[string]check {
	return map[string]check{
		"user":             checkUser,
		"setuid":           checkSetuid,
		"writable":         checkWritable,
		"admin-port":       checkAdminPort,
		"privileged-port":  checkPrivilegedPort,
		"healthcheck":      checkHealthcheck,
		"remote-add":       checkRemoteAdd,
		"pipe-to-shell":    checkPipeToShell,
		"base-tag":         checkBaseTag,
		"base-digest":      checkBaseDigest,
		"package-cache":    checkPackageCache,
		"sudo":             checkSudo,
		"end-of-life":      checkEndOfLife,
		"git-history":      checkGitHistory,
		"env-file":         checkEnvFile,
		"development-file": checkDevelopmentFile,
		"unowned-program":  checkUnownedProgram,
	}
}

// view is what is known of one image.
type view struct {
	target *engine.Target
	today  time.Time
	// config is the configuration, and place where it stands; nil where the target has none.
	config *config
	place  string
	// files are the notes of files, by path and layer.
	files []fileNote
	// superusers are the users with id 0, but root; release is the distribution, nil where it is not known.
	superusers []string
	release    *release
	releaseAt  *fileNote
}

// fileNote is what was taken down of a file.
type fileNote struct {
	*seen
	path  string
	layer int
	gone  bool
}

// fault is what a check found in one image.
type fault struct {
	// at is the file, nil for the configuration.
	at *fileNote
	// message is a sentence; parts tell this fault from others of the rule and do not change while it stays.
	message string
	parts   []string
	facts   []finding.Fact
	reasons []string
	// doubtful lowers the confidence to low.
	doubtful bool
}

// Conclude judges an image by its notes. A target that is no image has none.
func (e *Engine) Conclude(ctx context.Context, t *engine.Target, emit func(finding.Finding)) error {
	v := e.view(t)
	if v == nil {
		return nil
	}
	for _, c := range e.rules {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.run(v, func(f fault) { emit(e.finding(&c, v, &f)) })
	}
	return nil
}

// view sorts the notes; nil where there are none.
func (e *Engine) view(t *engine.Target) *view {
	v := &view{target: t, today: e.options.Today}
	for _, n := range t.Notes {
		s, ok := n.Value.(*seen)
		if !ok {
			continue
		}
		if s.config != nil {
			v.config, v.place = s.config, n.Path
			continue
		}
		v.files = append(v.files, fileNote{seen: s, path: n.Path, layer: n.Layer, gone: n.Gone})
	}
	slices.SortStableFunc(v.files, func(a, b fileNote) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.layer, b.layer)) })
	for n := range v.files {
		f := &v.files[n]
		if f.gone {
			continue
		}
		v.superusers = append(v.superusers, f.superusers...)
		if f.release != nil && (v.release == nil || strings.HasSuffix(f.path, "os-release")) {
			v.release, v.releaseAt = f.release, f
		}
	}
	if v.config == nil && v.files == nil {
		return nil
	}
	return v
}

// finding makes a finding of a fault.
func (e *Engine) finding(c *checked, v *view, f *fault) finding.Finding {
	r := &c.rule
	parts := append([]string{Name, r.ID, subject(v.target.Asset.Name)}, f.parts...)
	out := finding.Finding{
		Fingerprint: finding.Identify(e.options.Key, parts...), Rule: r.ID, Engine: Name,
		Message: f.message, Severity: r.Severity, Confidence: r.Confidence, Reasons: f.reasons, Facts: f.facts,
		Location: finding.Location{Path: v.place, Surface: finding.ImageConfig},
	}
	if f.doubtful {
		out.Confidence = finding.Tentative
	}
	if f.at != nil {
		out.Location = finding.Location{Path: f.at.path, Logical: slices.Clone(v.target.Layers[f.at.layer])}
		if f.at.gone {
			out.Reasons = append(out.Reasons, "a later layer removed it, and whoever has the image still has it")
		}
	}
	return out
}

// subject is the image without what changes from build to build: its tag and its digest. Of a file only the name is kept.
func subject(name string) string {
	name, _, _ = strings.Cut(name, "@")
	if strings.HasPrefix(name, "/") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".gz") {
		_, file := split(name)
		return file
	}
	if n := strings.LastIndexByte(name, ':'); n > strings.LastIndexByte(name, '/') {
		name = name[:n]
	}
	return name
}

// each goes through the files that still stand and have a trait.
func (v *view) each(is trait, visit func(*fileNote)) {
	for n := range v.files {
		if f := &v.files[n]; f.is&is != 0 && !f.gone {
			visit(f)
		}
	}
}

func (v *view) has(is trait) bool {
	found := false
	v.each(is, func(*fileNote) { found = true })
	return found
}

// group is some files that make one fault together.
type group struct {
	key   string
	first *fileNote
	count int
	paths []string
}

// shown is how many paths of a group a finding names.
const shown = 10

// groups gathers files by a key, in the order of the keys; "" leaves a file out.
func (v *view) groups(is trait, key func(path string) string) []group {
	index := map[string]int{}
	var out []group
	v.each(is, func(f *fileNote) {
		k := key(f.path)
		if k == "" {
			return
		}
		n, ok := index[k]
		if !ok {
			n = len(out)
			index[k] = n
			out = append(out, group{key: k, first: f})
		}
		out[n].count++
		if len(out[n].paths) < shown {
			out[n].paths = append(out[n].paths, f.path)
		}
	})
	slices.SortFunc(out, func(a, b group) int { return cmp.Compare(a.key, b.key) })
	return out
}
