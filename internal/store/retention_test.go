package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// TestRetention_takesWhatIsOldAndNothingElse shows what is removed with time: nothing of the log, and nothing that still waits.
func TestRetention_takesWhatIsOldAndNothingElse(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		write(ctx, t, db, 3)
		const old, fresh = 100, 900
		for part, d := range []store.Delivery{
			{State: store.Sent, Made: old}, {State: store.Dead, Made: old}, {State: store.Gathered, Made: old},
			{State: store.Waiting, Made: old}, {State: store.Held, Made: old}, {State: store.New, Made: old}, {State: store.Sent, Made: fresh},
		} {
			d.Hook, d.Event, d.Part, d.Body = 1, 1, int64(part), []byte("{}")
			err := db.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.AddDelivery(ctx, d)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for key, made := range map[string]int64{"old": old, "fresh": fresh} {
			err := db.Write(ctx, func(tx *store.Tx) error {
				return tx.PutReceipt(ctx, store.Receipt{Actor: "ci", Key: key, Request: []byte("r"), Receipt: []byte("{}"), Made: made})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for id, s := range map[string]store.Session{
			"ended": {Seen: fresh, Expires: old}, "idle": {Seen: old, Expires: 2000}, "used": {Seen: fresh, Expires: 2000},
		} {
			s.ID, s.Person = []byte(id), 7
			if err := db.AddSession(ctx, s, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(db.Retire(ctx, 500, 500), db.Sweep(ctx, 1000, 500, 500)); err != nil {
			t.Fatal(err)
		}
		var parts []int64
		deliveries, err := db.Deliveries(ctx, 1, 100)
		for _, d := range deliveries {
			parts = append(parts, d.Part)
		}
		slices.Sort(parts)
		if err != nil || !slices.Equal(parts, []int64{3, 4, 5, 6}) {
			t.Errorf("deliveries %v are left (%v), want those that wait (3, 4, 5) and the fresh one (6)", parts, err)
		}
		sessions, err := db.Sessions(ctx, 7)
		if err != nil || len(sessions) != 1 || string(sessions[0].ID) != "used" {
			t.Errorf("sessions that are left: %v (%v)", sessions, err)
		}
		for key, want := range map[string]bool{"old": false, "fresh": true} {
			err := db.Write(ctx, func(tx *store.Tx) error {
				_, ok, err := tx.Receipt(ctx, "ci", key)
				if ok != want {
					t.Errorf("receipt %s is there: %v", key, ok)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		if err := db.Verify(ctx, nil); err != nil {
			t.Errorf("the log: %v", err)
		}
		if head, err := db.Head(ctx); err != nil || head.Seq != 3 {
			t.Errorf("the log ends with %d (%v)", head.Seq, err)
		}
	})
}
