package store_test

import (
	"testing"

	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// TestPast_whatIsLearnedLaterCorrectsWhatWasThought tells of a finding that was opened at 10 and acknowledged at 20, until a report came at 30 that says
// that it was gone at 15 already.
func TestPast_whatIsLearnedLaterCorrectsWhatWasThought(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		err := db.Write(ctx, func(tx *store.Tx) error {
			if err := tx.PutFindings(ctx, []store.Finding{{ID: 1, Asset: 7, Team: 3, State: "verified"}, {ID: 2, Asset: 7, State: "merged"}}); err != nil {
				return err
			}
			return tx.PutChanges(ctx, []store.Change{
				{Finding: 1, Seq: 1, At: 10, Known: 10, State: "open", Level: 3, Score: 70, Team: 3},
				{Finding: 1, Seq: 2, At: 20, Known: 20, State: "acknowledged", Level: 3, Score: 70, Team: 3},
				{Finding: 1, Seq: 3, At: 15, Known: 30, State: "verified", Level: 3, Score: 70, Team: 3},
				{Finding: 2, Seq: 1, At: 10, Known: 10, State: "open", Level: 4, Score: 90},
				{Finding: 2, Seq: 2, At: 12, Known: 12, State: "merged", Level: 4, Score: 90},
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			at, known int64
			within    []int64
			want      string
		}{
			{17, 25, []int64{3}, "open"}, {17, 30, nil, "verified"}, {25, 25, nil, "acknowledged"}, {25, 30, nil, "verified"}, {14, 99, nil, "open"},
			{9, 99, nil, ""}, {99, 9, nil, ""}, {25, 30, []int64{4}, ""}, {25, 30, []int64{}, ""},
		} {
			p := store.Past{At: c.at, Known: c.known, Within: c.within}
			list, err := db.PastFindings(ctx, p, 0, -1, 10)
			if err != nil {
				t.Fatal(err)
			}
			counts, err := db.PastCounts(ctx, p)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if len(list) == 1 && len(counts) == 1 && counts[0].State == list[0].State && counts[0].Count == 1 && counts[0].Asset == 7 {
				got = list[0].State
			}
			if got != c.want || c.want == "" && len(list)+len(counts) > 0 {
				t.Errorf("at %d, as known at %d, within %v: %+v %+v, want %q", c.at, c.known, c.within, list, counts, c.want)
			}
		}
		both, err := db.PastFindings(ctx, store.Past{At: 11, Known: 11}, 0, -1, 1)
		if err != nil || len(both) != 1 || both[0].Finding != 2 {
			t.Fatalf("the worst first: %+v (%v)", both, err)
		}
		next, err := db.PastFindings(ctx, store.Past{At: 11, Known: 11, States: []string{"open"}, Levels: []int64{3, 4}}, both[0].Score, both[0].Finding, 1)
		if err != nil || len(next) != 1 || next[0].Finding != 1 {
			t.Errorf("the next page: %+v (%v)", next, err)
		}
	})
}
