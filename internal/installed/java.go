package installed

import (
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readPomProperties reads META-INF/maven/GROUP/ARTIFACT/pom.properties: what Maven built the jar from, or built into it.
func readPomProperties(file string, data []byte) (*inventory.Document, error) {
	fields := map[string]string{}
	err := eachLine(data, func(_ int, line string) error {
		line = strings.TrimSpace(line)
		if key, value, ok := strings.Cut(line, "="); ok && line[0] != '#' && line[0] != '!' {
			fields[strings.TrimSpace(key)] = strings.ReplaceAll(strings.TrimSpace(value), `\:`, ":")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "pom.properties", Ecosystem: "Maven", Role: inventory.Installed}
	group, artifact, version := fields["groupId"], fields["artifactId"], fields["version"]
	if group == "" || artifact == "" || version == "" || strings.Contains(group+artifact+version, "${") {
		return nil, errorAt(1, "group, artifact or version is missing")
	}
	p := inventory.Package{Ecosystem: "Maven", Name: group + ":" + artifact, Version: version, Line: 1}
	if valid(doc, &p) {
		doc.Packages = []inventory.Package{p}
	}
	return doc, nil
}

// jarOf gives the path of the archive a manifest stands in ("a.jar!/WEB-INF/lib/b.jar"); "" where it stands in none.
func jarOf(file string) string {
	jar, ok := strings.CutSuffix(file, "!/META-INF/MANIFEST.MF")
	if !ok {
		return ""
	}
	switch strings.ToLower(path.Ext(jar)) {
	case ".jar", ".war", ".ear", ".aar", ".hpi", ".jpi", ".rar", ".par", ".sar", ".nar", ".kar":
		return jar
	}
	return ""
}

// readManifest reads a jar's manifest. WithoutManifests drops its document where pom.properties say the same better.
func readManifest(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "MANIFEST.MF", Ecosystem: "Maven", Role: inventory.Installed}
	p, ok := Jar(jarOf(file), data)
	if !ok {
		return nil, nil
	}
	if !valid(doc, &p) {
		return doc, nil
	}
	if !strings.Contains(p.Name, ":") {
		unknown(doc, "the group of %s %s is not known: its manifest and its name do not tell it", p.Name, p.Version)
	}
	doc.Packages = []inventory.Package{p}
	return doc, nil
}

// WithoutManifests drops the documents of manifests from jars that say with pom.properties what they are, and gives the others.
func WithoutManifests(docs []*inventory.Document) []*inventory.Document {
	told := map[string]bool{}
	for _, doc := range docs {
		if doc.Format == "pom.properties" {
			jar, _, _ := cutLast(doc.Path, "!/")
			told[jar] = true
		}
	}
	kept := make([]*inventory.Document, 0, len(docs))
	for _, doc := range docs {
		if doc.Format != "MANIFEST.MF" || !told[jarOf(doc.Path)] {
			kept = append(kept, doc)
		}
	}
	return kept
}

func cutLast(text, separator string) (before, after string, ok bool) {
	i := strings.LastIndex(text, separator)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(separator):], true
}

// Jar tells what a jar is by its file name and its manifest, for jars without pom.properties. Where nothing tells the group, the
// name is the artifact alone. False means that not even artifact and version are known.
func Jar(file string, manifest []byte) (inventory.Package, bool) {
	fields := manifestFields(manifest)
	stem := path.Base(file)
	stem = strings.TrimSuffix(stem, path.Ext(stem))
	stated := first(fields["implementation-version"], fields["bundle-version"], fields["specification-version"])
	artifact, version := cutJarName(stem, fields)
	if version == "" {
		version = stated
	}
	if artifact == "" || version == "" || strings.Contains(version, "${") {
		return inventory.Package{}, false
	}
	p := inventory.Package{Ecosystem: "Maven", Name: artifact, Version: version, Line: 1}
	if l := fields["bundle-license"]; !badName(l) {
		p.Licence = l
	}
	symbolic, _, _ := strings.Cut(fields["bundle-symbolicname"], ";")
	vendor := fields["implementation-vendor-id"]
	if group := groupOf(strings.TrimSpace(symbolic), vendor, artifact); group != "" {
		p.Name = group + ":" + artifact
	} else if isGroup(vendor) {
		p.Name = vendor + ":" + artifact
	}
	return p, true
}

// manifestFields reads the main section of a manifest: lines of at most 72 bytes, the next beginning with a space where one goes on.
func manifestFields(manifest []byte) map[string]string {
	fields := map[string]string{}
	last, ended := "", false
	_ = eachLine(manifest, func(n int, line string) error {
		key, value, ok := strings.Cut(line, ":")
		switch {
		case ended:
		case line == "":
			ended = n > 1
		case line[0] == ' ' && last != "":
			if len(fields[last]) < 4*maxName {
				fields[last] += line[1:]
			}
		case ok:
			last = ""
			switch name := strings.ToLower(key); name {
			case "implementation-version", "bundle-version", "specification-version", "bundle-license", "bundle-symbolicname", "implementation-vendor-id":
				last = name
				fields[last] = strings.TrimLeft(value, " ")
			}
		}
		return nil
	})
	for key, value := range fields {
		fields[key] = strings.TrimSpace(value)
	}
	return fields
}

// cutJarName takes "log4j-1.2-api-2.14.1" apart. The version begins at a dash that a digit follows: where the manifest's version
// is, else at the last one, or before it where only a qualifier like "rc-1" or the time of a snapshot follows.
func cutJarName(stem string, fields map[string]string) (artifact, version string) {
	best := -1
	for i := 1; i+1 < len(stem); i++ {
		if stem[i] != '-' || stem[i+1] < '0' || stem[i+1] > '9' {
			continue
		}
		for _, stated := range []string{fields["implementation-version"], fields["bundle-version"], fields["specification-version"]} {
			if stated != "" && stem[i+1:] == stated {
				return stem[:i], stated
			}
		}
		if best < 0 || !qualifies(stem[best+1:i]) {
			best = i
		}
	}
	if best < 0 {
		return stem, ""
	}
	return stem[:best], stem[best+1:]
}

// qualifies tells that what stands between two dashes with digits after them is a version that goes on: "4.13-beta" before "-3",
// "1.0" before "-20230101.120000".
func qualifies(version string) bool {
	_, word, dash := cutLast(version, "-")
	if !dash {
		return strings.Trim(version, "0123456789.") == ""
	}
	switch strings.ToLower(word) {
	case "alpha", "beta", "rc", "m", "cr", "sp", "b", "pre", "preview", "build":
		return true
	}
	return strings.Trim(word, "0123456789.") == ""
}

// groupOf gets the group out of a bundle's symbolic name, which Maven's bundle plugin makes of group and artifact: joined by a dot,
// with what the artifact repeats of the group's last part left out, or the group alone where the artifact is its last part.
// "org.yaml.snakeyaml" may so come from two groups, with and without its last part: then vendor must be one of them.
func groupOf(symbolic, vendor, artifact string) string {
	if !isGroup(symbolic) {
		return ""
	}
	if group, ok := strings.CutSuffix(symbolic, "."+artifact); ok {
		switch {
		case vendor == group || vendor == symbolic:
			return vendor
		case strings.Contains(artifact, "-") && isGroup(group): // a group's part has no dash
			return group
		}
		return ""
	}
	for i := len(symbolic) - 1; i > 0; i-- {
		if symbolic[i] != '.' {
			continue
		}
		group, rest := symbolic[:i], symbolic[i+1:]
		if _, end, _ := cutLast(group, "."); isGroup(group) && strings.EqualFold(artifact, end+"-"+strings.ReplaceAll(rest, ".", "-")) {
			return group
		}
	}
	return ""
}

// isGroup tells that a text looks like a group: small names joined by dots.
func isGroup(text string) bool {
	if !strings.Contains(text, ".") || len(text) > 200 {
		return false
	}
	for part := range strings.SplitSeq(text, ".") {
		if part == "" || strings.Trim(part, "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" || part[0] >= '0' && part[0] <= '9' {
			return false
		}
	}
	return true
}
