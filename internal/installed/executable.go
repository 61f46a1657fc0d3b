package installed

import (
	"bytes"
	"compress/zlib"
	"debug/buildinfo"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// isExecutable tells ELF, Mach-O and PE files by their first bytes.
func isExecutable(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	switch binary.BigEndian.Uint32(head) {
	case 0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe:
		return true
	case 0xcafebabe: // several Mach-O files in one; Java's classes begin so too, but with a version where the number of files is
		return len(head) >= 8 && binary.BigEndian.Uint32(head[4:]) > 0 && binary.BigEndian.Uint32(head[4:]) < 32
	}
	return head[0] == 'M' && head[1] == 'Z'
}

// readExecutable reads what Go and, with cargo-auditable, Rust leave in a binary; nil where there is nothing of it.
func readExecutable(file string, data []byte) (*inventory.Document, error) {
	if bytes.Contains(data, []byte("\xff Go buildinf:")) {
		info, err := buildinfo.Read(bytes.NewReader(data))
		if err == nil {
			return goModules(file, info), nil
		}
		// Programs that look for the same words hold them too; they have no such section.
		if text := err.Error(); !strings.Contains(text, "not a Go executable") && !strings.Contains(text, "unrecognized file format") {
			return nil, err
		}
	}
	if packed := auditSection(data); packed != nil {
		return readAudit(file, packed)
	}
	return nil, nil
}

// goModules turns a Go binary's build information into packages.
func goModules(file string, info *buildinfo.BuildInfo) *inventory.Document {
	doc := &inventory.Document{Path: file, Format: "Go binary", Ecosystem: "Go", Role: inventory.Installed, Properties: map[string]string{}}
	for _, s := range info.Settings {
		switch s.Key {
		case "GOOS", "GOARCH", "CGO_ENABLED", "vcs.revision", "vcs.time", "vcs.modified", "-tags":
			if !badValue(s.Value) {
				doc.Properties[s.Key] = s.Value
			}
		}
	}
	if version, ok := goVersion(info.GoVersion); ok {
		doc.Packages = append(doc.Packages, inventory.Package{Ecosystem: "Go", Name: "stdlib", Version: version})
	} else {
		unknown(doc, "the Go version %q is no release", shorten(info.GoVersion))
	}
	if main := info.Main.Path; main != "" && !badName(main) {
		doc.Name, doc.Version = main, moduleVersion(info.Main.Version)
		if badValue(doc.Version) {
			doc.Version = ""
		}
		p := inventory.Package{Ecosystem: "Go", Name: main, Version: doc.Version, Direct: true}
		if p.Version == "" {
			unknown(doc, "the version of the program's own module %s is not known", main)
		}
		doc.Packages = append(doc.Packages, p)
	}
	for _, m := range info.Deps {
		p := inventory.Package{Ecosystem: "Go", Name: m.Path, Version: moduleVersion(m.Version), Integrity: m.Sum}
		if r := m.Replace; r != nil && moduleVersion(r.Version) == "" {
			p.Origin, p.Integrity = "file:"+r.Path, ""
		} else if r != nil {
			if r.Path != m.Path {
				p.Alias = m.Path
			}
			p.Name, p.Version, p.Integrity = r.Path, moduleVersion(r.Version), r.Sum
		}
		if badValue(p.Integrity) || badValue(p.Alias) {
			p.Integrity, p.Alias = "", ""
		}
		if valid(doc, &p) {
			doc.Packages = append(doc.Packages, p)
		}
	}
	return doc
}

// moduleVersion gives a module's version without its "v"; "" for one that was built from a folder.
func moduleVersion(v string) string {
	if v == "(devel)" {
		return ""
	}
	return strings.TrimPrefix(v, "v")
}

// goVersion gives the release in "go1.22.1", also with what a vendor or an experiment adds ("go1.21.4 X:boringcrypto", "go1.22.1-custom").
func goVersion(text string) (string, bool) {
	version, ok := strings.CutPrefix(text, "go")
	version, _, _ = strings.Cut(version, " ")
	if base, _, cut := strings.Cut(version, "-"); cut {
		version = base
	}
	if !ok || version == "" || version[0] < '0' || version[0] > '9' || badName(version) {
		return "", false
	}
	return version, true
}

// maxAudit bounds the list of a Rust binary once it is unpacked, in bytes; the format's own limit.
const maxAudit = 8 << 20

// auditSection finds the section ".dep-v0" (https://github.com/rust-secure-code/cargo-auditable); nil where there is none.
func auditSection(data []byte) []byte {
	if !bytes.Contains(data, []byte(".dep-v0")) {
		return nil
	}
	r := bytes.NewReader(data)
	part := func(offset, size uint64) []byte {
		if offset > uint64(len(data)) || size > uint64(len(data))-offset {
			return nil
		}
		return data[offset : offset+size]
	}
	if f, err := elf.NewFile(r); err == nil {
		if s := f.Section(".dep-v0"); s != nil && s.Type != elf.SHT_NOBITS && s.Flags&elf.SHF_COMPRESSED == 0 {
			return part(s.Offset, s.FileSize)
		}
		return nil
	}
	if f, err := macho.NewFile(r); err == nil {
		return machoSection(f, 0, part)
	}
	if fat, err := macho.NewFatFile(r); err == nil {
		for _, arch := range fat.Arches { // each is built from the same packages, but for what only one needs
			if found := machoSection(arch.File, uint64(arch.Offset), part); found != nil {
				return found
			}
		}
		return nil
	}
	if f, err := pe.NewFile(r); err == nil {
		if s := f.Section(".dep-v0"); s != nil {
			return part(uint64(s.Offset), uint64(s.Size))
		}
	}
	return nil
}

func machoSection(f *macho.File, base uint64, part func(offset, size uint64) []byte) []byte {
	if s := f.Section(".dep-v0"); s != nil {
		return part(base+uint64(s.Offset), s.Size)
	}
	return nil
}

// auditPackage is one package of a Rust binary.
type auditPackage struct {
	Name         string `json:"name"`
	Version      string `json:"version"`
	Source       string `json:"source"`
	Kind         string `json:"kind"`
	Dependencies []int  `json:"dependencies"`
	Root         bool   `json:"root"`
}

// readAudit unpacks and reads the list of a Rust binary.
func readAudit(file string, packed []byte) (*inventory.Document, error) {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("section .dep-v0: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxAudit+1))
	if err != nil {
		return nil, fmt.Errorf("section .dep-v0: %w", err)
	}
	if len(text) > maxAudit {
		return nil, fmt.Errorf("section .dep-v0: it is larger than %d bytes", maxAudit)
	}
	var list struct {
		Packages []auditPackage `json:"packages"`
	}
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("section .dep-v0: %w", err)
	}
	doc := &inventory.Document{Path: file, Format: "Rust binary", Ecosystem: "crates.io", Role: inventory.Installed}
	for i, a := range list.Packages {
		p := inventory.Package{Ecosystem: "crates.io", Name: a.Name, Version: a.Version}
		if badName(p.Name) || badName(p.Version) {
			// Positions would no longer be right without it, so nothing of the list is believed.
			return nil, fmt.Errorf("section .dep-v0: package %d has no possible name or version", i)
		}
		if a.Kind == "build" {
			p.Scope = inventory.Build
		}
		switch a.Source {
		case "crates.io", "":
		case "local":
			p.Origin = "file:"
		case "git", "registry":
			p.Origin = a.Source + "+"
		default:
			if p.Origin = a.Source; badName(p.Origin) {
				p.Origin = ""
			}
		}
		for _, to := range a.Dependencies {
			if to < 0 || to >= len(list.Packages) || to == i {
				return nil, fmt.Errorf("section .dep-v0: package %d needs package %d of %d", i, to, len(list.Packages))
			}
			p.Requires = append(p.Requires, to)
		}
		if a.Root {
			doc.Name, doc.Version = p.Name, p.Version
			p.Direct = true
		}
		doc.Packages = append(doc.Packages, p)
	}
	if len(doc.Packages) == 0 {
		return nil, fmt.Errorf("section .dep-v0: it lists no package")
	}
	return doc, nil
}
