package ingest

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var zapFormat = Format{
	Name: "zap", Title: "OWASP ZAP JSON", Tool: "OWASP ZAP",
	Is: func(h *Head) bool {
		return h.Has("@version", "site") || h.Has("@programName", "site") || h.Has("site.@name", "site.alerts")
	},
	Read: readZAP,
}

// readZAP reads the traditional JSON reports of ZAP, without and with requests ("traditional-json", "traditional-json-plus").
func readZAP(in *Input, h *Header, out Sink) error {
	j := in.json()
	var generated, created string
	err := j.members(func(name string) error {
		switch name {
		case "@version":
			return j.value(&h.Tool.Version)
		case "@generated":
			return j.value(&generated)
		case "created":
			return j.value(&created)
		case "site":
			return j.unwrap(h, []string{"alerts"}, func() error {
				var alert zapAlert
				return orNext(alert.readJSON(j), func() error { return alert.emit(out) })
			})
		}
		return j.skip()
	})
	h.At = timeOf(cmp.Or(created, generated))
	return err
}

// zapAlert is one kind of fault on one site with all places; in reports up to 2.4 it has one place of its own.
type zapAlert struct {
	PluginID, AlertRef, Alert, Name, RiskCode, Confidence, Desc, Solution, Reference, CWE, WASC string
	// Own is the place of its own.
	Own zapInstance

	places []*zapPlace
	known  map[webPlace]*zapPlace
	held   budget
}

// zapInstance is one request that showed the fault.
type zapInstance struct {
	URI       string `xml:"uri"`
	Method    string `xml:"method"`
	Param     string `xml:"param"`
	Attack    string `xml:"attack"`
	Evidence  string `xml:"evidence"`
	OtherInfo string `xml:"otherinfo"`
}

// zapPlace is a place of the fault, with the first request that showed it.
type zapPlace struct {
	webPlace
	attack, evidence, detail string
	times                    int
}

// fields are the texts of an alert by the names that JSON and XML share.
func (a *zapAlert) fields() map[string]*string {
	return map[string]*string{
		"pluginid": &a.PluginID, "alertRef": &a.AlertRef, "alert": &a.Alert, "name": &a.Name, "riskcode": &a.RiskCode,
		"confidence": &a.Confidence, "reliability": &a.Confidence, // as it was called until 2.3
		"desc": &a.Desc, "solution": &a.Solution, "reference": &a.Reference, "cweid": &a.CWE, "wascid": &a.WASC,
		"uri": &a.Own.URI, "method": &a.Own.Method, "param": &a.Own.Param, "attack": &a.Own.Attack, "evidence": &a.Own.Evidence,
		"otherinfo": &a.Own.OtherInfo,
	}
}

// readJSON reads an alert member by member, as its instances may hold whole responses.
func (a *zapAlert) readJSON(j *jsonReader) error {
	fields := a.fields()
	return j.members(func(name string) error {
		if field := fields[name]; field != nil {
			return j.value(field)
		}
		if name != "instances" {
			return j.skip()
		}
		return j.elements(func() error {
			var i zapInstance
			if err := i.readJSON(j); err != nil {
				return err
			}
			return a.add(&i)
		})
	})
}

func (i *zapInstance) readJSON(j *jsonReader) error {
	fields := map[string]*string{
		"uri": &i.URI, "method": &i.Method, "param": &i.Param, "attack": &i.Attack, "evidence": &i.Evidence, "otherinfo": &i.OtherInfo,
	}
	return j.members(func(name string) error {
		if field := fields[name]; field != nil {
			return j.value(field)
		}
		return j.skip()
	})
}

// add takes note of an instance; those that differ by sent values only are one place. Places are held until the texts that follow are known.
func (a *zapAlert) add(i *zapInstance) error {
	place := webPlaceOf(i.URI, i.Method, i.Param)
	if p := a.known[place]; p != nil {
		p.times++
		return nil
	}
	if a.known == nil {
		a.known = map[webPlace]*zapPlace{}
	}
	p := &zapPlace{webPlace: place, attack: quoted(i.Attack), evidence: a.showable(i.Evidence), detail: quoted(flat(i.OtherInfo)), times: 1}
	a.known[place], a.places = p, append(a.places, p)
	return a.held.take(int64(400+len(place.url)+len(place.parameter)+len(p.attack)+len(p.evidence)+len(p.detail)), "the places of an alert, which wait for its texts,")
}

// showable masks what the rules for personal data, credentials and hashes have found.
func (a *zapAlert) showable(evidence string) string {
	switch a.PluginID {
	case "10062", "10105", "10097", "10057":
		if evidence = strings.TrimSpace(evidence); evidence != "" {
			return finding.Mask(evidence)
		}
	}
	return quoted(evidence)
}

func (a *zapAlert) emit(out Sink) error {
	if a.Own.URI != "" && len(a.places) == 0 {
		if err := a.add(&a.Own); err != nil {
			return err
		}
	}
	risk, _ := strconv.Atoi(a.RiskCode)
	confidence := a.Confidence
	rule := finding.Rule{
		ID: cmp.Or(a.AlertRef, a.PluginID, a.Alert, a.Name), Engine: "dast", Title: titleOf(a.Name, a.Alert, a.PluginID), Why: flat(a.Desc), Fix: flat(a.Solution),
		Severity: finding.Severity(max(0, min(risk, 3))), Confidence: zapConfidence(confidence), References: strings.Fields(flat(a.Reference)), CWE: cwesIn(a.CWE),
	}
	if a.WASC != "" && a.WASC != "0" && a.WASC != "-1" {
		rule.Tags = []string{"WASC-" + a.WASC}
	}
	for _, p := range a.places {
		f := finding.Finding{
			Severity: rule.Severity, Confidence: rule.Confidence, Asset: p.asset(), Location: p.location(),
			Message: oneLine(rule.Title+" at "+p.String(), 500), Facts: factsOf("attack", p.attack, "evidence", p.evidence, "detail", p.detail),
		}
		if p.times > 1 {
			f.Facts = append(f.Facts, finding.Fact{Name: "requests", Value: strconv.Itoa(p.times)})
		}
		if confidence == "0" {
			f.Verdict = waived("marked as a false positive in ZAP")
		}
		if err := emit(out, rule, f); err != nil {
			return err
		}
	}
	return nil
}

// zapConfidence reads ZAP's scale: 0 false positive, 1 low, 2 medium, 3 high, 4 confirmed by a person.
func zapConfidence(code string) finding.Confidence {
	switch strings.TrimSpace(code) {
	case "0", "1":
		return finding.Tentative
	case "2":
		return finding.Likely
	case "4":
		return finding.Certain
	}
	return finding.Firm
}
