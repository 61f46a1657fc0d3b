package register

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/identity"
	"github.com/reevehq/reeve/internal/risk"
	"github.com/reevehq/reeve/internal/store"
)

// entry is one finding of a report, ready to be written: what it is known by, the row it becomes, and its text.
type entry struct {
	Keys identity.Keys
	// Asset is the name of its asset among entities, Rule and Flaw those of its rule and flaw ("" for none).
	Asset, Rule, Flaw string
	// Row has what the finding itself says; ids, state and times are filled in when it is written.
	Row store.Finding
	// Owner is the team that the asset's files name for its place, 0 for none.
	Owner int64
	// Waived says why the tool's users do not count it; "" where they do.
	Waived string
	// Doc is the finding in JSON; Digest tells whether it says something new.
	Doc    []byte
	Digest int64
	// Line and Column are its position, Place what identity calls its place.
	Line, Column int64
	Place        string
	// Context is the version of the asset's context by which Row was ranked.
	Context uint64
	// n counts the entries of the look from 0.
	n int
}

// seal makes an entry of a finding. The finding's secret is used for its identity and then gone. known gives the version of an asset.
func seal(f *finding.Finding, o identity.Options, w *World, known *versions) (entry, error) {
	name := AssetName(f.Asset)
	asset := w.Assets[w.ID(KindAsset, name)]
	keys := identity.Of(f, o)
	f.Secret = finding.Sensitive{}
	e := entry{Keys: keys, Asset: name, Rule: f.Rule, Line: int64(f.Location.Region.StartLine), Column: int64(f.Location.Region.StartColumn), Place: identity.Place(f)}
	if f.Verdict != nil && f.Verdict.Action == finding.Waived {
		e.Waived = f.Verdict.Because
	}
	f.Verdict = nil
	if isFlaw(f) {
		e.Flaw = o.Canon(f.Rule)
	}
	doc, err := json.Marshal(f)
	if err != nil {
		return e, fmt.Errorf("finding of rule %q: %w", f.Rule, err)
	}
	e.Doc, e.Digest = doc, digest(doc)
	e.Row, e.Context = rowOf(f, asset), known.of(asset)
	e.Owner = ownerOf(w, asset, f.Location.Path)
	return e, nil
}

