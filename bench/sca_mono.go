package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	monoModules = 40
	monoFiller  = 20_000
)

// monoPackage is one package of another ecosystem: a name and a version.
type monoPackage struct{ name, version string }

// pool makes so many packages with names of one kind.
func pool(r *rand.Rand, n int, name func() string) []monoPackage {
	list, taken := make([]monoPackage, 0, n), map[string]bool{}
	for len(list) < n {
		p := monoPackage{name(), fmt.Sprintf("%d.%d.%d", 1, r.IntN(40), r.IntN(20))}
		if !taken[p.name] {
			taken[p.name] = true
			list = append(list, p)
		}
	}
	return list
}

// pick draws n of a pool, in the order of their names.
func pick(r *rand.Rand, from []monoPackage, n int) []monoPackage {
	list := make([]monoPackage, n)
	for i, at := range r.Perm(len(from))[:n] {
		list[i] = from[at]
	}
	slices.SortFunc(list, func(a, b monoPackage) int { return strings.Compare(a.name, b.name) })
	return list
}

// monorepo gives the files of a made repository of Go, Maven and Python projects: always the same ones.
func monorepo(modules int) map[string]string {
	r := rand.New(rand.NewPCG(40, 2))
	golang := pool(r, 500, func() string { return "github.com/" + word(r) + "/" + word(r) + "-" + word(r) })
	maven := pool(r, 400, func() string { return "com." + word(r) + "." + word(r) + ":" + word(r) + "-" + word(r) })
	python := pool(r, 600, func() string { return word(r) + "-" + word(r) })
	files := map[string]string{"java/pom.xml": parentPOM(maven, modules)}
	for i := range modules {
		writeGo(files, fmt.Sprintf("go/svc%02d", i), pick(r, golang, 60+r.IntN(60)))
		files[fmt.Sprintf("java/mod%02d/pom.xml", i)] = modulePOM(i, pick(r, maven, 25+r.IntN(20)))
		writePython(files, fmt.Sprintf("py/app%02d", i), pick(r, python, 60+r.IntN(60)))
	}
	return files
}

func writeGo(files map[string]string, dir string, needs []monoPackage) {
	var mod, sum strings.Builder
	fmt.Fprintf(&mod, "module github.com/shop/%s\n\ngo 1.24.0\n\nrequire (\n", dir)
	for i, p := range needs {
		indirect := ""
		if i%3 != 0 {
			indirect = " // indirect"
		}
		fmt.Fprintf(&mod, "\t%s v%s%s\n", p.name, p.version, indirect)
		for _, part := range []string{"", "/go.mod"} {
			h := sha256.Sum256([]byte(p.name + p.version + part))
			fmt.Fprintf(&sum, "%s v%s%s h1:%s\n", p.name, p.version, part, base64.StdEncoding.EncodeToString(h[:]))
		}
	}
	mod.WriteString(")\n")
	files[dir+"/go.mod"], files[dir+"/go.sum"] = mod.String(), sum.String()
}

// parentPOM manages the versions of half of the packages: the modules do not name those.
func parentPOM(all []monoPackage, modules int) string {
	var b strings.Builder
	b.WriteString(pomHead + "  <groupId>com.shop</groupId>\n  <artifactId>parent</artifactId>\n  <version>1.0.0</version>\n  <packaging>pom</packaging>\n  <modules>\n")
	for i := range modules {
		fmt.Fprintf(&b, "    <module>mod%02d</module>\n", i)
	}
	b.WriteString("  </modules>\n  <properties>\n")
	for i, p := range all {
		if i%4 == 0 {
			fmt.Fprintf(&b, "    <v%d.version>%s</v%d.version>\n", i, p.version, i)
		}
	}
	b.WriteString("  </properties>\n  <dependencyManagement>\n    <dependencies>\n")
	for i, p := range all {
		switch {
		case i%4 == 0:
			writeDependency(&b, "      ", p.name, fmt.Sprintf("${v%d.version}", i))
		case managed(p):
			writeDependency(&b, "      ", p.name, p.version)
		}
	}
	b.WriteString("    </dependencies>\n  </dependencyManagement>\n</project>\n")
	return b.String()
}

