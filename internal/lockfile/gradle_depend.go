package lockfile

import (
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/inventory"
)

// gradleScope says what a configuration is for.
func gradleScope(configuration string) inventory.Scope {
	lower := strings.ToLower(configuration)
	switch {
	case strings.HasPrefix(lower, "test"), strings.Contains(configuration, "Test"), strings.HasPrefix(lower, "jmh"):
		return inventory.Test
	case lower == "classpath", lower == "developmentonly", lower == "providedcompile", lower == "provided":
		return inventory.Build
	case strings.HasSuffix(lower, "compileonly"), strings.HasSuffix(lower, "compileonlyapi"), strings.HasSuffix(lower, "annotationprocessor"):
		return inventory.Build
	}
	for _, tool := range []string{"kapt", "ksp", "kotlincompiler", "kotlinbuildtools", "kotlinklib", "kotlinnative", "checkstyle", "pmd", "jacoco",
		"spotbugs", "detekt", "ktlint", "errorprone", "coreLibraryDesugaring", "lintChecks", "zinc", "scalacompiler", "spotless", "asciidoctor", "dokka"} {
		if strings.HasPrefix(lower, strings.ToLower(tool)) {
			return inventory.Build
		}
	}
	return inventory.Production
}

// notDependency tells statements in a dependencies block that names no package.
func notDependency(name string) bool {
	switch name {
	case "exclude", "because", "transitive", "attributes", "components", "modules", "artifactTypes", "registerTransform", "capabilities", "artifact", "println", "apply":
		return true
	}
	return false
}

// dependencies reads a dependencies block.
func (g *gradleScript) dependencies(statements []statement, at scriptPlace) {
	for i := range statements {
		s := &statements[i]
		name := s.name()
		switch {
		case notDependency(name) || name == "":
			continue
		case s.is("constraints"):
			g.constraints(s.block)
			continue
		case s.braces && len(s.tokens) > 1 && (name == "if" || name == "for" || name == "while") || s.braces && (name == "else" || len(s.tokens) == 1):
			g.dependencies(s.block, at)
			continue
		case len(s.tokens) < 2 || name == "def" || name == "val" || name == "var":
			continue
		}
		configuration, arguments := s.tokens[0].text, s.tokens[1:]
		if arguments[0].kind == '(' {
			arguments = arguments[1:closingToken(arguments, 0)]
		}
		if parts := splitTokens(arguments); name == "add" && len(parts) >= 2 && parts[0][0].kind == 's' {
			configuration, arguments = parts[0][0].text, arguments[len(parts[0])+1:]
		}
		if k := arguments; len(k) == 0 || k[0].kind == '=' || k[0].kind == '.' {
			continue
		}
		scope := gradleScope(configuration)
		if at.test && scope == inventory.Production {
			scope = inventory.Test
		}
		if at.build {
			scope = inventory.Build
		}
		g.arguments(arguments, s, configuration, scope)
	}
}

// arguments reads what a configuration is given: one notation or several.
func (g *gradleScript) arguments(arguments []scriptToken, s *statement, configuration string, scope inventory.Scope) {
	if fields := gradleFields(arguments); fields != nil {
		if fields["path"] != "" && fields["name"] == "" {
			return
		}
		g.coordinate(fields["group"]+":"+fields["name"]+":"+fields["version"], s, scope)
		return
	}
	parts := splitTokens(arguments)
	if len(parts) >= 2 && allStrings(parts) && !strings.Contains(parts[0][0].text, ":") {
		text := parts[0][0].text
		for _, p := range parts[1:min(len(parts), 3)] {
			text += ":" + p[0].text
		}
		g.coordinate(text, s, scope)
		return
	}
	for _, part := range parts {
		g.notation(part, s, configuration, scope)
	}
}

func allStrings(parts [][]scriptToken) bool {
	for _, p := range parts {
		if len(p) != 1 || p[0].kind != 's' {
			return false
		}
	}
	return true
}

// gradleFields reads "group: 'g', name: 'a', version: 'v'" and its Kotlin form with "="; nil where it is something else.
func gradleFields(arguments []scriptToken) map[string]string {
	if len(arguments) > 0 && arguments[0].kind == '[' {
		arguments = arguments[1:closingToken(arguments, 0)]
	}
	fields := map[string]string{}
	for _, part := range splitTokens(arguments) {
		if len(part) < 3 || part[0].kind != 'i' || part[1].kind != ':' && part[1].kind != '=' {
			continue
		}
		if text, ok := concatenated(part[2:]); ok {
			fields[part[0].text] = text
		} else if chain, used := dotted(part[2:]); used == len(part)-2 && chain != "" {
			fields[part[0].text] = "${" + scriptReference(chain) + "}"
		}
	}
	if fields["name"] == "" && fields["path"] == "" {
		return nil
	}
	return fields
}

// notation reads one way to name a dependency.
func (g *gradleScript) notation(tokens []scriptToken, s *statement, configuration string, scope inventory.Scope) {
	if len(tokens) == 0 || tokens[0].kind == '{' {
		return
	}
	if tokens[0].kind == '[' {
		for _, part := range splitTokens(tokens[1:closingToken(tokens, 0)]) {
			if len(part) > 0 && part[0].kind != '[' {
				g.notation(part, s, configuration, scope)
			}
		}
		return
	}
	if text, ok := concatenated(tokens); ok {
		g.coordinate(text, s, scope)
		return
	}
	chain, used := dotted(tokens)
	switch {
	case chain == "":
		unknown(g.doc, "line %d: a dependency of %q is computed and not known", s.line, configuration)
	case used < len(tokens) && tokens[used].kind == '(':
		g.call(chain, tokens[used+1:used+closingToken(tokens[used:], 0)], s, configuration)
	case used < len(tokens):
		unknown(g.doc, "line %d: a dependency of %q is computed and not known", s.line, configuration)
	case strings.HasPrefix(chain, "projects."):
		g.sibling(strings.ReplaceAll(strings.TrimPrefix(chain, "projects."), ".", ":"), s, scope)
	default:
		g.wait(s.line, scope, configuration, scriptReference(chain))
	}
}

