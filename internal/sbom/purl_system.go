package sbom

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/package-url/packageurl-go"

	"github.com/reevehq/reeve/internal/inventory"
)

// languages are OSV's ecosystems by purl type, and CocoaPods, which OSV has not and the readers of lock files write so.
var languages = sync.OnceValue(func() [][2]string {
	return [][2]string{
		{"npm", "npm"}, {"pypi", "PyPI"}, {"golang", "Go"}, {"maven", "Maven"}, {"cargo", "crates.io"}, {"gem", "RubyGems"},
		{"composer", "Packagist"}, {"nuget", "NuGet"}, {"pub", "Pub"}, {"hex", "Hex"}, {"swift", "SwiftURL"}, {"conan", "ConanCenter"},
		{"cran", "CRAN"}, {"bioconductor", "Bioconductor"}, {"hackage", "Hackage"}, {"julia", "Julia"}, {"opam", "opam"},
		{"githubactions", "GitHub Actions"}, {"bitnami", "Bitnami"}, {"cocoapods", "CocoaPods"}, {"generic", ""},
	}
})

// languageOf gives the ecosystem of a purl type; those that OSV does not know keep the type's name.
func languageOf(purlType string) string {
	for _, l := range languages() {
		if l[0] == purlType {
			return l[1]
		}
	}
	return strings.Clone(purlType)
}

// purlType gives the purl type of an ecosystem that is no distribution.
func purlType(ecosystem string) string {
	for _, l := range languages() {
		if l[1] == ecosystem {
			return l[0]
		}
	}
	if lower := strings.ToLower(ecosystem); isType(lower) {
		return lower
	}
	return packageurl.TypeGeneric
}

// isType tells whether a text could stand as the type of a package URL.
func isType(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (i == 0 || (c < '0' || c > '9') && c != '.' && c != '-') {
			return false
		}
	}
	return s != ""
}

// system is a distribution: OSV's name for it, and how package URLs write it.
type system struct {
	osv             string
	purl, namespace string
	// ids are the words before the release in the qualifier "distro" and for the namespace; the first is the one written.
	ids []string
}

// systems are the distributions. Those that OSV has no advisories for are here so that their release is kept; the last three are
// what readers of package databases say where the distribution is not known.
var systems = sync.OnceValue(func() []system {
	return []system{
		{"Debian", "deb", "debian", []string{"debian"}},
		{"Ubuntu", "deb", "ubuntu", []string{"ubuntu"}},
		{"Echo", "deb", "echo", []string{"echo"}},
		{"Alpine", "apk", "alpine", []string{"alpine"}},
		{"Wolfi", "apk", "wolfi", []string{"wolfi"}},
		{"Chainguard", "apk", "chainguard", []string{"chainguard"}},
		{"MinimOS", "apk", "minimos", []string{"minimos"}},
		{"Alpaquita", "apk", "alpaquita", []string{"alpaquita"}},
		{"BellSoft Hardened Containers", "apk", "bellsoft-hardened-containers", []string{"bellsoft-hardened-containers"}},
		{"CleanStart", "apk", "cleanstart", []string{"cleanstart", "clnstrt"}},
		{"Red Hat", "rpm", "redhat", []string{"redhat", "rhel"}},
		{"Rocky Linux", "rpm", "rocky", []string{"rocky", "rockylinux"}},
		{"AlmaLinux", "rpm", "almalinux", []string{"almalinux", "alma"}},
		{"openSUSE", "rpm", "opensuse", []string{"opensuse"}},
		{"SUSE", "rpm", "suse", []string{"sles", "suse", "sled"}},
		{"Mageia", "rpm", "mageia", []string{"mageia"}},
		{"openEuler", "rpm", "openeuler", []string{"openeuler"}},
		{"Photon OS", "rpm", "photon", []string{"photon"}},
		{"Azure Linux", "rpm", "azurelinux", []string{"azurelinux", "azure", "mariner", "cbl-mariner"}},
		{"Fedora", "rpm", "fedora", []string{"fedora"}},
		{"Amazon Linux", "rpm", "amzn", []string{"amzn", "amazon"}},
		{"Oracle Linux", "rpm", "oracle", []string{"ol", "oracle", "oraclelinux"}},
		{"CentOS", "rpm", "centos", []string{"centos"}},
		{"dpkg", "deb", "", nil},
		{"apk", "apk", "", nil},
		{"rpm", "rpm", "", nil},
	}
})

