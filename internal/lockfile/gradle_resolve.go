package lockfile

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxGradleFiles is how many files of one folder are asked for a value.
const maxGradleFiles = 50

// ResolveGradle works out, over all documents of a target that Gradle's and sbt's readers made, what refers from one to another:
// variables of parent projects, applied scripts, buildSrc and gradle.properties; version catalogs; versions set by constraints; the
// Scala version. It changes the documents in place: packages get their versions, dependencies named by reference become packages,
// and leave the catalog they came from; lock files learn which of their packages are asked for directly, and everything
// gets the hashes of verification-metadata.xml. Each dependency whose version is still not known has a sentence in Unknown.
// Other documents are left alone.
func ResolveGradle(docs []*inventory.Document) {
	r := &gradleResolver{files: map[string][]*inventory.Document{}, catalogs: map[string][]*inventory.Document{}, global: map[string]string{}, used: map[string]bool{}}
	for _, doc := range docs {
		if doc != nil && !doc.Gone {
			r.take(doc)
		}
	}
	for _, doc := range r.builds {
		r.resolve(doc)
	}
	for _, doc := range r.catalogDocs {
		r.trim(doc)
	}
	for _, doc := range r.locks {
		r.direct(doc)
	}
	r.hashes(docs)
}

type gradleResolver struct {
	builds, locks, catalogDocs []*inventory.Document
	// files are the documents whose values count for a folder and all below it, by folder.
	files map[string][]*inventory.Document
	// catalogs are the documents with entries of version catalogs, by the root folder of their build.
	catalogs map[string][]*inventory.Document
	// global are the values of scripts that are applied from anywhere; "" where two of them differ.
	global map[string]string
	// used are the catalog entries some build refers to, as path and key.
	used map[string]bool
}

func (r *gradleResolver) take(doc *inventory.Document) {
	dir := dirOf(doc.Path)
	switch doc.Format {
	case "build.gradle", "build.sbt":
		r.builds = append(r.builds, doc)
		switch base := path.Base(doc.Path); {
		case doc.Format == "build.sbt":
			r.count(dir, doc)
			if path.Base(dir) == "project" {
				r.count(dirOf(dir), doc)
			}
		case base == "build.gradle" || base == "build.gradle.kts":
			r.count(dir, doc)
		default:
			r.share(doc)
		}
	case "settings.gradle":
		r.builds = append(r.builds, doc)
		r.count(dir, doc)
		r.offer(dir, doc)
	case "gradle.properties":
		r.count(dir, doc)
	case "libs.versions.toml":
		r.catalogDocs = append(r.catalogDocs, doc)
		root := dir
		if path.Base(dir) == "gradle" {
			root = dirOf(dir)
		}
		r.offer(root, doc)
	case "gradle.lockfile":
		r.locks = append(r.locks, doc)
	}
}

// count makes a document's values count for a folder and all below it.
func (r *gradleResolver) count(dir string, doc *inventory.Document) {
	if len(r.files[dir]) < maxGradleFiles {
		r.files[dir] = append(r.files[dir], doc)
	}
}

// offer makes a document's catalog entries count for a folder and all below it.
func (r *gradleResolver) offer(dir string, doc *inventory.Document) {
	if len(r.catalogs[dir]) < maxGradleFiles {
		r.catalogs[dir] = append(r.catalogs[dir], doc)
	}
}

// share takes down the values of a script that others apply.
func (r *gradleResolver) share(doc *inventory.Document) {
	for name, value := range doc.Properties {
		if strings.Contains(name, ":") {
			continue
		}
		if old, taken := r.global[name]; taken && old != value {
			value = ""
		}
		r.global[name] = value
	}
}

// dirOf gives the folder of a path, "" for the root.
func dirOf(file string) string {
	if dir := path.Dir(file); dir != "." && dir != "/" {
		return dir
	}
	return ""
}

// folders calls do with a folder and all above it, nearest first, until it returns true.
func folders(dir string, do func(dir string) bool) {
	for n := 0; n < maxDepth; n++ {
		if do(dir) || dir == "" {
			return
		}
		dir = dirOf(dir)
	}
}

// property finds a key in the document, then in those of its folder and the folders above.
func (r *gradleResolver) property(doc *inventory.Document, key string) (value string, ok bool) {
	if value, ok = doc.Properties[key]; ok && value != "${"+key+"}" {
		return value, true
	}
	folders(dirOf(doc.Path), func(dir string) bool {
		for _, other := range r.files[dir] {
			if value, ok = other.Properties[key]; ok && value != "${"+key+"}" {
				return true
			}
		}
		return false
	})
	if !ok && !strings.Contains(key, ":") {
		value = r.global[key]
		ok = value != ""
	}
	return value, ok
}

