package register

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/identity"
	"github.com/reevehq/reeve/internal/ingest"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/vex"
)

// look is a report that was read to its end: one look of one tool.
type look struct {
	header ingest.Header
	spool  *spool
	rules  map[string]finding.Rule
	flaws  map[string]Flaw
	assets map[string]finding.Asset
	// places are where it sees them; twice counts what the report says more than once; also are the other places of such findings, by number.
	places  *places
	numbers map[string]uint32
	twice   int
	also    map[int][]finding.Location
	notes   []string
	// versions are those of the assets, as they are used.
	versions versions
	// gate is what a gate decided, where the report is that gate's.
	gate *Gate

	packages   []inventory.Package
	where      [][]string
	statements []vex.Statement
}

// The bounds of what is held of one report in memory.
const (
	maxRules    = 200_000
	maxNotes    = 100
	maxAlso     = 100_000
	maxPackages = 1_000_000
	maxAssets   = 100_000
	batchSize   = 256
)

// read reads a report into a look. Findings are sealed in batches by two goroutines, in their order.
func (r *Register) read(ctx context.Context, w *World, in Import, report io.Reader) (*look, error) {
	l := &look{
		spool: &spool{dir: r.opt.TempDir}, rules: map[string]finding.Rule{}, flaws: map[string]Flaw{}, assets: map[string]finding.Asset{},
		places: newPlaces(), numbers: map[string]uint32{}, also: map[int][]finding.Location{},
	}
	s := &sink{register: r, world: w, in: in, look: l, canon: newCanon(r.advisories.Load())}
	s.start(ctx)
	header, err := ingest.Read(ctx, in.Name, report, cmp.Or(in.Format, "auto"), s)
	if e := s.finish(); err == nil {
		err = e
	}
	if err == nil {
		err = l.spool.done()
	}
	if err != nil {
		l.spool.close()
		return nil, err
	}
	l.header = header
	if l.gate = in.Gate; l.gate == nil && header.Decision != nil {
		d := header.Decision
		l.gate = &Gate{Action: d.Action.String(), TookMillis: header.Took.Milliseconds()}
	}
	l.header.Tool.Name = cmp.Or(in.Tool, header.Tool.Name)
	if len(l.assets) == 0 || in.Asset.Name != "" {
		asset := in.Asset
		if asset.Name == "" {
			asset = header.Asset
		}
		if asset.Name == "" {
			l.spool.close()
			return nil, fmt.Errorf("%w: %w", ErrInvalid, errNoAsset)
		}
		l.assets[AssetName(asset)] = asset
	}
	return l, nil
}

// sink takes what a report holds.
type sink struct {
	register *Register
	world    *World
	in       Import
	look     *look
	canon    *canon

	// own tells that the report is reeve's; families are those of its rules.
	own      bool
	families sync.Map

	batch []finding.Finding
	work  chan sealing
	queue chan sealing
	done  chan error
}

// sealing is a batch on its way: the goroutine that seals it answers on out.
type sealing struct {
	findings []finding.Finding
	out      chan sealed
}

type sealed struct {
	entries []entry
	err     error
}

// start begins the goroutines: two seal, one keeps what is sealed in the order of the report.
func (s *sink) start(ctx context.Context) {
	s.work, s.queue, s.done = make(chan sealing, 2), make(chan sealing, 4), make(chan error, 1)
	for range 2 {
		go func() {
			for b := range s.work {
				b.out <- s.seal(b.findings)
			}
		}()
	}
	go func() {
		var first error
		for b := range s.queue {
			got := <-b.out
			if first == nil {
				first = got.err
			}
			for i := range got.entries {
				if first == nil {
					first = s.keep(&got.entries[i])
				}
			}
		}
		s.done <- cmp.Or(first, ctx.Err())
	}()
}

// finish waits for all goroutines.
func (s *sink) finish() error {
	s.send()
	close(s.work)
	close(s.queue)
	return <-s.done
}

func (s *sink) send() {
	if len(s.batch) == 0 {
		return
	}
	b := sealing{findings: s.batch, out: make(chan sealed, 1)}
	s.batch = make([]finding.Finding, 0, batchSize)
	s.queue <- b
	s.work <- b
}

