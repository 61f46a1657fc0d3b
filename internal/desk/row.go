package desk

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/reevehq/reeve/internal/facet"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// rowOf is a finding as the index keeps it.
func rowOf(w *register.World, f *store.Finding) facet.Row {
	r := facet.Row{
		ID: f.ID, Touched: f.Touched, Asset: int32(f.Asset), Team: int32(f.Team), Assignee: int32(f.Assignee), Rule: int32(f.Rule), Flaw: int32(f.Flaw),
		Class: f.Class, Severity: severity(f.Severity), Level: severity(f.Level), Score: int(f.Score), Confidence: finding.Confidence(f.Confidence),
		State: f.State, Regression: f.Regression, Reach: f.Reach, Internet: f.Internet, Environment: f.Environment, Running: f.Running, Data: list(f.Data),
		KEV: f.Known != "", Ransomware: f.Known == "ransomware", Exploit: f.Exploit, EPSS: float32(f.EPSS),
		Opened: moment(f.Opened), Changed: moment(f.Changed), Due: moment(f.Due), Closed: moment(f.Closed),
		Place: f.Place, Component: f.Component, Fix: f.Fix,
	}
	if rule := w.Rules[f.Rule]; rule != nil {
		r.Title = rule.Title
	}
	for _, text := range list(f.Sources) {
		id, _ := strconv.ParseInt(text, 10, 64)
		s := w.Sources[id]
		if s == nil {
			continue
		}
		if !slices.Contains(r.Tools, s.Tool) {
			r.Tools = append(r.Tools, s.Tool)
		}
		if s.Ref != "" && !slices.Contains(r.Refs, s.Ref) {
			r.Refs = append(r.Refs, s.Ref)
		}
	}
	if register.State(f.State) != register.Open { // whether a tool is right is told by all that it ever found
		for _, text := range list(f.Saw) {
			id, _ := strconv.ParseInt(text, 10, 64)
			if s := w.Sources[id]; s != nil && !slices.Contains(r.Tools, s.Tool) {
				r.Tools = append(r.Tools, s.Tool)
			}
		}
	}
	return r
}

// entryOf is a thing with a name as the index keeps it.
func entryOf(e store.Entity) facet.Entry {
	out := facet.Entry{ID: int32(e.ID)}
	if e.Dropped {
		return out
	}
	out.Name = e.Name
	var doc struct {
		Kind, Criticality, Title, Name string
		Aliases                        []string
	}
	_ = json.Unmarshal(e.Doc, &doc) // what does not fit stays empty; World has read it strictly
	switch e.Kind {
	case register.KindAsset:
		out.Name, out.Kind, out.Criticality = doc.Name, doc.Kind, doc.Criticality
	case register.KindRule:
		out.Title = doc.Title
	case register.KindFlaw, register.KindTeam:
		out.Aliases = doc.Aliases
	}
	return out
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

// Row is a finding in a list.
type Row struct {
	ID int64 `json:"id"`
	// Title is the rule's, Rule and Flaw are ids people know, Message is not in lists.
	Title string `json:"title"`
	Rule  string `json:"rule"`
	Flaw  string `json:"flaw,omitempty"`
	Class string `json:"class" doc:"What was looked at: sast, sca, secret, iac…"`
	// Asset, Team and Assignee are names.
	Asset    string `json:"asset"`
	AssetID  int64  `json:"assetId"`
	Team     string `json:"team,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	State    string `json:"state" enum:"open,acknowledged,in-progress,fixed,verified,false-positive,accepted"`
	// Regression tells that it was fixed once.
	Regression bool `json:"regression,omitempty"`
	// Level and Score are the rank, Severity is the rule's.
	Level    string `json:"level" enum:"critical,high,medium,low,info"`
	Score    int    `json:"score" minimum:"0" maximum:"100"`
	Severity string `json:"severity"`
	// Place, Component and Fix say where, in what and what mends it.
	Place     string `json:"place"`
	Component string `json:"component,omitempty"`
	Fix       string `json:"fix,omitempty"`
	// Facts that moved the rank.
	Reach       string   `json:"reach,omitempty"`
	Internet    string   `json:"internet,omitempty"`
	Environment string   `json:"environment,omitempty"`
	Data        []string `json:"data,omitempty"`
	KEV         bool     `json:"kev,omitempty"`
	Ransomware  bool     `json:"ransomware,omitempty"`
	Exploit     string   `json:"exploit,omitempty"`
	EPSS        float64  `json:"epss,omitempty"`
	Tools       []string `json:"tools"`
	Refs        []string `json:"refs,omitempty"`
	// Opened, Changed, Due and Closed are when; absent is never. Overdue tells that Due has passed and something is still to do.
	Opened  time.Time `json:"opened"`
	Changed time.Time `json:"changed"`
	Due     time.Time `json:"due,omitzero"`
	Closed  time.Time `json:"closed,omitzero"`
	Overdue bool      `json:"overdue,omitempty"`
}

// shown turns a row of the index into one that people read.
func (d *Desk) shown(w *register.World, r *facet.Row) Row {
	out := Row{
		ID: r.ID, Title: r.Title, Class: r.Class, AssetID: int64(r.Asset), State: r.State, Regression: r.Regression, Level: r.Level.String(), Score: r.Score,
		Severity: r.Severity.String(), Place: r.Place, Component: r.Component, Fix: r.Fix, Reach: r.Reach, Internet: r.Internet, Environment: r.Environment,
		Data: r.Data, KEV: r.KEV, Ransomware: r.Ransomware, Exploit: r.Exploit, Tools: r.Tools, Refs: r.Refs,
		Opened: r.Opened, Changed: r.Changed, Due: r.Due, Closed: r.Closed,
	}
	if r.EPSS > 0 {
		out.EPSS = float64(r.EPSS)
	}
	if a := w.Assets[int64(r.Asset)]; a != nil {
		out.Asset = a.Name
	}
	if t := w.Teams[int64(r.Team)]; t != nil {
		out.Team = t.Slug
	}
	if p, ok := w.Others[register.KindPerson][int64(r.Assignee)]; ok {
		out.Assignee = p.Name
	}
	if rule := w.Rules[int64(r.Rule)]; rule != nil {
		out.Rule = rule.ID
	}
	if flaw := w.Flaws[int64(r.Flaw)]; flaw != nil {
		out.Flaw = flaw.Name
	}
	out.Overdue = !r.Due.IsZero() && r.Due.Before(d.now()) && register.State(r.State).Active()
	return out
}
