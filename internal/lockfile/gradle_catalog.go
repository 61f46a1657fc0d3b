package lockfile

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readGradleCatalog reads a version catalog (https://docs.gradle.org/current/userguide/version_catalogs.html). Its libraries are what
// builds may use; ResolveGradle moves those that a build names to that build.
func readGradleCatalog(file string, data []byte) (*inventory.Document, error) {
	root, err := readTOML(data)
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "libs.versions.toml", Ecosystem: "Maven", Role: inventory.Manifest, Properties: map[string]string{}}
	c := &catalog{doc: doc, name: strings.TrimSuffix(path.Base(file), ".versions.toml"), versions: map[string]richText{}}
	for _, e := range root.dict("versions").all() {
		v := richOf(&e.value)
		c.versions[e.key] = v
		if !badName(e.key) && !badVersion(v.constraint) {
			doc.Properties[gradleVersion+c.name+"."+accessor(e.key)] = first(v.exact, v.constraint)
		}
	}
	for _, e := range root.dict("libraries").all() {
		c.library(e)
	}
	for _, e := range root.dict("plugins").all() {
		c.plugin(e)
	}
	for _, e := range root.dict("bundles").all() {
		var members []string
		for _, m := range e.value.items {
			members = append(members, accessor(m.str()))
		}
		if joined := strings.Join(members, " "); !badName(e.key) && !strings.ContainsAny(joined, "\n\x00") {
			doc.Properties[gradleBundle+c.name+"."+accessor(e.key)] = joined
		}
	}
	return doc, nil
}

type catalog struct {
	doc      *inventory.Document
	name     string
	versions map[string]richText
}

// richText is a version as a catalog states it: what is asked for, and the one version that comes of it where that is known.
type richText struct{ constraint, exact string }

func richOf(v *tomlValue) richText {
	if text := v.str(); text != "" {
		return richText{text, gradleExact(text)}
	}
	t := v.dict()
	constraint := first(t.str("strictly"), t.str("require"), t.str("prefer"))
	return richText{constraint, first(gradleExact(constraint), gradleExact(t.str("prefer")))}
}

// versionOf reads the version of a library or plugin, which may refer to the versions table.
func (c *catalog) versionOf(t *tomlTable, what string, line int) richText {
	v := t.find("version")
	if v == nil {
		return richText{}
	}
	if ref := v.dict().str("ref"); ref != "" {
		found, ok := c.versions[ref]
		if !ok {
			unknown(c.doc, "line %d: %s refers to the version %q, which the catalog does not have", line, what, ref)
		}
		return found
	}
	return richOf(v)
}

func (c *catalog) library(e tomlEntry) {
	module, v := "", richText{}
	if text := e.value.str(); text != "" {
		parts := strings.SplitN(text, ":", 3)
		if len(parts) >= 2 {
			module = parts[0] + ":" + parts[1]
		}
		if len(parts) == 3 {
			v = richText{parts[2], gradleExact(parts[2])}
		}
	} else {
		t := e.value.dict()
		module = first(t.str("module"), t.str("group")+":"+t.str("name"))
		v = c.versionOf(t, "the library "+quoteShort(e.key), e.value.line)
	}
	c.add(e, gradleLibrary, module, v, inventory.Production)
}

func (c *catalog) plugin(e tomlEntry) {
	id, v := "", richText{}
	if text := e.value.str(); text != "" {
		id, v.constraint, _ = strings.Cut(text, ":")
		v.exact = gradleExact(v.constraint)
	} else {
		t := e.value.dict()
		id = t.str("id")
		v = c.versionOf(t, "the plugin "+quoteShort(e.key), e.value.line)
	}
	c.add(e, gradlePlugin, id+":"+id+".gradle.plugin", v, inventory.Build)
}

func (c *catalog) add(e tomlEntry, kind, module string, v richText, scope inventory.Scope) {
	group, artifact, _ := strings.Cut(module, ":")
	if badName(module) || group == "" || artifact == "" || artifact == ".gradle.plugin" || badName(e.key) || badVersion(v.constraint) || badVersion(v.exact) {
		unknownName(c.doc, e.key)
		return
	}
	alias := c.name + "."
	if kind == gradlePlugin {
		alias += "plugins."
	}
	c.doc.Properties[kind+c.name+"."+accessor(e.key)] = module + ":" + first(v.exact, v.constraint)
	c.doc.Packages = append(c.doc.Packages, inventory.Package{Ecosystem: "Maven", Name: module, Version: v.exact, Constraint: v.constraint,
		Scope: scope, Direct: true, Alias: alias + accessor(e.key), Line: e.value.line})
}

// quoteShort gives a key for a sentence, cut where it is long.
func quoteShort(key string) string {
	if len(key) > 80 {
		key = strings.ToValidUTF8(key[:80], "") + "…"
	}
	return `"` + strings.ToValidUTF8(key, "?") + `"`
}

// readGradleProperties reads gradle.properties: values that scripts refer to.
func readGradleProperties(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "gradle.properties", Ecosystem: "Maven", Role: inventory.Settings, Properties: map[string]string{}}
	err := eachLine(data, func(_ int, line []byte) error {
		text := strings.TrimSpace(string(line))
		if text == "" || text[0] == '#' || text[0] == '!' {
			return nil
		}
		cut := strings.IndexAny(text, "=: \t")
		if cut <= 0 {
			return nil
		}
		key, value := text[:cut], strings.TrimLeft(text[cut:], "=: \t")
		if secretive(key) || badName(key) || badVersion(value) {
			return nil // no version, and perhaps a password
		}
		doc.Properties[strings.TrimPrefix(key, "systemProp.")] = value
		return nil
	})
	return doc, err
}

// secretive tells keys whose values are kept out of the inventory.
func secretive(key string) bool {
	lower := strings.ToLower(key)
	for _, word := range []string{"password", "passwd", "secret", "token", "credential", "apikey", "api_key", "username", "signing", "key"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}
