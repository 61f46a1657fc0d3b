package lockfile

import "slices"

// mavenManaged is what a project or one of its bills of materials says of a dependency that states nothing itself.
type mavenManaged struct {
	version, scope string
	optional       bool
}

// openName is a managed name with references in it, and the project it stands in.
type openName struct {
	model *mavenModel
	name  string
}

// mavenBOMs are the bills of materials a project imports, directly and by one another, in the order they are asked; missing names
// those that are not in the target.
type mavenBOMs struct {
	found   []*mavenModel
	missing []string
}

// managed finds what manages a dependency or plugin: the project and its parents come before the bills of materials they import.
func (r *mavenResolver) managed(m *mavenModel, key string, plugin bool) mavenManaged {
	prefix := pomManaged
	if plugin {
		prefix = pomManagedPlugin
	}
	if found, ok := r.declared(m, prefix, key); ok || plugin {
		return found
	}
	for _, bom := range r.bomsOf(m).found {
		if found, ok := r.declared(bom, prefix, key); ok {
			return found
		}
	}
	return mavenManaged{}
}

// declared finds what a project and its parents themselves manage.
func (r *mavenResolver) declared(m *mavenModel, prefix, key string) (mavenManaged, bool) {
	for _, p := range m.chain() {
		if r.left--; r.left < 0 {
			return mavenManaged{}, false
		}
		if v, ok := p.set[prefix+key]; ok {
			return p.entry(m, v, key), true
		}
	}
	if prefix != pomManaged {
		return mavenManaged{}, false
	}
	if open, ok := r.openedOf(m)[key]; ok {
		return open.model.entry(m, open.model.set[pomManaged+open.name], open.name), true
	}
	return mavenManaged{}, false
}

// entry reads a managed entry of one project as another sees it that inherits it.
func (m *mavenModel) entry(seen *mavenModel, version, name string) mavenManaged {
	return mavenManaged{
		version:  seen.vars.expand(version),
		scope:    seen.vars.expand(m.set[pomManagedScope+name]),
		optional: seen.vars.expand(m.set[pomManagedOptional+name]) == "true",
	}
}

// openedOf works out the managed names that hold references.
func (r *mavenResolver) openedOf(m *mavenModel) map[string]openName {
	if m.opened != nil {
		return m.opened
	}
	m.opened = map[string]openName{}
	for _, p := range m.chain() {
		for _, name := range p.open {
			if r.left--; r.left < 0 {
				return m.opened
			}
			if key := m.vars.expand(name); key != name {
				if _, taken := m.opened[key]; !taken {
					m.opened[key] = openName{p, name}
				}
			}
		}
	}
	return m.opened
}

// bomsOf lists the bills of materials of a project: one that another imports comes right after it.
func (r *mavenResolver) bomsOf(m *mavenModel) *mavenBOMs {
	if m.boms != nil {
		return m.boms
	}
	m.boms = &mavenBOMs{}
	seen := map[*mavenModel]bool{m: true}
	left := maxImported
	var add func(from *mavenModel)
	add = func(from *mavenModel) {
		for _, p := range from.chain() {
			for _, raw := range p.imports {
				r.left--
				if left--; r.left < 0 || left < 0 || len(m.boms.found) >= maxBOMs {
					return
				}
				expanded := from.vars.expand(raw)
				bom := r.find(raw, expanded, nil)
				switch {
				case bom == nil:
					m.boms.lacks("the bill of materials " + expanded)
				case bom != nil && !seen[bom]:
					seen[bom] = true
					m.boms.found = append(m.boms.found, bom)
					if parent := bom.missingParent(); parent != "" {
						m.boms.lacks("the parent " + parent)
					}
					add(bom)
				}
			}
		}
	}
	add(m)
	return m.boms
}

// lacks notes what is not in the target; there is an end to it.
func (b *mavenBOMs) lacks(what string) {
	if len(b.missing) < 4 && !slices.Contains(b.missing, what) {
		b.missing = append(b.missing, what)
	}
}
