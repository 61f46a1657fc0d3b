package ingest

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var nmapFormat = Format{
	Name: "nmap", Title: "Nmap XML", Tool: "Nmap",
	Is:   func(h *Head) bool { return h.Root() == "nmaprun" && h.Attr("scanner") != "masscan" },
	Read: readNmap,
}

// nmapScan is one report being read (nmap.dtd). Ports are taken one by one; only the host's names are held.
type nmapScan struct {
	x      *xmlReader
	out    Sink
	header *Header
	name   string
	addr   string
	inHost bool
	done   bool
}

func readNmap(in *Input, h *Header, out Sink) error {
	n := &nmapScan{x: in.xml(), out: out, header: h}
	err := n.x.walk(n.visit, func(name string) {
		if name == "host" {
			n.inHost = false
		}
	})
	if err == nil && !n.done {
		missed(n.header, "the scan did not finish")
	}
	return err
}

func (n *nmapScan) visit(start xml.StartElement) (bool, error) {
	switch start.Name.Local {
	case "nmaprun":
		n.header.Tool.Version = attr(start, "version")
		n.header.At = unixTime(attr(start, "start"))
	case "host":
		n.name, n.addr, n.inHost = "", "", true
		if attr(start, "timedout") == "true" {
			missed(n.header, "a host timed out")
		}
	case "address":
		if n.addr == "" || attr(start, "addrtype") != "mac" {
			n.addr = attr(start, "addr")
		}
	case "hostname":
		if n.name == "" || attr(start, "type") == "user" {
			n.name = attr(start, "name")
		}
	case "port":
		return element(n.x, start, func(p *nmapPort) error { return n.port(p) })
	case "script":
		var s nmapScript
		if err := n.x.decode(&s, start); err != nil {
			return true, err
		}
		if !n.inHost {
			return true, nil // said before or after the scan, about no host
		}
		return true, n.script(&s, hostPlaceOf(n.name, n.addr, "", ""), nil)
	case "finished":
		n.done = cmp.Or(attr(start, "exit"), "success") == "success"
		if msg := attr(start, "errormsg"); msg != "" {
			missed(n.header, "%s", msg)
		}
	}
	return false, nil
}

type nmapPort struct {
	Protocol string `xml:"protocol,attr"`
	ID       string `xml:"portid,attr"`
	State    struct {
		State string `xml:"state,attr"`
	} `xml:"state"`
	Service nmapService  `xml:"service"`
	Scripts []nmapScript `xml:"script"`
}

type nmapService struct {
	Name    string   `xml:"name,attr"`
	Product string   `xml:"product,attr"`
	Version string   `xml:"version,attr"`
	CPE     []string `xml:"cpe"`
}

// nmapScript is the output of a script of the Nmap Scripting Engine: tables of elements.
type nmapScript struct {
	ID     string `xml:"id,attr"`
	Output string `xml:"output,attr"`
	nmapTable
}

type nmapTable struct {
	Key    string      `xml:"key,attr"`
	Tables []nmapTable `xml:"table"`
	Elems  []nmapElem  `xml:"elem"`
}

type nmapElem struct {
	Key   string `xml:"key,attr"`
	Value string `xml:",chardata"`
}

func (t *nmapTable) elem(key string) string {
	for _, e := range t.Elems {
		if e.Key == key {
			return strings.TrimSpace(e.Value)
		}
	}
	return ""
}

// list gives the elements of an inner table.
func (t *nmapTable) list(key string) []string {
	var out []string
	for i := range t.Tables {
		if t.Tables[i].Key == key {
			for _, e := range t.Tables[i].Elems {
				out = append(out, strings.TrimSpace(e.Value))
			}
		}
	}
	return out
}

// port emits an open port, which is a fact and no fault, and what scripts found there.
func (n *nmapScan) port(p *nmapPort) error {
	if p.State.State != "open" {
		return nil
	}
	at := hostPlaceOf(n.name, n.addr, p.ID, p.Protocol)
	open := hostFault{
		at: at, id: "open-port", title: strings.TrimSpace("open port " + p.Service.Name), severity: finding.Info, confidence: finding.Certain,
		text: "The port accepts connections.", facts: factsOf("service", p.Service.Name, "product", p.Service.Product, "version", p.Service.Version),
	}
	rule, f := open.rule(), open.finding()
	rule.Title = "Open port"
	if err := emit(n.out, rule, f); err != nil {
		return err
	}
	for i := range p.Scripts {
		if err := n.script(&p.Scripts[i], at, &p.Service); err != nil {
			return err
		}
	}
	return nil
}

