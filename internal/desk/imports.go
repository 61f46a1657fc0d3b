package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// Imported is a report that was brought in, and what it came to.
type Imported struct {
	// Event is its number in the log.
	Event int64 `json:"event"`
	// At is when the tool looked, Known when the report came.
	At    time.Time `json:"at"`
	Known time.Time `json:"known"`
	Actor string    `json:"actor"`
	// Name is the report's file name, Ref the branch that was looked at.
	Name string `json:"name,omitempty"`
	Ref  string `json:"ref,omitempty"`
	// Gate is what a gate made of it, where one decided.
	Gate *register.Gate `json:"gate,omitempty"`
	// Receipt is what whoever brought it was told. In lists it names at most 20 assets.
	Receipt register.Receipt `json:"receipt"`
}

// Imports is a page of imports, newest first. There is no total: imports are filtered while the log is read.
type Imports struct {
	Items []Imported `json:"items"`
	// Next is the cursor of the next page, "" where this is the last. A page may be short, or even empty, and yet have a next one.
	Next string `json:"next,omitempty"`
}

const (
	// listedAssets is how many assets a list tells of one import.
	listedAssets = 20
	// scanned is how many imports are looked at for one page, at most.
	scanned = 2000
)

// Imports lists imports, newest first: all of them for who may inspect; else one's own, and those that are about nothing but assets one may see.
func (d *Desk) Imports(ctx context.Context, p access.Principal, s Slice) (Imports, error) {
	out := Imports{Items: []Imported{}}
	size, err := s.size()
	if err != nil {
		return out, err
	}
	if err := anyOf(p, access.Inspect, access.Read, access.Import); err != nil {
		return out, err
	}
	before, err := eventCursor(s.After)
	if err != nil {
		return out, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return out, err
	}
	for looked := 0; looked < scanned; {
		events, err := d.reg.Store().Latest(ctx, before, register.KindImport, min(size+1, 200))
		if err != nil {
			return out, err
		}
		for i := range events {
			if len(out.Items) == size {
				out.Next = cursorOf(before)
				return out, nil
			}
			before = events[i].Seq
			one, ok, err := importedOf(w, p, &events[i])
			if err != nil {
				return out, err
			}
			if ok {
				one.Receipt.Assets = one.Receipt.Assets[:min(len(one.Receipt.Assets), listedAssets)]
				out.Items = append(out.Items, one)
			}
		}
		looked += len(events)
		if len(events) < min(size+1, 200) {
			return out, nil
		}
	}
	out.Next = cursorOf(before)
	return out, nil
}

// Imported gives one import.
func (d *Desk) Imported(ctx context.Context, p access.Principal, seq int64) (*Imported, error) {
	what := fmt.Sprintf("import %d", seq)
	if err := anyOf(p, access.Inspect, access.Read, access.Import); err != nil {
		return nil, err
	}
	w, err := d.reg.World(ctx)
	if err != nil {
		return nil, err
	}
	e, err := d.reg.Store().Event(ctx, seq)
	if err != nil {
		return nil, hidden(err, what)
	}
	one, ok, err := importedOf(w, p, &e)
	if err == nil && (!ok || e.Kind != register.KindImport) {
		err = fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return &one, nil
}

// importedOf reads an event, and tells whether somebody may see it.
func importedOf(w *register.World, p access.Principal, e *store.Event) (Imported, bool, error) {
	if e.Kind != register.KindImport {
		return Imported{}, false, nil
	}
	out := Imported{Event: e.Seq, At: moment(e.At), Known: moment(e.Known), Actor: e.Actor}
	if err := json.Unmarshal(e.Data, &out); err != nil {
		return out, false, fmt.Errorf("read event %d: %w", e.Seq, err)
	}
	if out.Receipt.Assets == nil {
		out.Receipt.Assets = []string{}
	}
	if p.Can(access.Inspect) == nil || out.Actor == p.Name {
		return out, true, nil
	}
	for _, name := range out.Receipt.Assets {
		a := w.Assets[w.ID(register.KindAsset, name)]
		if a == nil || p.Check(access.Read, objectOf(a)) != nil {
			return out, false, nil
		}
	}
	return out, len(out.Receipt.Assets) > 0, nil
}

// anyOf tells whether somebody may do one of some things; if not it says what the first takes.
func anyOf(p access.Principal, actions ...access.Action) error {
	for _, a := range actions {
		if p.Can(a) == nil {
			return nil
		}
	}
	return p.Can(actions[0])
}

// cursorOf writes the number of an event as a cursor, eventCursor reads it; 0 is the end of the log.
func cursorOf(seq int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("e" + strconv.FormatInt(seq, 10)))
}

func eventCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	plain, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil && len(plain) > 1 && plain[0] == 'e' {
		if seq, err := strconv.ParseInt(string(plain[1:]), 10, 64); err == nil && seq > 0 {
			return seq, nil
		}
	}
	return 0, fmt.Errorf("%w: cursor: want the one that came with the page before", ErrInvalid)
}