// systemOf finds the distribution of an ecosystem.
func systemOf(ecosystem string) (s system, release string, ok bool) {
	name, release, _ := strings.Cut(ecosystem, ":")
	for _, s := range systems() {
		if s.osv == name {
			return s, release, true
		}
	}
	return system{}, "", false
}

// ecosystemOf gives the ecosystem of a distribution's package by the namespace and the qualifier "distro" of its purl.
func ecosystemOf(purlType, namespace, distro string) string {
	var unnamed string
	for _, s := range systems() {
		if s.purl != purlType {
			continue
		}
		if s.ids == nil {
			unnamed = s.osv
			continue
		}
		release, named := s.cut(distro)
		if namespace == s.namespace || slices.Contains(s.ids, namespace) || namespace == "" && named {
			if release = s.release(release); release != "" {
				return s.osv + ":" + release
			}
			return s.osv
		}
	}
	if namespace == "" {
		return unnamed
	}
	return strings.Clone(purlType + "/" + namespace) // no distribution that is known here
}

// isPackageSystem tells of the ecosystems that ecosystemOf makes for distributions that are not known here: "deb/raspbian".
func isPackageSystem(ecosystem string) bool {
	kind, namespace, found := strings.Cut(ecosystem, "/")
	return found && namespace != "" && (kind == "deb" || kind == "apk" || kind == "rpm")
}

// cut takes the distribution's own word off the qualifier "distro"; without one it is the release alone ("bookworm", "v3.19").
func (s system) cut(distro string) (release string, named bool) {
	lower := strings.ToLower(distro)
	for _, id := range s.ids {
		if lower == id {
			return "", true
		}
		if strings.HasPrefix(lower, id+"-") {
			return distro[len(id)+1:], true
		}
	}
	return distro, false
}

// distro writes a release for the qualifier "distro", in the short form most tools write if it means the same.
func (s system) distro(release string) string {
	for _, short := range []string{
		strings.TrimPrefix(strings.TrimSuffix(release, ":LTS"), "v"),
		strings.TrimPrefix(release, "enterprise_linux:"),
		strings.Replace(strings.TrimPrefix(release, "Linux Enterprise Server "), " SP", ".", 1),
		strings.ToLower(strings.Replace(release, " ", "-", 1)),
	} {
		if short != release && s.release(short) == release {
			return s.ids[0] + "-" + short
		}
	}
	return s.ids[0] + "-" + release
}

// release writes a release as OSV does. What has no such form stays as it is.
func (s system) release(r string) string {
	lower := strings.ToLower(r)
	parts := strings.Split(r, ".")
	numbers := isNumber(parts[0])
	switch s.osv {
	case "Debian":
		if n := codename(debianNames, lower); n != "" {
			return n
		}
		if n, err := strconv.Atoi(parts[0]); err == nil && n >= 4 {
			return parts[0]
		}
		if lower == "sid" || lower == "unstable" || lower == "testing" {
			return ""
		}
	case "Ubuntu":
		if n := codename(ubuntuNames, lower); n != "" {
			parts = strings.Split(n, ".")
			numbers = true
		}
		if numbers && len(parts) >= 2 {
			return ubuntuRelease(parts[0], parts[1])
		}
	case "Alpine":
		if parts[0] = strings.TrimPrefix(lower, "v"); isNumber(strings.Split(parts[0], ".")[0]) {
			parts = strings.Split(parts[0], ".")
			return "v" + strings.Join(parts[:min(2, len(parts))], ".")
		}
	case "Wolfi", "Chainguard", "MinimOS", "CleanStart":
		return ""
	case "Red Hat":
		if numbers {
			return "enterprise_linux:" + parts[0]
		}
	case "Rocky Linux", "AlmaLinux", "Azure Linux", "Oracle Linux", "CentOS":
		if numbers {
			return parts[0]
		}
	case "SUSE":
		if numbers && len(parts) == 2 && isNumber(parts[1]) {
			return "Linux Enterprise Server " + parts[0] + " SP" + parts[1]
		}
		if numbers && len(parts) == 1 && isNumber(r) {
			return "Linux Enterprise Server " + r
		}
	case "openSUSE":
		if rest, cut := strings.CutPrefix(lower, "leap-"); cut {
			return "Leap " + rest
		}
		if numbers && len(parts) == 2 {
			return "Leap " + r
		}
		if strings.HasPrefix(lower, "tumbleweed") {
			return "Tumbleweed"
		}
	}
	return strings.Clone(r)
}

