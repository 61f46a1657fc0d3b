package desk_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

// TestOverview_trendIsWhatTheLogSays holds each day of the trend against the replayed log, on a desk that followed the story and on one that came to it late.
func TestOverview_trendIsWhatTheLogSays(t *testing.T) {
	storetest.Open(t, func(t *testing.T, db *store.DB) {
		s := tell(t, db, 8)
		d := s.open()
		for range 16 {
			s.goOn(6)
			if _, err := d.Overview(t.Context(), chief); err != nil {
				t.Fatal(err)
			}
		}
		lives := s.replay()
		for _, who := range []access.Principal{chief, s.member(1)} {
			followed, err := d.Overview(t.Context(), who)
			if err != nil {
				t.Fatal(err)
			}
			late, err := s.open().Overview(t.Context(), who)
			if err != nil || !reflect.DeepEqual(followed, late) {
				t.Errorf("a desk that followed says %+v, a new one %+v (%v)", followed, late, err)
			}
			if n := followed.Trend[len(followed.Trend)-1].Total(); n != followed.Active.Count || n == 0 {
				t.Errorf("the trend ends with %d, active are %d", n, followed.Active.Count)
			}
			teams, all := who.Teams()
			for _, day := range followed.Trend {
				begin, err := time.Parse(time.DateOnly, day.Day)
				if err != nil {
					t.Fatal(err)
				}
				want := map[string]int{}
				for _, life := range lives {
					then := asOf(life, begin.AddDate(0, 0, 1).Add(-time.Microsecond), s.now)
					if then != nil && isActive(then.State) && (all || then.Team == teams[0]) {
						want[levelName(then.Level)]++
					}
				}
				got := map[string]int{"critical": day.Critical, "high": day.High, "medium": day.Medium, "low": day.Low, "info": day.Info}
				for level, n := range got {
					if want[level] != n {
						t.Errorf("%s, %s: %d %s, want %d", who.Name, day.Day, n, level, want[level])
					}
				}
			}
		}
	})
}

func TestOverview_saysWhatToFixFirstAndWhy(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := tell(t, db, 9)
	s.goOn(40)
	d := s.open()
	for range 2 { // the second time from memory
		got, err := d.Overview(t.Context(), chief)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.First) != 10 || len(got.Trend) != 90 || got.New.Count == 0 || len(got.Teams) < 2 {
			t.Fatalf("%d first, %d days, %d new, %d teams", len(got.First), len(got.Trend), got.New.Count, len(got.Teams))
		}
		for i, f := range got.First {
			if !strings.HasSuffix(f.Because, ".") || i > 0 && got.First[i-1].Score < f.Score {
				t.Errorf("first %d has score %d because %q", i, f.Score, f.Because)
			}
		}
	}
	mine, err := d.Overview(t.Context(), s.member(0))
	if err != nil || mine.Unowned.Count != 0 || len(mine.Teams) != 1 {
		t.Errorf("a member sees %+v (%v)", mine.Teams, err)
	}
	if _, err := d.Overview(t.Context(), access.Principal{Grants: []access.Grant{{Role: access.Pipeline}}}); err == nil {
		t.Error("a pipeline sees the overview")
	}
}

// TestOverview_namesSourcesThatFellSilent lets a source look every second day, and then no more.
func TestOverview_namesSourcesThatFellSilent(t *testing.T) {
	db, err := store.Open(t.Context(), storetest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s := tell(t, db, 10)
	d := s.open()
	look := func(ref string, found bool) {
		findings := []any{}
		if found {
			findings = append(findings, map[string]any{"rule": "rule-1", "severity": "high", "class": "sast", "path": "a.go", "line": 1, "message": "No."})
		}
		text, _ := json.Marshal(map[string]any{"schema": "reeve-import/1", "tool": map[string]string{"name": "Alpha"}, "findings": findings})
		if _, err := s.Import(t.Context(), register.Import{Asset: s.assets[0], Ref: ref, Actor: "ci"}, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	stale := func() []desk.Stale {
		got, err := d.Overview(t.Context(), chief)
		if err != nil || got.StaleTotal != len(got.Stale) {
			t.Fatal(got.StaleTotal, err)
		}
		return got.Stale
	}
	for range 5 {
		look("main", true)
		s.now = s.now.AddDate(0, 0, 2)
		if all := stale(); len(all) > 0 {
			t.Fatalf("it looked two days ago: %+v", all)
		}
	}
	s.now = s.now.AddDate(0, 0, 3)
	look("gone", true)
	s.now = s.now.Add(time.Minute)
	look("gone", false)
	s.now = s.now.AddDate(0, 0, 2)
	all := stale()
	if len(all) != 1 || all[0].Ref != "main" || all[0].Usual != 2*86400 || all[0].Asset != "ledger" {
		t.Fatalf("main was looked at every second day and not for seven: %+v", all)
	}
	list, err := d.Findings(t.Context(), chief, desk.Ask{Query: all[0].Query})
	if err != nil || list.Total != 1 {
		t.Errorf("%q lists %d (%v)", all[0].Query, list.Total, err)
	}
	look("main", true)
	s.now = s.now.AddDate(0, 0, 6)
	if all := stale(); len(all) != 0 {
		t.Errorf("a branch on which nothing is left while main is looked at: %+v", all)
	}
}
