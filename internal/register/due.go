package register

import (
	"maps"
	"slices"

	"github.com/reevehq/reeve/internal/owner"
)

// ownerOf is the team that an asset's own files name for a path; 0 where they name none that is known.
func ownerOf(w *World, asset *Asset, path string) int64 {
	if asset == nil || asset.files == nil || w.owners == nil {
		return 0
	}
	facts := *asset.files
	facts.Path, facts.Teams = path, w.owners
	slug, _ := owner.Resolve(facts)
	return w.ID(KindTeam, slug)
}

// readFiles reads the asset's own files once. What cannot be read names nobody.
func (a *Asset) readFiles() {
	if a.Codeowners == "" && a.Catalog == "" {
		return
	}
	a.files = &owner.Facts{}
	if a.Codeowners != "" {
		text := []byte(a.Codeowners)
		if c, err := owner.ReadCodeowners(text, owner.DialectOf("CODEOWNERS", text)); err == nil {
			a.files.Codeowners = c
		}
	}
	if a.Catalog != "" {
		if c, err := owner.ReadCatalog([]byte(a.Catalog)); err == nil {
			a.files.Catalog = &c
		}
	}
}

// readTeams makes the names by which files may call teams. Where they contradict one another the old ones stay; Put refuses such teams.
func (w *World) readTeams() {
	if teams, err := owner.NewTeams(w.teamNames()); err == nil {
		w.owners = teams
	}
}

func (w *World) teamNames() []owner.Team {
	var list []owner.Team
	for _, id := range slices.Sorted(maps.Keys(w.Teams)) {
		list = append(list, owner.Team{Slug: w.Teams[id].Slug, Aliases: w.Teams[id].Aliases})
	}
	return list
}
