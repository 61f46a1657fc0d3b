package ingest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var snykFormat = Format{
	Name: "snyk", Title: "Snyk JSON", Tool: "Snyk",
	Is: func(h *Head) bool {
		return h.Has("vulnerabilities") && (h.Has("vulnerabilities.from") || h.Has("ok", "org")) ||
			h.Has("infrastructureAsCodeIssues") || h.Has("meta.isPrivate", "meta.org") || h.Has("ok", "error", "path")
	},
	Read: readSnyk,
}

// readSnyk reads what "snyk test --json", "snyk container test --json" and "snyk iac test --json" write: one project, or an array of them.
func readSnyk(in *Input, h *Header, out Sink) error {
	s := &snyk{h: h, j: in.json(), out: out}
	err := s.j.lines(func() error {
		if s.j.kind() == '[' {
			return s.j.elements(s.project)
		}
		return s.project()
	})
	if s.projects == 1 {
		s.h.Asset = s.asset
	}
	return err
}

type snyk struct {
	h   *Header
	j   *jsonReader
	out Sink
	// projects counts them, asset is the last one's.
	projects int
	asset    finding.Asset
}

// snykProject is what one project says of itself. As it does so after its flaws, they wait; a flaw that comes by several paths is one.
type snykProject struct {
	*snyk
	name, shownFile, file, manager, path, failure string
	late                                          postponed
	known                                         map[string]*snykKnown
	// described holds each text once.
	described map[string]string
}

// snykKnown is a flaw that waits, and by how many paths it comes.
type snykKnown struct {
	*flaw
	paths int
}

func (s *snyk) project() error {
	s.projects++
	p := &snykProject{snyk: s}
	err := p.read()
	s.asset = p.about()
	return err
}

func (p *snykProject) read() error {
	p.known, p.described = map[string]*snykKnown{}, map[string]string{}
	if err := p.j.members(p.member); err != nil {
		return err
	}
	if p.failure != "" {
		missed(p.h, "%s: %s", cmp.Or(p.target(), p.path), p.failure)
	}
	return p.late.run()
}

func (p *snykProject) member(name string) error {
	switch name {
	case "vulnerabilities":
		return each(p.j, func(v *snykFlaw) error { return p.flaw(v, "") })
	case "filtered":
		return p.j.members(func(list string) error {
			if list != "ignore" && list != "patch" {
				return p.j.skip()
			}
			return each(p.j, func(v *snykFlaw) error { return p.flaw(v, v.because(list)) })
		})
	case "infrastructureAsCodeIssues":
		return eachWhen(p.j, &p.late, p.file != "", p.issue)
	case "applications": // inside an image, each a project of its own
		return p.j.elements(func() error { return (&snykProject{snyk: p.snyk}).read() })
	}
	to := map[string]*string{
		"projectName": &p.name, "displayTargetFile": &p.shownFile, "targetFile": &p.file, "packageManager": &p.manager, "path": &p.path, "error": &p.failure,
	}[name]
	if to == nil {
		return p.j.skip()
	}
	return p.j.value(to)
}

// target is the file that was looked at.
func (p *snykProject) target() string { return rooted(cmp.Or(p.shownFile, p.file)) }

// about is the image, or the project by its own name.
func (p *snykProject) about() finding.Asset {
	if image, cut := strings.CutPrefix(p.name, "docker-image|"); cut {
		return finding.Asset{Kind: "image", Name: cmp.Or(p.path, image)}
	}
	if p.name == "" {
		return finding.Asset{}
	}
	return finding.Asset{Kind: "directory", Name: p.name}
}

// flaw lets a flaw wait for the project's name, and counts it where it was met before.
func (p *snykProject) flaw(v *snykFlaw, because string) error {
	key := strings.Join([]string{v.ID, v.name(), v.Version, because}, "\x00")
	if k := p.known[key]; k != nil {
		k.paths++
		k.shorten(v)
		return nil
	}
	k := &snykKnown{v.flaw(), 1}
	k.waived = because
	k.shorten(v)
	size := int64(len(key) + 1000)
	if same, seen := p.described[v.ID]; seen && same == k.text {
		k.text = same
	} else {
		p.described[v.ID] = k.text
		size += int64(len(k.text))
	}
	p.known[key] = k
	return p.late.add(size, func() error { return p.emit(k) })
}

func (p *snykProject) emit(k *snykKnown) error {
	c := &k.component
	if c.Ecosystem == "" {
		*c = mergeComponent(componentFor("", p.manager, "", c.Name, c.Version), *c)
	}
	k.at.Path = p.target()
	if c.Project = k.at.Path; c.Project == "" && p.about().Kind == "directory" {
		c.Project = p.name
	}
	if k.paths > 1 {
		k.fact("paths", formatCount(k.paths))
	}
	return k.flaw.emit(p.out)
}

// mergeComponent gives a package's name in an ecosystem what was known of it before.
func mergeComponent(named, known finding.Component) finding.Component {
	known.PURL, known.Ecosystem, known.Name, known.Version = named.PURL, named.Ecosystem, named.Name, named.Version
	return known
}

// shorten keeps the shortest of the paths to a flaw, and what to do about that one.
func (k *snykKnown) shorten(v *snykFlaw) {
	if len(v.From) < 2 || len(k.component.Why) > 0 && len(v.From)-1 >= len(k.component.Why) {
		return
	}
	k.component.Why, k.component.Direct = slices.Clone(v.From[1:]), len(v.From) == 2
	if k.class == "" {
		k.advice = v.advice()
	}
}
