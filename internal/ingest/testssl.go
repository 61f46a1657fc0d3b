package ingest

import (
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var testsslFormat = Format{
	Name: "testssl", Title: "testssl.sh JSON", Tool: "testssl.sh",
	Is: func(h *Head) bool {
		return h.Array() && h.Has("id", "ip", "port", "severity", "finding") || h.Object() && h.Has("Invocation", "scanResult")
	},
	Read: readTestSSL,
}

var testsslCSVFormat = Format{
	Name: "testssl-csv", Title: "testssl.sh CSV", Tool: "testssl.sh",
	Is: func(h *Head) bool { return h.Columns("id", "fqdn/ip", "port", "severity", "finding") },
	Read: func(in *Input, h *Header, out Sink) error {
		t := &testssl{out: out, header: h}
		err := in.rows(',', func(r row) error {
			return t.take(&testsslLine{
				ID: r.get("id"), IP: r.get("fqdn/ip"), Port: r.get("port"), Severity: r.get("severity"), Finding: r.get("finding"),
				CVE: r.get("cve"), CWE: r.get("cwe"),
			})
		})
		return err
	},
}

// testssl is one report being read, whose lines are the same in all three forms.
type testssl struct {
	out    Sink
	header *Header
}

// testsslLine is one thing that was looked at.
type testsslLine struct {
	ID       string `json:"id"`
	IP       string `json:"ip"`
	Port     string `json:"port"`
	Severity string `json:"severity"`
	Finding  string `json:"finding"`
	CVE      string `json:"cve"`
	CWE      string `json:"cwe"`
}

// readTestSSL reads what --jsonfile (a flat list) and --jsonfile-pretty (by host and section) write.
func readTestSSL(in *Input, h *Header, out Sink) error {
	t := &testssl{out: out, header: h}
	j := in.json()
	if j.kind() == '[' {
		err := each(j, t.take)
		return err
	}
	err := j.members(func(name string) error {
		switch name {
		case "version":
			return j.value(&t.header.Tool.Version)
		case "startTime":
			var at string
			err := j.value(&at)
			if t.header.At = unixTime(at); t.header.At.IsZero() {
				t.header.At = timeOf(at)
			}
			return err
		case "scanResult":
			return j.elements(func() error { return t.host(j) })
		}
		return j.skip()
	})
	return err
}

// host reads one host of the pretty form: facts about it, and lists of lines.
func (t *testssl) host(j *jsonReader) error {
	var target, ip string
	var port string
	return j.members(func(name string) error {
		switch name {
		case "targetHost":
			return j.value(&target)
		case "ip":
			return j.value(&ip)
		case "port":
			return j.value(&port)
		}
		if j.kind() != '[' {
			return j.skip()
		}
		return each(j, func(l *testsslLine) error {
			if l.ID == "" {
				return nil
			}
			l.IP, l.Port = target+"/"+ip, port
			return t.take(l)
		})
	})
}

// take emits a line that is a fault. WARN and FATAL say that something could not be looked at.
func (t *testssl) take(l *testsslLine) error {
	name, address, found := strings.Cut(l.IP, "/")
	if !found {
		name, address = "", l.IP
	}
	at := hostPlaceOf(name, address, l.Port, "tcp")
	switch word := strings.ToUpper(l.Severity); word {
	case "LOW", "MEDIUM", "HIGH", "CRITICAL":
		w := hostFault{
			at: at, id: l.ID, title: l.ID + ": " + steady(l.Finding), severity: severityOf(word), confidence: finding.Certain,
			cves: strings.Fields(l.CVE), cwe: cwesIn(strings.Fields(l.CWE)...),
		}
		if strings.HasPrefix(l.ID, "LUCKY13") || strings.Contains(l.Finding, "potentially") {
			w.confidence = finding.Likely
		}
		rule, f := w.rule(), w.finding()
		rule.Title, rule.Why = l.ID, oneLine(steady(l.Finding), 500)
		return emit(t.out, rule, f)
	case "WARN", "FATAL":
		missed(t.header, "%s: %s", cmp.Or(at.host(), "the scan"), l.Finding)
	}
	return nil
}

// steady cuts off what changes from day to day: "expires < 30 days (17)".
func steady(finding string) string {
	if i := strings.LastIndex(finding, " ("); i > 0 && strings.Trim(finding[i+2:], "0123456789)") == "" {
		return finding[:i]
	}
	return finding
}
