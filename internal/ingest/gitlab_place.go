package ingest

import (
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
		return platformEcosystem(l.OS)
	}
	for _, i := range ids { // the advisory stands in a folder of the ecosystem
		if _, folder, ok := strings.Cut(i.URL, "/gemnasium-db/-/blob/master/"); ok {
			kind, _, _ := strings.Cut(folder, "/")
			if e := ecosystemOf(kind, ""); e != "" {
				return e
			}
		}
	}
	return fileEcosystem(l.File)
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