// call reads a notation inside a function: platform("…"), project(":a"), kotlin("stdlib"), files("…").
func (g *gradleScript) call(function string, inner []scriptToken, s *statement, configuration string) {
	scope := gradleScope(configuration)
	switch function {
	case "platform", "enforcedPlatform", "dependencies.platform", "dependencies.enforcedPlatform":
		if text, ok := concatenated(inner); ok {
			g.platform(text)
		} else if chain, used := dotted(inner); chain != "" && used == len(inner) {
			g.wait(s.line, inventory.Build, "platform", scriptReference(chain))
		} else if fields := gradleFields(inner); fields != nil {
			g.platform(fields["group"] + ":" + fields["name"] + ":" + fields["version"])
		}
	case "testFixtures", "dependencies.create", "create", "variantOf":
		g.notation(inner, s, configuration, scope)
	case "kotlin":
		if parts := splitTokens(inner); len(parts) > 0 && len(parts[0]) == 1 && parts[0][0].kind == 's' {
			text := "org.jetbrains.kotlin:kotlin-" + parts[0][0].text
			if len(parts) > 1 && len(parts[1]) == 1 && parts[1][0].kind == 's' {
				text += ":" + parts[1][0].text
			}
			g.coordinate(text, s, scope)
		}
	case "project":
		for _, t := range inner {
			if t.kind == 's' {
				g.sibling(strings.TrimPrefix(t.text, ":"), s, scope)
				return
			}
		}
	case "files", "fileTree", "rootProject.files", "rootProject.fileTree":
		unknown(g.doc, "line %d: %q takes archives from files; what they are is known only from their content", s.line, configuration)
	case "gradleApi", "localGroovy", "gradleTestKit", "gradleKotlinDsl", "kotlinModule", "embeddedKotlin":
	default:
		unknown(g.doc, "line %d: a dependency of %q is computed and not known", s.line, configuration)
	}
}

// sibling adds another project of the same build.
func (g *gradleScript) sibling(name string, s *statement, scope inventory.Scope) {
	if badName(name) {
		unknownName(g.doc, name)
		return
	}
	folder := strings.ReplaceAll(strings.TrimPrefix(name, ":"), ":", "/")
	g.doc.Packages = append(g.doc.Packages, inventory.Package{Ecosystem: "Maven", Name: strings.TrimPrefix(name, ":"), Scope: scope, Direct: true, Origin: "link:" + folder, Line: s.line})
}

// coordinate adds "group:artifact:version", with what a block after it says of the version.
func (g *gradleScript) coordinate(text string, s *statement, scope inventory.Scope) {
	pkg, ok := g.pkg(text, s.line)
	if !ok {
		return
	}
	pkg.Scope = scope
	if pkg.Constraint == "" {
		if rich := richVersion(s.block); rich != "" {
			pkg.Constraint = rich
			pkg.Version = gradleExact(g.vars.expand(rich))
		}
	}
	g.doc.Packages = append(g.doc.Packages, pkg)
}

// pkg takes a coordinate apart. References stay in name and constraint for ResolveGradle.
func (g *gradleScript) pkg(text string, line int) (inventory.Package, bool) {
	if whole := g.vars.expand(text); !strings.Contains(strings.TrimSuffix(text, ":"), ":") && strings.Contains(whole, ":") {
		text = whole // "$dependency"
	}
	parts := cutCoordinate(text)
	pkg := inventory.Package{Ecosystem: "Maven", Direct: true, Line: line}
	if len(parts) < 2 || parts[0] == "" || parts[1] == "" {
		if strings.HasPrefix(text, "${") && strings.HasSuffix(text, "}") {
			g.wait(line, inventory.Production, "implementation", strings.TrimSuffix(text[2:], "}"))
			return pkg, false
		}
		unknownName(g.doc, text)
		return pkg, false
	}
	pkg.Name = g.vars.expand(parts[0] + ":" + parts[1])
	if badName(pkg.Name) || strings.ContainsFunc(pkg.Name, unicode.IsSpace) {
		unknownName(g.doc, pkg.Name)
		return pkg, false
	}
	if len(parts) > 2 {
		pkg.Constraint, _, _ = strings.Cut(parts[2], "@")
		pkg.Version = gradleExact(g.vars.expand(pkg.Constraint))
		if badVersion(pkg.Constraint) || badVersion(pkg.Version) {
			unknown(g.doc, "line %d: the version of %s is no possible version", line, pkg.Name)
			pkg.Constraint, pkg.Version = "", ""
		}
	}
	return pkg, true
}

// cutCoordinate cuts at colons outside references.
func cutCoordinate(text string) []string {
	var parts []string
	start, nested := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			nested++
		case '}':
			nested--
		case ':':
			if nested <= 0 {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

// gradleExact gives the one version a requirement means; "" for ranges, dynamic versions and open references.
func gradleExact(v string) string {
	v, _, _ = strings.Cut(v, "!!")
	if strings.HasSuffix(v, "+") || strings.HasPrefix(v, "latest.") || strings.HasPrefix(v, "]") {
		return ""
	}
	return mavenExact(v)
}
