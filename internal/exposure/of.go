package exposure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Of is the exposure of a file or folder: of what a manifest deploys, else of what runs the nearest folder around it. Where several things do, it is
// the worst. It is nil where nothing is known.
func (m *Map) Of(path string) *finding.Exposure {
	path = strings.Trim(path, "/")
	if path == "." {
		path = ""
	}
	root := path
	e := pick(m.files[path])
	if e == nil {
		for dir := range above(path) {
			if list := m.holders[dir]; len(list) > 0 {
				e, root = pick(list), dir
				break
			}
		}
	}
	known := e != nil
	if e == nil {
		e = &finding.Exposure{}
	}
	known = m.addCatalog(path, e) || known
	m.addAPI(root, path, e)
	known = m.addDeclared(path, e) || known
	if !known {
		return nil
	}
	return e
}

// above gives a path and the folders around it, the nearest first, "" last.
func above(path string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for {
			if !yield(path) || path == "" {
				return
			}
			path = path[:max(0, strings.LastIndexByte(path, '/'))]
		}
	}
}

// addCatalog adds what the nearest catalogue entry says.
func (m *Map) addCatalog(path string, e *finding.Exposure) bool {
	for dir := range above(path) {
		files := m.catalogs[dir]
		if len(files) == 0 {
			continue
		}
		for _, f := range files {
			for _, c := range f.catalogs {
				if e.Environment == "" && c.environment != "" {
					e.Environment = c.environment
					e.Path = append(e.Path, step(f.Path, c.line, "the catalogue entry "+c.name+" says "+c.environment))
				}
				if len(c.data) > 0 {
					e.Data = kinds(append(slices.Clone(e.Data), c.data...))
					e.Path = append(e.Path, step(f.Path, c.dataLine, "the catalogue entry "+c.name+" names the data "+strings.Join(c.data, ", ")))
				}
			}
		}
		return true
	}
	return false
}

// addAPI lets the OpenAPI documents of what is open to the internet say whether it demands signing in: all operations of all documents must.
func (m *Map) addAPI(root, path string, e *finding.Exposure) {
	if e.Internet != "open" {
		return
	}
	var documents []*Facts
	for dir := range above(path) {
		documents = append(documents, m.apis[dir]...)
		if dir == root {
			break
		}
	}
	for _, dir := range []string{"api", "openapi", "docs", "spec", "doc"} {
		at, _ := under(root, dir)
		if !strings.HasPrefix(path+"/", at+"/") {
			documents = append(documents, m.apis[at]...)
		}
	}
	if len(documents) == 0 {
		return
	}
	for _, f := range documents {
		if a := f.api; a.open > 0 {
			e.Path = append(e.Path, step(f.Path, a.firstLine, fmt.Sprintf("%d of %d operations need no sign-in, %s among them", a.open, a.operations, a.first)))
			return
		}
	}
	e.Internet = "authenticated"
	e.Path = append(e.Path, step(documents[0].Path, max(documents[0].api.line, 1), fmt.Sprintf("all %d operations need signing in", documents[0].api.operations)))
}

// addDeclared fills in what people say where files say nothing; the first that speaks counts.
func (m *Map) addDeclared(path string, e *finding.Exposure) bool {
	any := false
	for _, d := range m.declared {
		if d.Match == nil || !d.Match(path) {
			continue
		}
		said := fill(&e.Internet, d.Internet, "open to the internet: ", nil)
		said = fill(&e.Environment, d.Environment, "environment: ", said)
		said = fill(&e.Running, d.Running, "running: ", said)
		if len(d.Data) > 0 {
			e.Data = kinds(append(slices.Clone(e.Data), d.Data...))
			said = append(said, "data: "+strings.Join(d.Data, ", "))
		}
		if len(said) > 0 {
			any = true
			e.Path = append(e.Path, finding.Step{Location: d.Where, Message: "declared: " + strings.Join(said, "; ")})
		}
	}
	return any
}

func fill(field *string, value, what string, said []string) []string {
	if *field != "" || value == "" {
		return said
	}
	*field = value
	return append(said, what+value)
}
