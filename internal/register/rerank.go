package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/store"
)

// The kinds of events that change ranks.
const (
	// KindEnrich is that the world learned something about flaws.
	KindEnrich = "enrich"
	// KindContext is that something was learned about an asset.
	KindContext = "context"
)

// Reranked is what a re-ranking came to.
type Reranked struct {
	Event int64 `json:"event,omitempty"`
	// Flaws are those the world says something new about; Looked findings were ranked again, Changed ones were written.
	Flaws   int `json:"flaws,omitempty"`
	Looked  int `json:"looked"`
	Changed int `json:"changed"`
}

// Enrich takes a newer advisory database: what it says anew about flaws that the register knows is written, and of the findings of those flaws the
// ones whose rank it changes.
func (r *Register) Enrich(ctx context.Context, db *advisory.DB, actor string) (Reranked, error) {
	w, err := r.World(ctx)
	if err != nil {
		return Reranked{}, err
	}
	changed := map[int64]Flaw{}
	c := newCanon(db)
	for id, flaw := range w.Flaws {
		if next, news := learned(*flaw, c.of(flaw.Name).threat); news {
			changed[id] = next
		}
	}
	r.advisories.Store(db)
	if len(changed) == 0 {
		return Reranked{}, nil
	}
	var entities []EntityRecord
	for _, id := range slices.Sorted(maps.Keys(changed)) {
		doc, err := json.Marshal(changed[id])
		if err != nil {
			return Reranked{}, err
		}
		entities = append(entities, EntityRecord{Kind: KindFlaw, ID: id, Name: changed[id].Name, Doc: doc})
	}
	out, err := r.rerank(ctx, reranking{
		kind: KindEnrich, actor: actor, entities: entities, canon: c,
		concerns: func(_, flaw int64) bool { _, ok := changed[flaw]; return ok },
	})
	out.Flaws = len(changed)
	return out, err
}

// learned tells whether the world says something about a flaw that moves a rank. EPSS is told in whole percents, as more moves none.
func learned(flaw Flaw, threat finding.Threat) (Flaw, bool) {
	have := flaw.Threat
	if threat.EPSS == nil && threat.KEV == nil && threat.Exploit == "" && threat.Automatable == "" {
		return flaw, false
	}
	same := percent(have.EPSS) == percent(threat.EPSS) && (have.KEV == nil) == (threat.KEV == nil) && have.Exploit == threat.Exploit &&
		have.Automatable == threat.Automatable && (have.KEV == nil || have.KEV.Ransomware == threat.KEV.Ransomware)
	have.EPSS, have.KEV, have.Exploit, have.Automatable = threat.EPSS, threat.KEV, threat.Exploit, threat.Automatable
	flaw.Threat = have
	return flaw, !same
}

// percent is an EPSS as the register keeps it in rows: whole percents, and -1 where there is none.
func percent(e *finding.EPSS) float64 {
	if e == nil {
		return -1
	}
	return math.Floor(e.Probability*100) / 100
}

// SetAsset changes what is known about an asset, and ranks its findings again where that matters.
func (r *Register) SetAsset(ctx context.Context, actor string, asset Asset) (Reranked, error) {
	w, err := r.World(ctx)
	if err != nil {
		return Reranked{}, err
	}
	old := w.Assets[asset.ID]
	if old == nil {
		return Reranked{}, fmt.Errorf("asset %d: %w", asset.ID, ErrNotFound)
	}
	asset.Asset = old.Asset // its name is its identity
	doc, err := json.Marshal(asset)
	if err != nil {
		return Reranked{}, err
	}
	return r.rerank(ctx, reranking{
		kind: KindContext, actor: actor, canon: newCanon(r.advisories.Load()), asset: &asset,
		entities: []EntityRecord{{Kind: KindAsset, ID: asset.ID, Name: AssetName(asset.Asset), Doc: doc}},
		concerns: func(of, _ int64) bool { return of == asset.ID },
		moveTeam: func(f *store.Finding) bool { return f.Team == old.Team },
	})
}

