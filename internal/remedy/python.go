package remedy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/remedy/registry"
)

// pythonWays are the ways in a requirements file: another pin, with its hashes.
func pythonWays(j *job) []way {
	return []way{func(ctx context.Context) (*attempt, error) { return pythonPin(ctx, j) }}
}

// pythonPin tries the versions of a pinned package, best first.
func pythonPin(ctx context.Context, j *job) (*attempt, error) {
	var pins []*inventory.Package
	for _, i := range j.at {
		pins = append(pins, &j.project.Packages[i])
	}
	from := pins[0].Version
	for _, p := range pins {
		if p.Version != from || p.Origin != "" {
			return nil, &errCannot{why: fmt.Sprintf("%s is pinned in several versions, or comes from an address", j.name), do: "Change the pins by hand."}
		}
	}
	versions, files := j.told(), map[string][]registry.PyPIFile{}
	if client := j.w.r.Registry; client != nil {
		all, err := client.PyPI(ctx, j.name)
		if err != nil {
			return nil, err
		}
		versions = nil
		for _, f := range all {
			if !f.Yanked {
				files[f.Version] = append(files[f.Version], f)
			}
		}
		for v := range files {
			versions = append(versions, v)
		}
		slices.Sort(versions)
	}
	choices, err := j.choices(from, versions)
	if err != nil {
		return nil, err
	}
	var why error
	for _, c := range choices {
		a, err := pythonTo(ctx, j, pins, c.version, files[c.version])
		if err == nil {
			if asks := pythonRelease(files[c.version]); asks != "" && asks != pythonRelease(files[from]) {
				a.risks = append(a.risks, fmt.Sprintf("It asks for Python %s.", asks))
			}
			return a, nil
		}
		if why == nil {
			why = err
		}
	}
	e := cannot(why)
	if e.do == "" {
		e.do = fmt.Sprintf("Resolve anew with %s==%s (pip-compile --upgrade-package, or uv pip compile --upgrade-package).", shellWord(j.name), choices[0].version)
	}
	return nil, e
}

// pythonTo writes one version into all files that pin the package.
func pythonTo(ctx context.Context, j *job, pins []*inventory.Package, version string, files []registry.PyPIFile) (*attempt, error) {
	a := &attempt{how: Direct, files: map[string][]byte{}, moves: []Move{{Name: j.name, From: pins[0].Version, To: version}}}
	if !pins[0].Direct {
		a.how = InRange
	}
	if j.w.r.Registry != nil {
		open, err := pythonFits(ctx, j, version, files)
		if err != nil {
			return nil, err
		}
		if open > 0 {
			a.risks = append(a.risks, fmt.Sprintf("What %s ask of %s could not be looked up: run pip check after installing.", plural(open, "pinned package", "pinned packages"), j.name))
		}
	} else {
		a.risks = append(a.risks, "Whether the other pins go with it was not looked up: run pip check after installing.")
	}
	for _, pin := range pins {
		file := firstText(pin.File, j.project.File)
		data, ok := a.files[file]
		if !ok {
			var err error
			if data, err = j.w.read(file); err != nil {
				return nil, err
			}
		}
		data, err := repin(data, pin, version, files)
		if err != nil {
			return nil, fmt.Errorf("change %q at line %d: %w", file, pin.Line, err)
		}
		a.files[file] = data
	}
	return a, nil
}

// pythonRelease is what files ask of the interpreter.
func pythonRelease(files []registry.PyPIFile) string {
	for _, f := range files {
		if f.Python != "" {
			return f.Python
		}
	}
	return ""
}

// repin replaces the version and the hashes of the requirement that begins at a pin's line.
func repin(data []byte, pin *inventory.Package, version string, files []registry.PyPIFile) ([]byte, error) {
	start, end := logicalLine(data, pin.Line)
	if start < 0 {
		return nil, errors.New("there is no such line")
	}
	line := string(data[start:end])
	at := strings.Index(line, "==")
	if at < 0 {
		return nil, errors.New("it pins no version")
	}
	for at < len(line) && strings.IndexByte("= \t", line[at]) >= 0 {
		at++
	}
	if !strings.HasPrefix(line[at:], pin.Version) {
		return nil, fmt.Errorf("it does not pin %s", pin.Version)
	}
	list := []splice{{start + at, start + at + len(pin.Version), version}}
	if first := strings.Index(line, "--hash"); first >= 0 {
		s, err := rehash(line, first, files)
		if err != nil {
			return nil, err
		}
		s.start, s.end = s.start+start, s.end+start
		list = append(list, s)
	}
	return applySplices(data, list)
}

