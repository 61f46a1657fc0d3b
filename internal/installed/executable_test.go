package installed

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/inventory"
)

// goProgram builds a program that uses one module of this repository's and one that is replaced by a folder.
func goProgram(t testing.TB) (data []byte, modVersion string) {
	t.Helper()
	dir := t.TempDir()
	gomod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	gosum, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(gomod), "golang.org/x/mod v")
	modVersion, _, _ = strings.Cut(rest, "\n")
	for name, content := range map[string]string{
		"go.mod":         "module example.com/shop\n\ngo 1.24\n\nrequire (\n\texample.com/local v1.2.3\n\tgolang.org/x/mod v" + modVersion + "\n)\n\nreplace example.com/local => ./local\n",
		"go.sum":         string(gosum),
		"main.go":        "package main\n\nimport (\n\t\"example.com/local\"\n\t\"golang.org/x/mod/semver\"\n)\n\nfunc main() { println(semver.IsValid(local.Version)) }\n",
		"local/go.mod":   "module example.com/local\n\ngo 1.24\n",
		"local/local.go": "package local\n\nvar Version = \"v1\"\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-mod=mod", "-o", "shop.bin", ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=off", "CGO_ENABLED=0", "GOTOOLCHAIN=local")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if data, err = os.ReadFile(filepath.Join(dir, "shop.bin")); err != nil {
		t.Fatal(err)
	}
	return data, modVersion
}

func TestGoBinary(t *testing.T) {
	data, modVersion := goProgram(t)
	if !Wants("usr/bin/shop", data[:512]) {
		t.Error("not wanted")
	}
	doc, err := Read("usr/bin/shop", data)
	if err != nil || doc == nil {
		t.Fatalf("%v, %v", doc, err)
	}
	if doc.Name != "example.com/shop" || doc.Properties["GOOS"] != runtime.GOOS {
		t.Errorf("%q %v", doc.Name, doc.Properties)
	}
	var sum string
	for i := range doc.Packages {
		if doc.Packages[i].Name == "golang.org/x/mod" {
			sum, doc.Packages[i].Integrity = doc.Packages[i].Integrity, ""
		}
	}
	if !strings.HasPrefix(sum, "h1:") {
		t.Errorf("the hash of golang.org/x/mod is %q", sum)
	}
	own, _ := goVersion(runtime.Version())
	want := []inventory.Package{
		{Ecosystem: "Go", Name: "stdlib", Version: own},
		{Ecosystem: "Go", Name: "example.com/shop", Direct: true},
		{Ecosystem: "Go", Name: "example.com/local", Version: "1.2.3", Origin: "file:./local"},
		{Ecosystem: "Go", Name: "golang.org/x/mod", Version: modVersion},
	}
	if diff := cmp.Diff(want, doc.Packages); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"the version of the program's own module example.com/shop is not known"}, doc.Unknown); diff != "" {
		t.Error(diff)
	}
	for _, cut := range []int{len(data) / 8, len(data) / 2, len(data) - len(data)/4} {
		if doc, _ := Read("usr/bin/shop", data[:cut]); doc != nil && len(doc.Packages) != len(want) {
			t.Errorf("cut at %d: half a list", cut)
		}
	}
}

func TestGoVersion(t *testing.T) {
	for text, want := range map[string]string{
		"go1.22.1": "1.22.1", "go1.21": "1.21", "go1.21.4 X:boringcrypto": "1.21.4", "go1.23.0-vendor1": "1.23.0", "go1.22rc1": "1.22rc1",
		"devel go1.23-abc": "", "go": "", "": "", "rust": "",
	} {
		if got, _ := goVersion(text); got != want {
			t.Errorf("goVersion(%q) = %q, want %q", text, got, want)
		}
	}
}

// auditJSON is what cargo-auditable leaves.
const auditJSON = `{"packages":[
{"name":"adler","version":"1.0.2","source":"crates.io"},
{"name":"cc","version":"1.0.83","source":"crates.io","kind":"build"},
{"name":"mine","version":"0.1.0","source":"local","dependencies":[0,1,3],"root":true},
{"name":"forked","version":"2.0.0","source":"git","dependencies":[0]}]}`

func deflate(text string) []byte {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return packed.Bytes()
}

// elfWith writes an ELF file with one section and its names.
func elfWith(section []byte) []byte {
	names := "\x00.dep-v0\x00.shstrtab\x00"
	le := binary.LittleEndian
	out := make([]byte, 64)
	copy(out, "\x7fELF\x02\x01\x01")
	le.PutUint16(out[16:], 2)  // executable
	le.PutUint16(out[18:], 62) // x86-64
	le.PutUint32(out[20:], 1)
	le.PutUint16(out[52:], 64)
	le.PutUint16(out[58:], 64)
	le.PutUint16(out[60:], 3)
	le.PutUint16(out[62:], 2)
	out = append(append(out, section...), names...)
	le.PutUint64(out[40:], uint64(len(out)))
	head := func(name, kind uint32, offset, size int) {
		h := make([]byte, 64)
		le.PutUint32(h, name)
		le.PutUint32(h[4:], kind)
		le.PutUint64(h[24:], uint64(offset))
		le.PutUint64(h[32:], uint64(size))
		out = append(out, h...)
	}
	head(0, 0, 0, 0)
	head(1, 1, 64, len(section))
	head(9, 3, 64+len(section), len(names))
	return out
}

