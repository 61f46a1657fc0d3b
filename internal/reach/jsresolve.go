package reach

import (
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// jsPackages finds the files that a load of JavaScript leads to, as Node and the usual bundlers do. Where several files could be
// meant, all are.
type jsPackages struct {
	p *scriptProject
	// folders are the folders of each package, by its name: in node_modules anywhere, and the project's own.
	folders map[string][]string
	// manifests are the package.json files read.
	manifests map[string]*jsManifest
	installed bool
	// aliases are prefixes that mean folders of the project ("@/").
	aliases []string
}

// jsManifest is what a package.json says about where a package begins.
type jsManifest struct {
	Name    string `json:"name"`
	Main    any    `json:"main"`
	Module  any    `json:"module"`
	Browser any    `json:"browser"`
	Exports any    `json:"exports"`
	Imports any    `json:"imports"`
	Bin     any    `json:"bin"`
	Scripts any    `json:"scripts"`
}

func (p *scriptProject) jsPackages() *jsPackages {
	if p.js != nil {
		return p.js
	}
	j := &jsPackages{p: p, folders: map[string][]string{}, manifests: map[string]*jsManifest{}}
	p.js = j
	t := p.a.tree
	for _, f := range t.paths {
		dir, name := split(f)
		switch {
		case name != "package.json":
			if strings.HasPrefix(name, "tsconfig") && strings.HasSuffix(name, ".json") || name == "jsconfig.json" {
				j.readPaths(f)
			}
		default:
			if i := strings.LastIndex("/"+dir, "/node_modules/"); i >= 0 {
				pkg := ("/" + dir)[i+len("/node_modules/"):]
				if slash := strings.IndexByte(pkg, '/'); slash >= 0 && (pkg[0] != '@' || strings.Count(pkg, "/") > 1) {
					continue // a folder inside a package
				}
				j.installed = true
				j.folders[pkg] = append(j.folders[pkg], dir)
			} else if m := j.manifest(dir); m != nil && m.Name != "" {
				j.folders[m.Name] = append(j.folders[m.Name], dir)
			}
		}
	}
	return j
}

func (j *jsPackages) here() bool { return j.installed }

// readPaths reads the aliases of a tsconfig.json.
func (j *jsPackages) readPaths(file string) {
	data, err := j.p.a.tree.read(file)
	if err != nil || len(data) > maxSettings {
		return
	}
	for _, k := range lexJS(string(data)) { // it is JSON with comments
		if k.kind == text && strings.HasSuffix(k.text, "/*") && !strings.HasPrefix(k.text, ".") && len(k.text) > 2 {
			j.aliases = append(j.aliases, strings.TrimSuffix(k.text, "*"))
		}
	}
}

func (j *jsPackages) manifest(dir string) *jsManifest {
	if m, ok := j.manifests[dir]; ok {
		return m
	}
	j.manifests[dir] = nil
	data, err := j.p.a.tree.readIf(path.Join(dir, "package.json"))
	if err != nil || len(data) > maxSettings {
		return nil
	}
	m := &jsManifest{}
	if json.Unmarshal(data, m) != nil {
		return nil
	}
	j.manifests[dir] = m
	return m
}

func (j *jsPackages) resolve(file string, l load) resolved {
	dir, _ := split(file)
	name, _, _ := strings.Cut(l.name, "?") // what bundlers add
	name = name[strings.LastIndexByte(name, '!')+1:]
	switch {
	case name == "":
		return resolved{}
	case l.under:
		return resolved{files: j.beginning(dir, name)}
	case name[0] == '.' || name[0] == '/':
		base, ok := join(dir, name)
		if name[0] == '/' {
			base, ok = join(j.p.dir, name)
		}
		if files := j.file(base); ok && len(files) > 0 {
			return resolved{files: files}
		}
		if isAsset(name) {
			return resolved{}
		}
		return resolved{missing: "file " + name + ", which " + file + " loads, is not here"}
	case strings.HasPrefix(name, "node:"), nodeModules()[strings.SplitN(name, "/", 2)[0]]:
		return resolved{}
	case strings.Contains(name, ":"):
		return resolved{} // data:, virtual modules, URLs
	case name[0] == '#':
		return j.subpath(dir, name)
	}
	return j.bare(file, dir, name)
}

// beginning are the files whose paths begin with what is known of a computed name.
func (j *jsPackages) beginning(dir, name string) []string {
	at, ok := join(dir, name)
	if !ok {
		return nil
	}
	if strings.HasSuffix(name, "/") && at != "" {
		at += "/"
	}
	folder, _ := split(at)
	var out []string
	for _, f := range j.p.a.tree.under(folder) {
		if strings.HasPrefix(f, at) && isJS(f) && !strings.Contains(f[len(at):], "node_modules/") {
			out = append(out, f)
		}
	}
	return out
}

// isAsset tells files that load nothing.
func isAsset(name string) bool {
	switch path.Ext(name) {
	case ".css", ".scss", ".sass", ".less", ".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".json", ".html", ".txt", ".md", ".woff", ".woff2", ".ttf", ".ico", ".graphql", ".gql", ".wasm", ".mp3", ".mp4", ".pdf", ".yaml", ".yml":
		return true
	}
	return strings.HasSuffix(name, ".d.ts")
}

// packageName parts the name of a package from the path in it.
func packageNameJS(name string) (pkg, rest string) {
	parts := strings.SplitN(name, "/", 3)
	if name[0] == '@' && len(parts) > 1 {
		pkg = parts[0] + "/" + parts[1]
	} else {
		pkg = parts[0]
	}
	return pkg, strings.TrimPrefix(name[len(pkg):], "/")
}

// bare finds a package by its name.
func (j *jsPackages) bare(file, dir, name string) resolved {
	pkg, rest := packageNameJS(name)
	for up := dir; ; up, _ = split(up) {
		folder := path.Join(up, "node_modules", pkg)
		if j.p.a.tree.hasFolder(folder) {
			return j.inside(file, folder, rest)
		}
		if up == "" {
			break
		}
	}
	var all resolved
	for _, folder := range j.folders[pkg] {
		r := j.inside(file, folder, rest)
		all.files = append(all.files, r.files...)
		if all.missing == "" {
			all.missing = r.missing
		}
	}
	if len(j.folders[pkg]) > 0 {
		return all
	}
	if j.isAlias(name) {
		return resolved{} // the project's own files are looked at anyway
	}
	return resolved{missing: "the code of " + pkg + ", which " + file + " loads, is not here"}
}

// isAlias tells a name that means a file of the project itself.
func (j *jsPackages) isAlias(name string) bool {
	if strings.HasPrefix(name, "@/") || strings.HasPrefix(name, "~") || strings.HasPrefix(name, "$lib/") || strings.HasPrefix(name, "$app/") {
		return true
	}
	if slices.ContainsFunc(j.aliases, func(a string) bool { return strings.HasPrefix(name, a) }) {
		return true
	}
	for _, base := range []string{"", "src", "app", "lib"} {
		if len(j.file(path.Join(j.p.dir, base, name))) > 0 {
			return true
		}
	}
	return false
}

// inside finds the files that a path in a package means; "" is where the package begins.
func (j *jsPackages) inside(file, folder, rest string) resolved {
	m := j.manifest(folder)
	var wanted []string
	if m != nil && m.Exports != nil {
		wanted = exported(m.Exports, rest)
	}
	if len(wanted) == 0 && rest != "" {
		wanted = []string{rest}
	}
	if m != nil && rest == "" {
		for _, v := range []any{m.Main, m.Module, m.Browser} {
			wanted = append(wanted, leaves(v, nil)...)
		}
	}
	var files []string
	for _, w := range wanted {
		if p, ok := join(folder, w); ok && within(p, folder) {
			files = append(files, j.file(p)...)
		}
	}
	if rest == "" && len(files) == 0 {
		files = j.file(path.Join(folder, "index"))
	}
	if len(files) == 0 && !isAsset(rest) && !j.onlyTypes(folder) {
		return resolved{missing: "what " + file + " loads of " + folder + " is not there"}
	}
	slices.Sort(files)
	return resolved{files: slices.Compact(files)}
}

// onlyTypes tells a package without code.
func (j *jsPackages) onlyTypes(folder string) bool {
	return !slices.ContainsFunc(j.p.a.tree.under(folder), isJS)
}

// leaves are the strings in a value of package.json.
func leaves(v any, out []string) []string {
	switch v := v.(type) {
	case string:
		out = append(out, v)
	case []any:
		for _, e := range v {
			out = leaves(e, out)
		}
	case map[string]any:
		for _, e := range v {
			out = leaves(e, out)
		}
	}
	return out
}

// exported are the files that "exports" gives for a path, whatever the conditions.
func exported(exports any, rest string) []string {
	key := "."
	if rest != "" {
		key = "./" + rest
	}
	m, ok := exports.(map[string]any)
	if !ok || !slices.ContainsFunc(slices.Collect(maps.Keys(m)), func(k string) bool { return strings.HasPrefix(k, ".") }) {
		if rest == "" {
			return leaves(exports, nil)
		}
		return nil
	}
	if v, ok := m[key]; ok {
		return leaves(v, nil)
	}
	var out []string
	for k, v := range m {
		before, after, ok := strings.Cut(k, "*")
		if !ok || !strings.HasPrefix(key, before) || !strings.HasSuffix(key, after) || len(key) < len(before)+len(after) {
			continue
		}
		star := key[len(before) : len(key)-len(after)]
		for _, leaf := range leaves(v, nil) {
			out = append(out, strings.ReplaceAll(leaf, "*", star))
		}
	}
	return out
}

// subpath finds what a name that begins with "#" means, by the "imports" of the package around.
func (j *jsPackages) subpath(dir, name string) resolved {
	for up := dir; ; up, _ = split(up) {
		if m := j.manifest(up); m != nil && m.Imports != nil {
			var files []string
			all, _ := m.Imports.(map[string]any)
			for k, v := range all {
				before, after, star := strings.Cut(k, "*")
				if k != name && !(star && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)) {
					continue
				}
				for _, leaf := range leaves(v, nil) {
					if star && len(name) >= len(before)+len(after) {
						leaf = strings.ReplaceAll(leaf, "*", name[len(before):len(name)-len(after)])
					}
					if p, ok := join(up, leaf); ok && strings.HasPrefix(leaf, ".") {
						files = append(files, j.file(p)...)
					} else if leaf != "" && leaf[0] != '.' && leaf[0] != '#' {
						files = append(files, j.resolve(path.Join(up, "package.json"), load{name: leaf}).files...)
					}
				}
			}
			slices.Sort(files)
			return resolved{files: files}
		}
		if up == "" {
			return resolved{}
		}
	}
}

// file finds a file by its path, or without its extension, or as a folder.
func (j *jsPackages) file(p string) []string {
	t := j.p.a.tree
	if t.has(p) {
		if isJS(p) {
			return []string{p}
		}
		if isAsset(p) || strings.HasSuffix(p, ".node") {
			return nil
		}
	}
	var out []string
	stem := p
	for _, ext := range [...]string{".js", ".mjs", ".cjs", ".jsx"} {
		if s, ok := strings.CutSuffix(p, ext); ok {
			stem = s // TypeScript's import of "x.js" means x.ts
		}
	}
	for _, ext := range [...]string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte"} {
		for _, base := range [...]string{p, stem, path.Join(p, "index")} {
			if t.has(base + ext) {
				out = append(out, base+ext)
			}
		}
	}
	if m := j.manifest(p); m != nil && t.has(path.Join(p, "package.json")) && len(out) == 0 {
		for _, v := range leaves(m.Main, leaves(m.Module, nil)) {
			if q, ok := join(p, v); ok && q != p && within(q, p) {
				if isJS(q) && t.has(q) {
					out = append(out, q)
				} else if t.has(q + ".js") {
					out = append(out, q+".js")
				}
			}
		}
	}
	return out
}
