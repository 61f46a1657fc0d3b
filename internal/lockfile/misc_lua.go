package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readRockspec reads the literal values of a rockspec (https://github.com/luarocks/luarocks/wiki/Rockspec-format), which is a Lua
// program. The ecosystem is "LuaRocks"; OSV has none.
func readRockspec(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "rockspec", Ecosystem: "LuaRocks", Role: inventory.Manifest}
	tokens, err := luaTokens(data)
	if err != nil {
		return nil, err
	}
	depth := 0
	scope, inside := inventory.Production, 0 // inside is the depth of the list of dependencies at hand
	for i, t := range tokens {
		assigned := i+2 < len(tokens) && tokens[i+1].kind == '=' && t.kind == 'i'
		switch {
		case t.kind == '{':
			depth++
		case t.kind == '}':
			if depth--; depth < inside {
				inside = 0
			}
		case assigned && tokens[i+2].kind == 's' && !badName(tokens[i+2].text):
			value := tokens[i+2].text
			switch {
			case depth == 0 && t.text == "package":
				doc.Name = value
			case depth == 0 && t.text == "version":
				doc.Version = value
			case depth == 1 && t.text == "license":
				doc.Licence = value
			}
		case assigned && depth == 0 && strings.HasSuffix(t.text, "dependencies") && tokens[i+2].kind == '{':
			inside, scope = 1, rockScope(t.text)
		case t.kind == 's' && inside > 0 && depth >= inside && tokens[max(i-1, 0)].kind != '[' && tokens[max(i-1, 0)].kind != '=':
			rock(doc, t, scope)
		}
	}
	if doc.Name == "" {
		return nil, errorAt(1, "there is no literal \"package\"")
	}
	if len(doc.Packages) > 0 {
		unknown(doc, directOnly, "a rockspec")
	}
	return doc, nil
}

func rockScope(list string) inventory.Scope {
	switch list {
	case "build_dependencies":
		return inventory.Build
	case "test_dependencies":
		return inventory.Test
	}
	return inventory.Production
}

// rock adds "lpeg >= 1.0, < 2".
func rock(doc *inventory.Document, t scriptToken, scope inventory.Scope) {
	name, constraint, _ := strings.Cut(strings.TrimSpace(t.text), " ")
	if name == "lua" {
		return // the language itself
	}
	p := inventory.Package{Ecosystem: "LuaRocks", Name: name, Constraint: strings.TrimSpace(constraint), Scope: scope, Direct: true, Line: t.line}
	if badName(p.Name) || badVersion(p.Constraint) {
		unknownName(doc, p.Name)
		return
	}
	exact := strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(p.Constraint, "="), "="))
	if exact != p.Constraint && !strings.ContainsAny(exact, " ,<>~=") {
		p.Version = exact
	} else {
		unknown(doc, "line %d: the version of %s is not known without a lock file", t.line, p.Name)
	}
	doc.Packages = append(doc.Packages, p)
}

// luaTokens cuts Lua into names, strings and single characters, without comments.
func luaTokens(data []byte) ([]scriptToken, error) {
	var tokens []scriptToken
	line := 1
	for at := 0; at < len(data); {
		c := data[at]
		if len(tokens) > maxScriptTokens {
			return nil, errorAt(line, "the file has more than %d tokens", maxScriptTokens)
		}
		switch {
		case c == '\n':
			line++
			at++
		case c == ' ' || c == '\t' || c == '\r':
			at++
		case bytes.HasPrefix(data[at:], []byte("--[[")), bytes.HasPrefix(data[at:], []byte("[[")):
			open := bytes.Index(data[at:], []byte("[[")) + 2
			end := bytes.Index(data[at+open:], []byte("]]"))
			if end < 0 {
				return nil, errorAt(line, "a long string or comment does not end")
			}
			text := data[at+open : at+open+end]
			if c == '[' {
				tokens = append(tokens, scriptToken{'s', string(text), line})
			}
			line += bytes.Count(text, []byte{'\n'})
			at += open + end + 2
		case bytes.HasPrefix(data[at:], []byte("--")):
			end := bytes.IndexByte(data[at:], '\n')
			if end < 0 {
				end = len(data) - at
			}
			at += end
		case c == '"' || c == '\'':
			var text []byte
			for at++; at < len(data) && data[at] != c; at++ {
				if data[at] == '\n' {
					return nil, errorAt(line, "a string does not end")
				}
				if data[at] == '\\' && at+1 < len(data) && data[at+1] != '\n' {
					at++
				}
				text = append(text, data[at])
			}
			if at >= len(data) {
				return nil, errorAt(line, "a string does not end: %w", errTruncated)
			}
			tokens = append(tokens, scriptToken{'s', string(text), line})
			at++
		case isScriptName(c):
			start := at
			for at < len(data) && isScriptName(data[at]) {
				at++
			}
			tokens = append(tokens, scriptToken{'i', string(data[start:at]), line})
		default:
			tokens = append(tokens, scriptToken{rune(c), "", line})
			at++
		}
	}
	return tokens, nil
}