// rehash replaces all hashes of a requirement by those of another version's files, in the manner in which they stand.
func rehash(line string, first int, files []registry.PyPIFile) (splice, error) {
	last := strings.LastIndex(line, "--hash")
	for at := first; at >= 0 && at <= last; {
		rest := strings.TrimLeft(line[at+len("--hash"):], "= ")
		if !strings.HasPrefix(rest, "sha256:") {
			return splice{}, errors.New("its hashes are not SHA-256")
		}
		next := strings.Index(line[at+1:], "--hash")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	end := last + len("--hash")
	for end < len(line) && strings.IndexByte("= ", line[end]) >= 0 {
		end++
	}
	for end < len(line) && strings.IndexByte(" \t\r\n\\", line[end]) < 0 {
		end++
	}
	gap := line[len(strings.TrimRight(line[:first], " \t\r\n\\")):first]
	if strings.TrimSpace(gap) == "" && !strings.Contains(gap, "\n") {
		gap = " "
	}
	var sums []string
	for _, f := range files {
		if f.SHA256 == "" {
			return splice{}, errors.New("the index does not tell the hash of every file")
		}
		if sum := "--hash=sha256:" + f.SHA256; !slices.Contains(sums, sum) {
			sums = append(sums, sum)
		}
	}
	if len(sums) == 0 {
		return splice{}, &errCannot{why: "the requirement has hashes, and those of the new version are not known without the index", do: "Run it without --offline."}
	}
	slices.Sort(sums)
	return splice{first, end, strings.Join(sums, gap)}, nil
}

// logicalLine gives the place of a line and those that go on from it; start is -1 where there is none.
func logicalLine(data []byte, line int) (start, end int) {
	for n := 1; n < line; n++ {
		i := bytes.IndexByte(data[start:], '\n')
		if i < 0 {
			return -1, -1
		}
		start += i + 1
	}
	for end = start; end < len(data); {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return start, len(data)
		}
		text := bytes.TrimRight(data[end:end+i], "\r")
		end += i + 1
		if !bytes.HasSuffix(text, []byte("\\")) {
			break
		}
	}
	return start, end
}

// pythonManifestWays are the ways where another tool writes the lock file: pyproject.toml is changed where it is in the way.
func pythonManifestWays(j *job) []way {
	return []way{func(context.Context) (*attempt, error) { return pythonManifest(j) }}
}

// pythonCommand is what brings a lock file in step with a version.
func pythonCommand(file, name, version string) string {
	name = shellWord(name)
	switch path.Base(file) {
	case "poetry.lock":
		return "poetry update " + name
	case "uv.lock":
		return "uv lock --upgrade-package " + name + "==" + version
	case "pdm.lock":
		return "pdm update " + name
	case "Pipfile.lock":
		return "pipenv upgrade " + name + "==" + version
	}
	return ""
}

// pythonManifest changes what pyproject.toml asks for.
func pythonManifest(j *job) (*attempt, error) {
	pkg := &j.project.Packages[j.at[0]]
	from, c, err := j.toldChoice()
	if err != nil {
		return nil, err
	}
	refresh := pythonCommand(j.project.File, j.name, c.version)
	file := j.beside("pyproject.toml")
	data, err := j.w.read(file)
	if err != nil || !pkg.Direct {
		return nil, &errCannot{why: fmt.Sprintf("%s is not written here", path.Base(j.project.File)), do: "Run " + firstText(refresh, "the tool that wrote it") + "."}
	}
	list, in := pyprojectSites(data, j.name, c.version)
	if len(list) == 0 {
		if in {
			return nil, &errCannot{why: fmt.Sprintf("pyproject.toml allows %s already, and %s is not written here", c.version, path.Base(j.project.File)), do: "Run " + firstText(refresh, "the tool that wrote it") + "."}
		}
		return nil, &errCannot{why: "pyproject.toml asks for it in a way that is not changed here", do: "Change it by hand."}
	}
	if data, err = applySplices(data, list); err != nil {
		return nil, err
	}
	return &attempt{how: Direct, files: map[string][]byte{file: data}, moves: []Move{{Name: j.name, From: from, To: c.version}}, refresh: refresh}, nil
}