// digest is FNV-1a of a text, 63 bits.
func digest(doc []byte) int64 {
	h := uint64(14695981039346656037)
	for _, c := range doc {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return int64(h >> 1)
}

// isFlaw tells whether the rule is a known vulnerability and not a tool's own check.
func isFlaw(f *finding.Finding) bool {
	for _, prefix := range []string{"CVE-", "GHSA-", "GO-", "PYSEC-", "RUSTSEC-", "OSV-", "SNYK-", "DSA-", "DLA-", "RHSA-", "ALAS", "USN-", "GLAD-", "MAL-"} {
		if strings.HasPrefix(f.Rule, prefix) {
			return true
		}
	}
	return false
}

// rowOf says of a finding what lists and filters ask, ranked in the context of its asset.
func rowOf(f *finding.Finding, asset *Asset) store.Finding {
	here := *f
	here.Exposure = exposureOf(f, asset)
	r := store.Finding{
		Class: f.Engine, Severity: int64(f.Severity), Confidence: int64(f.Confidence), EPSS: -1,
		Place: placeOf(f), Component: componentOf(f), Fix: fixOf(f),
	}
	score, level := scoreOf(&here)
	r.Level, r.Score = int64(level), int64(score)
	if here.Reach != nil {
		r.Reach = string(here.Reach.State)
	}
	if x := here.Exposure; x != nil {
		r.Internet, r.Environment, r.Running, r.Data = x.Internet, x.Environment, x.Running, strings.Join(x.Data, ",")
	}
	if t := f.Threat; t != nil {
		r.Exploit = strings.ToLower(t.Exploit)
		if t.EPSS != nil {
			r.EPSS = percent(t.EPSS)
		}
		if t.KEV != nil {
			r.Known = "kev"
			if t.KEV.Ransomware {
				r.Known = "ransomware"
			}
		}
	}
	return r
}

// scoreOf is what rankOf says, without the sentences.
func scoreOf(f *finding.Finding) (int, finding.Severity) {
	if f.Threat == nil && f.Exposure == nil && f.Rank != nil {
		return f.Rank.Score, f.Rank.Level
	}
	return risk.Score(f)
}

// rankOf ranks a finding. Where nothing is known but its severity, that is the rank.
func rankOf(f *finding.Finding) finding.Rank {
	if rank := risk.Rank(f); rank != nil {
		return *rank
	}
	if f.Rank != nil {
		return *f.Rank
	}
	return finding.Rank{
		Score: int(f.Severity.Score() * 10), Level: f.Severity,
		Because: []string{"The rule says that such a fault is " + f.Severity.String() + "; nothing is known about its place that would change that."},
	}
}

// exposureOf is where a finding runs: what was seen for itself first, and for what it leaves open what is known of its asset. It is nil for a finding
// that is no flaw and of whose place nothing is known: that is as bad as its rule says.
func exposureOf(f *finding.Finding, asset *Asset) *finding.Exposure {
	var x finding.Exposure
	if f.Exposure != nil {
		x = *f.Exposure
	}
	if asset != nil {
		c := &asset.Context
		x.Internet = cmp.Or(x.Internet, c.Internet)
		x.Environment = cmp.Or(x.Environment, c.Environment)
		x.Running = cmp.Or(x.Running, c.Running)
		if len(x.Data) == 0 {
			x.Data = c.Data
		}
		x.Criticality = cmp.Or(asset.Criticality, x.Criticality, c.Criticality)
		x.Privileged = x.Privileged || c.Privileged
		x.Workload = cmp.Or(x.Workload, c.Workload)
		if len(x.Path) == 0 {
			x.Path = c.Path
		}
	}
	known := x.Internet != "" || x.Environment != "" || x.Running != "" || len(x.Data) > 0 || x.Privileged || x.Criticality != ""
	if f.Exposure == nil && f.Threat == nil && !known {
		return nil
	}
	return &x
}

// placeOf is where a finding stands, in one short text.
func placeOf(f *finding.Finding) string {
	var text string
	switch l := f.Location; {
	case len(l.Logical) > 0 && f.Engine != "sast" && f.Engine != "secret":
		var steps []string
		for _, s := range l.Logical {
			steps = append(steps, s.Name)
		}
		text = strings.Join(steps, " ")
		if l.Path != "" {
			text = l.Path + " " + text
		}
	case l.Path != "" && l.Region.StartLine > 0:
		text = l.Path + ":" + strconv.Itoa(l.Region.StartLine)
	case l.Path != "":
		text = l.Path
	case len(l.Logical) > 0:
		text = l.Logical[len(l.Logical)-1].Name
	case l.Surface != "":
		text = strings.TrimSpace(string(l.Surface) + " " + l.Commit[:min(12, len(l.Commit))])
	case f.Component != nil:
		text = f.Component.Project
	}
	return clip(text, 300)
}

func componentOf(f *finding.Finding) string {
	if f.Component == nil {
		return ""
	}
	return ComponentName(f.Component.Name, f.Component.Version)
}

// ComponentName is what rows call a package.
func ComponentName(name, version string) string {
	if version != "" {
		name += "@" + version
	}
	return clip(name, 200)
}

func fixOf(f *finding.Finding) string {
	if c := f.Component; c != nil {
		if c.Upgrade != "" {
			return clip(c.Upgrade, 100)
		}
		if len(c.Fixed) > 0 {
			return clip(c.Fixed[0], 100)
		}
	}
	return ""
}

// clip shortens a text at a character's border.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most - len("…")
	for cut > 0 && s[cut]&0xc0 == 0x80 {
		cut--
	}
	return s[:cut] + "…"
}

var seed = maphash.MakeSeed()

// version changes when anything changes that rank or owner depend on. It is compared within one process only.
func (a *Asset) version() uint64 {
	if a == nil {
		a = &Asset{}
	}
	var h maphash.Hash
	h.SetSeed(seed)
	text, _ := json.Marshal(a.Context) // plain data always marshals
	_, _ = h.Write(text)
	_, _ = h.WriteString(a.Criticality)
	_, _ = h.WriteString(a.Codeowners)
	_, _ = h.WriteString(a.Catalog)
	return h.Sum64()
}

// versions are the versions of assets in the course of one import, each worked out once. Several goroutines may ask.
type versions struct{ known sync.Map }

func (v *versions) of(a *Asset) uint64 {
	if n, ok := v.known.Load(a); ok {
		return n.(uint64)
	}
	n := a.version()
	v.known.Store(a, n)
	return n
}

// sourceList writes ids of sources as a row keeps them.
func sourceList(ids []int64) string {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}
