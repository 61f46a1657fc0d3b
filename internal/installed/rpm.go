package installed

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// rpmKind tells the databases of rpm by folder and name.
func rpmKind(file, base string) *kind {
	dir := strings.TrimSuffix(strings.TrimSuffix(file, base), "/")
	if base == "container-manifest-2" {
		if ends(dir, "var/lib/rpmmanifest") {
			return &kind{"rpm manifest", readRPMManifest}
		}
		return nil
	}
	if !ends(dir, "var/lib/rpm") && !ends(dir, "usr/lib/sysimage/rpm") && !ends(dir, "usr/share/rpm") {
		return nil
	}
	if base == "rpmdb.sqlite-wal" {
		return &kind{"rpm database", readRPMLog}
	}
	return &kind{"rpm database", readRPM}
}

// readRPM reads rpm's database in any of its three forms: Berkeley DB's hash, rpm's own ndb, and SQLite. The readers are our own:
// a library that panics in a goroutine cannot be caught, and these files come from images.
func readRPM(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "rpm database", Ecosystem: "rpm", Role: inventory.Installed, Properties: map[string]string{}}
	take := func(blob []byte) error {
		h, err := readRPMHeader(blob)
		if err != nil {
			return err
		}
		return h.add(doc)
	}
	var err error
	switch {
	case len(data) == 0:
		return nil, nil // made, and never written to
	case bytes.HasPrefix(data, []byte("SQLite format 3\x00")):
		err = readSQLite(data, take)
	case bytes.HasPrefix(data, []byte("RpmP")):
		err = readNDB(data, take)
	default:
		err = readBerkeley(data, take)
	}
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// readRPMLog says that SQLite has changes that are not in the database yet.
func readRPMLog(file string, data []byte) (*inventory.Document, error) {
	if len(data) <= 32 {
		return nil, nil // a head and no change
	}
	doc := &inventory.Document{Path: file, Format: "rpm database", Ecosystem: "rpm", Role: inventory.Installed}
	unknown(doc, "the last changes to the rpm database stand in its write-ahead log, which is not read")
	return doc, nil
}

// readRPMManifest reads the list that Azure Linux's images without a package manager have: name, version-release, two times,
// vendor, epoch, size, architecture, epoch as a number, source package, with tabs between.
func readRPMManifest(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "rpm manifest", Ecosystem: "rpm", Role: inventory.Installed}
	err := eachLine(data, func(n int, line string) error {
		fields := strings.Split(line, "\t")
		if line == "" {
			return nil
		}
		if len(fields) < 10 {
			return errorAt(n, "there are %d fields, not 10", len(fields))
		}
		p := inventory.Package{Ecosystem: "rpm", Name: fields[0], Version: fields[1], Arch: fields[7], Line: n}
		if e := fields[8]; e != "" && e != "0" && e != "(none)" {
			p.Version = e + ":" + p.Version
		}
		p.Source = rpmSource(fields[9], p.Name, p.Version)
		if valid(doc, &p) {
			doc.Packages = append(doc.Packages, p)
		}
		return nil
	})
	return doc, err
}

// rpmSource reads "bash-5.1.8-6.el9.src.rpm". The epoch is not in it: it is the package's own where the versions are equal.
func rpmSource(file, name, version string) inventory.Source {
	file, ok := strings.CutSuffix(file, ".src.rpm")
	if !ok {
		if file, ok = strings.CutSuffix(file, ".nosrc.rpm"); !ok {
			return inventory.Source{}
		}
	}
	release := strings.LastIndexByte(file, '-')
	if release <= 0 {
		return inventory.Source{}
	}
	dash := strings.LastIndexByte(file[:release], '-')
	if dash <= 0 {
		return inventory.Source{}
	}
	s := inventory.Source{Name: file[:dash], Version: file[dash+1:]}
	if s.Name == name {
		s.Name = ""
	}
	if epoch, own, ok := strings.Cut(version, ":"); ok && own == s.Version || s.Version == version {
		s.Version = ""
	} else if ok {
		s.Version = epoch + ":" + s.Version
	}
	return s
}

// add makes a package of a header.
func (h *rpmHeader) add(doc *inventory.Document) error {
	name, version, release := h.text(rpmName), h.text(rpmVersion), h.text(rpmRelease)
	if name == "" || version == "" || release == "" {
		return fmt.Errorf("package %q has no name, version or release", shorten(name))
	}
	if name == "gpg-pubkey" {
		return nil // a key, kept as if it were a package
	}
	p := inventory.Package{Ecosystem: "rpm", Name: name, Version: version + "-" + release, Arch: h.text(rpmArch), Licence: h.text(rpmLicence)}
	if epoch, ok := h.number(rpmEpoch); ok {
		p.Version = strconv.FormatUint(uint64(epoch), 10) + ":" + p.Version
	}
	p.Source = rpmSource(h.text(rpmSourceRPM), name, p.Version)
	if p.Arch == "(none)" {
		p.Arch = ""
	}
	if !valid(doc, &p) {
		return nil
	}
	if label := h.text(rpmModularity); label != "" && label != "(none)" && !badName(label) {
		doc.Properties[Modularity+name] = label
	}
	p.Files = h.files()
	doc.Packages = append(doc.Packages, p)
	return nil
}

// Modularity and a package's name are the key in Document.Properties of the module stream it belongs to ("nodejs:18:…"), for rpm.
const Modularity = "modularity:"
