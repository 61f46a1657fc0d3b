package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/identity"
	"github.com/reevehq/reeve/internal/store"
)

// landing writes one look into the register, inside one transaction.
type landing struct {
	register *Register
	look     *look
	in       Import
	tx       *store.Tx

	w       *writer
	world   *World
	now, at int64
	tool    string
	assets  map[string]*Asset
	sources map[string]*view
	rules   map[string]int64
	flaws   map[string]int64
	receipt Receipt
}

// view is one source in the course of a look.
type view struct {
	Source
	// number is what the look calls the asset.
	number uint32
	// fresh tells that it never looked before.
	fresh bool
	// seen are the sightings seen again, as a set of N.
	seen  bits
	count int64
	// gained counts sightings that are there now and were not before; lost those that were and are not.
	gained, lost int64
	// whole tells that all its sightings were read, so that a place that was not met among them is not known.
	whole bool
	// lone tells that the asset has no other source that sees anything.
	lone bool
}

// imported is what the event of an import says.
type imported struct {
	Receipt Receipt `json:"receipt"`
	Ref     string  `json:"ref,omitempty"`
	Name    string  `json:"name,omitempty"`
	Gate    *Gate   `json:"gate,omitempty"`
}

// land does it all. Its steps are the sentences of the life of a finding.
func (l *landing) land(ctx context.Context) error {
	var err error
	if l.world, err = l.register.within(ctx, l.tx); err != nil {
		return err
	}
	l.now = max(l.register.now(), l.tx.Head().Known)
	l.at = l.now
	if at := micro(l.look.header.At); at > 0 && at < l.now {
		l.at = at
	}
	l.tool = l.look.header.Tool.Name
	l.w = newWriter(l.tx, store.Event{At: l.at, Actor: l.in.Actor, Kind: KindImport}, l.now)
	defer l.w.close()
	l.receipt = Receipt{
		Header: l.look.header, Read: l.look.spool.count + l.look.twice, Twice: l.look.twice, Notes: l.look.notes,
		Packages: len(l.look.packages), Statements: len(l.look.statements), Assets: slices.Sorted(maps.Keys(l.look.assets)),
	}
	if l.receipt.Superseded = l.superseded(); l.receipt.Superseded == "" {
		if err := l.write(ctx); err != nil {
			return err
		}
	}
	l.receipt.Event = l.tx.Seq()
	_, err = l.w.end(ctx, imported{Receipt: l.receipt, Ref: l.in.Ref, Name: l.in.Name, Gate: l.look.gate})
	return err
}

func (l *landing) write(ctx context.Context) error {
	for _, step := range []func(context.Context) error{l.name, l.describe, l.match, l.bill, l.reckon} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// superseded tells why the look comes too late: its source has looked again since.
func (l *landing) superseded() string {
	for _, name := range slices.Sorted(maps.Keys(l.look.assets)) {
		id := l.world.ID(KindSource, sourceName(l.world.ID(KindAsset, name), l.tool, l.in.Ref))
		if s := l.world.Sources[id]; s != nil && l.at < s.Looked {
			return fmt.Sprintf("%s looked at %s again at %s, after this report of %s", l.tool, name,
				moment(s.Looked).Format("2006-01-02 15:04:05"), moment(l.at).Format("2006-01-02 15:04:05"))
		}
	}
	return ""
}

// name makes sure that assets and sources are there.
func (l *landing) name(ctx context.Context) error {
	l.assets, l.sources = map[string]*Asset{}, map[string]*view{}
	for _, name := range slices.Sorted(maps.Keys(l.look.assets)) {
		asset := l.world.Assets[l.world.ID(KindAsset, name)]
		if asset == nil {
			asset = &Asset{ID: l.tx.NewEntity(), Asset: l.look.assets[name]}
			if err := l.entity(ctx, KindAsset, asset.ID, name, asset); err != nil {
				return err
			}
		}
		if next := l.files(asset); next != nil {
			asset = next
			if err := l.entity(ctx, KindAsset, asset.ID, name, asset); err != nil {
				return err
			}
		}
		l.assets[name] = asset
		v := &view{Source: Source{Asset: asset.ID, Tool: l.tool, Ref: l.in.Ref}, number: l.look.number(name), lone: true}
		if known := l.world.Sources[l.world.ID(KindSource, sourceName(asset.ID, l.tool, l.in.Ref))]; known != nil {
			v.Source = *known
		} else {
			v.ID, v.fresh = l.tx.NewEntity(), true
		}
		l.sources[name] = v
	}
	for _, s := range l.world.Sources {
		for _, v := range l.sources {
			if s.Asset == v.Asset && s.ID != v.ID && s.Present > 0 {
				v.lone = false
			}
		}
	}
	return nil
}

// files takes over the asset's own files where they were pushed along and say something new.
func (l *landing) files(asset *Asset) *Asset {
	next, changed := *asset, false
	take := func(to *string, from *string) {
		if from != nil && *from != *to {
			*to, changed = *from, true
		}
	}
	take(&next.Codeowners, l.in.Codeowners)
	take(&next.Catalog, l.in.Catalog)
	if !changed {
		return nil
	}
	next.readFiles()
	return &next
}

// entity writes one entity.
func (l *landing) entity(ctx context.Context, kind string, id int64, name string, doc any) error {
	text, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return l.w.add(ctx, Record{Entity: &EntityRecord{Kind: kind, ID: id, Name: name, Doc: text}})
}

// describe makes sure that rules and flaws are there. A rule's text follows the newest report.
func (l *landing) describe(ctx context.Context) error {
	l.rules, l.flaws = map[string]int64{}, map[string]int64{}
	for _, id := range slices.Sorted(maps.Keys(l.look.rules)) {
		rule := l.look.rules[id]
		known := l.world.ID(KindRule, id)
		l.rules[id] = known
		if known != 0 && sameText(l.world.Rules[known].Rule, rule) {
			continue
		}
		if known == 0 {
			known = l.tx.NewEntity()
			l.rules[id] = known
		}
		if err := l.entity(ctx, KindRule, known, id, rule); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.look.flaws)) {
		flaw := l.look.flaws[name]
		known := l.world.ID(KindFlaw, name)
		if known == 0 {
			l.flaws[name] = l.tx.NewEntity()
			if err := l.entity(ctx, KindFlaw, l.flaws[name], name, flaw); err != nil {
				return err
			}
			continue
		}
		l.flaws[name] = known
		if next, more := widen(*l.world.Flaws[known], flaw); more {
			if err := l.entity(ctx, KindFlaw, known, name, next); err != nil {
				return err
			}
		}
	}
	return nil
}

