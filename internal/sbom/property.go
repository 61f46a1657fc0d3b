package sbom

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// Names of the properties that carry what formats have no field for.
const (
	propFile       = "reeve:file"
	propEcosystem  = "reeve:ecosystem"
	propName       = "reeve:name"
	propVersion    = "reeve:version"
	propConstraint = "reeve:constraint"
	propScope      = "reeve:scope"
	propOptional   = "reeve:optional"
	propLicence    = "reeve:licence"
	propIntegrity  = "reeve:integrity"
	propOrigin     = "reeve:origin"
	propAlias      = "reeve:alias"
	propScript     = "reeve:installScript"
	propDeprecated = "reeve:deprecated"
	propLine       = "reeve:line"
	propSource     = "reeve:source"
	propArch       = "reeve:arch"
	propLayer      = "reeve:layer"
	propCodename   = "reeve:codename"
)

// propertiesOf gives what of a package is carried neither by its package URL nor by the fields of a format. Read is the package as
// a reader makes it of those.
func propertiesOf(p, read *inventory.Package, files []string) []property {
	var list []property
	differ := func(name, value, known string) {
		if value != known {
			list = append(list, property{name, value})
		}
	}
	flag := func(value, known bool) (string, string) { return strconv.FormatBool(value), strconv.FormatBool(known) }
	differ(propAlias, p.Alias, read.Alias)
	differ(propArch, p.Arch, read.Arch)
	differ(propConstraint, p.Constraint, read.Constraint)
	differ(propDeprecated, p.Deprecated, read.Deprecated)
	differ(propEcosystem, p.Ecosystem, read.Ecosystem)
	for _, f := range slices.Sorted(slices.Values(files)) {
		list = append(list, property{propFile, f})
	}
	is, was := flag(p.InstallScript, read.InstallScript)
	differ(propScript, is, was)
	differ(propIntegrity, p.Integrity, read.Integrity)
	differ(propLicence, p.Licence, read.Licence)
	if p.Layer > 0 {
		list = append(list, property{propLayer, strconv.Itoa(p.Layer)})
	}
	if p.Line > 0 {
		list = append(list, property{propLine, strconv.Itoa(p.Line)})
	}
	differ(propName, p.Name, read.Name)
	is, was = flag(p.Optional, read.Optional)
	differ(propOptional, is, was)
	differ(propOrigin, p.Origin, read.Origin)
	differ(propScope, scopeName(p.Scope), scopeName(read.Scope))
	differ(propSource, upstream(p.Source), upstream(read.Source))
	differ(propVersion, p.Version, read.Version)
	return list
}

// production is the name of the scope that has none in inventory.
const production = "production"

func scopeName(s inventory.Scope) string {
	if s == inventory.Production {
		return production
	}
	return string(s)
}

// textOf gives the field that a property of text is for, nil where it is none.
func textOf(p *inventory.Package, name string) *string {
	switch name {
	case propEcosystem:
		return &p.Ecosystem
	case propName:
		return &p.Name
	case propVersion:
		return &p.Version
	case propConstraint:
		return &p.Constraint
	case propLicence:
		return &p.Licence
	case propIntegrity:
		return &p.Integrity
	case propOrigin:
		return &p.Origin
	case propAlias:
		return &p.Alias
	case propDeprecated:
		return &p.Deprecated
	case propArch:
		return &p.Arch
	}
	return nil
}

