package owner

import (
	"fmt"
	"strings"
)

// Facts are what is known about whose a finding is.
type Facts struct {
	// Path is the file of the finding, relative to the root of its repository; "" where it lies in none.
	Path string
	// Codeowners is the repository's file; nil for none.
	Codeowners *Codeowners
	// Catalog is what catalog files say: those of the repository, joined with those that define groups, users and systems.
	Catalog *Catalog
	// Entity is the reference or name of the asset in the catalog. "" leaves it to the catalog: its components whose folder, by their
	// annotations, is nearest to the path, if all of them are of one owner.
	Entity string
	// Team is the slug of the team that the register has for the asset; "" for none.
	Team string
	// Teams are those of the register.
	Teams *Teams
}

// Resolve says which team owns a finding, by its slug, and why, in a sentence without its full stop. CODEOWNERS decides first, then the
// catalog, then the team of the asset. Where all of them name no team of the register the team is "" and the sentence says what was tried.
func Resolve(in Facts) (team, because string) {
	var tried []string
	in.Path, _ = clean(in.Path)
	for _, ask := range []func(Facts) (string, string){byCodeowners, byCatalog} {
		team, said := ask(in)
		if team != "" {
			return team, with(said, tried)
		}
		if said != "" {
			tried = append(tried, said)
		}
	}
	if in.Team != "" {
		if team, ok := in.Teams.Named(in.Team); ok {
			return team, with("it is the team of the asset", tried)
		}
		tried = append(tried, fmt.Sprintf("the asset belongs to %q, which is no team here", clip(in.Team)))
	} else {
		tried = append(tried, "the asset has no team")
	}
	return "", "nobody owns it: " + strings.Join(tried, "; ")
}

func with(said string, tried []string) string {
	if len(tried) == 0 {
		return said
	}
	return said + " (" + strings.Join(tried, "; ") + ")"
}

// byCodeowners asks the CODEOWNERS file. Where several sections of a GitLab file name teams, the one whose pattern says most of the path
// decides, and a required section before an optional one.
func byCodeowners(in Facts) (team, said string) {
	if in.Codeowners == nil || in.Path == "" {
		return "", ""
	}
	list, ok := in.Codeowners.match(in.Path)
	switch {
	case !ok:
		return "", "CODEOWNERS has too many patterns that might match: name folders instead"
	case len(list) == 0:
		return "", "no line of CODEOWNERS names the path"
	}
	best := -1
	var missing []string
	for i, m := range list {
		t, why := teamAmong(in, m.Owners)
		switch {
		case t == "" && len(m.Owners) == 0:
			missing = append(missing, fmt.Sprintf("CODEOWNERS line %d (%q) leaves it to nobody", m.Line, clip(m.Pattern)))
		case t == "":
			missing = append(missing, fmt.Sprintf("CODEOWNERS line %d (%q) names %s", m.Line, clip(m.Pattern), noTeam(m.Owners)))
		case best < 0 || better(m, list[best]):
			best, team = i, t
			said = fmt.Sprintf("CODEOWNERS line %d (%q) gives it to %s", m.Line, clip(m.Pattern), why)
			if m.Section != "" {
				said += fmt.Sprintf(", in section %q", clip(m.Section))
			}
		}
	}
	if team == "" {
		said = strings.Join(missing, "; ")
	}
	return team, said
}

// better tells that a rule says more about the owner than another of the same path.
func better(m, than Match) bool {
	if m.Optional != than.Optional {
		return than.Optional
	}
	return plain(m.Pattern) >= plain(than.Pattern)
}

// plain is how many bytes of a pattern stand for themselves.
func plain(pattern string) (n int) {
	for _, c := range []byte(pattern) {
		if !strings.ContainsRune(special, rune(c)) {
			n++
		}
	}
	return n
}

