package api

import (
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	source "go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write words.json and the golden document anew")

// spoken are the packages whose types stand in the document.
var spoken = []string{"access", "api", "clock", "desk", "facet", "finding", "ingest", "inventory", "people", "register"}

func TestWords_areThoseOfTheSource(t *testing.T) {
	want := usedWords(t)
	if *update {
		if err := os.WriteFile("words.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(words) != string(want) {
		t.Error("words.json is not what the source says: run \"go test ./internal/api -run 'TestWords|TestDocument' -update\"")
	}
}

// usedWords are the words that the document uses, as they stand in words.json.
func usedWords(t *testing.T) []byte {
	t.Helper()
	all, used := sourceWords(t), map[string]string{}
	registry := New(nil, nil, Options{Sessions: noSessions{}}).huma.OpenAPI().Components.Schemas
	for name := range registry.Map() {
		typ := registry.TypeFromRef("#/components/schemas/" + name)
		use := func(key string) {
			if all[key] != "" {
				used[key] = all[key]
			}
		}
		if typ == nil || typ.Kind() != reflect.Struct {
			continue
		}
		use(wordsFor(typ, ""))
		for _, f := range reflect.VisibleFields(typ) {
			use(wordsFor(holder(typ, f.Index), f.Name))
		}
	}
	text, err := json.MarshalIndent(used, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// sourceWords reads the comments before types and their fields. Fields of one line share its comment, and a field without one has that of the
// field above where that comment names it.
func sourceWords(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pkg := range spoken {
		files, err := filepath.Glob(filepath.Join("..", pkg, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(source.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range file.Decls {
				if g, ok := d.(*ast.GenDecl); ok && g.Tok == source.TYPE {
					typeWords(pkg, g, out)
				}
			}
		}
	}
	return out
}

func typeWords(pkg string, g *ast.GenDecl, out map[string]string) {
	for _, s := range g.Specs {
		spec := s.(*ast.TypeSpec)
		about := spec.Doc
		if about == nil {
			about = g.Doc
		}
		key := pkg + "." + spec.Name.Name
		out[key] = sentence(about)
		body, ok := spec.Type.(*ast.StructType)
		if !ok {
			continue
		}
		above := ""
		for _, f := range body.Fields.List {
			words := sentence(f.Doc)
			if words != "" {
				above = words
			}
			for _, n := range f.Names {
				if words != "" || strings.Contains(above, n.Name) {
					out[key+"."+n.Name] = above
				}
			}
		}
	}
}

func sentence(c *ast.CommentGroup) string {
	if c == nil {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(strings.TrimSpace(c.Text()), "\n", " "))
}
