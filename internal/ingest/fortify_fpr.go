package ingest

import (
	"encoding/xml"
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var fortifyFPRFormat = Format{
	Name: "fortify", Title: "Fortify FPR", Tool: "Fortify",
	Is: func(h *Head) bool {
		return isZip(h, "audit.fvdl", "src-xrefdata/", "filters/fortify_filter") || strings.HasSuffix(h.Name, ".fpr")
	},
	Read: readFPR,
}

// readFPR reads a Fortify project results archive: the analysis of audit.fvdl, twice (its tables, then its findings), and what people decided
// of audit.xml.
func readFPR(in *Input, h *Header, out Sink) error {
	z, err := in.zip()
	if err != nil {
		return err
	}
	audits := map[string]*finding.Verdict{}
	if z.has("audit.xml") {
		if err := z.member("audit.xml", func(in *Input) error { return readFortifyAudit(in, audits) }); err != nil {
			return err
		}
	}
	f := newFVDL(h, audits)
	if err := z.member("audit.fvdl", func(in *Input) error { return f.read(in.xml()) }); err != nil {
		return err
	}
	f.note(out)
	if z.has("webinspect.xml") {
		missed(f.h, "webinspect.xml in the archive was not read: import it by itself")
	}
	return z.member("audit.fvdl", func(in *Input) error {
		x := in.xml()
		return x.walk(func(start xml.StartElement) (bool, error) {
			if start.Name.Local != "Vulnerability" {
				return false, nil
			}
			return element(x, start, func(v *fvdlVulnerability) error { return f.emit(out, v) })
		}, nil)
	})
}

// fortifyAnalysis is the tag by which people judge a finding ("Not an Issue", "Exploitable", …).
const fortifyAnalysis = "87f2364f-dcd4-49e6-861d-f8d3f351686b"

type fortifyIssue struct {
	InstanceID string `xml:"instanceId,attr"`
	Suppressed string `xml:"suppressed,attr"`
	Tags       []struct {
		ID    string `xml:"id,attr"`
		Value string
	} `xml:"Tag"`
	Comments []struct {
		Content  string
		Username string
	} `xml:"ThreadedComments>Comment"`
}

// readFortifyAudit reads which findings people have suppressed or found to be none.
func readFortifyAudit(in *Input, audits map[string]*finding.Verdict) error {
	x := in.xml()
	var held budget
	return x.walk(func(start xml.StartElement) (bool, error) {
		if start.Name.Local != "Issue" {
			return false, nil
		}
		var i fortifyIssue
		if err := x.decode(&i, start); err != nil {
			return true, err
		}
		v := i.verdict()
		if v == nil {
			return true, nil
		}
		audits[i.InstanceID] = v
		return true, held.take(int64(200+len(i.InstanceID)+len(v.Because)), "the decisions")
	}, nil)
}

func (i *fortifyIssue) verdict() *finding.Verdict {
	because := ""
	if i.Suppressed == "true" {
		because = "suppressed in Fortify"
	}
	for _, t := range i.Tags {
		if t.ID == fortifyAnalysis && t.Value == "Not an Issue" {
			because = "not an issue, says the audit in Fortify"
		}
	}
	if because == "" {
		return nil
	}
	if n := len(i.Comments); n > 0 {
		because += fmt.Sprintf(" (%s: %s)", i.Comments[n-1].Username, i.Comments[n-1].Content)
	}
	return waived(because)
}
