package ingest

import (
	"strconv"
	"strings"
)

// packageEcosystem gives OSV's ecosystem of what cloud scanners call a package manager (NPM, GOBINARY, PYTHONPKG, OS…) and, for packages of the
// system, a platform (DEBIAN_12, AMAZON_LINUX_2, "debian 12"); "" where it cannot be told.
func packageEcosystem(manager, platform string) string {
	switch word := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(manager), "_", "-")); word {
	case "", "os", "dpkg", "rpm", "apk", "yum", "apt", "zypper":
		return platformEcosystem(platform)
	case "nodepkg":
		return ecosystemOf("node-pkg", "")
	case "pythonpkg":
		return ecosystemOf("python-pkg", "")
	case "generic":
		return ""
	default:
		return ecosystemOf(word, "")
	}
}

// platformEcosystem gives OSV's ecosystem of a distribution and its release.
func platformEcosystem(platform string) string {
	words := strings.FieldsFunc(strings.ToLower(platform), func(r rune) bool { return r == '_' || r == ' ' || r == '-' })
	if len(words) == 0 {
		return ""
	}
	var release []string
	for _, w := range words[1:] {
		if strings.Trim(w, "0123456789.") == "" {
			release = append(release, w)
		}
	}
	return ecosystemOf(words[0], strings.Join(release, "."))
}

// fullVersion puts epoch, version and release together as Debian and RPM write them.
func fullVersion(epoch, version, release string) string {
	if version == "" {
		return ""
	}
	if release != "" && release != "0" {
		version += "-" + release
	}
	if epoch != "" && epoch != "0" {
		version = epoch + ":" + version
	}
	return version
}

// decimal reads a number that may be written as text; nil where it is none.
func decimal(t text) *float64 {
	n, err := strconv.ParseFloat(string(t), 64)
	if err != nil || n != n {
		return nil
	}
	return &n
}
