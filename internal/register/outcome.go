package register

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/store"
)

// seen is an entry whose finding is known.
type seen struct {
	entry    *entry
	view     *view
	sighting store.Sighting
	// joins tells that the sighting is another source's, moved that the source knew it in another place; why says how that is known.
	joins, moved bool
	why          string
}

// open writes an entry that nobody knew.
func (m *matching) open(e *entry, v *view) error {
	if err := m.merged(e); err != nil {
		return err
	}
	row, err := m.row(e, v)
	if err != nil {
		return err
	}
	row.ID, row.State, row.Sources = m.tx.NewFinding(), string(Open), sourceList([]int64{v.ID})
	row.Opened, row.Changed, row.OpenedSeq = m.at, m.now, m.tx.Seq()
	row.DocSeq, row.DocN = m.tx.Seq(), m.w.next()
	why := m.tool + " found it"
	if e.Waived != "" {
		row.State, why = string(Accepted), m.tool+" found it; "+e.Waived
	}
	restartClock(&row, m.now)
	m.due(&row)
	s := knowledge(e)
	s.Source, s.N, s.Finding, s.DocSeq, s.DocN = v.ID, m.tx.NewSighting(), row.ID, row.DocSeq, row.DocN
	v.gained++
	m.receipt.New++
	return m.w.add(m.ctx, Record{Finding: &row, Sighting: &s, Doc: e.Doc, Step: &Step{StepOpened, why}})
}

// row gives the row of an entry, ranked as things are now.
func (m *matching) row(e *entry, v *view) (store.Finding, error) {
	asset := m.assets[e.Asset]
	row, owner := e.Row, e.Owner
	if e.Context != m.look.versions.of(asset) {
		f, err := decodeDoc(e.Doc)
		if err != nil {
			return row, err
		}
		row = rowOf(f, asset)
		owner = ownerOf(m.world, asset, f.Location.Path)
	}
	rule, err := m.rule(e)
	if err != nil {
		return row, err
	}
	row.Asset, row.Rule, row.Flaw = v.Asset, rule, m.flaws[e.Flaw]
	row.Team = cmp.Or(owner, asset.Team)
	return row, nil
}

// due sets a row's clocks where there is something to do.
func (m *matching) due(row *store.Finding) {
	if State(row.State).Active() {
		m.clocks.set(policyOf(m.world, m.world.Assets[row.Asset]), row)
	}
}

// again writes entries whose findings are known, and that say something new about them.
func (m *matching) again(all []seen) error {
	ids := make([]int64, len(all))
	for i := range all {
		ids[i] = all[i].sighting.Finding
	}
	rows, err := m.rows(ids)
	if err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		row, ok := rows[s.sighting.Finding]
		if !ok {
			return fmt.Errorf("sighting %d names finding %d, which is not there: run \"reeve register verify\"", s.sighting.N, s.sighting.Finding)
		}
		if err := m.seenAgain(s, &row); err != nil {
			return err
		}
		rows[row.ID] = row
	}
	return nil
}

func (m *matching) seenAgain(s *seen, row *store.Finding) error {
	e, v := s.entry, s.view
	if err := m.merged(e); err != nil {
		return err
	}
	sighting := s.sighting
	if s.joins {
		sighting = store.Sighting{Source: v.ID, N: m.tx.NewSighting(), Finding: row.ID}
	}
	returned := s.joins || sighting.Gone != 0
	if returned {
		v.gained++
	}
	fresh := s.joins || sighting.Digest != e.Digest
	record := Record{}
	if fresh {
		sighting.DocSeq, sighting.DocN, record.Doc = m.tx.Seq(), m.w.next(), e.Doc
	}
	speaks := leads(row.Sources, v.ID)
	known := knowledge(e)
	known.Source, known.N, known.Finding, known.DocSeq, known.DocN = sighting.Source, sighting.N, sighting.Finding, sighting.DocSeq, sighting.DocN
	sighting = known
	row.Sources, row.Saw = sourceList(append(sourceIDs(row.Sources), v.ID)), sourceList(without(row.Saw, v.ID))
	why, old := s.why, *row
	if fresh && speaks {
		if err := m.retell(e, v, row, &sighting); err != nil {
			return err
		}
	}
	next, regression, because := after(State(row.State), true, m.tool)
	if because != "" {
		row.State, row.Changed, row.Closed, row.Regression = string(next), m.now, 0, row.Regression || regression
		record.Step = &Step{StepState, because}
		if regression { // a fix that did not work restarts nothing
			restartClock(row, m.now)
		}
		m.due(row)
	} else if why != "" {
		record.Step = &Step{StepSeen, why}
	} else {
		record.Step = stepOf(&old, row)
	}
	m.count(s, regression, because)
	record.Finding, record.Sighting = rowCopy(row), &sighting
	return m.w.add(m.ctx, record)
}