// reranking is one reason to rank findings again.
type reranking struct {
	kind, actor string
	entities    []EntityRecord
	canon       *canon
	// asset, where it is set, takes the place of the one that is known.
	asset *Asset
	// concerns tells of an asset and a flaw whether findings of them are ranked again, moveTeam which of them follow the asset's team.
	concerns func(asset, flaw int64) bool
	moveTeam func(*store.Finding) bool
}

// policy is the clock policy that counts for a finding, once the reason counts.
func (why *reranking) policy(w *World, f *store.Finding) *clock.Policy {
	return policyOf(w, why.of(w, f))
}

// of is the asset of a finding, as the reason has it.
func (why *reranking) of(w *World, f *store.Finding) *Asset {
	if why.asset != nil && why.asset.ID == f.Asset {
		return why.asset
	}
	return w.Assets[f.Asset]
}

// rerank ranks what a reason concerns while nothing is locked, and then writes what changed.
func (r *Register) rerank(ctx context.Context, why reranking) (Reranked, error) {
	w, err := r.World(ctx)
	if err != nil {
		return Reranked{}, err
	}
	var out Reranked
	var ids []int64
	err = r.db.About(ctx, func(id, asset, flaw int64) {
		if why.concerns(asset, flaw) {
			ids = append(ids, id)
		}
	})
	if err != nil {
		return out, err
	}
	moved, err := r.ranks(ctx, w, ids, &why)
	if err != nil {
		return out, err
	}
	out.Looked, out.Changed = len(ids), len(moved)
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: why.actor, Kind: why.kind}, now)
		defer to.close()
		for i := range why.entities {
			if err := to.add(ctx, Record{Entity: &why.entities[i]}); err != nil {
				return err
			}
		}
		for part := range slices.Chunk(moved, chunkSize) {
			if err := r.writeRanks(ctx, w, to, part, &why); err != nil {
				return err
			}
		}
		out.Event = tx.Seq()
		_, err := to.end(ctx, out)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("rank again: %w", err)
	}
	return out, nil
}

// newRank is what a reason changes about a finding: of a million, only this waits in memory until it is written.
type newRank struct {
	id, level, score, team                               int64
	epss                                                 float64
	known, exploit, internet, environment, running, data string
	// clock tells that its clocks run otherwise from now on.
	clock bool
}

// put puts the new rank onto a row.
func (n *newRank) put(row *store.Finding) {
	row.Level, row.Score, row.Team, row.EPSS, row.Known, row.Exploit = n.level, n.score, n.team, n.epss, n.known, n.exploit
	row.Internet, row.Environment, row.Running, row.Data = n.internet, n.environment, n.running, n.data
}