func sameText(a, b finding.Rule) bool {
	x, _ := json.Marshal(a) // plain data always marshals
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// widen adds the names that a report knows and the register does not.
func widen(have, new Flaw) (Flaw, bool) {
	more := false
	have.Aliases = slices.Clone(have.Aliases)
	for _, a := range new.Aliases {
		if a != have.Name && !slices.Contains(have.Aliases, a) {
			have.Aliases, more = append(have.Aliases, a), true
		}
	}
	return have, more
}

// rule gives the id of a rule that a report names, which is one that it described.
func (l *landing) rule(e *entry) (int64, error) {
	id, ok := l.rules[e.Rule]
	if !ok {
		return 0, fmt.Errorf("%w: a finding names the rule %q, which the report does not describe", ErrInvalid, e.Rule)
	}
	return id, nil
}

// manyLost is from how many findings on a note says that a source has lost most of what it saw, which may mean that it looked elsewhere.
const manyLost = 5

// reckon settles what the sources see now.
func (l *landing) reckon(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(l.sources)) {
		v := l.sources[name]
		if v.lost >= manyLost && 2*v.lost > v.Present {
			l.receipt.Notes = append(l.receipt.Notes, fmt.Sprintf(
				"%s no longer finds %d of the %d that it saw in %s. If it looked at another part this time, give the look a name of its own (--source), or say that it is partial",
				l.tool, v.lost, v.Present, name))
		}
		v.Present += v.gained - v.lost
		v.Looked, v.Seq = l.at, l.tx.Seq()
		if err := l.entity(ctx, KindSource, v.ID, sourceName(v.Asset, v.Tool, v.Ref), v.Source); err != nil {
			return err
		}
	}
	return nil
}

// candidate offers a known sighting for matching.
func (l *landing) candidate(ctx context.Context, s *store.Sighting, row *store.Finding) identity.Candidate {
	at := *s
	c := identity.Candidate{
		Keys: keysOf(&at), Class: row.Class, Path: s.Path, Line: int(s.Line), Column: int(s.Col), Finding: s.Finding,
		Load: func() *finding.Finding {
			f, err := l.register.document(ctx, l.tx, at.DocSeq, at.DocN)
			if err != nil {
				return &finding.Finding{}
			}
			return f
		},
	}
	if rule := l.world.Rules[row.Rule]; rule != nil {
		c.Rule = rule.ID
	}
	if source := l.world.Sources[s.Source]; source != nil {
		c.Tool, c.Branch = source.Tool, source.Ref
	}
	return c
}

func keysOf(s *store.Sighting) identity.Keys {
	k := identity.Keys{Print: uint64(s.Print), Drift: uint64(s.Drift), Code: uint64(s.Code), Spot: uint64(s.Spot), Twin: uint64(s.Twin), Line: uint64(s.Near)}
	copy(k.Exact[:], s.Exact)
	return k
}

// bits is a set of numbers that lie close together.
type bits struct {
	words map[int64]uint64
}

func (b *bits) add(n int64) bool {
	if b.words == nil {
		b.words = map[int64]uint64{}
	}
	w, bit := n>>6, uint64(1)<<(n&63)
	old := b.words[w]
	b.words[w] = old | bit
	return old&bit == 0
}

func (b *bits) has(n int64) bool { return b.words[n>>6]&(1<<(n&63)) != 0 }
