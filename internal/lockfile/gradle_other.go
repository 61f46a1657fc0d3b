package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// richVersion finds what a block says of a version: version { strictly("1.2") } before require and prefer.
func richVersion(block []statement) string {
	found := map[string]string{}
	for i := range block {
		if !block[i].is("version") {
			continue
		}
		for _, s := range block[i].block {
			for _, t := range s.tokens {
				if t.kind == 's' {
					found[s.name()] = t.text
				}
			}
		}
	}
	return first(found["strictly"], found["require"], found["prefer"])
}

// constraints takes down versions that a constraints block sets.
func (g *gradleScript) constraints(block []statement) {
	for i := range block {
		s := &block[i]
		for _, t := range s.tokens {
			if t.kind == 's' {
				g.manage(t.text, richVersion(s.block))
			}
		}
	}
}

// manage takes down one managed version.
func (g *gradleScript) manage(text, version string) {
	parts := cutCoordinate(text)
	if len(parts) < 2 {
		return
	}
	if len(parts) > 2 {
		version = parts[2]
	}
	if name := g.vars.expand(parts[0] + ":" + parts[1]); version != "" && !badName(name) {
		g.doc.Properties[gradleManaged+name] = version
	}
}

// platform takes down a bill of materials.
func (g *gradleScript) platform(text string) {
	parts := cutCoordinate(text)
	if len(parts) < 2 {
		return
	}
	version := ""
	if len(parts) > 2 {
		version, _, _ = strings.Cut(parts[2], "@")
	}
	if name := g.vars.expand(parts[0] + ":" + parts[1]); !badName(name) && !badVersion(version) {
		g.doc.Properties[gradlePlatform+name] = version
	}
}

// spring reads the dependencyManagement block of Spring's plugin.
func (g *gradleScript) spring(block []statement) {
	for i := range block {
		s := &block[i]
		for _, inner := range s.block {
			for _, t := range inner.tokens {
				switch {
				case t.kind != 's':
				case s.is("imports"):
					g.platform(t.text)
				case s.is("dependencies"):
					g.manage(t.text, "")
				}
			}
		}
	}
}

// plugins reads a plugins block. A plugin id stands for the artifact "id:id.gradle.plugin".
func (g *gradleScript) plugins(block []statement) {
	for i := range block {
		s := &block[i]
		id, version := "", ""
		for n, t := range s.tokens {
			switch {
			case t.kind == 'i' && t.text == "version":
				if n+1 < len(s.tokens) {
					if text, ok := concatenated(s.tokens[n+1 : n+2]); ok {
						version = text
					} else if chain, _ := dotted(s.tokens[n+1:]); chain != "" {
						version = "${" + scriptReference(chain) + "}"
					}
				}
			case t.kind == 's' && id == "":
				if id = t.text; s.name() == "kotlin" {
					id = "org.jetbrains.kotlin." + id
				}
			}
		}
		if s.name() == "alias" && len(s.tokens) > 2 {
			if chain, _ := dotted(s.tokens[2:]); chain != "" {
				g.wait(s.line, inventory.Build, "plugins", chain)
			}
			continue
		}
		if id != "" && version != "" {
			g.coordinate(id+":"+id+".gradle.plugin:"+version, &statement{line: s.line}, inventory.Build)
		}
	}
}

// gradleRepositories are the repositories with a name of their own.
func gradleRepository(name string) string {
	switch name {
	case "mavenCentral":
		return mavenCentral
	case "google":
		return "https://dl.google.com/dl/android/maven2"
	case "gradlePluginPortal":
		return "https://plugins.gradle.org/m2"
	case "jcenter":
		return "https://jcenter.bintray.com"
	case "mavenLocal":
		return "file:${user.home}/.m2/repository"
	}
	return ""
}

// repositories reads where packages come from. Gradle asks only those that are named.
func (g *gradleScript) repositories(block []statement, at scriptPlace) {
	for i := range block {
		s := &block[i]
		name := s.name()
		address := gradleRepository(name)
		if name == "maven" || name == "ivy" {
			if address = stringOf(s.tokens); address == "" {
				for _, inner := range s.block {
					if n := inner.name(); n == "url" || n == "setUrl" {
						address = stringOf(inner.tokens)
					}
				}
			}
		} else if address == "" {
			g.repositories(s.block, at) // exclusiveContent { forRepository { maven { … } } }
			continue
		}
		registry := inventory.Registry{URL: withoutUser(g.vars.expand(address)), Line: s.line}
		if at.build {
			registry.Scope = "plugins"
		}
		if registry.URL != "" && !badName(registry.URL) {
			g.doc.Registries = append(g.doc.Registries, registry)
		}
	}
}

func stringOf(tokens []scriptToken) string {
	for _, t := range tokens {
		if t.kind == 's' {
			return t.text
		}
	}
	return ""
}

// catalogs reads a versionCatalogs block of settings.gradle: files that catalogs are read from, and entries written there.
func (g *gradleScript) catalogs(block []statement) {
	for i := range block {
		catalog := catalogName(&block[i])
		for _, s := range block[i].block {
			var texts []string
			for _, t := range s.tokens {
				if t.kind == 's' {
					texts = append(texts, t.text)
				}
			}
			g.catalogEntry(catalog, s.name(), texts)
		}
	}
}

func catalogName(s *statement) string {
	if text := stringOf(s.tokens); text != "" {
		return text
	}
	return s.name()
}

func (g *gradleScript) catalogEntry(catalog, kind string, texts []string) {
	set := g.doc.Properties
	switch {
	case len(texts) == 0:
	case kind == "from":
		if where, ok := pathBeside(g.file, texts[0]); ok && strings.HasSuffix(where, ".toml") {
			g.doc.Needs = append(g.doc.Needs, inventory.Need{Path: where, What: "catalog"})
			set["catalog-name:"+where] = catalog
		}
	case len(texts) < 2 || badName(texts[0]):
	case kind == "version":
		set[gradleVersion+catalog+"."+accessor(texts[0])] = texts[1]
	case kind == "plugin":
		set[gradlePlugin+catalog+"."+accessor(texts[0])] = strings.Join(texts[1:], ":")
	case kind == "library" && len(texts) == 3:
		set[gradleLibrary+catalog+"."+accessor(texts[0])] = texts[1] + ":" + texts[2] + ":"
	case kind == "library":
		set[gradleLibrary+catalog+"."+accessor(texts[0])] = strings.Join(texts[1:], ":")
	}
}

// accessor gives the name by which scripts refer to a catalog's alias: "foo-bar_baz" is foo.bar.baz.
func accessor(alias string) string {
	return strings.NewReplacer("-", ".", "_", ".").Replace(alias)
}