const pomHead = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
`

// managed tells whether the parent says the version.
func managed(p monoPackage) bool { return sha256.Sum256([]byte(p.name))[0]%2 == 0 }

func writeDependency(b *strings.Builder, indent, name, version string) {
	group, artifact, _ := strings.Cut(name, ":")
	fmt.Fprintf(b, "%s<dependency>\n%s  <groupId>%s</groupId>\n%s  <artifactId>%s</artifactId>\n", indent, indent, group, indent, artifact)
	if version != "" {
		fmt.Fprintf(b, "%s  <version>%s</version>\n", indent, version)
	}
	fmt.Fprintf(b, "%s</dependency>\n", indent)
}

func modulePOM(i int, needs []monoPackage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  <parent>\n    <groupId>com.shop</groupId>\n    <artifactId>parent</artifactId>\n    <version>1.0.0</version>\n  </parent>\n  <artifactId>mod%02d</artifactId>\n  <dependencies>\n", pomHead, i)
	for _, p := range needs {
		version := p.version
		if managed(p) {
			version = ""
		}
		writeDependency(&b, "    ", p.name, version)
	}
	b.WriteString("  </dependencies>\n</project>\n")
	return b.String()
}

func writePython(files map[string]string, dir string, needs []monoPackage) {
	var pinned, project, lock strings.Builder
	fmt.Fprintf(&project, "[tool.poetry]\nname = \"%s\"\nversion = \"1.0.0\"\ndescription = \"\"\n\n[tool.poetry.dependencies]\npython = \"^3.11\"\n", strings.ReplaceAll(dir, "/", "-"))
	for i, p := range needs {
		sum := sha256.Sum256([]byte(p.name + p.version))
		digest := hex.EncodeToString(sum[:])
		fmt.Fprintf(&pinned, "%s==%s \\\n    --hash=sha256:%s\n", p.name, p.version, digest)
		if i%3 == 0 {
			fmt.Fprintf(&project, "%s = \"^%s\"\n", p.name, p.version)
		}
		fmt.Fprintf(&lock, "[[package]]\nname = %q\nversion = %q\ndescription = \"\"\noptional = false\npython-versions = \">=3.8\"\ngroups = [\"main\"]\nfiles = [\n", p.name, p.version)
		fmt.Fprintf(&lock, "    {file = \"%s-%s-py3-none-any.whl\", hash = \"sha256:%s\"},\n]\n", p.name, p.version, digest)
		if next := needs[(i+1)%len(needs)]; i%3 != 2 {
			fmt.Fprintf(&lock, "\n[package.dependencies]\n%s = \">=%s\"\n", next.name, next.version)
		}
		lock.WriteString("\n")
	}
	lock.WriteString("[metadata]\nlock-version = \"2.1\"\npython-versions = \"^3.11\"\n")
	files[dir+"/requirements.txt"], files[dir+"/pyproject.toml"], files[dir+"/poetry.lock"] = pinned.String(), project.String(), lock.String()
}

// makeFolder writes files into a folder of the work folder, unless it is there, and gives its path.
func makeFolder(work, name string, files map[string]string, more func(dir string) error) (string, error) {
	dir := filepath.Join(work, fmt.Sprintf("%s-%s", name, digestOf(files)))
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	making := dir + ".part"
	if err := os.RemoveAll(making); err != nil {
		return "", err
	}
	for name, text := range files {
		if err := writeFile(filepath.Join(making, filepath.FromSlash(name)), text); err != nil {
			return "", err
		}
	}
	if more != nil {
		if err := more(making); err != nil {
			return "", err
		}
	}
	return dir, os.Rename(making, dir)
}

// digestOf tells made files of one version of this program from those of another.
func digestOf(files map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(h, "%s\n%d\n%s", name, len(files[name]), files[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// fill writes source files beside the projects, about seven a folder, for walking to count.
func fill(dir string, files int) error {
	kinds := []struct{ root, ending string }{{"go/svc%02d", "go"}, {"java/mod%02d/src/main/java", "java"}, {"py/app%02d/app", "py"}}
	for i := range files {
		k := kinds[i%len(kinds)]
		path := filepath.Join(dir, filepath.FromSlash(fmt.Sprintf(k.root, i%monoModules)), words[i/120%25], fmt.Sprintf("file%05d.%s", i, k.ending))
		if err := writeFile(path, sourceText(i, 40)); err != nil {
			return err
		}
	}
	return nil
}
