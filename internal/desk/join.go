package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Act is what shall happen to findings, as people say it: with the names of teams and people. Parts that are left out change nothing.
type Act struct {
	// State is the next state; Why the reason, which false-positive, accepted and pauses need. A reason alone is a note.
	State register.State `json:"state,omitempty" enum:"open,acknowledged,in-progress,fixed,false-positive,accepted"`
	Why   string         `json:"why,omitempty"`
	// Until is when an acceptance or a pause ends; a pause may have no end yet.
	Until time.Time `json:"until,omitzero"`
	// Team is a slug, Assignee a login; "" is nobody.
	Team     *string `json:"team,omitempty"`
	Assignee *string `json:"assignee,omitempty"`
	// Due is the day people commit to.
	Due time.Time `json:"due,omitzero"`
	// Pause stops the clocks, Resume lets them go on. Review says that somebody has looked at it again.
	Pause  bool `json:"pause,omitempty"`
	Resume bool `json:"resume,omitempty"`
	Review bool `json:"review,omitempty"`
}

// Decision is what shall happen to which findings.
type Decision struct {
	// Findings are the findings it is about. Where none is named it is about all of Query.
	Findings []int64 `json:"findings,omitempty"`
	Query    string  `json:"query,omitempty"`
	Act
}

// maxWhy is how long a reason is at most, in bytes.
const maxWhy = 4000

// Decide carries out a decision: all of it, or nothing.
func (d *Desk) Decide(ctx context.Context, p access.Principal, c Decision) (register.Changed, error) {
	if err := p.Can(access.Triage); err != nil {
		return register.Changed{}, err
	}
	if len(c.Findings) > 0 && c.Query != "" {
		return register.Changed{}, fmt.Errorf("%w: name findings or a query, not both", ErrInvalid)
	}
	if err := checkText("reason", c.Why, maxWhy); err != nil {
		return register.Changed{}, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return register.Changed{}, err
	}
	change := register.Change{
		Findings: c.Findings, State: c.State, Why: c.Why, Until: c.Until, Due: c.Due, Pause: c.Pause, Resume: c.Resume, Review: c.Review,
	}
	for _, n := range []struct {
		kind string
		name *string
		to   **int64
	}{{register.KindTeam, c.Team, &change.Team}, {register.KindPerson, c.Assignee, &change.Assignee}} {
		if n.name == nil {
			continue
		}
		id, err := named(w, n.kind, *n.name)
		if err != nil {
			return register.Changed{}, err
		}
		*n.to = &id
	}
	return d.Change(ctx, p, c.Query, change)
}

// Merge says that findings are one: the first stays. It takes the right to decide about each of them.
func (d *Desk) Merge(ctx context.Context, p access.Principal, into int64, others []int64, why string) (register.Changed, error) {
	if err := p.Can(access.Read); err != nil {
		return register.Changed{}, err
	}
	if err := checkText("reason", why, maxWhy); err != nil {
		return register.Changed{}, err
	}
	return d.reg.Merge(ctx, register.Joining{Actor: p.Name, Why: why, Allow: decides(p)}, into, others)
}

// Sighting names what one source sees of a finding, as Seen does.
type Sighting struct {
	// Source is the source, N the number of the sighting.
	Source int64 `json:"source" minimum:"1"`
	N      int64 `json:"n" minimum:"1"`
}

// Split makes a finding of its own of what one source sees of a finding; it undoes a merge.
func (d *Desk) Split(ctx context.Context, p access.Principal, id int64, s Sighting, why string) (register.Changed, error) {
	if err := p.Can(access.Read); err != nil {
		return register.Changed{}, err
	}
	if err := checkText("reason", why, maxWhy); err != nil {
		return register.Changed{}, err
	}
	check := decides(p)
	allow := func(w *register.World, row *store.Finding) error {
		if row.ID != id {
			return fmt.Errorf("finding %d: %w", id, ErrNotFound) // nothing is said about what the sighting belongs to
		}
		return check(w, row)
	}
	return d.reg.Split(ctx, register.Joining{Actor: p.Name, Why: why, Allow: allow}, s.Source, s.N)
}

// decides asks of each finding whether somebody may decide about it.
func decides(p access.Principal) func(*register.World, *store.Finding) error {
	return func(w *register.World, row *store.Finding) error {
		return hidden(p.Check(access.Decide, object(w, row)), fmt.Sprintf("finding %d", row.ID))
	}
}
