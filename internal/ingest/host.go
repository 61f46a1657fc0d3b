package ingest

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// hostPlace is where a network scanner found a fault. Port is "443/tcp", or "" for the host itself.
type hostPlace struct{ name, address, port string }

// hostPlaceOf makes a place of what scanners write: a name that is only the address again, and port 0 or "general", say nothing.
func hostPlaceOf(name, address, port, protocol string) hostPlace {
	p := hostPlace{name: strings.ToLower(oneLine(strings.TrimSuffix(strings.TrimSpace(name), "."), 253)), address: oneLine(address, 100)}
	if a, err := netip.ParseAddr(p.address); err == nil {
		p.address = a.String()
	}
	if p.name == p.address {
		p.name = ""
	}
	if port = strings.TrimSpace(port); port == "" || port == "0" || strings.Trim(port, "0123456789") != "" {
		return p
	}
	p.port = port + "/" + cmp.Or(strings.ToLower(strings.TrimSpace(protocol)), "tcp")
	return p
}

// host is what people call it: its name where the scan knows one.
func (p hostPlace) host() string { return cmp.Or(p.name, p.address) }

func (p hostPlace) asset() finding.Asset {
	if p.host() == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "host", Name: p.host()}
}

// class is "network" for what a port shows, else "host".
func (p hostPlace) class() string {
	if p.port != "" {
		return "network"
	}
	return "host"
}

// hostFault is what a scanner of hosts found. All readers of such reports fill it.
type hostFault struct {
	at hostPlace
	// id is the scanner's own of the check, title, text and advice its words.
	id, title, text, advice string
	references, cves        []string
	cwe                     []int
	severity                finding.Severity
	confidence              finding.Confidence
	// within tells places of one check on one port from each other: a path, an algorithm. It is a resource.
	within string
	threat finding.Threat
	facts  []finding.Fact
	waived string
	class  string
}

// rule and finding make what goes to the sink. A check that is about one CVE has that as its alias; one that is about several has none,
// as two CVEs are never one: they are a fact.
func (w *hostFault) rule() finding.Rule {
	return finding.Rule{
		ID: w.id, Engine: cmp.Or(w.class, w.at.class()), Title: titleOf(w.title, w.text, w.id), Severity: w.severity, Confidence: w.confidence,
		Why: strings.TrimSpace(w.text), Fix: strings.TrimSpace(w.advice), References: w.references, CWE: w.cwe,
	}
}

func (w *hostFault) finding() finding.Finding {
	f := finding.Finding{
		Asset: w.at.asset(), Severity: w.severity, Confidence: w.confidence, Threat: known(w.threat),
		Location: finding.Location{Logical: steps("host", w.at.host(), "port", w.at.port, "resource", w.within)},
		Message:  w.message(w.title), Facts: w.facts,
	}
	if w.at.name != "" && w.at.address != "" {
		f.Facts = append(f.Facts, finding.Fact{Name: "address", Value: w.at.address})
	}
	var cves []string
	for _, c := range w.cves {
		if c = strings.ToUpper(strings.TrimSpace(c)); strings.HasPrefix(c, "CVE-") && c != w.id && !slices.Contains(cves, c) {
			cves = append(cves, c)
		}
	}
	switch {
	case len(cves) == 1:
		f.Aliases = cves
	case len(cves) > 1:
		f.Facts = append(f.Facts, finding.Fact{Name: "cve", Value: strings.Join(cves, " ")})
	}
	if w.waived != "" {
		f.Verdict = waived(w.waived)
	}
	return f
}

func (w *hostFault) message(title string) string {
	where := w.at.host()
	if w.at.port != "" {
		where = strings.TrimSpace(where + " port " + w.at.port)
	}
	if w.within != "" {
		where = strings.TrimSpace(where + " " + w.within)
	}
	text := oneLine(cmp.Or(title, w.id), 400)
	if where == "" {
		return text
	}
	return oneLine(text+" on "+where, 500)
}

// emit hands the fault to the sink.
func (w *hostFault) emit(out Sink) error { return emit(out, w.rule(), w.finding()) }

// hostThreat is threatOf with what else scanners of hosts know of a flaw.
func hostThreat(score string, exploit bool, epss *finding.EPSS, vectors ...string) finding.Threat {
	t := threatOf(decimal(score), vectors...)
	t.EPSS = epss
	if exploit {
		t.Exploit = "poc"
	}
	return t
}
