package lockfile

import (
	"path"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxImports is how many files that import one another are followed for one project.
const maxImports = 100

// ResolveNuGet works out, over all documents of a target that MSBuild's reader made, what refers from one to another: properties of
// Directory.Build.props and imported files, and the central versions of Directory.Packages.props. It changes the documents in
// place. Each package whose version is still not known has a sentence in Unknown. Other documents are left alone.
func ResolveNuGet(docs []*inventory.Document) {
	r := &nugetResolver{byPath: map[string]*inventory.Document{}}
	for _, doc := range docs {
		if doc != nil && !doc.Gone && (doc.Format == "csproj" || doc.Format == "props") {
			r.byPath[doc.Path] = doc
		}
	}
	for _, doc := range docs {
		if doc != nil && r.byPath[doc.Path] == doc {
			r.resolve(doc)
		}
	}
}

type nugetResolver struct {
	byPath map[string]*inventory.Document
}

// above finds the nearest file of a name in a folder or above it.
func (r *nugetResolver) above(dir, name string) *inventory.Document {
	var found *inventory.Document
	folders(dir, func(dir string) bool {
		found = r.byPath[path.Join(dir, name)]
		return found != nil
	})
	return found
}

// sources lists the files whose properties and central versions count for a document, the document first.
func (r *nugetResolver) sources(doc *inventory.Document) []*inventory.Document {
	var all []*inventory.Document
	seen := map[*inventory.Document]bool{}
	dir := dirOf(doc.Path)
	queue := []*inventory.Document{doc}
	for _, name := range []string{"Directory.Build.props", "Directory.Packages.props", "Directory.Build.targets"} {
		queue = append(queue, r.above(dir, name))
	}
	for head := 0; head < len(queue) && len(all) < maxImports; head++ {
		d := queue[head]
		if d == nil || seen[d] {
			continue
		}
		seen[d] = true
		all = append(all, d)
		for i := 1; i <= maxImports; i++ {
			where, ok := d.Properties[msbuildImport+strconv.Itoa(i)]
			if !ok {
				break
			}
			if where == "above" {
				if up := dirOf(d.Path); up != "" {
					queue = append(queue, r.above(dirOf(up), path.Base(d.Path)))
				}
				continue
			}
			queue = append(queue, r.byPath[where])
		}
	}
	return all
}

// resolve gives the packages of one document their versions.
func (r *nugetResolver) resolve(doc *inventory.Document) {
	sources := r.sources(doc)
	find := func(key string) (string, bool) {
		for _, d := range sources {
			if v, ok := d.Properties[key]; ok && v != "${"+key+"}" {
				return v, true
			}
		}
		return "", false
	}
	vars := newInterpolator(func(name string) (string, bool) {
		if strings.Contains(name, ":") {
			return "", false
		}
		return find(name)
	})
	central := r.above(dirOf(doc.Path), "Directory.Packages.props") != nil
	for i := range doc.Packages {
		p := &doc.Packages[i]
		if strings.HasPrefix(p.Origin, "link:") {
			continue
		}
		value := msbuildText(p.Constraint)
		if value == "" {
			value, _ = find(msbuildManaged + strings.ToLower(p.Name))
		}
		value = vars.expand(value)
		if p.Version = nugetExact(value); badVersion(p.Version) {
			p.Version = ""
		}
		switch {
		case p.Version != "":
		case value != "" && known(value) == "":
			unknown(doc, "line %d: the version of %s is not known: %s is not defined in any file that was read", p.Line, p.Name, value)
		case value != "":
			unknown(doc, "line %d: the version of %s is not known: it may be any of %s", p.Line, p.Name, value)
		case central:
			unknown(doc, "line %d: the version of %s is not known: Directory.Packages.props does not state it", p.Line, p.Name)
		default:
			unknown(doc, "line %d: the version of %s is not known: neither the project nor a Directory.Packages.props above it states one", p.Line, p.Name)
		}
	}
}
