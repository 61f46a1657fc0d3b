package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// What the made image holds.
const (
	imageSystem  = 400   // packages of the distribution
	imageModules = 1_000 // packages of npm
	imageJars    = 20
	imageFiller  = 200 // MB
)

// images measures the listing of what an image holds, and the look at it.
func (s *session) images() error {
	s.progress("making the image")
	path, err := makeImage(s.work)
	if err != nil {
		return fmt.Errorf("make an image: %w", err)
	}
	fmt.Fprintf(s.out, "## Image: inventory\n\nAn archive as `docker save` writes it, made by `bench/sca_image.go`: four layers with %d packages of Debian 11 as dpkg lists them, %d packages in node_modules, %d jars, and %d MB of other files.\n\n", imageSystem, imageModules, imageJars, imageFiller)
	const title = "image"
	commands := []command{s.bill("reeve sbom image:", "image:"+path, s.listReport("reeve", title))}
	var able []lister
	for _, l := range s.able() {
		if l.image != nil {
			able = append(able, l)
			commands = append(commands, l.list(l.image, path, s.listReport(l.name, title)))
		}
	}
	if err := s.listAndCompare(title, commands, able, []listing{{kind: "npm", name: "shop", version: "1.0.0"}}); err != nil {
		return err
	}
	fmt.Fprint(s.out, "Trivy was told to pass over the jars: without its own index of them it stops with an error. Grype lists nothing without a database of its own.\n\n")
	if data("osv") == "" {
		return s.without("Image: flaws", "advisories")
	}
	fmt.Fprintf(s.out, "## Image: flaws\n\nThe same archive; reeve also looks for secrets in every file and layer, at the configuration and at who brought what.\n\n")
	const flaws = "image, flaws"
	commands, able = []command{s.matchCommand(flaws, "image:"+path)}, nil
	commands[0].Name = "reeve scan image:"
	for _, l := range s.able() {
		if l.name == osvScannerName {
			arguments := append(l.image(path, s.listReport(l.name, flaws)), "--all-vulns")
			commands, able = append(commands, s.osvMatching(l, arguments)), append(able, l)
		}
	}
	costs := s.measure(flaws, s.runs, commands)
	s.table(commands, costs)
	return s.compareFlaws(flaws, able, costs)
}

// layerFile is one file of a layer.
type layerFile struct {
	path string
	data []byte
}

// makeImage makes the image unless it is there, and gives the path of its archive.
func makeImage(work string) (string, error) {
	base, modules := systemFiles(imageSystem), moduleFiles(imageModules)
	jars, err := jarFiles(imageJars)
	if err != nil {
		return "", err
	}
	small := map[string]string{}
	for _, f := range append(append(base[:len(base):len(base)], modules...), jars...) {
		small[f.path] = string(f.data)
	}
	path := filepath.Join(work, fmt.Sprintf("image-%d-%s.tar", imageFiller, digestOf(small)))
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		Architecture: "amd64", OS: "linux", Created: v1.Time{Time: imageTime()},
		Config: v1.Config{Cmd: []string{"node", "/app/index.js"}, Env: []string{"PATH=/usr/bin:/bin"}, User: "1000"},
	})
	if err != nil {
		return "", err
	}
	for _, one := range []struct {
		by    string
		files []layerFile
	}{
		{"/bin/sh -c #(nop) ADD file:rootfs in / ", base}, {"COPY data /data", fillerFiles(imageFiller)},
		{"RUN /bin/sh -c npm ci", modules}, {"COPY lib /app/lib", jars},
	} {
		packed, err := packLayer(one.files)
		if err != nil {
			return "", err
		}
		image, err = mutate.Append(image, mutate.Addendum{
			Layer:   static.NewLayer(packed, types.DockerUncompressedLayer),
			History: v1.History{CreatedBy: one.by, Created: v1.Time{Time: imageTime()}},
		})
		if err != nil {
			return "", err
		}
	}
	tag, err := name.NewTag("shop:1.0")
	if err != nil {
		return "", err
	}
	if err := tarball.WriteToFile(path+".part", tag, image); err != nil {
		return "", err
	}
	return path, os.Rename(path+".part", path)
}

func imageTime() time.Time { return time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }

// packLayer writes files into a tar archive, each folder before what is in it.
func packLayer(files []layerFile) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	made := map[string]bool{}
	for _, f := range files {
		for i, c := range f.path {
			if dir := f.path[:i+1]; c == '/' && !made[dir] {
				made[dir] = true
				if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: dir, Mode: 0o755, ModTime: imageTime()}); err != nil {
					return nil, err
				}
			}
		}
		err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.path, Size: int64(len(f.data)), Mode: 0o644, ModTime: imageTime()})
		_, bad := w.Write(f.data)
		if err := errors.Join(err, bad); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// knownFlaws are packages in versions with well-known flaws, so that there is something to find.
var knownFlaws = struct{ system, modules, jars []monoPackage }{
	system:  []monoPackage{{"openssl", "1.1.1k-1"}, {"curl", "7.74.0-1.3"}, {"zlib", "1:1.2.11.dfsg-2"}, {"expat", "2.2.10-2"}, {"sudo", "1.9.5p2-2"}},
	modules: []monoPackage{{"lodash", "4.17.15"}, {"minimist", "0.0.8"}, {"jsonwebtoken", "0.4.0"}, {"handlebars", "4.0.11"}},
	jars:    []monoPackage{{"org.apache.logging.log4j:log4j-core", "2.14.1"}, {"com.fasterxml.jackson.core:jackson-databind", "2.9.8"}, {"commons-collections:commons-collections", "3.2.1"}},
}

