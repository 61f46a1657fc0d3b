package remedy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// mavenWays are the ways in Maven and Gradle projects: the version where it is stated, in this file or where it refers to, else a pin.
func mavenWays(j *job) []way {
	return []way{
		func(ctx context.Context) (*attempt, error) { return mavenUpgrade(ctx, j, false) },
		func(ctx context.Context) (*attempt, error) { return mavenUpgrade(ctx, j, true) },
	}
}

// mavenUpgrade tries the versions, best first.
func mavenUpgrade(ctx context.Context, j *job, pin bool) (*attempt, error) {
	versions := j.told()
	if client := j.w.r.Registry; client != nil {
		all, err := client.Maven(ctx, j.name)
		if err != nil {
			return nil, err
		}
		versions = all
	}
	from := j.project.Packages[j.at[0]].Version
	choices, err := j.choices(from, versions)
	if err != nil {
		return nil, err
	}
	var why error
	for _, c := range choices {
		a, err := mavenTo(j, from, c.version, pin)
		if err == nil {
			err = mavenShared(ctx, j, a)
		}
		if err == nil {
			return a, nil
		}
		if why == nil {
			why = err
		}
	}
	return nil, why
}

func mavenTo(j *job, from, version string, pin bool) (*attempt, error) {
	m := &mavenEdit{j: j, from: from, to: version, files: map[string][]byte{}}
	a := &attempt{how: Direct, moves: []Move{{Name: j.name, From: from, To: version}}}
	for _, i := range j.at {
		pkg := &j.project.Packages[i]
		file := firstText(pkg.File, j.project.File)
		var err error
		switch {
		case pin && path.Base(file) == "pom.xml":
			a.how = Override
			err = m.pin(file)
		case pin:
			err = errors.New("only a pom.xml can be given a pin")
		case path.Base(file) == "pom.xml":
			err = m.pom(file, pkg)
		default:
			err = m.gradle(file)
		}
		if err != nil {
			return nil, err
		}
	}
	a.files = m.files
	if j.project.Role == inventory.Lock {
		a.refresh = "gradle dependencies --write-locks"
	}
	if pin {
		a.risks = append(a.risks, fmt.Sprintf("dependencyManagement gives %s to whatever brings it: nobody has tried them together.", j.name))
	}
	return a, nil
}

// mavenShared makes sure that artifacts that share a version with the flawed one have the new one too: not every artifact of a family is
// released with each of its versions.
func mavenShared(ctx context.Context, j *job, a *attempt) error {
	before, err := j.w.projects(j.project.Ecosystem, j.project.Dir, nil)
	if err != nil {
		return err
	}
	after, err := j.w.projects(j.project.Ecosystem, j.project.Dir, a.files)
	if err != nil {
		return err
	}
	t := &tried{attempt: &attempt{moves: []Move{{Name: j.name}}}}
	t.alsoMoved(before, after)
	for _, m := range t.moves[1:] {
		if j.w.r.Registry == nil {
			a.risks = append(a.risks, fmt.Sprintf("%s shares the version, and whether there is a %s of it was not looked up.", m.Name, m.To))
			continue
		}
		versions, err := j.w.r.Registry.Maven(ctx, m.Name)
		if err != nil {
			return err
		}
		if !slices.Contains(versions, m.To) {
			return fmt.Errorf("%s shares the version, and there is no %s of it", m.Name, m.To)
		}
	}
	return nil
}

// mavenEdit changes the version of one artifact.
type mavenEdit struct {
	j        *job
	from, to string
	files    map[string][]byte
}

func (m *mavenEdit) read(p string) ([]byte, error) {
	if data, ok := m.files[p]; ok {
		return data, nil
	}
	return m.j.w.read(p)
}

