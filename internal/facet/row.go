package facet

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// Row is one finding as the index keeps it. Words beyond the vocabularies count as unknown, texts are cut at 1,024 bytes, lists at 1,000
// entries, and times are kept to the second, between 1970 and 2106.
type Row struct {
	// ID is the finding's number, Touched the number of the last event that touched it: a row never replaces one touched later.
	ID, Touched int64
	// Asset, Team, Assignee, Rule and Flaw are ids of names (see Index.PutNames), 1 to MaxID; others are none.
	Asset, Team, Assignee, Rule, Flaw int32
	// Class is what was looked at: sast, sca, secret, iac…
	Class string
	// Severity is that of the rule, Level what the rank amounts to.
	Severity, Level finding.Severity
	// Score is the rank, 0-100.
	Score int
	// Confidence is how sure it is.
	Confidence finding.Confidence
	// State is open, acknowledged, in-progress, fixed, verified, false-positive or accepted.
	State string
	// Regression tells that it was fixed once.
	Regression bool
	// Reach is a finding.ReachState; Internet, Environment, Running and Data are as in finding.Exposure.
	Reach, Internet, Environment, Running string
	// Data are the kinds of data within reach.
	Data []string
	// KEV tells that CISA knows it to be exploited, Ransomware that it is by ransomware.
	KEV, Ransomware bool
	// Exploit is none, poc, active or "".
	Exploit string
	// EPSS is the probability of exploitation, 0-1; below 0 where it is not known.
	EPSS float32
	// Opened, Changed, Due and Closed are when; zero is never.
	Opened, Changed, Due, Closed time.Time
	// Title is the rule's title, Place a "src/a.py:12", an URL or a resource, Component a "lodash@4.17.20", Fix what mends it.
	Title, Place, Component, Fix string
	// Tools see it, on the branches Refs.
	Tools, Refs []string
}

// encode writes a row into its place.
func (w *writer) encode(r *Row, b *block, at int) {
	gen := w.generation
	set(&b.id, gen, at, r.ID)
	set(&b.touched, gen, at, r.Touched)
	for i, v := range bytesOf(r) {
		set(&b.bytes[i], gen, at, v)
	}
	for i, v := range w.wordsOf(r) {
		if old := b.words[i].v[at]; i >= firstText && i < firstText+textColumns && old != 0 && old != v {
			w.replaced++
		}
		set(&b.words[i], gen, at, v)
		w.most[i] = max(w.most[i], v)
	}
}

func bytesOf(r *Row) (out [byteColumns]uint8) {
	out[byteState] = max(1, code(stateNames, r.State))
	out[byteClass] = code(classNames, r.Class)
	out[byteLevel] = uint8(min(max(r.Level, finding.Info), finding.Critical))
	out[byteSeverity] = uint8(min(max(r.Severity, finding.Info), finding.Critical))
	out[byteScore] = uint8(min(max(r.Score, 0), 100))
	out[byteConfidence] = uint8(min(max(r.Confidence, finding.Tentative), finding.Certain))
	for bit, on := range [...]bool{r.KEV, r.Ransomware, r.Regression} {
		if on {
			out[byteFlags] |= 1 << bit
		}
	}
	out[byteReach] = code(reachNames, strings.ReplaceAll(r.Reach, " ", "-"))
	out[byteInternet] = code(internetNames, r.Internet)
	out[byteEnvironment] = code(environmentNames, r.Environment)
	out[byteRunning] = code(runningNames, r.Running)
	for _, kind := range r.Data {
		if bit := slices.Index(dataNames, kind); bit >= 0 {
			out[byteData] |= 1 << bit
		}
	}
	out[byteExploit] = code(exploitNames, r.Exploit)
	return out
}