// entry finds an entry of a version catalog that counts for the document, by its kind and its accessor ("libs.foo.bar").
func (r *gradleResolver) entry(doc *inventory.Document, kind, accessor string) (value string, found bool) {
	folders(dirOf(doc.Path), func(dir string) bool {
		for _, c := range r.catalogs[dir] {
			name := accessor
			if renamed, ok := r.property(doc, "catalog-name:"+c.Path); ok { // settings.gradle gives the file another name
				if rest, mine := strings.CutPrefix(accessor, renamed+"."); mine {
					name = strings.TrimSuffix(path.Base(c.Path), ".versions.toml") + "." + rest
				}
			}
			if value, found = c.Properties[kind+name]; found {
				r.used[c.Path+"\x00"+kind+name] = true
				return true
			}
		}
		return false
	})
	return value, found
}

// lookup finds what a reference stands for.
func (r *gradleResolver) lookup(doc *inventory.Document) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if strings.Contains(name, ":") {
			return "", false
		}
		if catalog, rest, ok := strings.Cut(name, ".versions."); ok {
			if v, found := r.entry(doc, gradleVersion, catalog+"."+rest); found {
				return v, true
			}
		}
		if v, ok := r.property(doc, name); ok {
			return v, true
		}
		return "", false
	}
}

// resolve works out the packages of one build script.
func (r *gradleResolver) resolve(doc *inventory.Document) {
	vars := newInterpolator(r.lookup(doc))
	scala := scalaBinary(known(vars.expand("${scalaVersion}")), scalaSuffix)
	packages := append(doc.Packages, r.pending(doc, vars)...)
	platforms := r.platforms(doc, vars)
	doc.Packages = nil
	for _, pkg := range packages {
		pkg.Name = vars.expand(strings.ReplaceAll(pkg.Name, scalaSuffix, scala))
		switch {
		case strings.HasSuffix(pkg.Name, scalaSuffix):
			unknown(doc, "line %d: %s is left out: the Scala version that is part of its name is not known", pkg.Line, strings.TrimSuffix(pkg.Name, scalaSuffix))
			continue
		case known(pkg.Name) == "" || badName(pkg.Name):
			unknown(doc, "line %d: a dependency is left out: its name %s is not defined in any file that was read", pkg.Line, pkg.Name)
			continue
		}
		if !strings.HasPrefix(pkg.Origin, "link:") {
			r.settle(doc, &pkg, vars, platforms)
		}
		doc.Packages = append(doc.Packages, pkg)
	}
	slices.SortStableFunc(doc.Packages, func(a, b inventory.Package) int { return a.Line - b.Line })
}

// settle gives a package its version, or says why it has none.
func (r *gradleResolver) settle(doc *inventory.Document, pkg *inventory.Package, vars *interpolator, platforms []string) {
	written := pkg.Constraint
	if written == "" {
		written, _ = r.property(doc, gradleManaged+pkg.Name)
	}
	value := vars.expand(written)
	pkg.Version = gradleExact(value)
	if badVersion(pkg.Version) {
		pkg.Version = ""
	}
	switch {
	case pkg.Version != "":
	case value == "":
		if len(platforms) > 0 {
			unknown(doc, "line %d: the version of %s is not known: it comes from %s, which is not in the target", pkg.Line, pkg.Name, strings.Join(platforms, " or "))
		} else {
			unknown(doc, "line %d: the version of %s is not known: no file that was read states one", pkg.Line, pkg.Name)
		}
	case known(value) == "":
		unknown(doc, "line %d: the version of %s is not known: %s is not defined in any file that was read", pkg.Line, pkg.Name, value)
	default:
		unknown(doc, "line %d: the version of %s is not known: it may be any of %s", pkg.Line, pkg.Name, value)
	}
}

// platforms are the bills of materials that may give a version, at most three.
func (r *gradleResolver) platforms(doc *inventory.Document, vars *interpolator) []string {
	var found []string
	folders(dirOf(doc.Path), func(dir string) bool {
		for _, other := range r.files[dir] {
			for key, version := range other.Properties {
				if name, ok := strings.CutPrefix(key, gradlePlatform); ok {
					found = append(found, strings.TrimSuffix(name+":"+vars.expand(version), ":"))
				}
			}
		}
		return len(found) > 0
	})
	slices.Sort(found)
	found = slices.Compact(found)
	return found[:min(len(found), 3)]
}