// apply takes a property into a package. Other tools' properties are read where they say what no field says.
func (q property) apply(p *inventory.Package) {
	if to := textOf(p, q.name); to != nil {
		switch q.name {
		case propName, propVersion, propEcosystem, propArch, propAlias:
			if !possible(q.value) && (q.value != "" || q.name == propName) {
				return
			}
		}
		*to = q.value
		return
	}
	switch q.name {
	case propScope:
		switch s := inventory.Scope(q.value); s {
		case inventory.Development, inventory.Test, inventory.Build:
			p.Scope = s
		case production:
			p.Scope = inventory.Production
		}
	case propOptional:
		p.Optional = q.value == "true"
	case propScript:
		p.InstallScript = q.value == "true"
	case propLine:
		p.Line = positive(q.value)
	case propLayer:
		p.Layer = positive(q.value)
	case propSource:
		p.Source = sourceOf(q.value)
	case "cdx:npm:package:development":
		if q.value == "true" {
			p.Scope = inventory.Development
		}
	case "syft:package:type":
		if strings.HasPrefix(q.value, "github-action") && p.Ecosystem == "github" {
			p.Ecosystem = "GitHub Actions"
		}
	}
}

func positive(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return max(n, 0)
}

// fileOf gives the file that a property names, "" where it names none.
func fileOf(q property) string {
	if q.name == propFile || q.name == "aquasecurity:trivy:FilePath" || strings.HasPrefix(q.name, "syft:location:") && strings.HasSuffix(q.name, ":path") {
		return q.value
	}
	return ""
}

// wanted tells whether a property is worth keeping while its component is read.
func wanted(q property) bool {
	return strings.HasPrefix(q.name, "reeve:") || q.name == "cdx:npm:package:development" || q.name == "syft:package:type" || q.name == "aquasecurity:trivy:Class"
}

// algorithms are the hashes that can pin a package, strongest first, with the length of their values in bytes and their names in
// CycloneDX and SPDX 2.
func algorithms() []algorithm {
	return []algorithm{{"sha512", 64, "SHA-512", "SHA512"}, {"sha384", 48, "SHA-384", "SHA384"}, {"sha256", 32, "SHA-256", "SHA256"}, {"sha1", 20, "SHA-1", "SHA1"}}
}

type algorithm struct {
	name            string
	size            int
	cyclone, spdxed string
}

// hashOf reads a hash as documents write them.
func hashOf(name, value string) (hash, bool) {
	h := hash{strings.ToLower(strings.ReplaceAll(name, "-", "")), strings.ToLower(strings.TrimSpace(value))}
	for _, a := range algorithms() {
		if a.name == h.algorithm && len(h.value) == 2*a.size && isHex(h.value) {
			return h, true
		}
	}
	return hash{}, false
}

// addHash takes a hash that can pin the package.
func (c *component) addHash(name, value string) {
	if h, ok := hashOf(name, value); ok && len(c.hashes) < 20 {
		c.hashes = append(c.hashes, h)
	}
}

func isHex(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// integrity writes the strongest hash the way the ecosystem's lock files do.
func integrity(ecosystem string, hashes []hash) string {
	for _, a := range algorithms() {
		for _, h := range hashes {
			if h.algorithm != a.name {
				continue
			}
			if ecosystem == "npm" {
				raw, _ := hex.DecodeString(h.value) // hashOf has checked it
				return a.name + "-" + base64.StdEncoding.EncodeToString(raw)
			}
			return a.name + ":" + h.value
		}
	}
	return ""
}

// hashesOf reads what lock files write: "sha512-" and base64, "sha256:" and hex, or hex alone; several apart by spaces or commas.
// Go's "h1:" is a hash over file names and hashes and that of no file.
func hashesOf(integrity string) []hash {
	var list []hash
	for _, part := range strings.FieldsFunc(integrity, func(r rune) bool { return r == ' ' || r == ',' }) {
		for _, a := range algorithms() {
			value := ""
			if encoded, cut := strings.CutPrefix(part, a.name+"-"); cut {
				raw, err := base64.StdEncoding.DecodeString(encoded)
				if err == nil {
					value = hex.EncodeToString(raw)
				}
			} else if digits, cut := strings.CutPrefix(part, a.name+":"); cut {
				value = digits
			} else if len(part) == 2*a.size {
				value = part
			}
			if h, ok := hashOf(a.name, value); ok && !slices.Contains(list, h) {
				list = append(list, h)
			}
		}
	}
	return list
}
