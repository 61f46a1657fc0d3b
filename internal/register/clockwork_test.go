package register_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/clock"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// row reads one finding.
func (b *bench) row(id int64) store.Finding {
	b.t.Helper()
	rows, err := b.Store().Findings(b.t.Context(), []int64{id})
	if err != nil || len(rows) != 1 {
		b.t.Fatalf("finding %d: %v (%d rows)", id, err, len(rows))
	}
	return rows[0]
}

// due is after how long since the test's beginning a finding is due.
func (b *bench) due(id int64) string {
	b.t.Helper()
	row := b.row(id)
	if row.Due == 0 {
		return "never"
	}
	return time.UnixMicro(row.Due).Sub(begin).String()
}

var begin = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// after turns the clock.
func (b *bench) after(d time.Duration) { b.now = begin.Add(d) }

func (b *bench) change(c register.Change) {
	b.t.Helper()
	c.Actor = "lead"
	if _, err := b.Change(b.t.Context(), c); err != nil {
		b.t.Fatal(err)
	}
}

// tick lets the clocks ring, and says what the events of that say.
func (b *bench) tick() string {
	b.t.Helper()
	head, err := b.Store().Head(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.Tick(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	err = b.Store().Events(b.t.Context(), head.Seq, 0, func(e store.Event) error {
		var rang register.Rang
		if err := json.Unmarshal(e.Data, &rang); err != nil {
			return err
		}
		for _, s := range rang.Escalated {
			out = append(out, fmt.Sprintf("%d %s %v", s.Finding, s.Stage, s.Tell))
		}
		for _, id := range rang.Ended {
			out = append(out, fmt.Sprintf("%d ended", id))
		}
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return strings.Join(out, "; ")
}

// last is the newest step of a finding.
func (b *bench) last(id int64) string {
	b.t.Helper()
	history, err := b.Store().History(b.t.Context(), id)
	if err != nil || len(history) == 0 {
		b.t.Fatalf("history of %d: %v", id, err)
	}
	h := history[len(history)-1]
	return h.What + ": " + h.Why
}

// strict is a policy in which what the test's findings are has all deadlines.
func strict(fix clock.Span) *clock.Policy {
	p := clock.Default()
	hours := func(n int) clock.Span { return clock.Span{Count: n, Unit: clock.Hour} }
	for _, level := range []finding.Severity{finding.Critical, finding.High, finding.Medium, finding.Low} {
		p.Terms[level] = clock.Term{Acknowledge: hours(8), Fix: fix}
	}
	return p
}

func (b *bench) policy(fix clock.Span) {
	b.t.Helper()
	w, err := b.World(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	set := register.Set{Kind: register.KindPolicy, ID: w.ID(register.KindPolicy, "default"), Name: "default", Doc: strict(fix)}
	if _, err := b.Put(b.t.Context(), "admin", "", set); err != nil {
		b.t.Fatal(err)
	}
}

var day = clock.Span{Count: 1, Unit: clock.Day}

func TestClock_escalatesOnceEachStep(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(day)
		b.look(register.Import{}, report(one))
		b.want(b.due(1), "8h0m0s")
		b.want(b.tick(), "")
		b.after(6 * time.Hour)
		b.want(b.tick(), "1 acknowledge [owner]")
		b.want(b.last(1), "escalated: to be acknowledged by Sun 1 Mar 2026, 20:00 UTC: 2 hours left, so the owner is told")
		b.want(b.tick(), "")
		b.change(register.Change{Findings: []int64{1}, State: register.Acknowledged})
		b.want(b.due(1), "24h0m0s")
		b.want(b.tick(), "")
		b.after(30 * time.Hour) // two steps are due at once: the stage is another one, so it begins from the first
		b.want(b.tick(), "1 fix [owner lead]")
		b.after(48 * time.Hour)
		b.want(b.tick(), "1 fix [security]")
		b.after(480 * time.Hour)
		b.want(b.tick(), "")
		b.want(fmt.Sprint(b.row(1).Next), "0")
		if err := b.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		b.want(b.due(1), "24h0m0s")
	})
}

func TestClock_pauseStopsItAndPromiseMovesIt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(day)
		b.look(register.Import{}, report(one))
		b.change(register.Change{Findings: []int64{1}, State: register.InProgress})
		b.after(4 * time.Hour)
		if _, err := b.Change(t.Context(), register.Change{Findings: []int64{1}, Pause: true}); !errors.Is(err, register.ErrInvalid) {
			t.Errorf("a pause without a reason: %v", err)
		}
		if _, err := b.Change(t.Context(), register.Change{Findings: []int64{1}, Resume: true}); !errors.Is(err, register.ErrConflict) {
			t.Errorf("going on without a pause: %v", err)
		}
		b.change(register.Change{Findings: []int64{1}, Pause: true, Why: "the vendor is asked"})
		b.want(b.last(1), "paused: the clocks are paused: the vendor is asked")
		b.want(b.due(1), "never")
		b.after(100 * time.Hour)
		b.want(b.tick(), "")
		b.change(register.Change{Findings: []int64{1}, Resume: true, Why: "they answered"})
		b.want(b.last(1), "resumed: the clocks go on: they answered")
		b.want(b.due(1), "120h0m0s") // 4 hours of 24 were used
		b.change(register.Change{Findings: []int64{1}, Pause: true, Why: "holidays", Until: begin.Add(110 * time.Hour)})
		b.want(b.due(1), "130h0m0s")
		b.after(125 * time.Hour)
		b.want(b.tick(), "1 fix [owner]")

		w, err := b.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		row := b.row(1)
		for day, later := range map[time.Duration]bool{129 * time.Hour: false, 131 * time.Hour: true} {
			if got := register.Later(w, &row, begin.Add(day)); got != later {
				t.Errorf("a day %s after the beginning is later than the deadline: %t", day, got)
			}
		}
		b.change(register.Change{Findings: []int64{1}, Due: begin.Add(200 * time.Hour)})
		b.want(b.due(1), "200h0m0s")
		b.want(b.tick(), "")
		if s := register.ClockOf(w, ptr(b.row(1)), b.now); !strings.HasPrefix(s.Text(b.now), "to be fixed by Mon 9 Mar 2026, 20:00 UTC: 3 days left") {
			t.Error(s.Text(b.now))
		}
	})
}

