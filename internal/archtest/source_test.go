package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/reevehq/reeve"
	root   = "../.."
)

// source is one package as its files say. Files are read in process, so that "go test" sees when they change.
type source struct {
	path     string
	name     string
	doc      string
	imports  map[string]bool
	files    map[string]*ast.File
	lines    map[string]int
	fset     *token.FileSet
	testOnly bool
}

// packages reads every package of the module but for test files.
func packages(t *testing.T) []*source {
	t.Helper()
	byPath := map[string]*source{}
	var order []*source
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := path.Base(name); d.IsDir() {
			if name != "." && (strings.HasPrefix(base, ".") || base == "testdata" || base == "bin" || base == "node_modules") {
				return fs.SkipDir
			}
			if _, err := os.Stat(path.Join(root, name, "go.mod")); name != "." && err == nil {
				return fs.SkipDir // another module: an example
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		p := byPath[path.Dir(name)]
		if p == nil {
			p = &source{path: path.Dir(name), imports: map[string]bool{}, files: map[string]*ast.File{}, lines: map[string]int{}, fset: token.NewFileSet(), testOnly: true}
			byPath[p.path] = p
			order = append(order, p)
		}
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		return p.read(name)
	})
	if err != nil {
		t.Fatal(err)
	}
	return order
}

func (p *source) read(name string) error {
	data, err := os.ReadFile(path.Join(root, name))
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(p.fset, name, data, parser.ParseComments)
	if err != nil {
		return err
	}
	p.testOnly = false
	p.name = file.Name.Name
	p.files[name] = file
	p.lines[name] = strings.Count(string(data), "\n")
	p.doc += file.Doc.Text()
	for _, i := range file.Imports {
		imported, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return err
		}
		p.imports[imported] = true
	}
	return nil
}