// poms are the target's pom.xml files: one itself, those above it, then all others.
func (m *mavenEdit) poms(file string) []string {
	out := []string{file}
	for _, dir := range parents(cleanDir(file))[1:] {
		if p := path.Join(dir, "pom.xml"); m.j.w.has(p) {
			out = append(out, p)
		}
	}
	for _, p := range m.j.w.r.Documents {
		if path.Base(p) == "pom.xml" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func cleanDir(file string) string {
	if dir := path.Dir(file); dir != "." {
		return dir
	}
	return ""
}

// pom changes the version where a dependency states it, else where it is managed.
func (m *mavenEdit) pom(file string, pkg *inventory.Package) error {
	group, artifact, _ := strings.Cut(m.j.name, ":")
	for _, p := range m.poms(file) {
		data, err := m.read(p)
		if err != nil {
			continue
		}
		x, err := readPomSites(data)
		if err != nil {
			if p == file {
				return err
			}
			continue
		}
		for _, d := range x.dependencies {
			if d.artifact != artifact || d.group != group && !strings.Contains(d.group, "${") || d.version.end == 0 || p != file && !d.managed {
				continue
			}
			if m.stated(p, data, d) {
				return nil
			}
		}
	}
	if pkg.Constraint == "" {
		return errors.New("its version comes from a parent or a bill of materials that is not here")
	}
	return fmt.Errorf("where its version %s is stated was not found", pkg.Constraint)
}

// stated changes a version as it is stated: itself, or the property that it refers to.
func (m *mavenEdit) stated(p string, data []byte, d pomDependency) bool {
	text := string(data[d.version.start:d.version.end])
	if text == m.from {
		return m.splice(p, data, d.version)
	}
	name, ok := strings.CutPrefix(text, "${")
	if name, closed := strings.CutSuffix(name, "}"); ok && closed {
		return m.property(p, name)
	}
	return false
}

// property changes a property, in the file that refers to it or the nearest one that sets it.
func (m *mavenEdit) property(file, name string) bool {
	for _, p := range m.poms(file) {
		data, err := m.read(p)
		if err != nil {
			continue
		}
		x, err := readPomSites(data)
		if err != nil {
			continue
		}
		for _, at := range x.properties[name] {
			if text := string(data[at.start:at.end]); text == m.from {
				return m.splice(p, data, at)
			}
		}
		if len(x.properties[name]) > 0 {
			return false
		}
	}
	return false
}

func (m *mavenEdit) splice(p string, data []byte, at splice) bool {
	at.text = m.to
	out, err := applySplices(data, []splice{at})
	if err == nil {
		m.files[p] = out
	}
	return err == nil
}

// pin adds the artifact to dependencyManagement.
func (m *mavenEdit) pin(file string) error {
	data, err := m.read(file)
	if err != nil {
		return err
	}
	x, err := readPomSites(data)
	if err != nil {
		return err
	}
	group, artifact, _ := strings.Cut(m.j.name, ":")
	newline, unit := "\n", x.unit
	if strings.Contains(string(data), "\r\n") {
		newline = "\r\n"
	}
	lines := []string{"<dependency>", unit + "<groupId>" + group + "</groupId>", unit + "<artifactId>" + artifact + "</artifactId>", unit + "<version>" + m.to + "</version>", "</dependency>"}
	at, depth := x.managedEnd, 3
	if at < 0 {
		lines = append(append([]string{"<dependencyManagement>", unit + "<dependencies>"}, indent(lines, unit+unit)...), unit+"</dependencies>", "</dependencyManagement>")
		at, depth = x.projectEnd, 1
	}
	if at < 0 || strings.ContainsAny(m.j.name+m.to, "<>&\"'") {
		return errors.New("the file has no place for it")
	}
	line := strings.LastIndexByte(string(data[:at]), '\n') + 1
	if strings.TrimSpace(string(data[line:at])) != "" {
		return errors.New("the file has no place for it")
	}
	text := strings.Join(indent(lines, strings.Repeat(unit, depth)), newline) + newline
	out, err := applySplices(data, []splice{{line, line, text}})
	if err == nil {
		m.files[file] = out
	}
	return err
}

func indent(lines []string, by string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = by + l
	}
	return out
}

// gradle changes a version in a build script or a version catalog, where it stands as a literal.
func (m *mavenEdit) gradle(file string) error {
	group, artifact, _ := strings.Cut(m.j.name, ":")
	candidates := map[string]bool{file: true}
	for _, p := range m.j.w.r.Documents {
		base := path.Base(p)
		if strings.HasSuffix(base, ".gradle") || strings.HasSuffix(base, ".gradle.kts") || strings.HasSuffix(base, ".versions.toml") {
			candidates[p] = true
		}
	}
	changed := false
	for _, p := range slices.Sorted(maps.Keys(candidates)) {
		data, err := m.read(p)
		if err != nil {
			continue
		}
		var list []splice
		for _, literal := range gradleForms(group, artifact, m.from) {
			list = append(list, literals(data, literal, m.from, m.to)...)
		}
		if strings.HasSuffix(p, ".toml") {
			list = append(list, catalogSites(data, group, artifact, m.from, m.to)...)
		}
		if len(list) == 0 {
			continue
		}
		if data, err = applySplices(data, list); err != nil {
			return err
		}
		m.files[p] = data
		changed = true
	}
	if !changed {
		return errors.New("where its version is stated was not found")
	}
	return nil
}

// gradleForms are the ways in which a build script states a version itself.
func gradleForms(group, artifact, version string) []string {
	var out []string
	for _, q := range []string{`"`, `'`} {
		out = append(out, q+group+":"+artifact+":"+version+q, q+group+":"+artifact+":"+version+"@",
			"group: "+q+group+q+", name: "+q+artifact+q+", version: "+q+version+q, "group = "+q+group+q+", name = "+q+artifact+q+", version = "+q+version+q)
	}
	return out
}

// literals finds a literal and replaces the version at its end.
func literals(data []byte, literal, from, to string) []splice {
	var out []splice
	text := string(data)
	for at := 0; ; {
		i := strings.Index(text[at:], literal)
		if i < 0 {
			return out
		}
		start := at + i + strings.LastIndex(literal, from)
		out = append(out, splice{start, start + len(from), to})
		at += i + len(literal)
	}
}
