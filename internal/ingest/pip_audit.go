package ingest

import "github.com/reevehq/reeve/internal/finding"

var pipAuditFormat = Format{
	Name: "pip-audit", Title: "pip-audit JSON", Tool: "pip-audit",
	Is: func(h *Head) bool {
		return h.Has("dependencies.vulns") || h.Has("dependencies.skip_reason") || h.Object() && h.Has("dependencies") && (h.Has("fixes") || len(h.keys) == 1) ||
			h.Array() && (h.Has("name", "vulns") || h.Has("name", "skip_reason"))
	},
	Read: readPipAudit,
}

// readPipAudit reads what "pip-audit --format json" writes; before version 2.0 the list stood by itself.
func readPipAudit(in *Input, h *Header, out Sink) error {
	j := in.json()
	dependency := func(d *pipDependency) error {
		if d.SkipReason != "" {
			missed(h, "%s: %s", d.Name, d.SkipReason)
		}
		for i := range d.Vulns {
			if err := d.emit(out, &d.Vulns[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if j.kind() == '[' {
		return each(j, dependency)
	}
	return j.members(func(name string) error {
		if name == "dependencies" {
			return each(j, dependency)
		}
		return j.skip()
	})
}

type pipDependency struct {
	Name, Version, SkipReason string
	Vulns                     []pipFlaw
}

type pipFlaw struct {
	ID, Description      string
	FixVersions, Aliases list[string]
}

// emit makes the finding. pip-audit knows no severity: it is not known, which is neither low nor high.
func (d *pipDependency) emit(out Sink, v *pipFlaw) error {
	w := &flaw{
		ids: append([]string{v.ID}, texts(v.Aliases...)...), text: v.Description, severity: finding.Medium, component: componentIn("PyPI", d.Name, d.Version),
	}
	w.component.Fixed = fixedIn(texts(v.FixVersions...)...)
	return w.emit(out)
}