// ranks ranks findings as things are now, on all processors, and gives what changes, in the order of their ids.
func (r *Register) ranks(ctx context.Context, w *World, ids []int64, why *reranking) ([]newRank, error) {
	parts := slices.Collect(slices.Chunk(ids, chunkSize))
	moved := make([][]newRank, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for n, part := range parts {
		group.Go(func() error {
			rows, err := r.db.Findings(ctx, part)
			if err != nil {
				return err
			}
			docs := &documents{register: r}
			for i := range rows {
				next, changed, err := r.again(ctx, w, docs, &rows[i], why)
				if err != nil {
					return err
				}
				if changed {
					moved[n] = append(moved[n], next)
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return slices.Concat(moved...), err
}

// again ranks one finding as things are now.
func (r *Register) again(ctx context.Context, w *World, docs *documents, f *store.Finding, why *reranking) (newRank, bool, error) {
	doc, err := docs.get(ctx, f.DocSeq, f.DocN)
	if err != nil {
		return newRank{}, false, err
	}
	asset := why.of(w, f)
	why.canon.enrich(doc)
	row := rowOf(doc, asset)
	n := newRank{id: f.ID, level: row.Level, score: row.Score, team: f.Team, epss: row.EPSS, known: row.Known, exploit: row.Exploit,
		internet: row.Internet, environment: row.Environment, running: row.Running, data: strings.Clone(row.Data)}
	if why.moveTeam != nil && why.moveTeam(f) {
		n.team = asset.Team
	}
	next := *f
	n.put(&next)
	if moved := next.Level != f.Level || next.Team != f.Team || policyOf(w, asset) != policyOf(w, w.Assets[f.Asset]); moved && State(f.State).Active() {
		noteChange(&next, f, r.now())
		setClock(policyOf(w, asset), &next, r.now())
		n.clock = next.Due != f.Due || next.Next != f.Next || next.Clock != f.Clock
	}
	return n, next != *f, nil
}

// writeRanks writes new ranks onto rows as they are now; what was changed meanwhile by somebody else keeps that change. The rows are read beside the
// transaction, which keeps everybody else from writing, and does not write a row twice.
func (r *Register) writeRanks(ctx context.Context, w *World, to *writer, moved []newRank, why *reranking) error {
	ids := make([]int64, len(moved))
	for i := range moved {
		ids[i] = moved[i].id
	}
	rows, err := r.db.Findings(ctx, ids)
	if err != nil {
		return err
	}
	if len(rows) != len(moved) {
		return fmt.Errorf("%d of %d findings are gone: run \"reeve register verify\"", len(moved)-len(rows), len(moved))
	}
	for i := range rows {
		row, old := &rows[i], rows[i]
		moved[i].put(row)
		if change := row.Level != old.Level || row.Team != old.Team || moved[i].clock; change && State(row.State).Active() {
			noteChange(row, &old, to.event.Known)
			setClock(why.policy(w, row), row, to.event.Known)
		}
		if err := to.add(ctx, Record{Finding: row, Step: stepOf(&old, row)}); err != nil {
			return err
		}
	}
	return nil
}

// stepOf is the step of a row that has another rank or another team than before, nil where it has not: without a step the past would not know.
func stepOf(old, next *store.Finding) *Step {
	switch {
	case old.Level != next.Level || old.Score != next.Score:
		return &Step{StepRank, fmt.Sprintf("ranked %s (%d), was %s (%d)%s",
			finding.Severity(next.Level), next.Score, finding.Severity(old.Level), old.Score, because(old, next))}
	case old.Team != next.Team:
		return &Step{StepOwner, "another team owns it now"}
	}
	return nil
}

// because says which facts moved a rank.
func because(old, next *store.Finding) string {
	var out []string
	fact := func(name, a, b string) {
		if a != b {
			if b == "" {
				b = "unknown"
			}
			out = append(out, name+" is now "+b)
		}
	}
	fact("exploitation known to CISA", old.Known, next.Known)
	fact("public exploit", old.Exploit, next.Exploit)
	fact("internet", old.Internet, next.Internet)
	fact("environment", old.Environment, next.Environment)
	fact("running", old.Running, next.Running)
	fact("data", old.Data, next.Data)
	if old.EPSS != next.EPSS && next.EPSS >= 0 {
		out = append(out, fmt.Sprintf("EPSS is now %.0f %%", next.EPSS*100))
	}
	if len(out) == 0 {
		return ""
	}
	return ": " + strings.Join(out, ", ")
}

// documents reads texts of findings that lie together in the log, block by block.
type documents struct {
	register *Register
	seq, n   int64
	texts    [][]byte
}

func (d *documents) get(ctx context.Context, seq, n int64) (*finding.Finding, error) {
	if d.texts == nil || d.seq != seq || d.n != n/blockSize {
		block, err := d.register.db.Block(ctx, seq, n/blockSize)
		if err != nil {
			return nil, err
		}
		if d.texts, err = lines(block); err != nil {
			return nil, err
		}
		d.seq, d.n = seq, n/blockSize
	}
	at := int(n % blockSize)
	if at >= len(d.texts) {
		return nil, fmt.Errorf("record %d of event %d: %w", n, seq, ErrNotFound)
	}
	var record struct{ Doc finding.Finding }
	if err := json.Unmarshal(d.texts[at], &record); err != nil {
		return nil, fmt.Errorf("read record %d of event %d: %w", n, seq, err)
	}
	return &record.Doc, nil
}
