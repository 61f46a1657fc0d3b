package reach

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// goFolder is a tree of folders with Go source: a part of the target, a module in a cache, the standard library.
type goFolder interface {
	// list gives the names of the files in a folder, sorted; false where there is no such folder.
	list(dir string) ([]string, bool)
	read(file string) ([]byte, error)
}

// goTree is a part of the target.
type goTree struct {
	t    *tree
	base string
}

func (g goTree) list(dir string) ([]string, bool) {
	d, ok := join(g.base, dir)
	if !ok {
		return nil, false
	}
	names, ok := g.t.files[d]
	return names, ok
}

func (g goTree) read(file string) ([]byte, error) {
	p, ok := join(g.base, file)
	if !ok {
		return nil, os.ErrNotExist
	}
	return g.t.read(p)
}

// goDisk is a folder on this machine, which no path and no link leads out of. It is only read.
type goDisk struct {
	root *os.Root
	base string
}

func openDisk(dir string) *goDisk {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	return &goDisk{root: root}
}

// at is the folder inside; it need not exist.
func (g *goDisk) at(dir string) *goDisk { return &goDisk{root: g.root, base: path.Join(g.base, dir)} }

func (g *goDisk) name(p string) string {
	p = path.Join(g.base, p)
	if p == "" {
		p = "."
	}
	return filepath.FromSlash(p)
}

// maxFolder bounds the files of one folder.
const maxFolder = 20_000

func (g *goDisk) list(dir string) ([]string, bool) {
	f, err := g.root.Open(g.name(dir))
	if err != nil {
		return nil, false
	}
	defer f.Close()
	entries, err := f.ReadDir(maxFolder)
	if err != nil && err != io.EOF {
		return nil, false
	}
	names := []string{}
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, true
}

func (g *goDisk) read(file string) ([]byte, error) {
	f, err := g.root.Open(g.name(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, os.ErrInvalid
	}
	if info.Size() > maxSource {
		return nil, errTooBig
	}
	data := make([]byte, info.Size())
	n, err := io.ReadFull(f, data)
	if err == io.ErrUnexpectedEOF {
		err = nil
	}
	return data[:n], err
}

// open opens the places outside the target, once.
func (a *Analysis) open() {
	if a.opened {
		return
	}
	a.opened = true
	a.tree.build()
	for _, dir := range a.o.GoModules {
		if d := openDisk(dir); dir != "" && d != nil {
			a.modules = append(a.modules, d)
		}
	}
	if a.o.GoRoot != "" {
		a.std = openDisk(filepath.Join(a.o.GoRoot, "src"))
		if a.std != nil {
			if _, ok := a.std.list("fmt"); !ok {
				a.std = nil
			}
		}
	}
}

// goVersion is the minor version of the installation ("go1.26.8" is 26), 0 where it is not known.
func (a *Analysis) goVersion() int {
	data, err := os.ReadFile(filepath.Join(a.o.GoRoot, "VERSION"))
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return goMinor(strings.TrimPrefix(strings.TrimSpace(line), "go"))
}

// goMinor reads the minor version out of "1.26.8" or "1.26rc1"; 0 where there is none.
func goMinor(version string) int {
	rest, ok := strings.CutPrefix(version, "1.")
	if !ok {
		return 0
	}
	n := 0
	for i := 0; i < len(rest) && i < 4 && rest[i] >= '0' && rest[i] <= '9'; i++ {
		n = n*10 + int(rest[i]-'0')
	}
	return n
}
