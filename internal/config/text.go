package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// comments are the texts of config.go: by "Type" and "Type.Field".
type comments map[string]string

// readComments reads the comments out of the sources of the structs, so that no text is written twice.
// The source is part of the program; that it parses is shown by the compiler.
func readComments() (comments, error) {
	c := comments{}
	for _, text := range []string{source, dependenciesSource} {
		if err := c.read(text); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c comments) read(source string) error {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments)
	if err != nil {
		return err
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, spec := range gen.Specs {
			ts := spec.(*ast.TypeSpec)
			structure, ok := ts.Type.(*ast.StructType)
			if !ok {
				continue
			}
			c[ts.Name.Name] = prose(gen.Doc.Text())
			for _, f := range structure.Fields.List {
				for _, name := range f.Names {
					c[ts.Name.Name+"."+name.Name] = prose(f.Doc.Text())
				}
			}
		}
	}
	return nil
}

// prose joins the lines of each paragraph.
func prose(text string) string {
	paragraphs := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

// of gives the text of a key, without the Go name it begins with: "Block is the least …" becomes "The least …".
func (c comments) of(owner string, f field) string { return unnamed(c[owner+"."+f.name], f.name) }

// about gives the text of a mapping, without its Go name.
func (c comments) about(owner string) string { return unnamed(c[owner], owner) }

func unnamed(text, name string) string {
	text = strings.TrimPrefix(text, name+" ")
	for _, verb := range []string{"is ", "are "} {
		text = strings.TrimPrefix(text, verb)
	}
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
