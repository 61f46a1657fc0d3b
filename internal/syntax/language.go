package syntax

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/treesitter"
)

// Languages are all languages, in the order of their names.
func Languages() []*Language {
	return []*Language{
		Bash,
		C,
		CPP,
		CSharp,
		Dockerfile,
		Go,
		HCL,
		HTML,
		Java,
		JavaScript,
		JSON,
		Kotlin,
		PHP,
		Python,
		Ruby,
		Rust,
		Scala,
		Swift,
		TSX,
		TypeScript,
		YAML,
	}
}

// ByName gives the language of a name, nil where there is none.
func ByName(name string) *Language {
	for _, l := range Languages() {
		if l.Name == name {
			return l
		}
	}
	return nil
}

// Of gives the language of a file by its name or, where that tells nothing, by the interpreter that its first line names; nil where it is no code that
// can be read.
func Of(name string, text []byte) *Language {
	base := path.Base(name)
	ext := strings.ToLower(path.Ext(base))
	for _, l := range Languages() {
		if slices.Contains(l.Files, base) || ext != "" && slices.Contains(l.Extensions, ext) {
			return l
		}
	}
	if ext != "" || !bytes.HasPrefix(text, []byte("#!")) {
		return nil
	}
	line, _, _ := bytes.Cut(text[:min(len(text), 200)], []byte("\n"))
	for _, word := range strings.FieldsFunc(string(line[2:]), func(r rune) bool { return r == '/' || r == ' ' || r == '\r' }) {
		for _, l := range Languages() {
			if slices.Contains(l.Shebangs, word) {
				return l
			}
		}
	}
	return nil
}

// ErrAbsent says that this build has no grammar of a language.
var ErrAbsent = treesitter.ErrAbsent

// Absent tells that this build has no grammar of the language: Swift's is fetched before a build ("make swift"), the others come with their modules.
func (lang *Language) Absent() bool { return lang == Swift && !treesitter.HasSwift() }

// Family is the name of the language that its rules are written for: TypeScript and what has JSX in it are JavaScript's relatives.
func (lang *Language) Family() string {
	switch lang {
	case TypeScript, TSX:
		return JavaScript.Name
	}
	return lang.Name
}

// Data tells that the language is for data and configuration: its texts are what it says, and are not put together from parts.
func (lang *Language) Data() bool {
	switch lang.Name {
	case "yaml", "json", "terraform", "dockerfile", "html":
		return true
	}
	return false
}

// TypesOperators tells of a language that its operators give values of the types that its specification says, and that names of types begin with capitals.
func (lang *Language) TypesOperators() bool {
	switch lang {
	case Java, CSharp, Kotlin, Scala, Swift:
		return true
	}
	return false
}