func (w *writer) wordsOf(r *Row) (out [wordColumns]uint32) {
	for i, id := range [nameColumns]int32{r.Asset, r.Team, r.Assignee, r.Rule, r.Flaw} {
		if id > 0 && id <= MaxID {
			out[i] = uint32(id)
		}
	}
	for i, s := range [...]string{r.Title, r.Place, r.Component, r.Fix} {
		out[firstText+i] = w.intern(firstText+i, s)
	}
	out[wordTools] = w.intern(wordTools, r.Tools...)
	out[wordRefs] = w.intern(wordRefs, r.Refs...)
	for i, t := range [...]time.Time{r.Opened, r.Changed, r.Due, r.Closed} {
		out[wordOpened+i] = seconds(t)
	}
	out[wordEPSS] = chance(r.EPSS)
	return out
}

// intern gives the number of a text or of a list of them; 0 where there is none.
func (w *writer) intern(column int, parts ...string) uint32 {
	record := w.scratch[:0]
	if len(parts) > 1 {
		parts = slices.Compact(slices.Sorted(slices.Values(parts)))
	}
	for _, part := range parts[:min(len(parts), maxParts)] {
		if part != "" {
			record = appendPart(record, part)
		}
	}
	w.scratch = record
	return w.texts[column-firstText].number(record, w.generation)
}

// seconds is a time as it is kept. The last second is left free: in orders it stands for none.
func seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	return uint32(min(max(t.Unix(), 1), math.MaxUint32-1))
}

// chance is a probability as it is kept: bits of positive floats are in the order of the floats.
func chance(p float32) uint32 {
	if !(p >= 0) { // not known, or not a number
		return 0
	}
	return 1 + math.Float32bits(min(p, 1)+0) // -0 becomes 0
}

// row reads a row from its place.
func (s *state) row(b *block, at int) Row {
	r := Row{
		ID: b.id.v[at], Touched: b.touched.v[at],
		Asset: int32(b.words[wordAsset].v[at]), Team: int32(b.words[wordTeam].v[at]), Assignee: int32(b.words[wordAssignee].v[at]),
		Rule: int32(b.words[wordRule].v[at]), Flaw: int32(b.words[wordFlaw].v[at]),
		Severity: finding.Severity(b.bytes[byteSeverity].v[at]), Level: finding.Severity(b.bytes[byteLevel].v[at]),
		Score: int(b.bytes[byteScore].v[at]), Confidence: finding.Confidence(b.bytes[byteConfidence].v[at]),
		State: stateNames[b.bytes[byteState].v[at]], Class: classNames[b.bytes[byteClass].v[at]], EPSS: -1,
		Opened: moment(b.words[wordOpened].v[at]), Changed: moment(b.words[wordChanged].v[at]),
		Due: moment(b.words[wordDue].v[at]), Closed: moment(b.words[wordClosed].v[at]),
		Title: s.text(b, wordTitle, at), Place: s.text(b, wordPlace, at), Component: s.text(b, wordComponent, at), Fix: s.text(b, wordFix, at),
		Tools: partsOf(s.texts[wordTools-firstText].record(b.words[wordTools].v[at])),
		Refs:  partsOf(s.texts[wordRefs-firstText].record(b.words[wordRefs].v[at])),
	}
	if e := b.words[wordEPSS].v[at]; e > 0 {
		r.EPSS = math.Float32frombits(e - 1)
	}
	flags := b.bytes[byteFlags].v[at]
	r.KEV, r.Ransomware, r.Regression = flags&flagKEV != 0, flags&flagRansomware != 0, flags&flagRegression != 0
	known := func(names []string, column int) string { // code 0 is what nobody said
		if c := b.bytes[column].v[at]; c > 0 {
			return names[c]
		}
		return ""
	}
	r.Reach = strings.ReplaceAll(known(reachNames, byteReach), "-", " ")
	r.Internet, r.Environment = known(internetNames, byteInternet), known(environmentNames, byteEnvironment)
	r.Running, r.Exploit = known(runningNames, byteRunning), known(exploitNames, byteExploit)
	if data := b.bytes[byteData].v[at]; data != 0 {
		r.Data = Data.wordsOf(data)
	}
	return r
}

func (s *state) text(b *block, column, at int) string {
	return string(firstPart(s.texts[column-firstText].record(b.words[column].v[at])))
}

func moment(seconds uint32) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}