// machoWith writes a Mach-O file with one segment of one section.
func machoWith(section []byte) []byte {
	le := binary.LittleEndian
	out := make([]byte, 32+72+80)
	le.PutUint32(out, 0xfeedfacf)
	le.PutUint32(out[4:], 0x01000007)
	le.PutUint32(out[12:], 2)
	le.PutUint32(out[16:], 1)
	le.PutUint32(out[20:], 72+80)
	segment := out[32:]
	le.PutUint32(segment, 0x19)
	le.PutUint32(segment[4:], 72+80)
	copy(segment[8:], "__DATA")
	le.PutUint64(segment[40:], uint64(len(out)))
	le.PutUint64(segment[48:], uint64(len(section)))
	le.PutUint32(segment[64:], 1)
	s := segment[72:]
	copy(s, ".dep-v0")
	copy(s[16:], "__DATA")
	le.PutUint64(s[40:], uint64(len(section)))
	le.PutUint32(s[48:], uint32(len(out)))
	return append(out, section...)
}

// fatWith writes a file with one Mach-O file inside.
func fatWith(section []byte) []byte {
	inner := machoWith(section)
	out := make([]byte, 64)
	be := binary.BigEndian
	be.PutUint32(out, 0xcafebabe)
	be.PutUint32(out[4:], 1)
	be.PutUint32(out[8:], 0x01000007)
	be.PutUint32(out[16:], 64)
	be.PutUint32(out[20:], uint32(len(inner)))
	return append(out, inner...)
}

// peWith writes a Windows program with one section.
func peWith(section []byte) []byte {
	le := binary.LittleEndian
	out := make([]byte, 64+4+20+40)
	copy(out, "MZ")
	le.PutUint32(out[0x3c:], 64)
	copy(out[64:], "PE\x00\x00")
	le.PutUint16(out[68:], 0x8664)
	le.PutUint16(out[70:], 1)
	s := out[88:]
	copy(s, ".dep-v0")
	le.PutUint32(s[8:], uint32(len(section)))
	le.PutUint32(s[16:], uint32(len(section)+5))
	le.PutUint32(s[20:], uint32(len(out)))
	return append(append(out, section...), 0, 0, 0, 0, 0)
}

func TestRustBinary(t *testing.T) {
	want := trim(`
		0 crates.io adler @1.0.2
		0 crates.io cc @1.0.83 for build
		0 crates.io mine @0.1.0 from file: direct -> adler cc forked
		0 crates.io forked @2.0.0 from git+ -> adler`)
	for name, with := range map[string]func([]byte) []byte{"elf": elfWith, "macho": machoWith, "fat": fatWith, "pe": peWith} {
		data := with(deflate(auditJSON))
		if !Wants("usr/bin/x", data[:64]) {
			t.Errorf("%s: not wanted", name)
		}
		doc, err := Read("usr/bin/x", data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, show(doc)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if doc != nil && (doc.Name != "mine" || doc.Version != "0.1.0") {
			t.Errorf("%s: %q %q", name, doc.Name, doc.Version)
		}
	}
}

func TestRustBinary_refuses(t *testing.T) {
	for name, section := range map[string][]byte{
		"no zlib":       []byte("nonsense"),
		"cut short":     deflate(auditJSON)[:40],
		"no JSON":       deflate("nonsense"),
		"bomb":          deflate(`{"packages":[` + strings.Repeat(" ", maxAudit) + `]}`),
		"outside":       deflate(`{"packages":[{"name":"a","version":"1","dependencies":[7]}]}`),
		"itself":        deflate(`{"packages":[{"name":"a","version":"1","dependencies":[0]}]}`),
		"nameless":      deflate(`{"packages":[{"name":"","version":"1"}]}`),
		"nothing in it": deflate(`{"packages":[]}`),
	} {
		if doc, err := Read("usr/bin/x", elfWith(section)); err == nil {
			t.Errorf("%s: no error, but %s", name, show(doc))
		}
	}
}

func TestExecutable_withoutAnything(t *testing.T) {
	for name, data := range map[string][]byte{
		"words alone": append(bytes.Replace(elfWith(nil), []byte(".dep-v0"), []byte(".other0"), 1), "\xff Go buildinf: .dep-v0"...),
		"no program":  []byte("MZ and text with .dep-v0 and \xff Go buildinf:"),
		"empty elf":   []byte("\x7fELF"),
	} {
		if doc, err := Read("usr/bin/x", data); doc != nil || err != nil {
			t.Errorf("%s: %s, %v", name, show(doc), err)
		}
	}
}

func FuzzExecutable(f *testing.F) {
	for _, with := range []func([]byte) []byte{elfWith, machoWith, fatWith, peWith} {
		f.Add(with(deflate(auditJSON)))
	}
	f.Add(append(elfWith(nil), "\xff Go buildinf:\x08\x02 go1.22.1 \x00"...))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := Read("usr/bin/x", data)
		check(t, doc, err)
	})
}
