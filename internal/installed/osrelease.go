package installed

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readOSRelease reads os-release(5).
func readOSRelease(file string, data []byte) (*inventory.Document, error) {
	fields := map[string]string{}
	err := eachLine(data, func(n int, line string) error {
		line = strings.TrimSpace(line)
		key, value, ok := strings.Cut(line, "=")
		switch {
		case line == "" || line[0] == '#':
		case !ok || badName(key):
			return errorAt(n, "this is not NAME=value")
		default:
			if value = unquote(value); !badValue(value) {
				fields[key] = value
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	d := inventory.Distribution{ID: fields["ID"], VersionID: fields["VERSION_ID"], Name: fields["PRETTY_NAME"], Codename: fields["VERSION_CODENAME"]}
	d.Ecosystem = ecosystem(fields)
	doc := &inventory.Document{Path: file, Format: "os-release", Ecosystem: d.Ecosystem, Role: inventory.Installed, Distribution: d}
	if d.ID == "" {
		unknown(doc, "os-release names no distribution")
	} else if d.Ecosystem == "" {
		unknown(doc, "there are no advisories in OSV for the distribution %q %q", d.ID, d.VersionID)
	}
	return doc, nil
}

// unquote takes a value of os-release out of its quotes.
func unquote(value string) string {
	value = strings.TrimSpace(value)
	if len(value) < 2 || value[0] != '"' && value[0] != '\'' || value[len(value)-1] != value[0] {
		return value
	}
	inner := value[1 : len(value)-1]
	if value[0] == '"' && strings.Contains(inner, `\`) {
		return strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\$`, "$", "\\`", "`").Replace(inner)
	}
	return inner
}

// ecosystem gives OSV's name for a distribution's packages (https://ossf.github.io/osv-schema/#defined-ecosystems), "" where it has none.
func ecosystem(fields map[string]string) string {
	version, pretty := fields["VERSION_ID"], fields["PRETTY_NAME"]
	major, _, _ := strings.Cut(version, ".")
	switch id := fields["ID"]; id {
	case "debian", "raspbian":
		return suffixed("Debian", debianRelease(major, fields["VERSION_CODENAME"]))
	case "ubuntu":
		return ubuntu(version, fields["VERSION"]+" "+pretty)
	case "alpine":
		return alpine(version)
	case "wolfi":
		return "Wolfi"
	case "chainguard":
		return "Chainguard"
	case "minimos":
		return "MinimOS"
	case "alpaquita":
		return suffixed("Alpaquita", version)
	case "bellsoft-hardened-containers":
		return suffixed("BellSoft Hardened Containers", version)
	case "cleanstart", "clnstrt":
		return "CleanStart"
	case "echo":
		return "Echo"
	case "rhel":
		_, product, _ := strings.Cut(fields["CPE_NAME"], ":redhat:")
		return suffixed("Red Hat", product)
	case "rocky":
		return suffixed("Rocky Linux", major)
	case "almalinux":
		return suffixed("AlmaLinux", major)
	case "mageia":
		return suffixed("Mageia", version)
	case "photon":
		return suffixed("Photon OS", version)
	case "azurelinux", "mariner":
		return suffixed("Azure Linux", major)
	case "openEuler":
		return suffixed("openEuler", openEuler(version, fields["VERSION"]))
	default:
		return suse(id, pretty)
	}
}

// suffixed joins an ecosystem and a release.
func suffixed(ecosystem, release string) string {
	if release == "" {
		return ecosystem
	}
	return ecosystem + ":" + release
}

// debianRelease gives the release's number; testing has none of its own yet, but a code name.
func debianRelease(major, codename string) string {
	if major != "" {
		return major
	}
	switch codename {
	case "bullseye":
		return "11"
	case "bookworm":
		return "12"
	case "trixie":
		return "13"
	case "forky":
		return "14"
	case "duke":
		return "15"
	}
	return ""
}

// ubuntu gives "Ubuntu:22.04:LTS"; releases that are no LTS have no such end.
func ubuntu(version, words string) string {
	if version != "" && strings.Contains(words, "LTS") {
		return "Ubuntu:" + version + ":LTS"
	}
	return suffixed("Ubuntu", version)
}

// alpine gives the branch: 3.19.1 is v3.19; what is not released yet is edge.
func alpine(version string) string {
	if strings.Contains(version, "_") {
		return "Alpine:edge"
	}
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return "Alpine"
	}
	return "Alpine:v" + parts[0] + "." + parts[1]
}

// openEuler gives "22.03-LTS-SP1" from VERSION_ID "22.03" and VERSION "22.03 (LTS-SP1)".
func openEuler(version, words string) string {
	_, rest, ok := strings.Cut(words, "(")
	word, _, closed := strings.Cut(rest, ")")
	if ok && closed && word != "" && version != "" {
		return version + "-" + word
	}
	return version
}

// suse gives the marketing name without the maker's: "openSUSE:Leap 15.5", "SUSE:Linux Enterprise Server 15 SP5".
func suse(id, pretty string) string {
	switch {
	case strings.HasPrefix(id, "opensuse"):
		return suffixed("openSUSE", strings.TrimPrefix(pretty, "openSUSE "))
	case id == "sles" || id == "sled" || id == "sles_sap" || id == "sle_hpc" || id == "sle-micro" || id == "sl-micro" || id == "suse-microos":
		return suffixed("SUSE", strings.TrimPrefix(pretty, "SUSE "))
	}
	return ""
}
