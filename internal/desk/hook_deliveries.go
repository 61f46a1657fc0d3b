package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/store"
)

// Delivery is something that was told to a hook, or is to be.
type Delivery struct {
	// Event and Part name it.
	Event int64 `json:"event"`
	Part  int64 `json:"part"`
	// Title says what it is about in one line.
	Title string `json:"title"`
	// State is new, held (for the digest), waiting, sent, gathered (into a digest) or dead; Note says how the last try went.
	State    string    `json:"state" enum:"new,held,waiting,sent,gathered,dead"`
	Note     string    `json:"note,omitempty"`
	Attempts int64     `json:"attempts"`
	Made     time.Time `json:"made"`
	Tried    time.Time `json:"tried,omitzero"`
}

// HookDeliveries lists the last 100 deliveries of a hook, newest first.
func (d *Desk) HookDeliveries(ctx context.Context, p access.Principal, id int64) ([]Delivery, error) {
	if _, _, err := d.hook(ctx, p, id); err != nil {
		return nil, err
	}
	rows, err := d.reg.Store().Deliveries(ctx, id, shownDeliveries)
	if err != nil {
		return nil, err
	}
	out := make([]Delivery, len(rows))
	for i, r := range rows {
		var m Message
		if json.Unmarshal(r.Body, &m) != nil {
			m.Title = ""
		}
		out[i] = Delivery{Event: r.Event, Part: r.Part, Title: m.Title, State: r.State, Note: r.Note, Attempts: r.Attempts, Made: moment(r.Made), Tried: moment(r.Tried)}
	}
	return out, nil
}

// TestHook asks for a message that says that the hook works, and gives the part by which it is found among the deliveries (of event 0).
func (d *Desk) TestHook(ctx context.Context, p access.Principal, id int64) (int64, error) {
	h, _, err := d.hook(ctx, p, id)
	if err != nil {
		return 0, err
	}
	now := d.now().UTC()
	body, err := json.Marshal(Message{At: now, Actor: p.Name, Title: fmt.Sprintf("Test of the hook %q: it works.", h.Name), Items: []Item{}})
	if err != nil {
		return 0, err
	}
	part := now.UnixMicro()
	return part, d.reg.Store().AskDelivery(ctx, store.Delivery{Hook: id, Part: part, Body: body, Made: part})
}

// ResendDelivery tries a delivery again that was given up.
func (d *Desk) ResendDelivery(ctx context.Context, p access.Principal, id, event, part int64) error {
	if _, _, err := d.hook(ctx, p, id); err != nil {
		return err
	}
	dead, err := d.reg.Store().Resend(ctx, id, event, part, d.now().UnixMicro())
	if err == nil && !dead {
		err = fmt.Errorf("%w: only what was given up can be sent again", ErrConflict)
	}
	return err
}
