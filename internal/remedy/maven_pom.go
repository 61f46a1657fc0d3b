package remedy

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// pomSites are the places of a pom.xml that state versions.
type pomSites struct {
	dependencies []pomDependency
	// properties are the places of each property's text.
	properties map[string][]splice
	// managedEnd is where dependencyManagement's dependencies end, projectEnd where the project does; -1 where there is none.
	managedEnd, projectEnd int
	// unit is one step of indentation.
	unit string
}

// pomDependency is one dependency, its version's place in the text; that is zero where it states none.
type pomDependency struct {
	group, artifact string
	version         splice
	managed         bool
}

// readPomSites finds the places of versions and properties.
func readPomSites(data []byte) (*pomSites, error) {
	x := &pomSites{properties: map[string][]splice{}, managedEnd: -1, projectEnd: -1, unit: "    "}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	var stack []string
	var current *pomDependency
	var text splice
	for {
		before := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return x, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read XML: %w", err)
		}
		after := int(d.InputOffset())
		switch token := token.(type) {
		case xml.StartElement:
			stack = append(stack, token.Name.Local)
			if len(stack) > maxDepth {
				return nil, errors.New("it is nested too deep")
			}
			if len(stack) == 2 && len(x.properties)+len(x.dependencies) == 0 {
				x.indentation(data, before)
			}
			if token.Name.Local == "dependency" {
				current = &pomDependency{managed: len(stack) > 2 && stack[len(stack)-3] == "dependencyManagement"}
			}
			text = splice{start: after, end: after}
		case xml.EndElement:
			text.end = before
			x.end(data, stack, current, trimmed(data, text), before)
			if token.Name.Local == "dependency" {
				current = nil
			}
			stack = stack[:len(stack)-1]
		}
	}
}

// end takes down what ended.
func (x *pomSites) end(data []byte, stack []string, current *pomDependency, at splice, before int) {
	name := stack[len(stack)-1]
	parent := ""
	if len(stack) > 1 {
		parent = stack[len(stack)-2]
	}
	switch {
	case parent == "dependency" && current != nil:
		value := string(data[at.start:at.end])
		switch name {
		case "groupId":
			current.group = value
		case "artifactId":
			current.artifact = value
		case "version":
			current.version = at
		}
	case name == "dependency" && current != nil:
		x.dependencies = append(x.dependencies, *current)
	case parent == "properties":
		x.properties[name] = append(x.properties[name], at)
	case strings.Join(stack, "/") == "project/dependencyManagement/dependencies":
		x.managedEnd = before
	case len(stack) == 1 && name == "project":
		x.projectEnd = before
	}
}

// trimmed is a place without the blanks around its text.
func trimmed(data []byte, at splice) splice {
	for at.start < at.end && strings.IndexByte(" \t\r\n", data[at.start]) >= 0 {
		at.start++
	}
	for at.end > at.start && strings.IndexByte(" \t\r\n", data[at.end-1]) >= 0 {
		at.end--
	}
	return at
}

func (x *pomSites) indentation(data []byte, at int) {
	line := bytes.LastIndexByte(data[:at], '\n') + 1
	if blank := string(data[line:at]); line > 0 && blank != "" && strings.TrimSpace(blank) == "" {
		x.unit = blank
	}
}

// catalogSites finds where a version catalog states the version of an artifact: with it, or under a name in [versions].
func catalogSites(data []byte, group, artifact, from, to string) []splice {
	section, at := "", 0
	names := map[string]splice{}
	var out []splice
	for line := range strings.Lines(string(data)) {
		start := at
		at += len(line)
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "[") {
			section = strings.Trim(trimmed, "[] ")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(trimmed, "#") {
			continue
		}
		offset := start + len(key) + 1
		if section == "versions" {
			if i, n := quoted(value); n > 0 && value[i:i+n] == from {
				names[strings.Trim(strings.TrimSpace(key), `"'`)] = splice{offset + i, offset + i + n, to}
			}
			continue
		}
		if section != "libraries" || !names3(value, group, artifact) {
			continue
		}
		if i := strings.Index(value, "version.ref"); i >= 0 {
			k, n := quoted(value[i:])
			if s, ok := names[text(value[i:], k, n)]; ok {
				out = append(out, s)
			}
		} else if i := strings.Index(value, "version"); i >= 0 {
			if k, n := quoted(value[i:]); n > 0 && value[i+k:i+k+n] == from {
				out = append(out, splice{offset + i + k, offset + i + k + n, to})
			}
		}
	}
	return out
}

func text(s string, start, length int) string {
	if length < 0 {
		return ""
	}
	return s[start : start+length]
}

// names3 tells whether a catalog's line is about an artifact.
func names3(value, group, artifact string) bool {
	for _, q := range []string{`"`, `'`} {
		if strings.Contains(value, q+group+":"+artifact+q) || strings.Contains(value, q+group+q) && strings.Contains(value, q+artifact+q) {
			return true
		}
	}
	return false
}