// ubuntuRelease marks the releases of long-term support: April's of every second year since 6.06.
func ubuntuRelease(year, month string) string {
	if n, err := strconv.Atoi(year); err == nil && n%2 == 0 && (month == "04" || year == "6" && month == "06") && n >= 6 {
		return year + "." + month + ":LTS"
	}
	return year + "." + month
}

// The code names of releases, each with its number, as "name number" in the order of the alphabet of their time.
const (
	debianNames = "buzz 1.1,rex 1.2,bo 1.3,hamm 2.0,slink 2.1,potato 2.2,woody 3.0,sarge 3.1,etch 4,lenny 5,squeeze 6,wheezy 7,jessie 8,stretch 9," +
		"buster 10,bullseye 11,bookworm 12,trixie 13,forky 14,duke 15"
	ubuntuNames = "dapper 6.06,hardy 8.04,lucid 10.04,precise 12.04,quantal 12.10,raring 13.04,saucy 13.10,trusty 14.04,utopic 14.10,vivid 15.04," +
		"wily 15.10,xenial 16.04,yakkety 16.10,zesty 17.04,artful 17.10,bionic 18.04,cosmic 18.10,disco 19.04,eoan 19.10,focal 20.04," +
		"groovy 20.10,hirsute 21.04,impish 21.10,jammy 22.04,kinetic 22.10,lunar 23.04,mantic 23.10,noble 24.04,oracular 24.10," +
		"plucky 25.04,questing 25.10,resolute 26.04"
)

func codename(list, name string) string {
	for entry := range strings.SplitSeq(list, ",") {
		if known, number, _ := strings.Cut(entry, " "); known == name {
			return number
		}
	}
	return ""
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func hasEpoch(version string) bool {
	epoch, _, found := strings.Cut(version, ":")
	return found && isNumber(epoch)
}

// cutEpoch moves the epoch of an RPM version into its qualifier, where the purl specification wants it.
func cutEpoch(u *packageurl.PackageURL) string {
	epoch, rest, found := strings.Cut(u.Version, ":")
	if !found || !isNumber(epoch) || rest == "" {
		return u.Version
	}
	u.Qualifiers = append(u.Qualifiers, packageurl.Qualifier{Key: "epoch", Value: epoch})
	return rest
}

// upstream writes a source package as "name@version".
func upstream(s inventory.Source) string {
	if s.Version != "" || strings.Contains(s.Name, "@") {
		return s.Name + "@" + s.Version
	}
	return s.Name
}

// sourceOf reads what stands for the source package: "name", "name@version", or the file name of a source RPM.
func sourceOf(upstream string) inventory.Source {
	for _, end := range []string{".src.rpm", ".nosrc.rpm"} {
		rest, cut := strings.CutSuffix(upstream, end)
		if !cut {
			continue
		}
		release := strings.LastIndexByte(rest, '-')
		if release <= 0 {
			break
		}
		if version := strings.LastIndexByte(rest[:release], '-'); version > 0 {
			return inventory.Source{Name: strings.Clone(rest[:version]), Version: strings.Clone(rest[version+1:])}
		}
	}
	if at := strings.LastIndexByte(upstream, '@'); at > 0 {
		return inventory.Source{Name: strings.Clone(upstream[:at]), Version: strings.Clone(upstream[at+1:])}
	}
	return inventory.Source{Name: strings.Clone(upstream)}
}
