package exposure

import (
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxHoldings bounds what is kept of who runs which folder, for one folder and in all.
const maxHoldings, maxHoldingsAll = 1000, 200_000

// bind says what runs a folder.
func (a *assembly) bind(dir string, h holding) {
	if len(a.m.holders[dir]) >= maxHoldings || a.holdings >= maxHoldingsAll {
		a.cut = true
		return
	}
	a.holdings++
	a.m.holders[dir] = append(a.m.holders[dir], h)
}

// names finds what an image may be made from, by the last word of its name.
type names struct {
	builds, files map[string][]build // files are Dockerfiles that no build names
	projects      map[string][]string
}

// hold finds for every image the folders that it holds.
func (a *assembly) hold() {
	n := &names{builds: map[string][]build{}, files: map[string][]build{}, projects: map[string][]string{}}
	used := map[string]bool{}
	for _, f := range a.facts {
		list := slices.Clone(f.builds)
		for _, s := range f.compose {
			if s.built && s.image != "" {
				list = append(list, s.build())
			}
		}
		for _, b := range list {
			for _, name := range b.names {
				_, last, _ := splitImage(name)
				n.builds[last] = append(n.builds[last], b)
				if !strings.Contains(last, wild) {
					used[a.dockerfileOf(b)] = true // its image has a name, so it need not be guessed
				}
			}
		}
	}
	for _, f := range a.facts {
		if f.docker == nil || used[f.Path] {
			continue
		}
		own := folder(f.Path)
		name, _ := dockerfileName(path.Base(f.Path))
		if name == "" || environmentOf(name) != "" {
			name = path.Base(own)
		}
		if own != "" || name != "." {
			b := build{context: guessContext(f.docker, own), dockerfile: f.Path, file: f.Path, line: 1}
			n.files[strings.ToLower(name)] = append(n.files[strings.ToLower(name)], b)
		}
	}
	for _, p := range a.options.Projects {
		dir := strings.Trim(p.Dir, "/")
		for _, name := range []string{path.Base(dir), p.Name} {
			name = strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
			if name != "" && name != "." && !slices.Contains(n.projects[name], dir) {
				n.projects[name] = append(n.projects[name], dir)
			}
		}
	}
	for _, d := range a.m.deployed {
		for _, i := range d.images {
			a.holdImage(d, i, n)
		}
	}
}

// guessContext is the build context of a Dockerfile that no file tells: its own folder, or the root where it copies from its own folder by its whole
// path, or the folder around one that holds Dockerfiles and nothing else.
func guessContext(d *dockerfile, own string) string {
	for _, c := range d.copies {
		for _, s := range c.sources {
			s = strings.TrimPrefix(s, "./")
			if own != "" && (strings.TrimRight(s, "/") == own || strings.HasPrefix(s, own+"/")) {
				return ""
			}
		}
	}
	switch path.Base(own) {
	case "docker", ".docker", "dockerfiles", "containers", "images", "build", "deploy", "ci":
		return folder(own)
	}
	return own
}

// holdImage finds the folders of one image: what a build says by its whole name, else by a name that ends alike, else a Dockerfile or project of
// that name. What two would answer to, none does.
func (a *assembly) holdImage(d *deployed, i image, n *names) {
	_, last, _ := splitImage(i.name)
	for _, fits := range []func(built, used string) bool{sameImage, similarImage} {
		found := false
		for _, b := range n.builds[last] {
			if a.work--; a.work < 0 {
				return
			}
			if slices.ContainsFunc(b.names, func(name string) bool { return fits(name, i.name) }) {
				a.holdBuilt(d, i, b)
				found = true
			}
		}
		if found {
			return
		}
	}
	if b, ok := only(n.files, i.name); ok {
		a.holdBuilt(d, i, b)
		return
	}
	if dir, ok := only(n.projects, i.name); ok {
		a.bind(dir, holding{of: d, start: i.start, proof: []finding.Step{
			i.step(), {Location: finding.Location{Path: dir}, Message: "by name, that is the folder " + shown(dir)}}})
	}
}

// only finds the one thing that an image is named after: by its whole name, else by the end of it.
func only[T any](table map[string][]T, used string) (T, bool) {
	var none T
	_, last, _ := splitImage(used)
	last = strings.ToLower(last)
	if whole, _ := named(used, last); !whole {
		return none, false
	}
	if list := table[last]; len(list) > 0 {
		return list[0], len(list) == 1
	}
	for i := range len(last) {
		if last[i] != '-' && last[i] != '_' {
			continue
		}
		if _, ending := named(used, last[i+1:]); ending && len(table[last[i+1:]]) > 0 {
			list := table[last[i+1:]]
			return list[0], len(list) == 1
		}
	}
	return none, false
}

// holdBuild binds what a build holds to a deployed thing that is built so.
func (a *assembly) holdBuild(d *deployed, b build) {
	folders, proof := a.folderOf(b)
	for _, dir := range folders {
		a.bind(dir, holding{of: d, proof: proof})
	}
}

func (a *assembly) holdBuilt(d *deployed, i image, b build) {
	folders, proof := a.folderOf(b)
	proof = append([]finding.Step{i.step()}, proof...)
	for _, dir := range folders {
		a.bind(dir, holding{of: d, start: i.start, proof: proof})
	}
}

// dockerfileOf is the Dockerfile of a build.
func (a *assembly) dockerfileOf(b build) string {
	if b.dockerfile != "" {
		return b.dockerfile
	}
	for _, base := range []string{"Dockerfile", "Containerfile"} {
		if at, _ := under(b.context, base); a.byPath[at] != nil {
			return at
		}
	}
	return ""
}

// folderOf are the folders that the image of a build holds, and the steps that show it.
func (a *assembly) folderOf(b build) ([]string, []finding.Step) {
	var proof []finding.Step
	if b.how != "" {
		proof = append(proof, step(b.file, b.line, b.how+" builds the image from "+shown(b.context)))
	}
	file := a.dockerfileOf(b)
	f := a.byPath[file]
	if f == nil || f.docker == nil {
		return []string{b.context}, proof
	}
	own := folder(file)
	folders, line := f.docker.held(b.context, own)
	plain, _ := dockerfileName(path.Base(file))
	switch {
	case own != b.context && own != "":
		folders = append(folders, own)
	case b.context != "" || plain == "" && len(folders) == 0:
		folders = append(folders, b.context)
	}
	for _, dir := range slices.Clone(folders) {
		if path.Ext(dir) != "" && folder(dir) != "" {
			folders = append(folders, folder(dir))
		}
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	message := "is its Dockerfile"
	if b.how == "" {
		message = "by name, that is its Dockerfile"
	}
	if line > 0 {
		message += ", which copies " + shown(folders[0]) + " into the image"
	}
	return folders, append(proof, step(file, max(line, 1), message))
}

func shown(dir string) string {
	if dir == "" {
		return "the root"
	}
	return dir
}
