package register

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"

	"github.com/reevehq/reeve/internal/store"
)

// KindSet is the kind of the events that set up assets, teams, people, policies and the like.
const KindSet = "set"

// Set is one thing with a name as it shall be.
type Set struct {
	Kind string
	// ID is the thing to change, 0 to make a new one.
	ID   int64
	Name string
	// Doc is what is known about it, as the kind's struct.
	Doc any
	// Drop removes it.
	Drop bool
}

// set is what the event says.
type set struct {
	Kinds []string `json:"kinds"`
	Why   string   `json:"why,omitempty"`
}

// Put sets up things with names, all of them or none, as one event. It gives their ids in order.
func (r *Register) Put(ctx context.Context, actor, why string, sets ...Set) ([]int64, error) {
	var ids []int64
	err := r.db.Write(ctx, func(tx *store.Tx) error {
		ids = ids[:0]
		w, err := r.within(ctx, tx)
		if err != nil {
			return err
		}
		now := max(r.now(), tx.Head().Known)
		to := newWriter(tx, store.Event{At: now, Actor: actor, Kind: KindSet}, now)
		defer to.close()
		said := set{Why: why}
		for _, s := range sets {
			id, err := r.put(ctx, w, tx, to, s)
			if err != nil {
				return fmt.Errorf("%s %q: %w", s.Kind, s.Name, err)
			}
			ids = append(ids, id)
			said.Kinds = append(said.Kinds, s.Kind)
		}
		next, err := w.withPolicies(sets, ids)
		if err != nil {
			return err
		}
		if err := resetClocks(ctx, tx, to, w, next); err != nil {
			return err
		}
		_, err = to.end(ctx, said)
		return err
	})
	return ids, err
}

func (r *Register) put(ctx context.Context, w *World, tx *store.Tx, to *writer, s Set) (int64, error) {
	if err := checkName(s.Kind, s.Name); err != nil {
		return 0, err
	}
	switch holder := w.ID(s.Kind, s.Name); {
	case s.ID == 0 && holder != 0:
		return 0, fmt.Errorf("%w: there is one of that name already", ErrConflict)
	case s.ID != 0 && holder != 0 && holder != s.ID:
		return 0, fmt.Errorf("%w: another one has that name", ErrConflict)
	case s.ID == 0:
		s.ID = tx.NewEntity()
	}
	doc, err := json.Marshal(s.Doc)
	if err != nil {
		return 0, err
	}
	if s.Kind == KindPolicy && !s.Drop {
		if _, err := policyIn(doc); err != nil {
			return 0, fmt.Errorf("%w: %w", ErrInvalid, err)
		}
	}
	err = to.add(ctx, Record{Entity: &EntityRecord{Kind: s.Kind, ID: s.ID, Name: s.Name, Doc: doc, Dropped: s.Drop}})
	return s.ID, err
}

var slug = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]([a-z0-9._-]{0,98}[a-z0-9])?$`) })

// checkName keeps names short, and those that stand in addresses simple.
func checkName(kind, name string) error {
	switch {
	case name == "" || len(name) > 600:
		return fmt.Errorf("%w: a name of 1 to 600 bytes is needed", ErrInvalid)
	case kind == KindTeam && (name == "none" || name == "any"):
		return fmt.Errorf("%w: %q means something else in queries", ErrInvalid, name)
	case (kind == KindTeam || kind == KindPolicy) && !slug().MatchString(name):
		return fmt.Errorf("%w: a name of lower-case letters, digits, dots and dashes is needed", ErrInvalid)
	}
	return nil
}