func ptr[T any](v T) *T { return &v }

func TestClock_lifeStopsAndRestartsIt(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(day)
		b.look(register.Import{}, report(one, two))
		b.after(2 * time.Hour)
		b.change(register.Change{Findings: []int64{1}, State: register.Fixed})
		b.after(30 * time.Hour)
		b.want(b.tick(), "2 acknowledge [owner lead]") // what is claimed to be fixed rings no more
		b.look(register.Import{}, report(one, two))
		b.want(b.row(1).State, "open")
		b.want(b.due(1), "8h0m0s") // a fix that did not work restarts nothing
		b.look(register.Import{}, report(two))
		b.want(b.row(1).State+" "+b.due(1), "verified 24h0m0s")
		b.after(50 * time.Hour)
		b.look(register.Import{}, report(one, two))
		b.want(b.row(1).State+" "+b.due(1), "open 58h0m0s") // a regression does
		b.change(register.Change{Findings: []int64{1, 2}, State: register.Accepted, Why: "behind a wall", Until: begin.Add(60 * time.Hour)})
		b.look(register.Import{}, report(one))
		b.after(59 * time.Hour)
		b.want(b.tick(), "")
		b.after(61 * time.Hour)
		b.want(b.tick(), "1 ended; 2 ended")
		b.want(b.states(), "1 app/db.py:10 open; 2 app/run.py:20 verified")
		b.want(b.due(1), "69h0m0s")
		b.want(b.last(1), "state: the risk was accepted until 2026-03-04, so it is open again")
	})
}

func TestClock_changedPolicyMovesWhatItConcerns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		b.policy(day)
		b.look(register.Import{}, report(one, two))
		b.look(register.Import{Asset: finding.Asset{Kind: "repository", Name: "other"}}, report(three))
		b.change(register.Change{Findings: []int64{1, 2, 3}, State: register.Acknowledged})
		ids, err := b.Put(t.Context(), "admin", "", register.Set{Kind: register.KindPolicy, Name: "slow", Doc: strict(clock.Span{Count: 3, Unit: clock.Day})})
		if err != nil {
			t.Fatal(err)
		}
		w, err := b.World(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asset := *w.Assets[w.ID(register.KindAsset, "repository:other")]
		asset.Policy = ids[0]
		if _, err := b.SetAsset(t.Context(), "admin", asset); err != nil {
			t.Fatal(err)
		}
		b.want(b.due(1)+" "+b.due(3), "24h0m0s 72h0m0s")
		b.policy(clock.Span{Count: 2, Unit: clock.Day})
		b.want(b.due(1)+" "+b.due(2)+" "+b.due(3), "48h0m0s 48h0m0s 72h0m0s")
		b.want(b.last(1), "due: the clock policy says another day now: 2026-03-03 12:00 UTC")
		if _, err := b.Put(t.Context(), "admin", "", register.Set{Kind: register.KindPolicy, ID: ids[0], Name: "slow", Drop: true}); err != nil {
			t.Fatal(err)
		}
		b.want(b.due(3), "48h0m0s")
		bad := strict(day)
		bad.Zone = "Nowhere/Land"
		_, err = b.Put(t.Context(), "admin", "", register.Set{Kind: register.KindPolicy, Name: "bad", Doc: bad})
		if !errors.Is(err, register.ErrInvalid) {
			t.Errorf("a policy of a zone that does not exist: %v", err)
		}
		if err := b.Rebuild(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		b.want(b.due(1)+" "+b.due(3), "48h0m0s 48h0m0s")
	})
}

func TestTick_twoAtOnceDoItOnce(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		var many []hit
		for i := range 700 { // more than one event takes
			many = append(many, hit{one.rule, fmt.Sprintf("app/file%d.py", i), fmt.Sprintf("cursor.execute(query_%d + user_input)", i), 10})
		}
		b.policy(day)
		b.look(register.Import{}, report(many...))
		b.after(9 * time.Hour)
		var wait sync.WaitGroup
		ticked := make([]register.Ticked, 4)
		for i := range ticked {
			wait.Go(func() {
				var err error
				if ticked[i], err = b.Tick(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		sum := 0
		for _, one := range ticked {
			sum += one.Escalated
		}
		if sum != 700 {
			t.Errorf("%d escalations of 700 findings", sum)
		}
		var told []int64
		err := b.Store().Events(t.Context(), 0, 0, func(e store.Event) error {
			var rang register.Rang
			if e.Kind != register.KindClock {
				return nil
			}
			if err := json.Unmarshal(e.Data, &rang); err != nil {
				return err
			}
			for _, s := range rang.Escalated {
				told = append(told, s.Finding)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(told)
		if len(slices.Compact(told)) != 700 {
			t.Errorf("%d findings are in the log, want each of 700 once", len(told))
		}
		b.want(b.tick(), "")
	})
}
