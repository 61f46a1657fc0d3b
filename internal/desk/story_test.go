package desk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
	"github.com/reevehq/reeve/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// story is a register to which much happens in half a year, by chance but the same every time.
type story struct {
	*register.Register
	t      *testing.T
	r      *rand.Rand
	now    time.Time
	assets []finding.Asset
	teams  []int64
	// gates counts the runs of gates by asset.
	gates map[string]int
}

// The people of the story.
var (
	chief    = access.Principal{Name: "chief", Grants: []access.Grant{{Role: access.Security}}}
	stranger = access.Principal{Name: "stranger", Grants: []access.Grant{{Role: access.Viewer, Team: 999}}}
)

// member reads what belongs to one team of the story.
func (s *story) member(team int) access.Principal {
	return access.Principal{Name: "member", Grants: []access.Grant{{Role: access.Developer, Team: s.teams[team]}}}
}

// tell opens a register and lets the story begin.
func tell(t *testing.T, db *store.DB, seed uint64) *story {
	t.Helper()
	s := &story{t: t, r: rand.New(rand.NewPCG(seed, 2)), now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC), gates: map[string]int{}}
	var err error
	s.Register, err = register.New(t.Context(), db, register.Options{Now: func() time.Time { return s.now }, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	s.teams, err = s.Put(t.Context(), "chief", "teams", register.Set{Kind: register.KindTeam, Name: "payments", Doc: register.Team{Name: "Payments"}},
		register.Set{Kind: register.KindTeam, Name: "web", Doc: register.Team{Name: "Web"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"ledger", "shop", "attic"} {
		asset := finding.Asset{Kind: "repository", Name: name}
		doc := register.Asset{Asset: asset}
		if i < len(s.teams) {
			doc.Team = s.teams[i]
		}
		if _, err := s.Put(t.Context(), "chief", "assets", register.Set{Kind: register.KindAsset, Name: register.AssetName(asset), Doc: doc}); err != nil {
			t.Fatal(err)
		}
		s.assets = append(s.assets, asset)
	}
	return s
}

// goOn lets so many things happen.
func (s *story) goOn(things int) {
	for range things {
		s.now = s.now.Add(time.Duration(2+s.r.IntN(40)) * time.Hour)
		switch n := s.r.IntN(20); {
		case n < 11:
			s.look()
		case n < 17:
			s.decide()
		case n < 18:
			s.move()
		case n < 19:
			s.join()
		default:
			if _, err := s.Tick(s.t.Context()); err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// look brings a report in that may be some hours old.
func (s *story) look() {
	classes := []string{"sast", "sca", "secret", "dast", "host", "iac"}
	levels := []string{"critical", "high", "medium", "low", "info"}
	var findings []map[string]any
	day := int(s.now.Sub(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).Hours()) / 24
	for i := day / 6; i < day/6+24; i++ { // the code goes on, so that new places come and old ones go
		if s.r.IntN(3) == 0 {
			continue
		}
		findings = append(findings, map[string]any{
			"rule": fmt.Sprintf("rule-%d", i%7), "title": fmt.Sprintf("Fault of kind %d", i%7), "severity": levels[(i+day/50)%5], "class": classes[i%6],
			"path": fmt.Sprintf("src/part%d/file%d.go", i%4, i), "line": 1 + s.r.IntN(3), "message": "Do not do this.",
		})
	}
	report, _ := json.Marshal(map[string]any{
		"schema": "reeve-import/1", "tool": map[string]string{"name": []string{"Alpha", "Beta"}[s.r.IntN(2)]}, "findings": findings,
		"date": s.now.Add(-time.Duration(s.r.IntN(20)) * time.Hour).Format(time.RFC3339),
	})
	in := register.Import{Name: "report.json", Asset: s.assets[s.r.IntN(len(s.assets))], Actor: "ci", Ref: []string{"", "", "release"}[s.r.IntN(3)], Partial: s.r.IntN(6) == 0}
	if s.r.IntN(2) == 0 {
		in.Gate = &register.Gate{Action: []string{"report", "warn", "block"}[s.r.IntN(3)], TookMillis: int64(s.r.IntN(100_000))}
		s.gates[register.AssetName(in.Asset)]++
	}
	if _, err := s.Import(s.t.Context(), in, bytes.NewReader(report)); err != nil {
		s.t.Fatal(err)
	}
}

// all gives the ids of all findings.
func (s *story) all() (ids []int64) {
	err := s.Store().Every(s.t.Context(), func(f *store.Finding) error { ids = append(ids, f.ID); return nil })
	if err != nil {
		s.t.Fatal(err)
	}
	return ids
}

// may lets pass what cannot be done as things are.
func (s *story) may(err error) {
	if err != nil && !errors.Is(err, register.ErrConflict) && !errors.Is(err, register.ErrNotFound) {
		s.t.Fatal(err)
	}
}

// decide lets people say something about some findings.
func (s *story) decide() {
	ids := s.all()
	for range min(len(ids), 6) {
		c := register.Change{Findings: []int64{ids[s.r.IntN(len(ids))]}, Actor: "somebody"}
		switch s.r.IntN(8) {
		case 0:
			team := append([]int64{0}, s.teams...)[s.r.IntN(3)]
			c.Team = &team
		case 1, 2:
			c.State, c.Why = register.FalsePositive, "it cannot be reached"
		case 3:
			c.State, c.Why, c.Until = register.Accepted, "we live with it", s.now.AddDate(0, 0, 20)
		default:
			c.State = []register.State{register.Acknowledged, register.InProgress, register.Fixed, register.Open}[s.r.IntN(4)]
		}
		_, err := s.Change(s.t.Context(), c)
		s.may(err)
	}
}

// move tells something new about an asset, so that its findings are ranked again; sometimes it gets another team.
func (s *story) move() {
	w, err := s.World(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	asset := *w.Assets[w.ID(register.KindAsset, register.AssetName(s.assets[s.r.IntN(len(s.assets))]))]
	asset.Context.Environment = []string{"production", "staging", ""}[s.r.IntN(3)]
	asset.Context.Internet = []string{"open", "no", ""}[s.r.IntN(3)]
	if s.r.IntN(2) == 0 {
		asset.Team = s.teams[s.r.IntN(2)]
	}
	if _, err := s.SetAsset(s.t.Context(), "somebody", asset); err != nil {
		s.t.Fatal(err)
	}
}

// join merges two findings, or splits one.
func (s *story) join() {
	ids := s.all()
	if len(ids) < 2 {
		return
	}
	a, b := ids[s.r.IntN(len(ids))], ids[s.r.IntN(len(ids))]
	if s.r.IntN(2) == 0 && a != b {
		_, err := s.Merge(s.t.Context(), register.Joining{Actor: "somebody", Why: "they are one"}, a, []int64{b})
		s.may(err)
		return
	}
	seen, err := s.Store().Sightings(s.t.Context(), a)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(seen) > 0 {
		_, err = s.Split(s.t.Context(), register.Joining{Actor: "somebody", Why: "they are two"}, seen[0].Source, seen[0].N)
		s.may(err)
	}
}

// was is what the log says of a finding from an event on.
type was struct {
	store.Finding
	event     int64
	at, known time.Time
}

// replay reads the whole log as it is exported, and gives what each finding was from event to event.
func (s *story) replay() map[int64][]was {
	s.t.Helper()
	var text bytes.Buffer
	if err := s.open().Export(s.t.Context(), chief, desk.ExportAsk{Blocks: true}, &text); err != nil {
		s.t.Fatal(err)
	}
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer unpack.Close()
	out, e := map[int64][]was{}, desk.Event{}
	for lines := json.NewDecoder(&text); ; {
		var line desk.Line
		if err := lines.Decode(&line); err != nil {
			s.t.Fatal(err)
		}
		switch {
		case line.Seal != nil:
			return out
		case line.Event != nil:
			e = *line.Event
			continue
		}
		records, err := unpack.DecodeAll(line.Block.Data, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		for record := range bytes.Lines(records) {
			var r register.Record
			if err := json.Unmarshal(record, &r); err != nil {
				s.t.Fatal(err)
			}
			if r.Finding != nil {
				out[r.Finding.ID] = after(out[r.Finding.ID], &r, &e)
			}
		}
	}
}

// after gives a finding's life with what a record of an event says of it.
func after(life []was, r *register.Record, e *desk.Event) []was {
	next := was{*r.Finding, e.Seq, e.At, e.Known}
	switch n := len(life); {
	case n > 0 && life[n-1].event == e.Seq:
		life[n-1] = next
	case n > 0 && r.Step == nil && same(&life[n-1].Finding, r.Finding): // what the past tells apart is as it was
		life[n-1].Finding = *r.Finding
	default:
		life = append(life, next)
	}
	return life
}

func same(a, b *store.Finding) bool {
	return a.State == b.State && a.Level == b.Level && a.Score == b.Score && a.Team == b.Team
}

// asOf answers from the replay what a finding was; nil is nothing.
func asOf(life []was, at, known time.Time) *was {
	for i := range slices.Backward(life) {
		if w := &life[i]; !w.at.After(at) && !w.known.After(known) {
			if w.State == string(register.Merged) {
				return nil
			}
			return w
		}
	}
	return nil
}

// open gives a new desk on the register of the story.
func (s *story) open() *desk.Desk { return desk.New(s.Register, func() time.Time { return s.now }) }

// levelName is a level of a row in words.
func levelName(level int64) string { return finding.Severity(level).String() }

// isActive tells whether "state:active" means a state.
func isActive(state string) bool { return strings.Contains("open acknowledged in-progress", state) }
