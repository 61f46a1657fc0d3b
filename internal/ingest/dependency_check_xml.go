package ingest

import (
	"cmp"
	"encoding/xml"
	"strings"
)

var dependencyCheckXMLFormat = Format{
	Name: "dependency-check-xml", Title: "OWASP Dependency-Check XML", Tool: "OWASP Dependency-Check",
	Is: func(h *Head) bool {
		return h.Root() == "analysis" && (strings.Contains(h.Attr("xmlns"), "dependency-check") || h.Contains("<projectInfo"))
	},
	Read: readDependencyCheckXML,
}

// readDependencyCheckXML reads the report in XML, of all its schemas (github.com/dependency-check/DependencyCheck, schema/dependency-check.*.xsd).
func readDependencyCheckXML(in *Input, h *Header, out Sink) error {
	x := in.xml()
	return x.walk(func(start xml.StartElement) (bool, error) {
		var value string
		switch start.Name.Local {
		case "engineVersion":
			return true, x.decode(&h.Tool.Version, start)
		case "reportDate":
			err := x.decode(&value, start)
			h.At = timeOf(value)
			return true, err
		case "name": // the project's: those of data sources are passed over
			err := x.decode(&value, start)
			h.Asset = dcAsset(value)
			return true, err
		case "dataSource":
			return true, x.skip()
		case "exception":
			var e struct {
				Message string `xml:"message"`
			}
			err := x.decode(&e, start)
			missed(h, "an analysis failed: %s", cmp.Or(strings.TrimSpace(e.Message), "no reason given"))
			return true, err
		case "dependency":
			return element(x, start, func(d *dcElement) error { return d.dependency().emit(out) })
		}
		return false, nil
	}, nil)
}

// dcElement is a dependency in XML.
type dcElement struct {
	FileName    string        `xml:"fileName"`
	FilePath    string        `xml:"filePath"`
	Projects    []string      `xml:"projectReferences>projectReference"`
	Packages    []dcPackage   `xml:"identifiers>package"`
	Identifiers []dcPackage   `xml:"identifiers>identifier"`
	Flaws       []dcFlawInXML `xml:"vulnerabilities>vulnerability"`
	Suppressed  []dcFlawInXML `xml:"vulnerabilities>suppressedVulnerability"`
}

// dcPackage is an identifier: an id since version 4, a name with a type before.
type dcPackage struct {
	Type string `xml:"type,attr"`
	ID   string `xml:"id"`
	Name string `xml:"name"`
}

type dcFlawInXML struct {
	Source      string   `xml:"source,attr"`
	Name        string   `xml:"name"`
	Severity    string   `xml:"severity"`
	Description string   `xml:"description"`
	Notes       string   `xml:"notes"`
	CWE         string   `xml:"cwe"`
	CWEs        []string `xml:"cwes>cwe"`
	CVSSScore   float64  `xml:"cvssScore"`
	CVSSV2      dcMetric `xml:"cvssV2"`
	CVSSV3      dcMetric `xml:"cvssV3"`
	CVSSV4      dcMetric `xml:"cvssV4"`
	References  []struct {
		URL  string `xml:"url"`
		Name string `xml:"name"`
	} `xml:"references>reference"`
	Exploited struct {
		Added string `xml:"dateAdded"`
		Due   string `xml:"dueDate"`
	} `xml:"knownExploitedVulnerability"`
	Software []struct {
		Matched      string `xml:"vulnerabilityIdMatched,attr"`
		EndExcluding string `xml:"versionEndExcluding,attr"`
	} `xml:"vulnerableSoftware>software"`
}

// dcMetric are the metrics of a score, each an element of its name.
type dcMetric struct {
	All []struct {
		XMLName xml.Name
		Value   string `xml:",chardata"`
	} `xml:",any"`
}

func (m *dcMetric) score() dcScore {
	of := map[string]string{}
	for _, e := range m.All {
		of[e.XMLName.Local] = strings.TrimSpace(e.Value)
	}
	return dcScore{
		Score: decimal(of["score"]), BaseScore: decimal(of["baseScore"]), Version: of["version"], VectorString: of["vectorString"],
		AttackVector: of["attackVector"], AttackComplexity: of["attackComplexity"], PrivilegesRequired: of["privilegesRequired"], UserInteraction: of["userInteraction"],
		Scope: of["scope"], AccessVector: of["accessVector"], AccessComplexity: of["accessComplexity"], Authenticationr: of["authenticationr"],
		Authentication: of["authentication"], ConfidentialityImpact: of["confidentialityImpact"], ConfidentialImpact: of["confidentialImpact"],
		IntegrityImpact: of["integrityImpact"], AvailabilityImpact: of["availabilityImpact"],
	}
}

// dependency gives the element the form of the JSON report.
func (e *dcElement) dependency() *dcDependency {
	d := &dcDependency{FileName: e.FileName, FilePath: strings.TrimSpace(e.FilePath)}
	for _, p := range append(e.Packages, e.Identifiers...) {
		if p.Type != "cpe" {
			d.Packages = append(d.Packages, dcIdentifier{strings.Trim(cmp.Or(p.ID, p.Name), "() \n")})
		}
	}
	for _, p := range e.Projects {
		d.ProjectReferences = append(d.ProjectReferences, p)
	}
	for i := range e.Flaws {
		d.Vulnerabilities = append(d.Vulnerabilities, e.Flaws[i].flaw())
	}
	for i := range e.Suppressed {
		d.SuppressedVulnerabilities = append(d.SuppressedVulnerabilities, e.Suppressed[i].flaw())
	}
	return d
}

func (x *dcFlawInXML) flaw() dcFlaw {
	v := dcFlaw{
		Source: x.Source, Name: strings.TrimSpace(x.Name), Severity: strings.TrimSpace(x.Severity), Description: x.Description, Notes: x.Notes,
		CVSSV2: x.CVSSV2.score(), CVSSV3: x.CVSSV3.score(), CVSSV4: x.CVSSV4.score(),
	}
	if x.CVSSScore > 0 {
		v.CVSSV2.Score = x.CVSSScore
	}
	for _, c := range append(x.CWEs, x.CWE) {
		v.CWEs = append(v.CWEs, c)
	}
	for _, r := range x.References {
		v.References = append(v.References, struct{ URL, Name string }{strings.TrimSpace(r.URL), r.Name})
	}
	v.KnownExploitedVulnerability.DateAdded, v.KnownExploitedVulnerability.DueDate = x.Exploited.Added, x.Exploited.Due
	for _, s := range x.Software {
		if s.Matched != "" && s.EndExcluding != "" {
			v.fixedBefore(s.EndExcluding)
		}
	}
	return v
}

// fixedBefore notes the version at which the range that matched ends.
func (v *dcFlaw) fixedBefore(version string) {
	var s dcSoftware
	s.Software.VulnerabilityIDMatched, s.Software.VersionEndExcluding = "true", version
	v.VulnerableSoftware = append(v.VulnerableSoftware, s)
}