// retell takes over what a new text says, and keeps what is the register's own.
func (m *matching) retell(e *entry, v *view, row *store.Finding, at *store.Sighting) error {
	next, err := m.row(e, v)
	if err != nil {
		return err
	}
	old := *row
	next.ID, next.State, next.Regression, next.Sources, next.Saw = old.ID, old.State, old.Regression, old.Sources, old.Saw
	next.Assignee, next.Opened, next.Changed, next.Closed, next.Expires, next.OpenedSeq = old.Assignee, old.Opened, old.Changed, old.Closed, old.Expires, old.OpenedSeq
	next.Team, next.Due, next.Clock, next.Next = cmp.Or(old.Team, next.Team), old.Due, old.Clock, old.Next
	next.DocSeq, next.DocN = at.DocSeq, at.DocN
	if State(next.State).Active() && (next.Level != old.Level || next.Team != old.Team) {
		noteChange(&next, &old, m.now)
		m.due(&next)
	}
	*row = next
	return nil
}

func (m *matching) count(s *seen, regression bool, because string) {
	switch {
	case regression:
		m.receipt.Regressions++
	case s.joins:
		m.receipt.Joined++
	case s.moved || because != "" || s.sighting.Digest != s.entry.Digest || s.sighting.Gone != 0:
		m.receipt.Moved++
	default:
		m.receipt.Same++
	}
}

// vanish writes what a source no longer sees. What no source sees any more is fixed, and that is proven.
func (m *matching) vanish(v *view, gone []*store.Sighting, taken map[int]bool) error {
	for from := 0; from < len(gone); from += chunkSize {
		part := gone[from:min(from+chunkSize, len(gone))]
		ids := make([]int64, len(part))
		for i, s := range part {
			ids[i] = s.Finding
		}
		rows, err := m.rows(ids)
		if err != nil {
			return err
		}
		often, err := m.tx.Several(m.ctx, v.ID, ids)
		if err != nil {
			return err
		}
		for i, s := range part {
			if taken[from+i] {
				continue
			}
			row := rows[s.Finding]
			if covers := m.look.header.Covers; len(covers) > 0 && !slices.Contains(covers, row.Class) {
				continue
			}
			often[row.ID]--
			if err := m.gone(v, s, &row, often[row.ID] > 0); err != nil {
				return err
			}
			rows[row.ID] = row
		}
	}
	return nil
}

// gone writes that a source no longer sees a finding here; elsewhere tells that it sees it in another place still, as people said that both are one.
func (m *matching) gone(v *view, s *store.Sighting, row *store.Finding, elsewhere bool) error {
	v.lost++
	s.Gone = m.tx.Seq()
	if elsewhere {
		return m.w.add(m.ctx, Record{Sighting: s})
	}
	left := without(row.Sources, v.ID)
	row.Sources, row.Saw = sourceList(left), sourceList(append(sourceIDs(row.Saw), v.ID))
	record := Record{Sighting: s}
	if len(left) == 0 {
		if next, _, because := after(State(row.State), false, m.tool); because != "" {
			row.State, row.Changed, row.Closed = string(next), m.now, m.at
			m.clocks.set(policyOf(m.world, m.world.Assets[row.Asset]), row) // what is closed keeps the day by which it had to be fixed
			record.Step = &Step{StepState, because}
			m.receipt.Verified++
		}
	}
	record.Finding = rowCopy(row)
	return m.w.add(m.ctx, record)
}

func rowCopy(row *store.Finding) *store.Finding {
	c := *row
	return &c
}

// sourceIDs reads what sourceList wrote.
func sourceIDs(text string) []int64 {
	var out []int64
	for part := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// without reads a list of sources and leaves some out.
func without(text string, ids ...int64) []int64 {
	return slices.DeleteFunc(sourceIDs(text), func(id int64) bool { return slices.Contains(ids, id) })
}

// leads tells whether a source's text is the one that is shown: that of the source that sees it and has the least id.
func leads(sources string, id int64) bool {
	all := sourceIDs(sources)
	return len(all) == 0 || id <= all[0]
}

// knowledge is what an entry is known by.
func knowledge(e *entry) store.Sighting {
	k := &e.Keys
	return store.Sighting{
		Exact: bytes.Clone(k.Exact[:]), Print: signed(k.Print), Drift: signed(k.Drift), Code: signed(k.Code), Spot: signed(k.Spot), Twin: signed(k.Twin), Near: signed(k.Line),
		Digest: e.Digest, Line: e.Line, Col: e.Column, Path: e.Place,
	}
}
