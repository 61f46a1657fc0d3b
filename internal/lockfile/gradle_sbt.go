package lockfile

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// scalaSuffix stands in a name for the suffix of Scala's version until that is known.
const scalaSuffix = "_${scalaBinaryVersion}"

// readSbt reads literal dependencies of an sbt build: "group" % "artifact" % "version", with %% for Scala's.
func readSbt(file string, data []byte) (*inventory.Document, error) {
	tokens, err := scriptTokens(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "build.sbt", Ecosystem: "Maven", Role: inventory.Manifest, Properties: map[string]string{}}
	g := &gradleScript{file: file, doc: doc, vars: newInterpolator(variable(doc.Properties))}
	g.variablesOfScala(tokens)
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].kind == 's' && tokens[i+1].kind == '%' {
			i += max(g.module(tokens, i)-1, 0)
		}
	}
	if len(doc.Packages) == 0 && len(doc.Properties) == 0 {
		if strings.HasSuffix(file, ".scala") {
			return nil, nil
		}
	} else if len(doc.Packages) > 0 {
		unknown(doc, directOnly, path.Base(file))
	}
	return doc, nil
}

// variablesOfScala takes down val x = "1", also inside objects, and settings like scalaVersion := "2.13.1".
func (g *gradleScript) variablesOfScala(tokens []scriptToken) {
	for i := 0; i+2 < len(tokens); i++ {
		if tokens[i].kind != 'i' {
			continue
		}
		name, at := tokens[i].text, i+1
		if tokens[at].kind == ':' && at+2 < len(tokens) && tokens[at+1].text == "String" {
			at += 2
		} else if tokens[at].kind == ':' {
			at++
		}
		if at+1 >= len(tokens) || tokens[at].kind != '=' || tokens[at+1].kind != 's' && tokens[at+1].kind != 'i' {
			continue
		}
		value := "${" + tokens[at+1].text + "}"
		if tokens[at+1].kind == 's' {
			value = tokens[at+1].text
		} else if chain, _ := dotted(tokens[at+1:]); chain != tokens[at+1].text {
			continue
		}
		old, taken := g.doc.Properties[name]
		switch {
		case badName(name) || badVersion(value):
		case !taken:
			g.doc.Properties[name] = value
		case old != value:
			g.doc.Properties[name] = "${" + name + "}" // two values: not known which
		}
		switch v := known(value); {
		case tokens[i+1].kind != ':' || v == "" || g.doc.Name != "" && name == "name":
		case name == "name":
			g.doc.Name = v
		case name == "version" && g.doc.Version == "":
			g.doc.Version = v
		}
	}
}

// module reads one module from the group's position; it gives how many tokens it took.
func (g *gradleScript) module(tokens []scriptToken, start int) int {
	at := start + 1
	percents := 0
	for at < len(tokens) && tokens[at].kind == '%' {
		at, percents = at+1, percents+1
	}
	if at+2 >= len(tokens) || tokens[at].kind != 's' || tokens[at+1].kind != '%' {
		return at - start
	}
	artifact := tokens[at].text
	at += 2
	version := ""
	switch tokens[at].kind {
	case 's':
		version = tokens[at].text
		at++
	case 'i':
		if tokens[at].text == "s" && at+1 < len(tokens) && tokens[at+1].kind == 's' { // s"$version"
			version = tokens[at+1].text
			at += 2
			break
		}
		chain, used := dotted(tokens[at:])
		version = "${" + chain[strings.LastIndexByte(chain, '.')+1:] + "}"
		at += used
	default:
		return at - start
	}
	scope := inventory.Production
	if at+1 < len(tokens) && tokens[at].kind == '%' {
		scope = sbtScope(tokens[at+1].text)
		at += 2
	}
	if start >= 2 && tokens[start-1].kind == '(' && (tokens[start-2].text == "addSbtPlugin" || tokens[start-2].text == "addCompilerPlugin" || tokens[start-2].text == "compilerPlugin") {
		scope = inventory.Build
	}
	name := tokens[start].text + ":" + artifact
	if percents > 1 {
		name += scalaSuffix
	}
	if start >= 2 && tokens[start-2].text == "addSbtPlugin" {
		name += "_2.12_1.0" // sbt 1 runs on Scala 2.12
	}
	before := len(g.doc.Packages)
	g.coordinate(name+":"+version, &statement{line: tokens[start].line}, scope)
	if len(g.doc.Packages) > before {
		pkg := &g.doc.Packages[before]
		pkg.Name = strings.ReplaceAll(pkg.Name, scalaSuffix, scalaBinary(known(g.vars.expand("${scalaVersion}")), scalaSuffix))
		if tokens[max(start-2, 0)].text != "addSbtPlugin" && strings.HasPrefix(g.file, "project/") && strings.HasSuffix(g.file, ".sbt") {
			pkg.Scope = inventory.Build
		}
	}
	return at - start
}

func sbtScope(configuration string) inventory.Scope {
	lower := strings.ToLower(configuration)
	switch {
	case strings.Contains(lower, "compile") || strings.Contains(lower, "runtime"):
		return inventory.Production
	case strings.Contains(lower, "test"):
		return inventory.Test
	case strings.HasPrefix(lower, "provided"), strings.HasPrefix(lower, "optional"):
		return inventory.Build
	}
	return inventory.Production
}

// scalaBinary gives the suffix of a Scala version: 2.13.12 is _2.13, 3.3.1 is _3; otherwise what is given instead.
func scalaBinary(version, otherwise string) string {
	parts := strings.Split(version, ".")
	switch {
	case len(parts) >= 2 && parts[0] == "2":
		return "_2." + parts[1]
	case len(parts) >= 2 && parts[0] == "3":
		return "_3"
	}
	return otherwise
}
