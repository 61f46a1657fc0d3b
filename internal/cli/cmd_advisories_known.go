package cli

import (
	"fmt"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/finding"
)

// knownFlaw is everything about a flaw, for programs.
type knownFlaw struct {
	ID            string           `json:"id"`
	Aliases       []string         `json:"aliases,omitempty"`
	Summary       string           `json:"summary,omitempty"`
	Details       string           `json:"details,omitempty"`
	Severity      finding.Severity `json:"severity"`
	Informational string           `json:"informational,omitempty"`
	Threat        finding.Threat   `json:"threat"`
	CWE           []int            `json:"cwe,omitempty"`
	Records       []string         `json:"records,omitempty"`
	Published     time.Time        `json:"published,omitzero"`
	Modified      time.Time        `json:"modified,omitzero"`
	Affected      []affectedPlace  `json:"affected,omitempty"`
	References    []string         `json:"references,omitempty"`
}

// affectedPlace is one package of it.
type affectedPlace struct {
	Ecosystem string          `json:"ecosystem"`
	Name      string          `json:"name"`
	Record    string          `json:"record"`
	Ranges    []string        `json:"ranges,omitempty"`
	Versions  []string        `json:"versions,omitempty"`
	Symbols   []faultyPackage `json:"symbols,omitempty"`
}

// faultyPackage names the faulty functions of a package; no names are all of them.
type faultyPackage struct {
	Path   string   `json:"path,omitempty"`
	Names  []string `json:"names,omitempty"`
	GOOS   []string `json:"goos,omitempty"`
	GOARCH []string `json:"goarch,omitempty"`
}

// knownFlaws gives all flaws that bear a name; of a CVE that no record speaks of, what EPSS, KEV and the exploit index say.
func knownFlaws(db *advisory.DB, id string) ([]knownFlaw, error) {
	var out []knownFlaw
	for _, n := range db.FlawNumbers(id) {
		f, err := db.FlawAt(n)
		if err != nil {
			return nil, broken(fmt.Errorf("flaw %q: %w", id, err))
		}
		places, err := db.Affected(n)
		if err != nil {
			return nil, broken(fmt.Errorf("flaw %q: %w", id, err))
		}
		k := knownFlaw{
			ID: f.ID, Aliases: f.Aliases, Summary: f.Summary, Details: f.Details, Severity: f.Severity, Informational: f.Informational, Threat: f.Threat,
			CWE: f.CWE, Records: f.Records, Published: f.Published, Modified: f.Modified, References: f.References,
		}
		for _, p := range places {
			one := affectedPlace{Ecosystem: p.Ecosystem, Name: p.Name, Record: p.Record, Versions: p.Versions}
			for _, s := range p.Symbols {
				one.Symbols = append(one.Symbols, faultyPackage(s))
			}
			for _, r := range p.Ranges {
				one.Ranges = append(one.Ranges, rangeText(r)...)
			}
			k.Affected = append(k.Affected, one)
		}
		out = append(out, k)
	}
	if len(out) > 0 {
		return out, nil
	}
	t := db.Threat(id)
	if t.EPSS == nil && t.KEV == nil && t.Exploit == "" {
		return nil, fmt.Errorf("flaw %q: the database knows nothing of it", id)
	}
	return []knownFlaw{{ID: strings.ToUpper(strings.TrimSpace(id)), Summary: "No record in the database speaks of this CVE.", Severity: finding.Info, Threat: t}}, nil
}

// rangeText says which versions are in a range.
func rangeText(r advisory.Range) []string {
	var out []string
	from, open := "", false
	end := func(text string) {
		if open {
			out = append(out, strings.TrimSpace(from+" "+text))
		}
		open = false
	}
	limit := ""
	for _, e := range r.Events {
		switch e.Kind {
		case advisory.Introduced:
			if !open {
				from, open = "from "+e.Version, true
				if e.Version == "0" {
					from = ""
				}
			}
		case advisory.Fixed:
			end("before " + e.Version)
		case advisory.LastAffected:
			end("up to " + e.Version)
		case advisory.Limit:
			limit = e.Version
		}
	}
	if open {
		switch {
		case limit != "":
			end("before " + limit)
		case from == "":
			out = append(out, "all versions")
		default:
			end("on")
		}
	}
	return out
}
