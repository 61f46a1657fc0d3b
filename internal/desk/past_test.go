package desk_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// TestAsOf_isWhatAReplayOfTheLogSays asks 200 questions about the past of a long story, and answers them from the exported log.
func TestAsOf_isWhatAReplayOfTheLogSays(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		s := tell(t, db, 1)
		began := s.now
		s.goOn(110)
		lives, d := s.replay(), s.open()
		span := int(s.now.Sub(began)/time.Second) + 4*86400
		moment := func() time.Time { return began.Add(time.Duration(s.r.IntN(span)-2*86400) * time.Second) }
		total := 0
		for n := range 200 {
			ask := desk.PastAsk{At: moment(), Known: moment(), Limit: 1 + s.r.IntN(60)}
			if n%3 == 0 {
				ask.Known = s.now
			}
			if n%4 == 0 {
				ask.States = [][]string{{"all"}, {"closed"}, {"verified", "fixed"}, {"open"}}[s.r.IntN(4)]
			}
			if n%5 == 0 {
				ask.Levels = [][]string{{"critical"}, {"high", "medium"}, {"info"}}[s.r.IntN(3)]
			}
			if n%7 == 0 {
				ask.Teams = [][]string{{"payments"}, {"web", "none"}, {"none"}}[s.r.IntN(3)]
			}
			if n%11 == 0 {
				ask.Assets = []string{register.AssetName(s.assets[s.r.IntN(3)])}
			}
			who := chief
			if n%6 == 0 && ask.Teams == nil && ask.Assets == nil {
				who = s.member(s.r.IntN(2))
			}
			total += s.compare(d, who, ask, lives)
		}
		if total < 2000 {
			t.Errorf("the questions were about %d findings: too few to say anything", total)
		}
	})
}

// compare asks the desk page by page and holds the answers against the replay. It gives how many findings the question was about.
func (s *story) compare(d *desk.Desk, who access.Principal, ask desk.PastAsk, lives map[int64][]was) int {
	s.t.Helper()
	w, err := s.World(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	slug := func(id int64) string {
		if t := w.Teams[id]; t != nil {
			return t.Slug
		}
		return "none"
	}
	mine, all := who.Teams()
	fits := func(some []string, names ...string) bool {
		return some == nil || slices.ContainsFunc(names, func(n string) bool { return slices.Contains(some, n) })
	}
	states, total, want := map[string]int{}, 0, map[int64]*was{}
	for id, life := range lives {
		then := asOf(life, ask.At, ask.Known)
		now := life[len(life)-1].Team
		if then == nil || !all && !(slices.Contains(mine, then.Team) && slices.Contains(mine, now)) {
			continue
		}
		asset := register.AssetName(w.Assets[then.Asset].Asset)
		if !fits(ask.Levels, levelName(then.Level)) || !fits(ask.Teams, slug(then.Team)) || !fits(ask.Assets, asset) {
			continue
		}
		states[then.State]++
		group := "closed"
		if isActive(then.State) {
			group = "active"
		}
		if asked := ask.States; asked == nil && group == "active" || asked != nil && fits(asked, then.State, group, "all") {
			total++
			want[id] = then
		}
	}
	var first desk.Past
	last := 101
	for ask.After = ""; ; {
		got, err := d.AsOf(s.t.Context(), who, ask)
		if err != nil {
			s.t.Fatal(err)
		}
		if ask.After == "" {
			first = got
		}
		for _, item := range got.Items {
			then := want[item.ID]
			if then == nil || item.State != then.State || item.Level != levelName(then.Level) || item.Score != int(then.Score) || item.Team != slug(then.Team) && then.Team != 0 ||
				item.Event != then.event || !item.Since.Equal(then.at) || item.Score > last {
				s.t.Fatalf("%+v: got %+v, want %+v", ask, item, then)
			}
			delete(want, item.ID)
			last = item.Score
		}
		if ask.After = got.Next; ask.After == "" {
			break
		}
	}
	count := map[string]int{}
	for _, p := range first.States {
		count[p.Name] = p.Count
	}
	if first.Total != total || len(want) != 0 || !maps.Equal(count, states) {
		s.t.Fatalf("%+v: got %d %v, want %d %v; %d are in no page", ask, first.Total, count, total, states, len(want))
	}
	sums := [3]int{}
	for i, parts := range [...][]desk.PastPart{first.Levels, first.Teams, first.Assets} {
		for _, p := range parts {
			sums[i] += p.Count
		}
	}
	if ask.Levels == nil && ask.Teams == nil && ask.Assets == nil && sums != [3]int{total, total, total} {
		s.t.Fatalf("%+v: levels, teams and assets add up to %v, want %d each", ask, sums, total)
	}
	return total
}

// TestAsOf_nowIsTheList tells that the past meets the present, and goes on doing so where reports come late.
func TestAsOf_nowIsTheList(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		s := tell(t, db, 3)
		d := s.open()
		for range 10 {
			s.goOn(10)
			for _, who := range []access.Principal{chief, s.member(0), s.member(1), stranger} {
				for _, state := range []string{"active", "closed", "false-positive"} {
					past, err := d.AsOf(t.Context(), who, desk.PastAsk{States: []string{state}})
					if err != nil {
						t.Fatal(err)
					}
					list, err := d.Findings(t.Context(), who, desk.Ask{Query: "state:" + state})
					if err != nil || list.Total != past.Total {
						t.Errorf("%s, %s: the past has %d now, the list %d (%v)", who.Name, state, past.Total, list.Total, err)
					}
				}
			}
		}
	})
}

func TestAsOf_refusals(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := tell(t, db, 4)
	s.goOn(5)
	d := s.open()
	for _, c := range []struct {
		name string
		who  access.Principal
		ask  desk.PastAsk
		want error
	}{
		{"another team", s.member(0), desk.PastAsk{Teams: []string{"web"}}, desk.ErrNotFound},
		{"another team's asset", s.member(0), desk.PastAsk{Assets: []string{"repository:shop"}}, desk.ErrNotFound},
		{"no such team", chief, desk.PastAsk{Teams: []string{"' OR 1=1 --"}}, desk.ErrNotFound},
		{"a state that is none", chief, desk.PastAsk{States: []string{"merged"}}, desk.ErrInvalid},
		{"a level that is none", chief, desk.PastAsk{Levels: []string{"dreadful"}}, desk.ErrInvalid},
		{"a cursor that is none", chief, desk.PastAsk{After: "bm90aGluZw"}, desk.ErrInvalid},
		{"too much", chief, desk.PastAsk{Limit: 501}, desk.ErrInvalid},
		{"a pipeline", access.Principal{Name: "ci", Grants: []access.Grant{{Role: access.Pipeline}}}, desk.PastAsk{}, access.ErrDenied},
	} {
		if _, err := d.AsOf(t.Context(), c.who, c.ask); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	got, err := d.AsOf(t.Context(), chief, desk.PastAsk{At: time.Unix(0, 0), States: []string{"all"}})
	if err != nil || got.Total != 0 || fmt.Sprint(got.Items, got.States) != "[] []" {
		t.Errorf("before everything there was %+v (%v)", got, err)
	}
}
