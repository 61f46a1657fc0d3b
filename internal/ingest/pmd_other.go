package ingest

var pmdJSONFormat = Format{
	Name: "pmd-json", Title: "PMD JSON", Tool: "PMD",
	Is:   func(h *Head) bool { return h.Has("pmdVersion", "files") },
	Read: readPMDJSON,
}

// readPMDJSON reads PMD's JSON report, formatVersion 0.
func readPMDJSON(in *Input, h *Header, out Sink) error {
	j := in.json()
	return j.members(func(name string) error {
		switch name {
		case "pmdVersion":
			return j.value(&h.Tool.Version)
		case "timestamp":
			return j.time(&h.At)
		case "files":
			return each(j, func(f *struct {
				Filename   string
				Violations []pmdViolation
			}) error {
				for i := range f.Violations {
					if err := f.Violations[i].emit(out, f.Filename, nil); err != nil {
						return err
					}
				}
				return nil
			})
		case "suppressedViolations":
			return each(j, func(v *struct {
				pmdViolation
				Filename string
			}) error {
				return v.emit(out, v.Filename, waived(pmdBecause(v.SuppressionType, v.UserMsg)))
			})
		case "processingErrors", "configurationErrors":
			return each(j, func(e *struct{ Filename, Rule, Message string }) error {
				missed(h, "%s: %s", rooted(e.Filename+e.Rule), e.Message)
				return nil
			})
		}
		return j.skip()
	})
}

var pmdCSVFormat = Format{
	Name: "pmd-csv", Title: "PMD CSV", Tool: "PMD",
	Is: func(h *Head) bool {
		return h.Columns("Problem", "Package", "File", "Priority", "Line", "Rule set", "Rule")
	},
	Read: readPMDCSV,
}

// readPMDCSV reads PMD's CSV report, which says neither version nor errors.
func readPMDCSV(in *Input, h *Header, out Sink) error {
	return in.rows(',', func(r row) error {
		get := func(name string) string { return r.get(name) }
		v := pmdViolation{BeginLine: get("Line"), Description: get("Description"), Rule: get("Rule"), RuleSet: get("Rule set"), Priority: get("Priority")}
		return v.emit(out, r.get("File"), nil)
	})
}
