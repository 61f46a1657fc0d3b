package lockfile

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// pyClaim is how a project asks for something.
type pyClaim struct {
	scope    inventory.Scope
	optional bool
	line     int
}

// pyProject reads what a project of Python says of itself, in whichever of its files.
type pyProject struct {
	doc *inventory.Document
	// own is the project's name, normalised: what asks for itself with an extra asks for nothing new.
	own string
	// sources tell where single packages come from ([tool.uv.sources]), by normalised name.
	sources map[string]string
}

// require adds a requirement as PEP 508 writes it.
func (p *pyProject) require(text string, claim pyClaim) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	r, err := parsePyRequirement(text)
	if err != nil {
		shown := text
		if len(shown) > 80 {
			shown = strings.ToValidUTF8(shown[:80], "") + "…"
		}
		unknown(p.doc, "line %d: %q is no requirement: %v", claim.line, shown, err)
		return
	}
	if r.name == p.own && len(r.extras) > 0 {
		return
	}
	p.add(r.pkg(claim.line), claim)
}

func (p *pyProject) add(pkg inventory.Package, claim pyClaim) {
	pkg.Ecosystem, pkg.Direct, pkg.Scope, pkg.Line = pyPI, true, claim.scope, claim.line
	pkg.Optional = pkg.Optional || claim.optional
	if origin := p.sources[pkg.Name]; origin != "" {
		pkg.Origin = origin
	}
	p.doc.Packages = append(p.doc.Packages, pkg)
}

// need notes another file that holds requirements.
func (p *pyProject) need(line int, name string) {
	if to, ok := neighbour(p.doc.Path, name); ok {
		p.doc.Needs = append(p.doc.Needs, inventory.Need{Path: to, What: "requirements"})
	} else if name != "" {
		unknown(p.doc, "line %d: requirements are read from a place outside the target", line)
	}
}

// readPyproject reads a pyproject.toml: the standard's tables, and those of Poetry, uv, PDM, Hatch, Rye and setuptools.
func readPyproject(path string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	p := &pyProject{
		doc:     &inventory.Document{Path: path, Format: "pyproject.toml", Ecosystem: pyPI, Role: inventory.Manifest},
		sources: map[string]string{},
	}
	p.own = normalPyName(root.dict("project").str("name"))
	p.uvPlaces(root.dict("tool", "uv"))
	p.project(root.dict("project"))
	p.dynamic(root)
	for _, v := range root.dict("build-system").list("requires") {
		p.require(v.str(), pyClaim{scope: inventory.Build, line: v.line})
	}
	for _, group := range root.dict("dependency-groups").all() {
		p.list(group.value.items, pyClaim{scope: groupScope(group.key)})
	}
	tool := root.dict("tool")
	p.poetry(tool.dict("poetry"))
	p.list(tool.dict("uv").list("dev-dependencies"), pyClaim{scope: inventory.Development})
	p.list(tool.dict("rye").list("dev-dependencies"), pyClaim{scope: inventory.Development})
	for _, group := range tool.dict("pdm", "dev-dependencies").all() {
		p.pdmList(group.value.items, pyClaim{scope: devScope(group.key)})
	}
	for _, env := range tool.dict("hatch", "envs").all() {
		for _, key := range []string{"dependencies", "extra-dependencies"} {
			p.list(env.value.dict().list(key), pyClaim{scope: devScope(env.key)})
		}
	}
	p.pdmSources(tool.dict("pdm"))
	return p.doc, nil
}

// list reads requirements; tables among them ("include-group") name what is read elsewhere in the file.
func (p *pyProject) list(items []tomlValue, claim pyClaim) {
	for i := range items {
		claim.line = items[i].line
		p.require(items[i].str(), claim)
	}
}

// project reads [project].
func (p *pyProject) project(t *tomlTable) {
	if t == nil {
		return
	}
	p.doc.Name, p.doc.Version = t.str("name"), t.str("version")
	p.doc.Licence = pyLicence(t)
	p.list(t.list("dependencies"), pyClaim{})
	for _, extra := range t.dict("optional-dependencies").all() {
		p.list(extra.value.items, pyClaim{optional: true})
	}
}

// pyLicence gives the licence of a project: its expression, else the text of its table, else what its classifiers say.
func pyLicence(t *tomlTable) string {
	licence := t.str("license")
	if licence == "" {
		licence = t.dict("license").str("text")
	}
	if first, _, many := strings.Cut(strings.TrimSpace(licence), "\n"); many {
		licence = strings.TrimSpace(first)
	}
	if licence != "" {
		return licence
	}
	for _, c := range t.strings("classifiers") {
		if rest, ok := strings.CutPrefix(c, "License :: "); ok {
			if i := strings.LastIndex(rest, ":: "); i >= 0 {
				rest = rest[i+len(":: "):]
			}
			return rest
		}
	}
	return ""
}

