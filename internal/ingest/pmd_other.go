package ingest

import "github.com/reevehq/reeve/internal/finding"

var pmdJSONFormat = Format{
	Name: "pmd-json", Title: "PMD JSON",
	Is:   func(h *Head) bool { return h.Has("pmdVersion", "files") },
	Read: readPMDJSON,
}

// readPMDJSON reads PMD's JSON report, formatVersion 0.
func readPMDJSON(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "PMD"}}
	j := in.json()
	err := j.members(func(name string) error {
		switch name {
		case "pmdVersion":
			return j.value(&h.Tool.Version)
		case "timestamp":
			var at text
			err := j.value(&at)
			h.At = timeOf(string(at))
			return err
		case "files":
			return each(j, func(f *struct {
				Filename   text
				Violations []pmdViolation
			}) error {
				for i := range f.Violations {
					if err := f.Violations[i].emit(out, string(f.Filename), nil); err != nil {
						return err
					}
				}
				return nil
			})
		case "suppressedViolations":
			return each(j, func(v *struct {
				pmdViolation
				Filename text
			}) error {
				return v.emit(out, string(v.Filename), waived(pmdBecause(string(v.SuppressionType), string(v.UserMsg))))
			})
		case "processingErrors", "configurationErrors":
			return each(j, func(e *struct{ Filename, Rule, Message text }) error {
				h.Partial = append(h.Partial, oneLine(rooted(string(e.Filename+e.Rule))+": "+string(e.Message), 300))
				return nil
			})
		}
		return j.skip()
	})
	return h, err
}

var pmdCSVFormat = Format{
	Name: "pmd-csv", Title: "PMD CSV",
	Is: func(h *Head) bool {
		return h.Columns("Problem", "Package", "File", "Priority", "Line", "Rule set", "Rule")
	},
	Read: readPMDCSV,
}

// readPMDCSV reads PMD's CSV report, which says neither version nor errors.
func readPMDCSV(in *Input, out Sink) (Header, error) {
	h := Header{Tool: finding.Tool{Name: "PMD"}}
	return h, in.rows(',', func(r row) error {
		get := func(name string) text { return text(r.get(name)) }
		v := pmdViolation{BeginLine: get("Line"), Description: get("Description"), Rule: get("Rule"), RuleSet: get("Rule set"), Priority: get("Priority")}
		return v.emit(out, r.get("File"), nil)
	})
}