// systemFiles are those of a Debian system.
func systemFiles(packages int) []layerFile {
	r := rand.New(rand.NewPCG(11, 5))
	list := append(knownFlaws.system[:len(knownFlaws.system):len(knownFlaws.system)],
		pool(r, packages-len(knownFlaws.system), func() string { return "lib" + word(r) + "-" + word(r) })...)
	files := []layerFile{
		{"etc/debian_version", []byte("11.9\n")},
		{"etc/os-release", []byte("PRETTY_NAME=\"Debian GNU/Linux 11 (bullseye)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"11\"\nVERSION=\"11 (bullseye)\"\nVERSION_CODENAME=bullseye\nID=debian\n")},
	}
	var status strings.Builder
	for i, p := range list {
		fmt.Fprintf(&status, "Package: %s\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: %d\nMaintainer: Shop <shop@shop.example>\nArchitecture: amd64\nMulti-Arch: same\nVersion: %s\n", p.name, 10+i, p.version)
		if i > len(knownFlaws.system) {
			fmt.Fprintf(&status, "Depends: %s (>= %s)\n", list[i-1].name, list[i-1].version)
		}
		fmt.Fprintf(&status, "Description: %s\n %s\n\n", phrase(r, 5), phrase(r, 12))
		owned := fmt.Sprintf("/.\n/usr\n/usr/lib\n/usr/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu/%s.so.1\n/usr/share/doc/%s/copyright\n", p.name, p.name)
		files = append(files, layerFile{"var/lib/dpkg/info/" + p.name + ".list", []byte(owned)},
			layerFile{"usr/share/doc/" + p.name + "/copyright", []byte(phrase(r, 60) + "\n")})
	}
	return append(files, layerFile{"var/lib/dpkg/status", []byte(status.String())})
}

// moduleFiles are those of an installed npm project.
func moduleFiles(packages int) []layerFile {
	g := madeGraph(packages-len(knownFlaws.modules), packages/10)
	for _, p := range knownFlaws.modules {
		g.packages = append(g.packages, npmPackage{name: p.name, version: p.version})
		g.need(0, len(g.packages)-1)
	}
	files := []layerFile{
		{"app/package.json", []byte(g.manifest())}, {"app/index.js", []byte(sourceText(0, 60))},
		{"app/node_modules/.package-lock.json", []byte(g.packageLock(true))},
	}
	for i, one := range g.place()[1:] {
		p := g.packages[one.id]
		manifest := map[string]any{"name": p.name, "version": p.version, "license": "MIT", "main": "index.js", "dependencies": g.depends(p.needs)}
		dir := "app/" + one.path
		files = append(files, layerFile{dir + "/package.json", []byte(indented(manifest))},
			layerFile{dir + "/index.js", []byte(sourceText(i, 80))}, layerFile{dir + "/README.md", []byte("# " + p.name + "\n")})
	}
	return files
}

// jarFiles are libraries of Java, each with what Maven puts into it.
func jarFiles(jars int) ([]layerFile, error) {
	r := rand.New(rand.NewPCG(20, 6))
	list := append(knownFlaws.jars[:len(knownFlaws.jars):len(knownFlaws.jars)],
		pool(r, jars-len(knownFlaws.jars), func() string { return "com." + word(r) + ":" + word(r) + "-" + word(r) })...)
	var files []layerFile
	for _, p := range list {
		group, artifact, _ := strings.Cut(p.name, ":")
		inside := []layerFile{
			{"META-INF/MANIFEST.MF", []byte("Manifest-Version: 1.0\r\nImplementation-Title: " + artifact + "\r\nImplementation-Version: " + p.version + "\r\n\r\n")},
			{"META-INF/maven/" + group + "/" + artifact + "/pom.properties", []byte("version=" + p.version + "\ngroupId=" + group + "\nartifactId=" + artifact + "\n")},
		}
		for i := range 200 {
			class := make([]byte, 3_000)
			for j := range class {
				class[j] = byte(r.Uint32() >> 24 & 0x3f)
			}
			copy(class, "\xca\xfe\xba\xbe\x00\x00\x00\x37")
			inside = append(inside, layerFile{fmt.Sprintf("%s/%s%d.class", strings.ReplaceAll(group, ".", "/"), word(r), i), class})
		}
		packed, err := packJar(inside)
		if err != nil {
			return nil, err
		}
		files = append(files, layerFile{"app/lib/" + artifact + "-" + p.version + ".jar", packed})
	}
	return files, nil
}

func packJar(files []layerFile) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range files {
		member, err := w.Create(f.path)
		if err != nil {
			return nil, err
		}
		if _, err := member.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// fillerFiles are so many files of a MB that no tool knows.
func fillerFiles(count int) []layerFile {
	files := make([]layerFile, count)
	for i := range files {
		seed := [32]byte{byte(i), byte(i >> 8)}
		text := make([]byte, 1<<20)
		_, _ = rand.NewChaCha8(seed).Read(text)
		files[i] = layerFile{fmt.Sprintf("data/part%03d.bin", i), text}
	}
	return files
}
