package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readGemspec reads what a gem says of itself and the gems it needs, where that is said in plain words. It is a program, and is
// not run: what it computes is unknown.
func readGemspec(path string, data []byte) (*inventory.Document, error) {
	tokens, err := lexRuby(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: path, Format: "gemspec", Ecosystem: rubyGems, Role: inventory.Manifest}
	seen := map[string]bool{}
	for _, t := range tokens {
		// Files that RubyGems wrote say everything again, as runtime dependencies, for its oldest versions.
		seen[everyForm] = seen[everyForm] || t.is(rubyWord, "respond_to?")
	}
	for _, s := range rubyStatements(tokens) {
		gemspecStatement(doc, s, seen)
	}
	return doc, nil
}

const (
	// maxGemspecCalls bounds the calls of one statement that are read.
	maxGemspecCalls = 100
	// maxCallPieces bounds the pieces of one call, since each may be read to the end of a statement that holds them all.
	maxCallPieces = 1000
)

// everyForm marks, among the gems seen, that a gem counts in the form in which it stands first.
const everyForm = ""

// gemspecStatement reads the calls "VARIABLE.method …" of one statement; a statement may hold several, in older files after "if".
func gemspecStatement(doc *inventory.Document, s []rubyToken, seen map[string]bool) {
	calls := 0
	for i := 2; i < len(s); i++ {
		if s[i].kind != rubyWord || !s[i-1].is(rubyMark, ".") || s[i-2].kind != rubyWord {
			continue
		}
		var scope inventory.Scope
		switch s[i].text {
		case "name", "version", "license", "licenses":
			if i+1 < len(s) && s[i+1].is(rubyMark, "=") {
				gemspecField(doc, s[i].text, readRubyArg(s[i+2:min(len(s), i+2+maxCallPieces)]))
			}
			continue
		case "add_dependency", "add_runtime_dependency":
		case "add_development_dependency":
			scope = inventory.Development
		default:
			continue
		}
		if calls++; calls > maxGemspecCalls {
			unknown(doc, "line %d: the statement is too long to be read whole", s[i].line)
			return
		}
		call := readRubyCall(s[i+1 : min(len(s), i+1+maxCallPieces)])
		if len(call.args) == 0 || call.args[0].first() == "" {
			unknown(doc, "line %d: the name of a gem is computed", s[i].line)
			continue
		}
		p := inventory.Package{Ecosystem: rubyGems, Name: call.args[0].first(), Constraint: constraintOfGem(call.args[1:]), Scope: scope, Direct: true, Line: s[i].line}
		if badName(p.Name) || badVersion(p.Constraint) {
			unknownName(doc, p.Name)
			continue
		}
		for _, arg := range call.args[1:] {
			if arg.computed {
				unknown(doc, "line %d: the version of %s is computed", p.Line, p.Name)
			}
		}
		p.Version = exactGem(p.Constraint)
		id := p.Name
		if !seen[everyForm] {
			id += "\x00" + p.Constraint + "\x00" + string(scope)
		}
		if !seen[id] {
			seen[id] = true
			doc.Packages = append(doc.Packages, p)
		}
	}
}

func gemspecField(doc *inventory.Document, name string, value rubyArg) {
	if value.computed || len(value.texts) == 0 || badName(value.texts[0]) {
		return
	}
	switch name {
	case "name":
		doc.Name = value.first()
	case "version":
		doc.Version = value.first()
	default:
		doc.Licence = strings.Join(value.texts, " OR ")
	}
}
