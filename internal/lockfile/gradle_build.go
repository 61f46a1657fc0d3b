package lockfile

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// The keys of Document.Properties in Gradle's files, beside variables by their names.
const (
	// gradlePending and a number from 1 give a dependency named by a reference: "line scope configuration reference".
	gradlePending = "pending:"
	// gradlePlatform and a coordinate give the version of a platform (a bill of materials).
	gradlePlatform = "platform:"
	// gradleManaged and a coordinate give a version from a constraint or Spring's dependencyManagement block.
	gradleManaged = "managed:"
	// gradleLibrary, gradlePlugin, gradleBundle and gradleVersion and a name give an entry of a version catalog.
	gradleLibrary = "library:"
	gradlePlugin  = "plugin:"
	gradleBundle  = "bundle:"
	gradleVersion = "version:"
)

// gradleScript evaluates what is literal in a build script.
type gradleScript struct {
	doc     *inventory.Document
	vars    *interpolator
	file    string
	pending int
}

// readGradle reads build.gradle, settings.gradle and their Kotlin forms statically: literal dependencies, variables, repositories.
// What refers to a version catalog or another file waits in Properties for ResolveGradle.
func readGradle(file string, data []byte) (*inventory.Document, error) {
	statements, err := parseScript(data)
	if err != nil {
		return nil, err
	}
	g := &gradleScript{file: file, doc: &inventory.Document{Path: file, Format: "build.gradle", Ecosystem: "Maven", Role: inventory.Manifest, Properties: map[string]string{}}}
	g.vars = newInterpolator(variable(g.doc.Properties))
	if strings.HasPrefix(path.Base(file), "settings.gradle") {
		g.doc.Format = "settings.gradle"
	}
	g.variables(statements, "", 0)
	g.walk(statements, scriptPlace{})
	if len(g.doc.Packages)+g.pending > 0 {
		unknown(g.doc, directOnly, path.Base(file))
	}
	return g.doc, nil
}

// variable finds values of variables, which are the properties without a colon in their name.
func variable(set map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := set[name]
		return v, ok && !strings.Contains(name, ":")
	}
}

// scriptPlace is where in a script a statement stands.
type scriptPlace struct {
	build bool // inside buildscript or pluginManagement
	test  bool // inside a source set for tests
	deep  bool // inside any block
}

// walk goes through statements that are not dependencies themselves.
func (g *gradleScript) walk(statements []statement, at scriptPlace) {
	for i := range statements {
		s := &statements[i]
		inner := at
		inner.deep = true
		switch name := s.name(); {
		case s.is("dependencies"):
			g.dependencies(s.block, at)
			continue
		case s.is("plugins"):
			g.plugins(s.block)
			continue
		case s.is("repositories"):
			g.repositories(s.block, at)
			continue
		case s.is("versionCatalogs"):
			g.catalogs(s.block)
			continue
		case s.is("dependencyManagement"):
			g.spring(s.block)
			continue
		case s.is("buildscript"), s.is("pluginManagement"):
			inner.build = true
		case name == "include" || name == "includeBuild" || name == "includeFlat":
			g.include(s)
		case !at.deep && (name == "version" || name == "rootProject"):
			g.own(s)
		}
		for _, t := range s.tokens {
			if t.kind == 'i' && (strings.HasSuffix(t.text, "Test") || t.text == "test") {
				inner.test = true
			}
		}
		g.walk(s.block, inner)
	}
}

// own takes down what the project says of itself.
func (g *gradleScript) own(s *statement) {
	if len(s.tokens) < 2 {
		return
	}
	last := s.tokens[len(s.tokens)-1]
	value := known(g.vars.expand(last.text))
	if last.kind != 's' || value == "" || badName(value) {
		return
	}
	switch chain, _ := dotted(s.tokens); chain {
	case "version":
		g.doc.Version = value
	case "rootProject.name":
		g.doc.Name = value
	}
}

// include takes down the folders of a build: ":a:b" is a/b.
func (g *gradleScript) include(s *statement) {
	for _, t := range s.tokens[1:] {
		if t.kind != 's' || badName(t.text) || strings.Contains(t.text, "${") {
			continue
		}
		member := t.text
		switch s.name() {
		case "include":
			member = strings.ReplaceAll(strings.TrimPrefix(member, ":"), ":", "/")
		case "includeFlat":
			member = "../" + member
		}
		g.doc.Members = append(g.doc.Members, member)
	}
}

// variables takes down literal values: def, val and ext assignments, set(…) and maps of strings.
func (g *gradleScript) variables(statements []statement, prefix string, depth int) {
	for i := range statements {
		s := &statements[i]
		g.assignment(s.tokens, prefix)
		inner := prefix
		if n := len(s.tokens); s.braces && n >= 2 && s.tokens[n-2].text == "object" {
			inner = prefix + s.tokens[n-1].text + "." // Kotlin: object Versions { const val x = "1" }
		}
		if depth < maxDepth {
			g.variables(s.block, inner, depth+1)
		}
	}
}

