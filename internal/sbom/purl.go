package sbom

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/package-url/packageurl-go"

	"github.com/reevehq/reeve/internal/inventory"
)

const (
	// maxName is the longest name of a package that is believed, in bytes.
	maxName = 512
	// maxPURL is the longest package URL that is read, in bytes.
	maxPURL = 8 << 10
)

// PURL gives the package URL of a package, "" where it has no name. Ecosystems that OSV has not become the purl type of the same
// name, or "generic". Names of Go modules keep their capital letters, as all tools write them and as OSV needs them, although the
// purl specification would have them lowered.
func PURL(p *inventory.Package) string {
	if p.Name == "" {
		return ""
	}
	u := packageurl.PackageURL{Version: p.Version}
	system, release, isSystem := systemOf(p.Ecosystem)
	switch {
	case isSystem:
		u.Type, u.Namespace, u.Name = system.purl, system.namespace, p.Name
		if system.purl == "rpm" {
			u.Version = cutEpoch(&u)
		}
		if release != "" {
			u.Qualifiers = append(u.Qualifiers, packageurl.Qualifier{Key: "distro", Value: system.distro(release)})
		}
	case isPackageSystem(p.Ecosystem):
		u.Type, u.Namespace, _ = strings.Cut(p.Ecosystem, "/")
		u.Name = p.Name
	default:
		u.Type = purlType(p.Ecosystem)
		u.Namespace, u.Name = splitName(u.Type, p.Name)
		u.Version = versionOut(u.Type, p.Name, p.Version)
	}
	if p.Arch != "" {
		u.Qualifiers = append(u.Qualifiers, packageurl.Qualifier{Key: "arch", Value: p.Arch})
	}
	if p.Source.Name != "" {
		u.Qualifiers = append(u.Qualifiers, packageurl.Qualifier{Key: "upstream", Value: upstream(p.Source)})
	}
	if !keepsCase(u.Type) {
		_ = u.Normalize() // what it refuses (a name its registry would not allow) is written as it is
	}
	return u.ToString()
}

// FromPURL gives the package that a package URL names: Ecosystem, Name, Version, and for distributions Arch and Source. Types that OSV
// has no advisories for become an ecosystem of the purl type's name ("oci", "conda"), "generic" becomes "".
func FromPURL(s string) (inventory.Package, error) {
	u, err := parsePURL(s)
	if err != nil {
		return inventory.Package{}, fmt.Errorf("package URL %s: %w", quote(s), err)
	}
	p := inventory.Package{}
	q := u.Qualifiers.Map()
	switch u.Type {
	case "deb", "apk", "rpm", "alpine": // the last is how Syft wrote "apk" for years
		if u.Type == "alpine" {
			u.Type, u.Namespace = "apk", "alpine"
		}
		p.Ecosystem = ecosystemOf(u.Type, u.Namespace, q["distro"])
		p.Name, p.Version = u.Name, u.Version
		if epoch := q["epoch"]; isNumber(epoch) && !hasEpoch(u.Version) && (u.Type == "rpm" || epoch != "0") {
			p.Version = epoch + ":" + u.Version
		}
	default:
		p.Ecosystem = languageOf(u.Type)
		p.Name = joinName(u.Type, u.Namespace, u.Name)
		p.Version = versionIn(u.Type, u.Version)
	}
	p.Arch = strings.Clone(q["arch"])
	p.Source = sourceOf(q["upstream"])
	if p.Source == (inventory.Source{Name: p.Name, Version: p.Version}) || p.Source == (inventory.Source{Name: p.Name}) {
		p.Source = inventory.Source{}
	}
	for _, value := range []string{p.Name, p.Version, p.Arch, p.Source.Name, p.Source.Version} {
		if value != "" && !possible(value) {
			return inventory.Package{}, fmt.Errorf("package URL %s: a part of it is no possible name or version", quote(s))
		}
	}
	// The parts point into the whole URL, which would stay in memory with them.
	p.Name, p.Version = strings.Clone(p.Name), strings.Clone(p.Version)
	return p, nil
}

// parsePURL reads a package URL and normalises it by the rules of its type, but for the case of Go modules.
func parsePURL(s string) (packageurl.PackageURL, error) {
	if len(s) > maxPURL {
		return packageurl.PackageURL{}, fmt.Errorf("longer than %d bytes", maxPURL)
	}
	scheme, rest, found := strings.Cut(s, ":")
	if !found || !strings.EqualFold(scheme, "pkg") {
		return packageurl.PackageURL{}, errors.New(`does not begin with "pkg:"`)
	}
	kind, name, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	kind = strings.ToLower(kind)
	if !keepsCase(kind) {
		return packageurl.FromString(s)
	}
	u, err := packageurl.FromString("pkg:generic/" + name)
	u.Type = kind
	return u, err
}

// keepsCase tells of types whose names are read and written as they stand, against the rules of packageurl-go: Go's, because
// modules differ by case, and those for which it demands what SBOMs leave out.
func keepsCase(purlType string) bool {
	return purlType == packageurl.TypeGolang || purlType == packageurl.TypeJulia || purlType == packageurl.TypeSwift
}

// possible tells that a text can be the name or version of a package at all.
func possible(name string) bool {
	return name != "" && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}

// quote writes outside text for a sentence, cut where it is long.
func quote(s string) string {
	const longest = 120
	if len(s) > longest {
		return fmt.Sprintf("%q…", strings.ToValidUTF8(s[:longest], ""))
	}
	return fmt.Sprintf("%q", s)
}

// splitName gives namespace and name of a package URL. Names that have empty parts are not split, so that they come back whole.
func splitName(purlType, name string) (namespace, rest string) {
	separator := strings.LastIndexByte(name, '/')
	if purlType == packageurl.TypeMaven {
		separator = strings.IndexByte(name, ':')
	}
	if purlType == packageurl.TypeSwift {
		name = strings.TrimSuffix(strings.TrimPrefix(name, "https://"), ".git")
		separator = strings.LastIndexByte(name, '/')
	}
	if separator <= 0 || separator == len(name)-1 || name[0] == '/' || strings.Contains(name[:separator+1], "//") {
		return "", name
	}
	return name[:separator], name[separator+1:]
}

// joinName gives the name as OSV writes it.
func joinName(purlType, namespace, name string) string {
	if purlType == packageurl.TypePyPi {
		return normalPython(name)
	}
	if namespace == "" {
		return name
	}
	if purlType == packageurl.TypeMaven {
		return namespace + ":" + name
	}
	return namespace + "/" + name
}

// normalPython is PEP 503's normal form: runs of "-", "_" and "." are one "-".
func normalPython(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		if c == '_' || c == '.' || c == '-' {
			if i == 0 || !strings.ContainsRune("-_.", rune(name[i-1])) {
				b.WriteByte('-')
			}
			continue
		}
		b.WriteByte(c)
	}
	return strings.ToLower(b.String())
}

// versionOut writes a version as purls of a type do: Go's begin with "v", but for those of the standard library.
func versionOut(purlType, name, version string) string {
	if purlType == packageurl.TypeGolang && name != "stdlib" && name != "toolchain" && version != "" && version[0] >= '0' && version[0] <= '9' {
		return "v" + version
	}
	return version
}

// versionIn is the opposite of versionOut. Go's "(devel)" is no version.
func versionIn(purlType, version string) string {
	if purlType != packageurl.TypeGolang {
		return version
	}
	if version == "(devel)" {
		return ""
	}
	for _, prefix := range []string{"v", "go"} {
		if rest, cut := strings.CutPrefix(version, prefix); cut && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return rest
		}
	}
	return version
}