// dynamic says what [project] leaves to a tool, and finds the files setuptools reads it from.
func (p *pyProject) dynamic(root *tomlTable) {
	left := root.dict("project").strings("dynamic")
	found := root.dict("tool", "setuptools", "dynamic")
	files := func(v *tomlValue) bool {
		t := v.dict()
		names := t.strings("file")
		if one := t.str("file"); one != "" {
			names = append(names, one)
		}
		for _, name := range names {
			p.need(v.line, name)
		}
		return len(names) > 0
	}
	if slices.Contains(left, "dependencies") && !files(found.find("dependencies")) && root.dict("tool", "poetry") == nil {
		unknown(p.doc, "the dependencies are left to the build tool (dynamic), which is not run")
	}
	if slices.Contains(left, "optional-dependencies") {
		for _, e := range found.dict("optional-dependencies").all() {
			files(&e.value)
		}
	}
}

// uvPlaces reads where uv looks for packages.
func (p *pyProject) uvPlaces(t *tomlTable) {
	index := map[string]string{}
	explicit := map[string]bool{}
	hasDefault := false
	for _, v := range t.list("index") {
		url, name := withoutUser(v.dict().str("url")), v.dict().str("name")
		index[name], explicit[name] = url, v.dict().flag("explicit")
		if url == "" || explicit[name] {
			continue
		}
		main := v.dict().flag("default")
		hasDefault = hasDefault || main
		p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: url, Extra: !main, Line: v.line})
	}
	if v := t.find("index-url"); v.str() != "" && !hasDefault {
		p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: withoutUser(v.text), Line: v.line})
	}
	for _, key := range []string{"extra-index-url", "find-links"} {
		for _, v := range t.list(key) {
			p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: withoutUser(v.str()), Extra: true, Line: v.line})
		}
	}
	p.doc.Members = t.dict("workspace").strings("members")
	for _, left := range t.dict("workspace").strings("exclude") {
		p.doc.Members = append(p.doc.Members, "!"+left)
	}
	for _, e := range t.dict("sources").all() {
		said := e.value.dict()
		if said == nil && len(e.value.items) > 0 {
			said = e.value.items[0].dict()
		}
		name := normalPyName(e.key)
		origin := pyTableOrigin(said)
		if said.flag("workspace") {
			origin = "link:" + name
		}
		if from := said.str("index"); from != "" && index[from] != "" {
			origin = index[from]
			if explicit[from] {
				p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: origin, Scope: name, Extra: true, Line: e.value.line})
			}
		}
		p.sources[name] = origin
	}
}

// pyTableOrigin gives the origin that a table states with the keys git, url, path or file; "" where it states none.
func pyTableOrigin(t *tomlTable) string {
	switch {
	case t.str("git") != "":
		origin := t.str("git")
		if !strings.HasPrefix(origin, "git+") {
			origin = "git+" + origin
		}
		origin = withoutUser(origin)
		for _, key := range []string{"rev", "revision", "ref", "tag", "branch"} {
			if v := t.str(key); v != "" {
				return origin + "@" + v
			}
		}
		return origin
	case t.str("url") != "":
		return withoutUser(t.str("url"))
	case t.str("path") != "":
		return "file:" + t.str("path")
	case t.str("file") != "":
		return pyPlace(t.str("file")).origin
	}
	return ""
}

// pdmList reads PDM's requirements, which may be editable.
func (p *pyProject) pdmList(items []tomlValue, claim pyClaim) {
	for i := range items {
		text := items[i].str()
		claim.line = items[i].line
		if target, ok := strings.CutPrefix(text, "-e "); ok {
			l := pyPlace(strings.TrimSpace(target))
			if l.name == "" {
				unknown(p.doc, "line %d: %q is installed, and only it says under which name", claim.line, withoutUser(target))
				continue
			}
			p.add(inventory.Package{Name: l.name, Origin: l.origin}, claim)
			continue
		}
		p.require(text, claim)
	}
}

// pdmSources reads [[tool.pdm.source]]; the one named "pypi" takes the place of PyPI.
func (p *pyProject) pdmSources(t *tomlTable) {
	for _, v := range t.list("source") {
		if url := v.dict().str("url"); url != "" {
			p.doc.Registries = append(p.doc.Registries, inventory.Registry{URL: withoutUser(url), Extra: v.dict().str("name") != "pypi", Line: v.line})
		}
	}
}