func (s *sink) seal(findings []finding.Finding) sealed {
	o := identity.Options{Key: s.register.key, Own: s.own, Canon: s.canon.name, Name: advisory.NormalName, Family: s.family}
	out := sealed{entries: make([]entry, 0, len(findings))}
	for i := range findings {
		f := &findings[i]
		s.canon.enrich(f)
		e, err := seal(f, o, s.world, &s.look.versions)
		if err != nil {
			out.err = err
			break
		}
		out.entries = append(out.entries, e)
	}
	return out
}

// keep puts an entry into the spool, each identity once.
func (s *sink) keep(e *entry) error {
	l := s.look
	n, fresh := l.places.add(l.place(e), e.Digest)
	if fresh {
		return l.spool.add(*e)
	}
	l.twice++
	if len(l.also) < maxAlso && len(l.also[n]) < 100 {
		if f, err := decodeDoc(e.Doc); err == nil {
			l.also[n] = append(l.also[n], f.Location)
		}
	}
	return nil
}

// place is where an entry is seen.
func (l *look) place(e *entry) place { return place{exact: e.Keys.Exact, asset: l.number(e.Asset)} }

// number is what the look calls an asset.
func (l *look) number(asset string) uint32 {
	n, ok := l.numbers[asset]
	if !ok {
		n = uint32(len(l.numbers))
		l.numbers[asset] = n
	}
	return n
}

// Begin implements ingest.Sink.
func (s *sink) Begin(f ingest.Format) error {
	s.own = f.Name == "reeve"
	return nil
}

// family is what faults of a rule are called whichever tool finds them.
func (s *sink) family(rule string) string {
	family, _ := s.families.Load(rule)
	text, _ := family.(string)
	return text
}

// Rule implements ingest.Sink.
func (s *sink) Rule(rule finding.Rule) error {
	if _, known := s.look.rules[rule.ID]; known {
		return nil
	}
	if len(s.look.rules) >= maxRules {
		return fmt.Errorf("%w: more than %d rules", ErrInvalid, maxRules)
	}
	s.look.rules[rule.ID] = rule
	s.families.Store(rule.ID, identity.Family(&rule))
	return nil
}

// Finding implements ingest.Sink.
func (s *sink) Finding(f finding.Finding) error {
	if f.Asset.Name == "" || s.in.Only || s.in.Asset.Name != "" && f.Asset.Kind == "directory" {
		if f.Asset = s.in.Asset; f.Asset.Name == "" {
			return fmt.Errorf("%w: %w", ErrInvalid, errNoAsset)
		}
	}
	f.Asset.Kind = cmp.Or(f.Asset.Kind, "repository")
	f.Asset.Name = clip(f.Asset.Name, 500)
	if name := AssetName(f.Asset); s.look.assets[name].Name == "" {
		if len(s.look.assets) >= maxAssets {
			return fmt.Errorf("%w: more than %d assets in one report", ErrInvalid, maxAssets)
		}
		s.look.assets[name] = f.Asset
	}
	if isFlaw(&f) {
		s.flaw(&f)
	}
	if s.batch = append(s.batch, f); len(s.batch) >= batchSize {
		s.send()
	}
	return nil
}

// flaw remembers a vulnerability by all its names.
func (s *sink) flaw(f *finding.Finding) {
	name := s.canon.name(f.Rule)
	known, ok := s.look.flaws[name]
	if ok && len(f.Aliases) == 0 {
		return
	}
	for _, id := range append([]string{f.Rule}, f.Aliases...) {
		if id != name && !slices.Contains(known.Aliases, id) {
			known.Aliases = append(known.Aliases, id)
		}
	}
	if !ok || known.Threat.Score == nil {
		if f.Threat != nil {
			known.Threat = *f.Threat
		}
	}
	known.Name = name
	s.look.flaws[name] = known
}

// Package implements ingest.Sink.
func (s *sink) Package(p inventory.Package, where []string) error {
	if len(s.look.packages) >= maxPackages {
		return fmt.Errorf("%w: more than %d packages", ErrInvalid, maxPackages)
	}
	s.look.packages, s.look.where = append(s.look.packages, p), append(s.look.where, where)
	return nil
}

// Statement implements ingest.Sink.
func (s *sink) Statement(v vex.Statement) error {
	s.look.statements = append(s.look.statements, v)
	return nil
}

// Note implements ingest.Sink.
func (s *sink) Note(text string) {
	if len(s.look.notes) < maxNotes {
		s.look.notes = append(s.look.notes, clip(text, 500))
	}
}
