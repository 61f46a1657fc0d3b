package register

import (
	"maps"

	"github.com/reevehq/reeve/internal/store"
)

// copy makes a world that can be changed: the maps are new, what they hold is replaced and never changed.
func (w *World) copy() *World {
	n := &World{
		Head: w.Head, Assets: maps.Clone(w.Assets), Teams: maps.Clone(w.Teams), Sources: maps.Clone(w.Sources), Rules: maps.Clone(w.Rules),
		Flaws: maps.Clone(w.Flaws), Policies: maps.Clone(w.Policies), Others: map[string]map[int64]store.Entity{}, owners: w.owners, ids: map[string]map[string]int64{},
	}
	for kind, of := range w.Others {
		n.Others[kind] = maps.Clone(of)
	}
	for kind, of := range w.ids {
		n.ids[kind] = maps.Clone(of)
	}
	return n
}
