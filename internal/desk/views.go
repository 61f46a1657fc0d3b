package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// View is a saved question for findings.
type View struct {
	ID int64 `json:"id"`
	ViewChange
	// Owner is the login of who saved it, Mine tells that it is whoever asks.
	Owner string `json:"owner"`
	Mine  bool   `json:"mine"`
}

// ViewChange is a view as it shall be.
type ViewChange struct {
	// Name is what people read; it is unique among the views of one person.
	Name string `json:"name"`
	// Query is the question (see facet.Parse), Order a field's name with a minus for the reverse.
	Query string `json:"query"`
	Order string `json:"order,omitempty"`
	// Shared shows it to everybody. What they see through it is still only what they may see.
	Shared bool `json:"shared,omitempty"`
}

// viewDoc is what the log keeps of a view.
type viewDoc struct {
	ViewChange
	Person int64 `json:"person"`
}

const maxViews = 200

// Views lists one's own views and those that are shared, by name.
func (d *Desk) Views(ctx context.Context, p access.Principal, s Slice) (Page[View], error) {
	if err := p.Can(access.Read); err != nil {
		return Page[View]{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return Page[View]{}, err
	}
	var all []View
	for _, e := range w.Others[register.KindView] {
		v, err := viewOf(w, p, e)
		if err != nil {
			return Page[View]{}, err
		}
		if v.Mine || v.Shared {
			all = append(all, v)
		}
	}
	return paged(all, s, func(v *View) string { return fmt.Sprintf("%s\x00%020d", strings.ToLower(v.Name), v.ID) })
}

func viewOf(w *register.World, p access.Principal, e store.Entity) (View, error) {
	var doc viewDoc
	if err := json.Unmarshal(e.Doc, &doc); err != nil {
		return View{}, fmt.Errorf("view %d: %w", e.ID, err)
	}
	owner := w.Others[register.KindPerson][doc.Person].Name
	return View{ID: e.ID, ViewChange: doc.ViewChange, Owner: owner, Mine: doc.Person == p.Person && p.Person != 0}, nil
}

// View gives one view.
func (d *Desk) View(ctx context.Context, p access.Principal, id int64) (*View, error) {
	if err := p.Can(access.Read); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := w.Others[register.KindView][id]
	if ok {
		v, err := viewOf(w, p, e)
		if err != nil {
			return nil, err
		}
		if v.Mine || v.Shared {
			return &v, nil
		}
	}
	return nil, fmt.Errorf("view %d: %w", id, ErrNotFound)
}

// SetView saves a view; id 0 makes a new one. A view for everybody takes who works on findings; a shared view of somebody else takes who organises.
func (d *Desk) SetView(ctx context.Context, p access.Principal, id int64, c ViewChange) (int64, error) {
	if err := d.mayView(p, c.Shared); err != nil {
		return 0, err
	}
	if err := d.checkView(&c); err != nil {
		return 0, err
	}
	doc := viewDoc{ViewChange: c, Person: p.Person}
	set := register.Set{Kind: register.KindView, ID: id}
	if id != 0 {
		old, err := d.ownView(ctx, p, id)
		if err != nil {
			return 0, err
		}
		doc.Person = old.Person
		if old.Name != c.Name {
			return 0, fmt.Errorf("%w: a view keeps its name: save it under the new one and remove the old", ErrInvalid)
		}
	} else if err := d.roomForView(ctx, p); err != nil {
		return 0, err
	}
	set.Name, set.Doc = viewName(&doc), doc
	ids, err := d.reg.Put(ctx, p.Name, "", set)
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

func viewName(v *viewDoc) string { return fmt.Sprintf("%d/%s", v.Person, v.Name) }

func (d *Desk) mayView(p access.Principal, shared bool) error {
	if err := p.Can(access.Own); err != nil {
		return err
	}
	if p.Person == 0 {
		return fmt.Errorf("%w: only a person has views", access.ErrDenied)
	}
	if shared {
		return p.Can(access.Triage)
	}
	return nil
}

func (d *Desk) checkView(c *ViewChange) error {
	if strings.TrimSpace(c.Name) == "" {
		return fmt.Errorf("%w: a view needs a name", ErrInvalid)
	}
	if err := CheckLine("name of a view", c.Name, 100); err != nil {
		return err
	}
	q, err := facet.Parse(c.Query, nil) // names may come and go
	if err == nil {
		_, err = facet.ParseOrder(c.Order)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	c.Query = q.String()
	return nil
}

func (d *Desk) roomForView(ctx context.Context, p access.Principal) error {
	w, err := d.reg.World(ctx)
	if err != nil {
		return err
	}
	n := 0
	for _, e := range w.Others[register.KindView] {
		if v, err := viewOf(w, p, e); err == nil && v.Mine {
			n++
		}
	}
	if n >= maxViews {
		return fmt.Errorf("%w: you have %d views: remove one first", ErrConflict, n)
	}
	return nil
}

// ownView finds a view that somebody may change.
func (d *Desk) ownView(ctx context.Context, p access.Principal, id int64) (*viewDoc, error) {
	v, err := d.View(ctx, p, id)
	if err != nil {
		return nil, err
	}
	if !v.Mine {
		if err := p.Can(access.Organise); err != nil {
			return nil, err
		}
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	var doc viewDoc
	return &doc, json.Unmarshal(w.Others[register.KindView][id].Doc, &doc)
}

// DropView removes a view.
func (d *Desk) DropView(ctx context.Context, p access.Principal, id int64) error {
	if err := p.Can(access.Own); err != nil {
		return err
	}
	doc, err := d.ownView(ctx, p, id)
	if err != nil {
		return err
	}
	return d.drop(ctx, p, register.KindView, viewName(doc), id)
}
