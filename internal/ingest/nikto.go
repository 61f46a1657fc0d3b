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

var niktoFormat = Format{
	Name: "nikto", Title: "Nikto JSON", Tool: "Nikto",
	Is: func(h *Head) bool {
		return h.Has("host", "port", "banner", "vulnerabilities") || h.Has("vulnerabilities.msg", "vulnerabilities.method", "vulnerabilities.url")
	},
	Read: readNikto,
}

// readNikto reads "nikto -Format json": one object for each host, in an array since 2.5.
func readNikto(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.lines(func() error {
		return j.unwrap(h, nil, func() error {
			var site niktoSite
			return j.members(func(name string) error {
				switch name {
				case "host":
					return j.value(&site.host)
				case "ip":
					return j.value(&site.ip)
				case "port":
					return j.value(&site.port)
				case "vulnerabilities":
					return each(j, func(i *niktoItem) error { return i.emit(out, site) })
				}
				return j.skip()
			})
		})
	})
}

var niktoXMLFormat = Format{
	Name: "nikto-xml", Title: "Nikto XML", Tool: "Nikto",
	Is:   func(h *Head) bool { return h.Root() == "niktoscan" || h.Root() == "niktoscans" },
	Read: readNiktoXML,
}

// readNiktoXML reads "nikto -Format xml" of 2.1 to 2.5; each host is a niktoscan, often inside another.
func readNiktoXML(in *Input, h *Header, out Sink) error {
	x := in.xml()
	var site niktoSite
	return x.walk(func(start xml.StartElement) (bool, error) {
		switch start.Name.Local {
		case "niktoscan":
			h.Tool.Version = cmp.Or(attr(start, "version"), h.Tool.Version)
		case "scandetails":
			site = niktoSite{host: attr(start, "targethostname"), ip: attr(start, "targetip"), port: attr(start, "targetport"), origin: attr(start, "sitename")}
			h.latest(attr(start, "starttime"))
			if errors := attr(start, "errors"); errors != "" && errors != "0" {
				missed(h, "%s requests to %s met errors", errors, cmp.Or(site.host, site.ip))
			}
		case "item":
			return element(x, start, func(i *niktoItem) error { return i.emit(out, site) })
		}
		return false, nil
	}, nil)
}

// niktoSite is the server that items are about.
type niktoSite struct{ host, ip, port, origin string }

// address is the site's origin; where the report does not tell the scheme, port 443 is taken for TLS.
func (s niktoSite) address() string {
	if strings.Contains(s.origin, "://") {
		return strings.TrimRight(s.origin, "/")
	}
	scheme := "http"
	if s.port == "443" || s.port == "8443" {
		scheme = "https"
	}
	host := cmp.Or(s.host, s.ip, "unknown")
	if s.port == "" {
		return scheme + "://" + host
	}
	return scheme + "://" + host + ":" + s.port
}

// niktoItem is one thing that Nikto noticed.
type niktoItem struct {
	ID         string       `json:"id" xml:"id,attr"`
	OSVDB      string       `json:"osvdb" xml:"osvdbid,attr"`
	Method     string       `json:"method" xml:"method,attr"`
	URL        string       `json:"url" xml:"uri"`
	Message    string       `json:"msg" xml:"description"`
	References list[string] `json:"references" xml:"-"`
	InXML      string       `json:"-" xml:"references"`
}

// niktoHeader finds the header that a message is about: one check of Nikto speaks of any number of headers.
var niktoHeader = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:header '|Retrieved |cookie |suggested security header missing: |The )([A-Za-z0-9_.-]+)(?:'| header| created without|$)`)
})

func (i *niktoItem) emit(out Sink, site niktoSite) error {
	message := oneLine(flat(i.Message), 500)
	if message == "" {
		message = "Nikto item " + i.ID
	}
	path, _, _ := strings.Cut(i.URL, "?")
	references := texts(i.References...)
	if i.InXML != "" {
		references = append(references, strings.Fields(strings.ReplaceAll(i.InXML, ",", " "))...)
	}
	rule := finding.Rule{
		ID: i.ID, Engine: "dast", Title: titleOf(strings.TrimPrefix(message, path+": "), "Nikto item "+i.ID), Severity: finding.Low,
		Confidence: finding.Likely, References: addresses(references), CWE: cwesIn(references...),
	}
	if rule.ID == "" { // as in CSV: the message stands for it, without what differs from site to site
		cut := strings.IndexAny(rule.Title, ",:")
		if cut < 10 {
			cut = len(rule.Title)
		}
		rule.ID = "nikto: " + rule.Title[:cut]
	}
	parameter := ""
	if m := niktoHeader().FindStringSubmatch(message); m != nil {
		parameter = m[1]
	}
	place := webPlaceOf(site.address()+"/"+strings.TrimLeft(i.URL, "/"), i.Method, parameter)
	f := found(rule, quoted(message), place.location())
	f.Asset = place.asset()
	f.Facts = factsOf("address", site.ip)
	if cves := cveIn(append(references, message)...); len(cves) > 0 {
		nameFlaws(&f, rule.ID, cves)
		f.Severity = finding.Medium // Nikto does not rate: most are hints, a named flaw is more
	}
	if i.OSVDB != "" && i.OSVDB != "0" {
		f.Aliases = append(f.Aliases, "OSVDB-"+strings.TrimPrefix(i.OSVDB, "OSVDB-"))
	}
	return emit(out, rule, f)
}

// addresses are those texts that are addresses.
func addresses(texts []string) []string {
	return slices.DeleteFunc(slices.Clone(texts), func(t string) bool { return !strings.Contains(t, "://") })
}
