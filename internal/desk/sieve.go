package desk

import (
	"context"
	"fmt"

	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Sieve tells which of some findings queries mean, as they are in the rows at hand and not as they are now. It is for jobs that nobody asks for, so it
// sees everything. It may be used by one goroutine.
type Sieve struct {
	desk  *Desk
	index *facet.Index
	// seen is the last event whose names it knows.
	seen int64
}

// Sieve makes a sieve.
func (d *Desk) Sieve() *Sieve { return &Sieve{desk: d, index: facet.New()} }

// Sift gives for each query the ids that it means. A query that cannot be read means none, and the error says which.
func (s *Sieve) Sift(ctx context.Context, w *register.World, rows []store.Finding, queries []string) ([]map[int64]bool, error) {
	if err := s.follow(ctx); err != nil {
		return nil, err
	}
	fresh := make([]facet.Row, len(rows))
	ids := make([]int64, len(rows))
	for i := range rows {
		fresh[i], ids[i] = rowOf(w, &rows[i]), rows[i].ID
		fresh[i].Touched = 0 // the same finding may come from an older event than before
	}
	s.index.Put(fresh, nil, 0)
	defer func() { s.index.Put(nil, ids, 0) }()
	out := make([]map[int64]bool, len(queries))
	var broken error
	for i, text := range queries {
		out[i] = map[int64]bool{}
		q, err := facet.Parse(text, nil)
		if err != nil {
			broken = fmt.Errorf("%w: query %q: %w", ErrInvalid, text, err)
			continue
		}
		s.index.Each(q, s.desk.now(), func(r facet.Row) bool { out[i][r.ID] = true; return true })
	}
	return out, broken
}

// Shown is a row as people read it.
func (s *Sieve) Shown(w *register.World, row *store.Finding) Row {
	r := rowOf(w, row)
	return s.desk.shown(w, &r)
}

func (s *Sieve) follow(ctx context.Context) error {
	fresh := map[facet.Field][]facet.Entry{}
	err := s.desk.reg.Store().Entities(ctx, s.seen, func(e store.Entity) error {
		s.seen = max(s.seen, e.Touched)
		if field, ok := fieldOf[e.Kind]; ok {
			fresh[field] = append(fresh[field], entryOf(e))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for field, entries := range fresh {
		s.index.PutNames(field, entries)
	}
	return nil
}

// fieldOf says in which field of the index things of a kind stand.
var fieldOf = map[string]facet.Field{
	register.KindAsset: facet.Asset, register.KindTeam: facet.Team, register.KindPerson: facet.Assignee,
	register.KindRule: facet.Rule, register.KindFlaw: facet.Flaw,
}
