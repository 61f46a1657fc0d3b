package register

import "maps"

// copy makes a world in which entities of some kinds can be changed: those have maps of their own. The others are shared with the world that was
// copied, as an import that only moves a source must not cost what all rules and flaws weigh. What maps hold is replaced and never changed.
func (w *World) copy(kinds map[string]bool) *World {
	n := *w
	n.Others, n.ids = maps.Clone(w.Others), maps.Clone(w.ids)
	for kind := range kinds {
		switch kind {
		case KindAsset:
			n.Assets = maps.Clone(w.Assets)
		case KindTeam:
			n.Teams = maps.Clone(w.Teams)
		case KindSource:
			n.Sources = maps.Clone(w.Sources)
		case KindRule:
			n.Rules = maps.Clone(w.Rules)
		case KindFlaw:
			n.Flaws = maps.Clone(w.Flaws)
		case KindPolicy:
			n.Policies = maps.Clone(w.Policies)
		}
		if of := w.Others[kind]; of != nil {
			n.Others[kind] = maps.Clone(of)
		}
		if of := w.ids[kind]; of != nil {
			n.ids[kind] = maps.Clone(of)
		}
	}
	return &n
}
