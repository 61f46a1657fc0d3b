package ingest

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
)

// place tells a finding where it stands: in a file, a package, an image, a cluster, behind an address.
func (v *gitlabVulnerability) place(class string, f *finding.Finding) {
	l := &v.Location
	at := &f.Location
	at.Path, at.Region = rooted(l.File), lines(l.Start, l.End)
	if sha := strings.Trim(l.Commit.SHA, "0"); sha != "" {
		at.Commit = l.Commit.SHA
		f.Facts = factsOf("author", l.Commit.Author, "date", commitTime(l.Commit.Date))
	}
	k := &l.Kubernetes
	switch {
	case class == "sca":
		ecosystem, version, fixed := l.ecosystem(v.Identifiers), l.Dependency.Version, upgrades(v.Solution)
		if ecosystem == "Go" { // OSV writes Go's versions without the v
			version = strings.TrimPrefix(version, "v")
			for i := range fixed {
				fixed[i] = strings.TrimPrefix(fixed[i], "v")
			}
		}
		f.Component = componentOf(ecosystem, l.Dependency.Package.Name, version, "", fixed...)
		if f.Component != nil {
			f.Component.Direct, f.Component.Project = l.Dependency.Direct, firstText(l.File, l.Image)
		}
		at.Logical = steps("cluster", k.Cluster)
		if k.Name != "" {
			at.Logical = append(at.Logical, kubePlace(k.Namespace, k.Kind, k.Name, k.Container)...)
		}
		at.Logical = append(at.Logical, steps("image", l.Image)...)
	case l.Hostname != "" || l.Path != "":
		address := l.Hostname + l.Path
		web := webPlaceOf(address, l.Method, l.Param)
		at.Logical, f.Asset = web.location().Logical, web.asset()
	case l.CrashType != "":
		first, _, _ := strings.Cut(strings.TrimSpace(l.CrashState), "\n")
		at.Logical = steps("function", firstText(first, l.CrashType))
		f.Facts = factsOf("crash", l.CrashType)
	default:
		at.Logical = append(steps("image", l.Image), v.scope()...)
	}
	if at.Path == "" && len(at.Logical) == 0 && f.Component == nil {
		at.Logical = steps("control", f.Rule)
	}
}

// scope is the function around a finding: what the analyser says, else what GitLab's own tracking by scope found ("app.go|Server[0]|run[0]:3").
func (v *gitlabVulnerability) scope() []finding.Logical {
	if v.Location.Class != "" || v.Location.Method != "" {
		return steps("module", v.Location.Class, "function", v.Location.Method)
	}
	for _, item := range v.Tracking.Items {
		for _, s := range item.Signatures {
			if !strings.HasPrefix(s.Algorithm, "scope_offset") {
				continue
			}
			parts := strings.Split(s.Value, "|")
			for i := range parts {
				parts[i], _, _ = strings.Cut(parts[i], "[")
			}
			if len(parts) > 1 {
				if name, _, _ := strings.Cut(strings.Join(parts[1:], "."), ":"); name != "" {
					return steps("function", name)
				}
			}
		}
	}
	return nil
}

// ecosystem tells OSV's name of where a package comes from.
func (l *gitlabLocation) ecosystem(ids []gitlabIdentifier) string {
	if l.Image != "" && l.File == "" {
		return systemEcosystem(l.OS)
	}
	for _, i := range ids { // the advisory stands in a folder of the ecosystem
		if _, folder, ok := strings.Cut(string(i.URL), "/gemnasium-db/-/blob/master/"); ok {
			kind, _, _ := strings.Cut(folder, "/")
			if e := codeEcosystem(kind); e != "" {
				return e
			}
		}
	}
	return fileEcosystem(l.File)
}

// systemEcosystem gives OSV's name of a distribution ("debian:9.4" is Debian:9); "" where it is none that OSV knows.
func systemEcosystem(system string) string {
	name, release, _ := strings.Cut(strings.ToLower(strings.TrimSpace(system)), ":")
	if release == "" {
		name, release, _ = strings.Cut(name, " ")
	}
	major, rest, _ := strings.Cut(release, ".")
	minor, _, _ := strings.Cut(rest, ".")
	of := func(ecosystem, release string) string { return strings.TrimSuffix(ecosystem+":"+release, ":") }
	switch name {
	case "debian":
		return of("Debian", major)
	case "ubuntu":
		return of("Ubuntu", release)
	case "alpine":
		if minor == "" {
			return "Alpine"
		}
		return "Alpine:v" + major + "." + minor
	case "wolfi", "chainguard":
		return strings.ToUpper(name[:1]) + name[1:]
	case "rocky", "rocky linux":
		return of("Rocky Linux", major)
	case "alma", "almalinux":
		return of("AlmaLinux", major)
	case "redhat", "rhel", "centos":
		return "Red Hat"
	}
	return ""
}

// fileEcosystem tells the ecosystem by the name of a lock file or manifest.
func fileEcosystem(file string) string {
	name := strings.ToLower(path.Base(file))
	switch name {
	case "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "package.json", "bun.lock":
		return "npm"
	case "gemfile.lock", "gems.locked":
		return "RubyGems"
	case "go.sum", "go.mod", "go.list", "go-project-modules.json":
		return "Go"
	case "pipfile", "pipfile.lock", "poetry.lock", "uv.lock", "setup.py", "requirements.pip", "pyproject.toml", "pipdeptree.json":
		return "PyPI"
	case "pom.xml", "maven.graph.json", "build.gradle", "build.gradle.kts", "gradle.lockfile", "build.sbt", "dependencies-compile.dot":
		return "Maven"
	case "composer.lock", "composer.json":
		return "Packagist"
	case "packages.lock.json", "project.assets.json", "packages.config":
		return "NuGet"
	case "cargo.lock":
		return "crates.io"
	case "conan.lock":
		return "ConanCenter"
	case "pubspec.lock":
		return "Pub"
	case "mix.lock":
		return "Hex"
	case "podfile.lock":
		return "CocoaPods"
	case "package.resolved":
		return "SwiftURL"
	}
	switch {
	case strings.HasPrefix(name, "requirements") || strings.HasSuffix(name, ".pip"):
		return "PyPI"
	case strings.HasSuffix(name, ".csproj"):
		return "NuGet"
	case strings.HasSuffix(name, ".jar") || strings.HasSuffix(name, ".war"):
		return "Maven"
	}
	return ""
}

var upgradeTo = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^upgrade\b.*?\bto\s+(?:versions?\s+)?(.+?)(?:\s+or\s+(?:above|later|higher).*)?\.?\s*$`)
})

// upgrades reads the versions out of advice such as "Upgrade to versions 1.2.3, 2.0.1 or above."
func upgrades(advice string) []string {
	m := upgradeTo().FindStringSubmatch(oneLine(advice, 1000))
	if m == nil {
		return nil
	}
	var out []string
	for _, word := range strings.Fields(strings.NewReplacer(",", " ", ";", " ").Replace(m[1])) {
		if strings.ContainsAny(word, "0123456789") && !strings.ContainsAny(word, "/()<>=") {
			out = append(out, word)
		}
	}
	return out
}
