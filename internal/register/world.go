package register

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/owner"
	"github.com/reevehq/reeve/internal/store"
)

// The kinds of entities.
const (
	KindAsset  = "asset"
	KindTeam   = "team"
	KindSource = "source"
	KindRule   = "rule"
	KindFlaw   = "flaw"
	KindPolicy = "policy"
	KindPerson = "person"
	KindToken  = "token"
	KindView   = "view"
	KindHook   = "hook"
)

// Asset is something a team owns: a repository, an image, a host, an account, an application.
type Asset struct {
	ID int64 `json:"-"`
	finding.Asset
	// Team owns it, 0 for nobody.
	Team int64 `json:"team,omitempty"`
	// Criticality is low, medium, high or critical; "" is not said. It is what people say, and counts before Context.Criticality, which is what
	// files say. It weighs in the rank, in the SSVC decision (mission) and in CVSS' security requirements.
	Criticality string `json:"criticality,omitempty"`
	// Context is what is known about where it runs, from its own files or from people. It fills in what a finding itself leaves open.
	Context finding.Exposure `json:"context,omitzero"`
	// Codeowners and Catalog are the files of these names, as they were last pushed.
	Codeowners string `json:"codeowners,omitempty"`
	Catalog    string `json:"catalog,omitempty"`
	// Policy is the clock policy that counts here, 0 for the default.
	Policy int64    `json:"policy,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	// Uses are other assets that this one is exposed through or depends on, by id: an image that a cluster runs.
	Uses []int64 `json:"uses,omitempty"`
	// files are Codeowners and Catalog, read.
	files *owner.Facts
}

// Team is a group of people who own things.
type Team struct {
	ID int64 `json:"-"`
	// Slug is its name in addresses, Name what people read.
	Slug string `json:"-"`
	Name string `json:"name"`
	// Aliases are what files call it: "@org/payments", a mail address.
	Aliases []string `json:"aliases,omitempty"`
	// Contact are where escalations go: mail addresses.
	Contact []string `json:"contact,omitempty"`
}

// Source is one tool looking at one asset on one branch.
type Source struct {
	ID    int64  `json:"-"`
	Asset int64  `json:"asset"`
	Tool  string `json:"tool"`
	Ref   string `json:"ref,omitempty"`
	// Looked is when the last look was, Seq its event, both of the last whole look; Present is how many findings it sees.
	Looked  int64 `json:"looked"`
	Seq     int64 `json:"seq"`
	Present int64 `json:"present"`
}

// Flaw is a known vulnerability, by all its names.
type Flaw struct {
	ID      int64          `json:"-"`
	Name    string         `json:"-"`
	Aliases []string       `json:"aliases,omitempty"`
	Threat  finding.Threat `json:"threat,omitzero"`
}

// Rule is a kind of fault, as the tool that knows it describes it.
type Rule struct {
	DBID int64 `json:"-"`
	finding.Rule
}

// World is all that has a name, as of one event. It is never changed once others can see it.
type World struct {
	// Head is the event.
	Head     int64
	Assets   map[int64]*Asset
	Teams    map[int64]*Team
	Sources  map[int64]*Source
	Rules    map[int64]*Rule
	Flaws    map[int64]*Flaw
	Policies map[int64]*clock.Policy
	// Others are entities of the other kinds, by kind and id: people, tokens, views, hooks.
	Others map[string]map[int64]store.Entity
	// owners are the names by which files may call teams.
	owners *owner.Teams
	// ids finds an id by kind and name.
	ids map[string]map[string]int64
}

func newWorld() *World {
	return &World{
		Assets: map[int64]*Asset{}, Teams: map[int64]*Team{}, Sources: map[int64]*Source{}, Rules: map[int64]*Rule{}, Flaws: map[int64]*Flaw{},
		Policies: map[int64]*clock.Policy{}, Others: map[string]map[int64]store.Entity{}, ids: map[string]map[string]int64{},
	}
}

// ID finds an entity by kind and name; 0 is none.
func (w *World) ID(kind, name string) int64 { return w.ids[kind][name] }

// AssetName is the name of an asset among entities.
func AssetName(a finding.Asset) string { return a.Kind + ":" + a.Name }

func sourceName(asset int64, tool, ref string) string {
	return fmt.Sprintf("%d|%s|%s", asset, strings.ToLower(tool), ref)
}

// put takes one entity in.
func (w *World) put(e store.Entity) error {
	w.Head = max(w.Head, e.Touched)
	names := w.ids[e.Kind]
	if names == nil {
		names = map[string]int64{}
		w.ids[e.Kind] = names
	}
	if e.Dropped {
		delete(names, e.Name)
		w.drop(e)
		return nil
	}
	names[e.Name] = e.ID
	if err := w.decode(e); err != nil {
		return fmt.Errorf("%s %q: %w", e.Kind, e.Name, err)
	}
	return nil
}

func (w *World) decode(e store.Entity) error {
	switch e.Kind {
	case KindAsset:
		v := &Asset{ID: e.ID}
		w.Assets[e.ID] = v
		err := json.Unmarshal(e.Doc, v)
		v.readFiles()
		return err
	case KindTeam:
		v := &Team{ID: e.ID, Slug: e.Name}
		w.Teams[e.ID] = v
		return json.Unmarshal(e.Doc, v)
	case KindSource:
		v := &Source{ID: e.ID}
		w.Sources[e.ID] = v
		return json.Unmarshal(e.Doc, v)
	case KindRule:
		v := &Rule{DBID: e.ID}
		w.Rules[e.ID] = v
		return json.Unmarshal(e.Doc, v)
	case KindFlaw:
		v := &Flaw{ID: e.ID, Name: e.Name}
		w.Flaws[e.ID] = v
		return json.Unmarshal(e.Doc, v)
	case KindPolicy:
		p, err := policyIn(e.Doc)
		if err != nil {
			delete(w.Policies, e.ID) // put refuses such a policy; one that is there nevertheless stops no clock, as the default counts
			return nil
		}
		w.Policies[e.ID] = p
		return nil
	}
	kind := w.Others[e.Kind]
	if kind == nil {
		kind = map[int64]store.Entity{}
		w.Others[e.Kind] = kind
	}
	kind[e.ID] = e
	return nil
}

func (w *World) drop(e store.Entity) {
	switch e.Kind {
	case KindAsset:
		delete(w.Assets, e.ID)
	case KindTeam:
		delete(w.Teams, e.ID)
	case KindPolicy:
		delete(w.Policies, e.ID)
	}
	delete(w.Others[e.Kind], e.ID)
}

// World gives everything that has a name, as the log has it now. What it gives is never changed afterwards.
func (r *Register) World(ctx context.Context) (*World, error) { return r.advance(ctx, r.db) }

// within gives the world as a write sees it. It must be asked before the write changes anything, as others share the answer.
func (r *Register) within(ctx context.Context, tx *store.Tx) (*World, error) {
	return r.advance(ctx, tx)
}

// entityReader is a database or a write.
type entityReader interface {
	Entities(ctx context.Context, after int64, visit func(store.Entity) error) error
}

// advance makes the next world. Readers keep the one they have; where two make the next at once, one of them reads on from the other's.
func (r *Register) advance(ctx context.Context, from entityReader) (*World, error) {
	for {
		base := r.world.Load()
		var fresh []store.Entity
		if err := from.Entities(ctx, base.Head, func(e store.Entity) error { fresh = append(fresh, e); return nil }); err != nil {
			return nil, err
		}
		if len(fresh) == 0 {
			return base, nil
		}
		kinds := map[string]bool{}
		for _, e := range fresh {
			kinds[e.Kind] = true
		}
		next := base.copy(kinds)
		for _, e := range fresh {
			if err := next.put(e); err != nil {
				return nil, err
			}
		}
		if kinds[KindTeam] {
			next.readTeams()
		}
		if r.world.CompareAndSwap(base, next) {
			return next, nil
		}
	}
}
