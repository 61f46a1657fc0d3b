package lockfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxCondaYAML is how large a file may be, in bytes: its tree takes many times as much.
const maxCondaYAML = 8 << 20

// condaYAML reads the first document of a YAML file as a tree; nil if it is empty.
func condaYAML(data []byte) (*yaml.Node, error) {
	if len(data) > maxCondaYAML {
		return nil, fmt.Errorf("it has %d bytes, more than the %d that are read of YAML", len(data), maxCondaYAML)
	}
	var file yaml.Node
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(file.Content) == 0 {
		return nil, nil
	}
	return file.Content[0], nil
}

// condaKey gives the value of a key of a mapping; nil where there is none. Aliases are not followed: a short file could say a lot with them.
func condaKey(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// condaText gives the text of a scalar, "" of anything else.
func condaText(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// condaItems gives the elements of a list.
func condaItems(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// readCondaEnvironment reads an environment.yml: conda's packages, and pip's where it has a list of them.
func readCondaEnvironment(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "environment.yml", Ecosystem: conda, Role: inventory.Manifest}
	if !bytes.HasPrefix(data, []byte("dependencies:")) && !bytes.Contains(data, []byte("\ndependencies:")) {
		return doc, nil // other tools have files of this name, too, and not all of them are YAML
	}
	root, err := condaYAML(data)
	if err != nil {
		return nil, err
	}
	list := condaKey(root, "dependencies")
	if list == nil || list.Kind != yaml.SequenceNode {
		return doc, nil
	}
	doc.Name = condaText(condaKey(root, "name"))
	for i, channel := range condaItems(condaKey(root, "channels")) {
		if url := condaText(channel); url != "" && url != "nodefaults" {
			doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(url), Extra: i > 0, Line: channel.Line})
		}
	}
	pip := &requirementsFile{doc: doc, via: map[int][]string{}, last: -1}
	for _, item := range list.Content {
		if text := condaText(item); text != "" {
			condaSpec(doc, text, item.Line)
			continue
		}
		if item.Kind == yaml.AliasNode {
			unknown(doc, "line %d: an alias is not followed", item.Line)
		}
		for _, line := range condaItems(condaKey(item, "pip")) {
			if text := condaText(line); text != "" {
				pip.line(line.Line, text)
			}
		}
	}
	return doc, nil
}

// condaSpec reads "channel::name[=]version[=build]", "name >=1,<2" and "name[version='>=1']".
func condaSpec(doc *inventory.Document, text string, line int) {
	text, _ = cutPipComment(text)
	text = strings.TrimSpace(text)
	channel, spec, found := strings.Cut(text, "::")
	if !found {
		channel, spec = "", text
	}
	end := strings.IndexAny(spec, "=<>!~ [")
	if end < 0 {
		end = len(spec)
	}
	name, constraint := strings.ToLower(strings.TrimSpace(spec[:end])), strings.TrimSpace(spec[end:])
	if inner, ok := strings.CutPrefix(constraint, "[version="); ok {
		constraint = strings.Trim(strings.TrimSuffix(inner, "]"), `"'`)
	}
	p := inventory.Package{Ecosystem: conda, Name: name, Constraint: constraint, Direct: true, Line: line, Origin: withoutUser(channel)}
	if badName(name) || badVersion(constraint) || badVersion(p.Origin) {
		unknownName(doc, text)
		return
	}
	// "=1.2" means 1.2.*; with two signs, or with a build, it is that version.
	exact, isExact := strings.CutPrefix(constraint, "==")
	if !isExact {
		var build string
		exact, build, isExact = strings.Cut(strings.TrimPrefix(constraint, "="), "=")
		isExact = isExact && strings.HasPrefix(constraint, "=") && build != ""
	}
	if exact, _, _ = strings.Cut(exact, "="); isExact && !strings.ContainsAny(exact, "*,|<>! ") {
		p.Version = exact
	}
	doc.Packages = append(doc.Packages, p)
}

// readCondaLock reads a conda-lock.yml. What it lists once for each platform is one package.
func readCondaLock(path string, data []byte) (*inventory.Document, error) {
	root, err := condaYAML(data)
	if err != nil {
		return nil, err
	}
	list := condaKey(root, "package")
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil, errors.New("it lists no packages: " + errTruncated.Error() + " or no conda-lock.yml")
	}
	doc := &inventory.Document{Path: path, Format: "conda-lock.yml", Ecosystem: conda, Role: inventory.Lock}
	for i, channel := range condaItems(condaKey(condaKey(root, "metadata"), "channels")) {
		url := condaText(condaKey(channel, "url"))
		if url == "" {
			url = condaText(channel)
		}
		doc.Registries = append(doc.Registries, inventory.Registry{URL: withoutUser(url), Extra: i > 0, Line: channel.Line})
	}
	at := map[string]int{}
	var needs []*yaml.Node
	for _, item := range list.Content {
		p := condaLocked(item)
		if p.Name == "" || p.Version == "" {
			return nil, errorAt(item.Line, "a package has no name or no version")
		}
		if badName(p.Name) || badName(p.Version) {
			unknownName(doc, p.Name)
			continue
		}
		id := p.Ecosystem + "\x00" + p.Name + "\x00" + p.Version
		if n, twice := at[id]; twice {
			if q := &doc.Packages[n]; p.Scope == inventory.Production && q.Scope != p.Scope {
				q.Scope = p.Scope
			}
			continue
		}
		at[id] = len(doc.Packages)
		doc.Packages = append(doc.Packages, p)
		needs = append(needs, condaKey(item, "dependencies"))
	}
	names := indexNames(doc.Packages)
	for i, need := range needs {
		if need == nil || need.Kind != yaml.MappingNode {
			continue
		}
		for k := 0; k+1 < len(need.Content); k += 2 {
			doc.Packages[i].Requires = append(doc.Packages[i].Requires, names.find(condaName(doc.Packages[i].Ecosystem, need.Content[k].Value), nil)...)
		}
	}
	tidyEdges(doc.Packages)
	unrequired(doc.Packages)
	return doc, nil
}

func condaName(ecosystem, name string) string {
	if ecosystem == pyPI {
		return normalPyName(name)
	}
	return strings.ToLower(name)
}

// condaLocked reads one entry of a conda-lock.yml.
func condaLocked(item *yaml.Node) inventory.Package {
	p := inventory.Package{Ecosystem: conda, Version: condaText(condaKey(item, "version")), Line: item.Line, Origin: withoutUser(condaText(condaKey(item, "url")))}
	if condaText(condaKey(item, "manager")) == "pip" {
		p.Ecosystem = pyPI
	}
	p.Name = condaName(p.Ecosystem, condaText(condaKey(item, "name")))
	p.Optional = condaText(condaKey(item, "optional")) == "true"
	if category := condaText(condaKey(item, "category")); category != "" {
		p.Scope = groupScope(category)
	}
	hash := condaKey(item, "hash")
	if sum := condaText(condaKey(hash, "sha256")); sum != "" {
		p.Integrity = "sha256:" + sum
	} else if sum := condaText(condaKey(hash, "md5")); sum != "" {
		p.Integrity = "md5:" + sum
	}
	return p
}