func (n *nmapScan) script(s *nmapScript, at hostPlace, service *nmapService) error {
	if s.ID == "vulners" {
		return n.vulners(s, at, service)
	}
	found := false
	for i := range s.Tables {
		t := &s.Tables[i]
		state := t.elem("state")
		if state == "" {
			continue
		}
		found = true
		if !strings.Contains(state, "VULNERABLE") || strings.HasPrefix(state, "NOT ") {
			continue
		}
		if err := n.vulnerable(s, t, at, state); err != nil {
			return err
		}
	}
	if !found && strings.Contains(s.Output, "State: VULNERABLE") {
		w := hostFault{
			at: at, id: s.ID, title: s.ID + " reports a vulnerability", severity: finding.Medium, confidence: finding.Firm, cves: flawName().FindAllString(s.Output, 20),
		}
		return w.emit(n.out)
	}
	return nil
}

// vulnerable is what the library "vulns" writes, which most scripts that look for a flaw use.
func (n *nmapScan) vulnerable(s *nmapScript, t *nmapTable, at hostPlace, state string) error {
	w := hostFault{
		at: at, id: s.ID, title: cmp.Or(t.elem("title"), t.Key, s.ID), text: strings.Join(t.list("description"), "\n"), severity: finding.Medium,
		references: t.list("refs"), confidence: finding.Certain, facts: factsOf("state", state),
	}
	if strings.HasPrefix(state, "LIKELY") {
		w.confidence = finding.Likely
	}
	for _, id := range append(t.list("ids"), t.Key) {
		w.cves = append(w.cves, strings.TrimPrefix(id, "CVE:"))
	}
	if risk := t.elem("risk_factor"); risk != "" {
		w.severity = severityOf(risk)
	}
	for _, score := range t.list("scores") {
		number, _, _ := strings.Cut(score, " ")
		w.threat = hostThreat(number, strings.Contains(state, "Exploitable"), nil, strings.Trim(score[len(number):], " ()"))
		if decimal(number) > 0 {
			w.severity = finding.SeverityOfScore(decimal(number))
		}
	}
	if len(s.Tables) > 1 {
		w.id = s.ID + "/" + oneLine(t.Key, 100)
	}
	return w.emit(n.out)
}

// vulners lists the CVEs of the product that a port shows, by its CPE.
func (n *nmapScan) vulners(s *nmapScript, at hostPlace, service *nmapService) error {
	for i := range s.Tables {
		product := &s.Tables[i]
		name, version := cpeProduct(product.Key)
		if service != nil {
			name, version = cmp.Or(name, service.Product), cmp.Or(version, service.Version)
		}
		component := finding.Component{Name: name, Version: version}
		exploited := map[string]bool{}
		for j := range product.Tables {
			if t := &product.Tables[j]; t.elem("is_exploit") == "true" {
				for _, cve := range flawName().FindAllString(t.elem("id"), 5) {
					exploited[cve] = true
				}
			}
		}
		for j := range product.Tables {
			t := &product.Tables[j]
			if id := t.elem("id"); strings.HasPrefix(id, "CVE-") {
				if err := n.flaw(id, at, component, hostThreat(t.elem("cvss"), exploited[id], nil)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (n *nmapScan) flaw(id string, at hostPlace, of finding.Component, threat finding.Threat) error {
	w := hostFault{
		at: at, id: id, title: strings.TrimSpace(fmt.Sprintf("%s in %s %s", id, of.Name, of.Version)), severity: finding.Medium, threat: threat,
		text:       "The version that the service shows is one that the flaw affects. A distribution may have mended it without a new version.",
		references: []string{"https://vulners.com/cve/" + id}, confidence: finding.Likely,
	}
	if threat.Score != nil {
		w.severity = finding.SeverityOfScore(*threat.Score)
	}
	rule, f := w.rule(), w.finding()
	rule.Title = id
	if of.Name != "" {
		f.Component = &of
	}
	return emit(n.out, rule, f)
}

// cpeProduct reads product and version out of a CPE 2.2 or 2.3 name ("cpe:/a:openbsd:openssh:7.4").
func cpeProduct(cpe string) (name, version string) {
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(cpe, "cpe:2.3:"), "cpe:/"), ":")
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "*" || s == "-" })
	if len(parts) < 3 {
		return "", ""
	}
	if len(parts) > 3 {
		version = parts[3]
	}
	return oneLine(parts[2], 200), oneLine(version, 100)
}