// noTeam lists a few owners.
func noTeam(owners []string) string {
	const most = 3
	var out []string
	for _, o := range owners[:min(len(owners), most)] {
		out = append(out, fmt.Sprintf("%q", clip(o)))
	}
	if more := len(owners) - most; more > 0 {
		out = append(out, fmt.Sprintf("%d more", more))
	}
	if len(owners) == 1 {
		return out[0] + ", which is no team here"
	}
	return strings.Join(out, ", ") + ", none of which is a team here"
}

// teamAmong gives the first owner that is a team, else the one team that all people among them are in.
func teamAmong(in Facts, owners []string) (team, why string) {
	for _, o := range owners {
		if t, said := teamOf(in, o); t != "" {
			return t, said
		}
	}
	for _, o := range owners {
		t, said := teamOfPerson(in, o)
		switch {
		case t == "":
		case team == "":
			team, why = t, said
		case team != t:
			return "", ""
		}
	}
	return team, why
}

// teamOf gives the team that an owner is called after, or that the catalog has above the group of that name.
func teamOf(in Facts, owner string) (team, why string) {
	if t, ok := in.Teams.Named(owner); ok {
		return t, fmt.Sprintf("%q", clip(owner))
	}
	if in.Catalog == nil {
		return "", ""
	}
	const generations = 8
	group := in.Catalog.Find(owner)
	if name, ok := strings.CutPrefix(owner, "@"); ok {
		group = in.Catalog.Find("group:" + name[strings.LastIndexByte(name, '/')+1:])
	}
	for range generations {
		if group == nil || group.Kind != "Group" || group.Parent == "" {
			return "", ""
		}
		if t, ok := in.Teams.Named(group.Parent); ok {
			return t, fmt.Sprintf("%q, a part of %q", clip(owner), clip(group.Parent))
		}
		group = in.Catalog.Find(group.Parent)
	}
	return "", ""
}

// teamOfPerson gives the team of somebody in the catalog, if it is only one.
func teamOfPerson(in Facts, owner string) (team, why string) {
	if in.Catalog == nil {
		return "", ""
	}
	person := in.Catalog.person(owner)
	if person == nil {
		return "", ""
	}
	for _, g := range person.MemberOf {
		t, _ := teamOf(in, g)
		if t != "" && team != "" && t != team {
			return "", ""
		}
		if t != "" {
			team, why = t, fmt.Sprintf("%q, who is in %q", clip(owner), clip(g))
		}
	}
	return team, why
}

// byCatalog asks the catalog: the owner of the asset's entity, else of the system it is part of, else of the domain.
func byCatalog(in Facts) (team, said string) {
	if in.Catalog == nil || len(in.Catalog.Entities) == 0 {
		return "", ""
	}
	if in.Entity != "" {
		e := in.Catalog.Find(in.Entity)
		if e == nil {
			return "", fmt.Sprintf("the catalog has no %q", clip(in.Entity))
		}
		return ownerOf(in, e)
	}
	for _, e := range in.Catalog.nearest(in.Path) {
		t, why := ownerOf(in, e)
		if said != "" && t != team {
			return "", "the catalog has several components here, of different owners"
		}
		if said == "" {
			team, said = t, why
		}
	}
	return team, said
}

func ownerOf(in Facts, e *Entity) (team, said string) {
	const levels = 3 // the entity, its system, its domain
	name := fmt.Sprintf("%s %q", strings.ToLower(e.Kind), clip(e.Name))
	for range levels {
		if e.Owner != "" {
			break
		}
		above := in.Catalog.Find(e.System)
		if e.System == "" {
			above = in.Catalog.Find(e.Domain)
		}
		if above == nil {
			return "", fmt.Sprintf("the catalog names no owner of %s", name)
		}
		e = above
		name += fmt.Sprintf(" through %s %q", strings.ToLower(e.Kind), clip(e.Name))
	}
	if e.Owner == "" {
		return "", fmt.Sprintf("the catalog names no owner of %s", name)
	}
	team, why := teamAmong(in, []string{e.Owner})
	if team == "" {
		return "", fmt.Sprintf("the catalog gives %s to %q, which is no team here", name, clip(e.Owner))
	}
	return team, fmt.Sprintf("the catalog gives %s to %s", name, why)
}
