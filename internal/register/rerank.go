package register

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

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
		concerns: func(f *store.Finding) bool { _, ok := changed[f.Flaw]; return ok },
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
		concerns: func(f *store.Finding) bool { return f.Asset == asset.ID },
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
	// concerns tells which findings to rank again, moveTeam which of them follow the asset's team.
	concerns, moveTeam func(*store.Finding) bool
}

// rerank ranks what a reason concerns while nothing is locked, and then writes what changed.
func (r *Register) rerank(ctx context.Context, why reranking) (Reranked, error) {
	w, err := r.World(ctx)
	if err != nil {
		return Reranked{}, err
	}
	var out Reranked
	moved := map[int64]store.Finding{}
	docs := &documents{register: r}
	err = r.db.Every(ctx, func(f *store.Finding) error {
		if !why.concerns(f) {
			return nil
		}
		out.Looked++
		next, err := r.again(ctx, w, docs, f, why)
		if err == nil && next != *f {
			moved[f.ID] = next
		}
		return err
	})
	if err != nil {
		return out, err
	}
	err = r.db.Write(ctx, func(tx *store.Tx) error {
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: why.actor, Kind: why.kind}, now)
		defer to.close()
		for i := range why.entities {
			if err := to.add(ctx, Record{Entity: &why.entities[i]}); err != nil {
				return err
			}
		}
		ids := slices.Sorted(maps.Keys(moved))
		out.Changed = 0
		for part := range slices.Chunk(ids, chunkSize) {
			n, err := r.writeRanks(ctx, tx, to, why.rows(w, part, moved))
			if err != nil {
				return err
			}
			out.Changed += n
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

// again ranks one finding as things are now.
func (r *Register) again(ctx context.Context, w *World, docs *documents, f *store.Finding, why reranking) (store.Finding, error) {
	doc, err := docs.get(ctx, f.DocSeq, f.DocN)
	if err != nil {
		return *f, err
	}
	asset := w.Assets[f.Asset]
	if why.asset != nil {
		asset = why.asset
	}
	why.canon.enrich(doc)
	ranked, next := rowOf(doc, asset), *f
	next.Level, next.Score, next.Known, next.Exploit, next.EPSS = ranked.Level, ranked.Score, ranked.Known, ranked.Exploit, ranked.EPSS
	next.Internet, next.Environment, next.Running, next.Data = ranked.Internet, ranked.Environment, ranked.Running, ranked.Data
	if why.moveTeam != nil && why.moveTeam(f) {
		next.Team = asset.Team
	}
	if moved := next.Level != f.Level || next.Team != f.Team || policyOf(w, asset) != policyOf(w, w.Assets[f.Asset]); moved && State(f.State).Active() {
		noteChange(&next, f, r.now())
		setClock(policyOf(w, asset), &next, r.now())
	}
	return next, nil
}

// newRanks are rows with their new ranks, and which policy counts for each.
type newRanks struct {
	ids    []int64
	moved  map[int64]store.Finding
	policy func(*store.Finding) *clock.Policy
}

func (why *reranking) rows(w *World, ids []int64, moved map[int64]store.Finding) newRanks {
	return newRanks{ids, moved, func(row *store.Finding) *clock.Policy {
		if why.asset != nil && why.asset.ID == row.Asset {
			return policyOf(w, why.asset)
		}
		return policyOf(w, w.Assets[row.Asset])
	}}
}

// writeRanks writes new ranks onto rows as they are now; what was changed meanwhile by somebody else keeps that change.
func (r *Register) writeRanks(ctx context.Context, tx *store.Tx, to *writer, ranks newRanks) (int, error) {
	if err := to.settle(ctx); err != nil {
		return 0, err
	}
	rows, err := tx.Findings(ctx, ranks.ids)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		row, next, old := &rows[i], ranks.moved[rows[i].ID], rows[i]
		record := Record{Finding: row, Step: stepOf(row, &next)}
		row.Level, row.Score, row.Known, row.Exploit, row.EPSS = next.Level, next.Score, next.Known, next.Exploit, next.EPSS
		row.Internet, row.Environment, row.Running, row.Data, row.Team = next.Internet, next.Environment, next.Running, next.Data, next.Team
		if moved := row.Level != old.Level || row.Team != old.Team || next.Due != old.Due || next.Next != old.Next; moved && State(row.State).Active() {
			noteChange(row, &old, to.event.Known)
			setClock(ranks.policy(row), row, to.event.Known)
		}
		if err := to.add(ctx, record); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
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
