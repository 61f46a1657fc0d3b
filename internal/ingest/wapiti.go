package ingest

import (
	"cmp"
	"encoding/xml"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

var wapitiFormat = Format{
	Name: "wapiti", Title: "Wapiti JSON", Tool: "Wapiti",
	Is: func(h *Head) bool {
		return h.Object() && h.Contains(`"classifications"`) && h.Has("classifications") && !h.Has("runs")
	},
	Read: readWapiti,
}

// readWapiti reads "wapiti -f json" of version 3. The site stands at its end, so findings wait for it. What Wapiti lists as additional
// (fingerprints of software) is no fault.
func readWapiti(in *Input, h *Header, out Sink) error {
	j := in.json()
	texts := map[string]*wapitiTexts{}
	var held budget
	var site string
	waiting := shelf{out: out, complete: func(_ *finding.Rule, f *finding.Finding) { wapitiSite(f, site) }}
	err := j.members(func(name string) error {
		switch name {
		case "classifications":
			return j.members(func(name string) error {
				t := &wapitiTexts{}
				texts[name] = t
				return orNext(j.value(t), func() error {
					return held.take(int64(len(name)+len(t.Description)+len(t.Solution)+200*(1+len(t.References))), "the classifications")
				})
			})
		case "vulnerabilities", "anomalies":
			return j.members(func(fault string) error {
				return each(j, func(e *wapitiEntry) error {
					rule, f := e.finding(fault, cmp.Or(texts[fault], &wapitiTexts{}))
					return waiting.hold(rule, f)
				})
			})
		case "infos":
			var infos wapitiInfos
			err := j.value(&infos)
			site, h.Tool.Version, h.At = infos.Target, wapitiVersion(infos.Version), timeOf(infos.Date)
			return err
		}
		return j.skip()
	})
	return orNext(err, waiting.run)
}

type wapitiInfos struct{ Target, Date, Version string }

type wapitiTexts struct {
	Description string            `json:"desc"`
	Solution    string            `json:"sol"`
	References  map[string]string `json:"ref"`
	InXML       []wapitiReference `json:"-"`
}

type wapitiReference struct {
	Title string `xml:"title"`
	URL   string `xml:"url"`
}

type wapitiEntry struct {
	Method    string `json:"method" xml:"method"`
	Path      string `json:"path" xml:"path"`
	Info      string `json:"info" xml:"info"`
	Level     string `json:"level" xml:"level"`
	Parameter string `json:"parameter" xml:"parameter"`
	Module    string `json:"module" xml:"module"`
}

// wapitiNames finds the header or cookie that an entry without a parameter is about.
var wapitiNames = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^([\w-]+) is not set|cookie\s*:\s*([\w.-]+)`)
})

// finding makes the finding of an entry; the place has no site yet.
func (e *wapitiEntry) finding(fault string, t *wapitiTexts) (finding.Rule, finding.Finding) {
	rule := finding.Rule{
		ID: fault, Engine: "dast", Title: titleOf(fault), Why: flat(t.Description), Fix: flat(t.Solution),
		Severity: wapitiSeverity(e.Level), Confidence: finding.Firm,
	}
	var titles []string
	for title, address := range t.References {
		titles, rule.References = append(titles, title), append(rule.References, address)
	}
	for _, r := range t.InXML {
		titles, rule.References = append(titles, r.Title), append(rule.References, r.URL)
	}
	slices.Sort(rule.References)
	rule.CWE = cwesIn(titles...)
	parameter := e.Parameter
	if m := wapitiNames().FindStringSubmatch(strings.TrimSpace(e.Info)); m != nil && parameter == "" {
		parameter = cmp.Or(m[1], m[2])
	}
	place := webPlaceOf(e.Path, e.Method, parameter)
	f := found(rule, quoted(cmp.Or(e.Info, fault)), place.location())
	f.Facts = factsOf("module", e.Module)
	return rule, f
}

// wapitiSite completes a place by the site that was attacked.
func wapitiSite(f *finding.Finding, site string) {
	origin := webPlaceOf(site, "", "").origin()
	for i := range f.Location.Logical {
		if step := &f.Location.Logical[i]; step.Kind == "url" && !strings.Contains(step.Name, "://") {
			step.Name = origin + "/" + strings.TrimLeft(step.Name, "/")
		}
	}
	f.Asset = siteAsset(origin)
	if len(f.Location.Logical) == 0 || f.Location.Logical[0].Kind != "url" {
		f.Location.Logical = append(steps("url", cmp.Or(origin+"/", site)), f.Location.Logical...)
	}
}

func wapitiSeverity(level string) finding.Severity {
	switch strings.TrimSpace(level) {
	case "0":
		return finding.Info
	case "1":
		return finding.Low
	case "3":
		return finding.High
	case "4":
		return finding.Critical
	}
	return finding.Medium
}

func wapitiVersion(s string) string { return strings.TrimPrefix(s, "Wapiti ") }

var wapitiXMLFormat = Format{
	Name: "wapiti-xml", Title: "Wapiti XML", Tool: "Wapiti",
	Is: func(h *Head) bool {
		return h.Root() == "report" && h.Contains(`name="generatorName"`) && h.Contains("wapiti")
	},
	Read: readWapitiXML,
}

// readWapitiXML reads "wapiti -f xml" of version 3.
func readWapitiXML(in *Input, h *Header, out Sink) error {
	x := in.xml()
	var site, fault string
	var texts wapitiTexts
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "info":
			var value string
			err := x.decode(&value, start)
			switch attr(start, "name") {
			case "target":
				site = value
			case "generatorVersion":
				h.Tool.Version = wapitiVersion(value)
			case "dateOfScan":
				h.At = timeOf(value)
			}
			return true, err
		case "additionals":
			return true, x.skip()
		case "vulnerability", "anomaly":
			fault, texts = attr(start, "name"), wapitiTexts{}
		case "description":
			return true, x.decode(&texts.Description, start)
		case "solution":
			return true, x.decode(&texts.Solution, start)
		case "reference":
			var r wapitiReference
			err := x.decode(&r, start)
			texts.InXML = append(texts.InXML, r)
			return true, err
		case "entry":
			var e wapitiEntry
			if err := x.decode(&e, start); err != nil {
				return true, err
			}
			rule, f := e.finding(fault, &texts)
			wapitiSite(&f, site)
			return true, emit(out, rule, f)
		}
		return false, nil
	}, nil)
}