// pending turns the references of a script into packages.
func (r *gradleResolver) pending(doc *inventory.Document, vars *interpolator) []inventory.Package {
	var all []inventory.Package
	g := &gradleScript{file: doc.Path, doc: doc, vars: vars}
	for i := 1; ; i++ {
		entry, ok := doc.Properties[gradlePending+strconv.Itoa(i)]
		if !ok {
			return all
		}
		delete(doc.Properties, gradlePending+strconv.Itoa(i))
		parts := strings.SplitN(entry, " ", 4)
		if len(parts) < 4 {
			continue
		}
		line, _ := strconv.Atoi(parts[0])
		scope := inventory.Scope(parts[1])
		if scope == "production" {
			scope = inventory.Production
		}
		texts := r.reference(doc, parts[3], vars)
		if len(texts) == 0 {
			unknown(doc, "line %d: %s is not known: neither a version catalog nor a value that was read has it", line, parts[3])
		}
		for _, text := range texts {
			if parts[2] == "platform" {
				g.platform(text)
				continue
			}
			if pkg, ok := g.pkg(text, line); ok {
				pkg.Scope = scope
				if strings.Contains(parts[3], ".") {
					pkg.Alias = parts[3]
				}
				all = append(all, pkg)
			}
		}
	}
}

// reference gives the coordinates that a reference stands for.
func (r *gradleResolver) reference(doc *inventory.Document, name string, vars *interpolator) []string {
	if catalog, rest, ok := strings.Cut(name, ".bundles."); ok {
		members, _ := r.entry(doc, gradleBundle, catalog+"."+rest)
		var all []string
		for _, m := range strings.Fields(members) {
			if text, found := r.entry(doc, gradleLibrary, catalog+"."+m); found {
				all = append(all, strings.TrimSuffix(text, ":"))
			}
		}
		return all
	}
	if catalog, rest, ok := strings.Cut(name, ".plugins."); ok {
		if text, found := r.entry(doc, gradlePlugin, catalog+"."+rest); found {
			return []string{strings.TrimSuffix(text, ":")}
		}
	}
	if text, found := r.entry(doc, gradleLibrary, name); found {
		return []string{strings.TrimSuffix(text, ":")}
	}
	if text := vars.expand("${" + name + "}"); strings.Count(text, ":") >= 1 && !strings.HasPrefix(text, "${") {
		return []string{text}
	}
	return nil
}

// trim takes from a catalog what builds refer to: it is listed there.
func (r *gradleResolver) trim(doc *inventory.Document) {
	name := strings.TrimSuffix(path.Base(doc.Path), ".versions.toml") + "."
	doc.Packages = slices.DeleteFunc(doc.Packages, func(p inventory.Package) bool {
		alias := strings.TrimPrefix(p.Alias, name)
		if plugin, ok := strings.CutPrefix(alias, "plugins."); ok && r.used[doc.Path+"\x00"+gradlePlugin+name+plugin] {
			return true
		}
		return r.used[doc.Path+"\x00"+gradleLibrary+name+alias]
	})
	if n := len(doc.Packages); n > 0 {
		unknown(doc, "no build script that was read refers to %d entries of this catalog; they are listed as if they were used", n)
	}
}

// direct marks the packages of a lock file that the build script beside it asks for.
func (r *gradleResolver) direct(doc *inventory.Document) {
	dir := dirOf(doc.Path)
	asked := map[string]bool{}
	for _, other := range r.files[dir] {
		if other.Format == "build.gradle" {
			for i := range other.Packages {
				asked[other.Packages[i].Name] = true
			}
		}
	}
	for i := range doc.Packages {
		if asked[doc.Packages[i].Name] {
			doc.Packages[i].Direct = true
		}
	}
}

// hashes gives packages the hashes of the nearest verification-metadata.xml.
func (r *gradleResolver) hashes(docs []*inventory.Document) {
	byRoot := map[string]map[string]string{}
	for _, doc := range docs {
		if doc == nil || doc.Gone || doc.Format != "verification-metadata.xml" {
			continue
		}
		known := map[string]string{}
		for _, p := range doc.Packages {
			known[p.Name+"@"+p.Version] = p.Integrity
		}
		byRoot[dirOf(dirOf(doc.Path))] = known
	}
	if len(byRoot) == 0 {
		return
	}
	for _, doc := range slices.Concat(r.builds, r.locks) {
		folders(dirOf(doc.Path), func(dir string) bool {
			for i := range doc.Packages {
				if p := &doc.Packages[i]; p.Integrity == "" {
					p.Integrity = byRoot[dir][p.Name+"@"+p.Version]
				}
			}
			return byRoot[dir] != nil
		})
	}
}