func (g *gradleScript) assignment(tokens []scriptToken, prefix string) {
	if len(tokens) >= 4 && tokens[0].text == "set" && tokens[1].kind == '(' && tokens[2].kind == 's' {
		g.set(prefix+tokens[2].text, tokens[4:])
		return
	}
	equal, nested := -1, 0
	for i, t := range tokens {
		switch {
		case t.kind == '(' || t.kind == '[':
			nested++
		case t.kind == ')' || t.kind == ']':
			nested--
		case equal < 0 && nested == 0 && (t.kind == '=' || t.kind == 'i' && t.text == "by" && i > 0):
			equal = i
		}
	}
	if equal <= 0 || equal+1 >= len(tokens) {
		return
	}
	value := tokens[equal+1:]
	if tokens[equal].text == "by" { // val x by extra("1")
		if _, used := dotted(value); used >= len(value) || value[used].kind != '(' {
			return
		} else {
			value = value[used+1:]
		}
	}
	left := tokens[:equal]
	if n := len(left); n >= 3 && left[n-1].kind == ']' && left[n-2].kind == 's' { // extra["x"] = "1"
		g.set(prefix+left[n-2].text, value)
		return
	}
	for i, t := range left { // val x: String = "1"
		if t.kind == ':' {
			left = left[:i]
			break
		}
	}
	start := len(left) - 1
	for start >= 2 && left[start-1].kind == '.' && left[start-2].kind == 'i' {
		start -= 2
	}
	if start < 0 || left[start].kind != 'i' {
		return
	}
	if chain, _ := dotted(left[start:]); chain != "" {
		g.set(prefix+scriptReference(chain), value)
	}
}

// set takes down a value if it is a string, or a map whose values are strings. The first value of a name counts; where another
// follows, it is no constant and is not known.
func (g *gradleScript) set(name string, value []scriptToken) {
	if len(value) == 0 || badName(name) || strings.Contains(name, ":") {
		return
	}
	if text, ok := concatenated(value); ok {
		if object, _, inside := strings.Cut(name, "."); inside { // a value beside it in the same object
			for i := strings.Index(text, "${"); i >= 0; {
				own, _, _ := strings.Cut(text[i+2:], "}")
				if _, beside := g.doc.Properties[object+"."+own]; beside && !strings.Contains(own, ".") {
					text = text[:i+2] + object + "." + text[i+2:]
				}
				next := strings.Index(text[i+2:], "${")
				if i += next + 2; next < 0 || len(text) > maxExpanded {
					break
				}
			}
		}
		if old, taken := g.doc.Properties[name]; taken && old != text {
			text = "${" + name + "}" // set twice
		}
		g.doc.Properties[name] = text
		return
	}
	opens := 0
	if chain, used := dotted(value); chain == "mapOf" || chain == "mutableMapOf" {
		opens = used
	}
	if opens >= len(value) || value[opens].kind != '[' && value[opens].kind != '(' {
		return
	}
	for _, entry := range splitTokens(value[opens+1 : closingToken(value, opens)]) {
		if len(entry) >= 3 && (entry[0].kind == 'i' || entry[0].kind == 's') && (entry[1].kind == ':' || entry[1].text == "to") {
			if text, ok := concatenated(entry[2:]); ok && !strings.Contains(entry[0].text, ":") {
				g.doc.Properties[name+"."+entry[0].text] = text
			}
		}
	}
}

// concatenated gives the text of strings and references joined by "+"; false where there is something else.
func concatenated(tokens []scriptToken) (string, bool) {
	var out strings.Builder
	literal := false
	for i := 0; i < len(tokens); {
		switch tokens[i].kind {
		case 's':
			literal = true
			out.WriteString(tokens[i].text)
			i++
		case 'i':
			chain, used := dotted(tokens[i:])
			out.WriteString("${" + scriptReference(chain) + "}")
			i += used
		default:
			return "", false
		}
		if i < len(tokens) {
			if k := tokens[i].kind; k == ')' && literal {
				return out.String(), true
			} else if k != '+' {
				return "", false
			}
			i++
		}
	}
	return out.String(), literal
}

// wait keeps a dependency that a reference names until all files are known.
func (g *gradleScript) wait(line int, scope inventory.Scope, configuration, reference string) {
	if badName(reference) || badName(configuration) || strings.ContainsAny(configuration, " ") {
		return
	}
	g.pending++
	g.doc.Properties[gradlePending+strconv.Itoa(g.pending)] = fmt.Sprintf("%d %s %s %s", line, first(string(scope), "production"), configuration, reference)
}
