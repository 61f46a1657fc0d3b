package installed

import (
	"bytes"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readDpkg reads dpkg's status, and the files of single packages that images without a package manager have in status.d.
func readDpkg(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "dpkg status", Ecosystem: "dpkg", Role: inventory.Installed}
	single := path.Base(path.Dir(file)) == "status.d"
	if n := len(data); !single && n > 0 && data[n-1] != '\n' {
		return nil, errorAt(1+bytes.Count(data, []byte{'\n'}), "the file is cut short")
	}
	fields := map[string]string{}
	start := 0
	end := func() error {
		defer clear(fields)
		if len(fields) == 0 {
			return nil
		}
		if fields["Package"] == "" {
			if single {
				return nil // not a package's
			}
			return errorAt(start, "a package has no name")
		}
		if !dpkgPresent(fields["Status"], single) {
			return nil
		}
		if fields["Version"] == "" {
			return errorAt(start, "package %q has no version", shorten(fields["Package"]))
		}
		p := inventory.Package{Ecosystem: "dpkg", Name: fields["Package"], Version: fields["Version"], Arch: fields["Architecture"], Line: start}
		p.Source = dpkgSource(fields["Source"], p.Version)
		if valid(doc, &p) {
			doc.Packages = append(doc.Packages, p)
		}
		return nil
	}
	err := eachLine(data, func(n int, line string) error {
		switch {
		case strings.TrimSpace(line) == "":
			return end()
		case line[0] == ' ' || line[0] == '\t' || line[0] == '#':
			return nil // goes on with a field that is of no interest
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return errorAt(n, "this is no field")
		}
		if len(fields) == 0 {
			start = n
		}
		switch key {
		case "Package", "Status", "Version", "Source", "Architecture":
			fields[key] = strings.TrimSpace(value)
		default:
			fields[""] = "" // a paragraph without a name is still one
		}
		return nil
	})
	if err == nil {
		err = end()
	}
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// dpkgPresent tells from "want flag state" that a package's files are there; of what was removed, settings may remain.
func dpkgPresent(status string, single bool) bool {
	words := strings.Fields(status)
	if len(words) < 3 {
		return single && status == ""
	}
	switch words[2] {
	case "installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending":
		return true
	}
	return false
}

// dpkgSource reads "glibc (2.36-9)".
func dpkgSource(text, version string) inventory.Source {
	name, rest, ok := strings.Cut(text, " (")
	s := inventory.Source{Name: strings.TrimSpace(name)}
	if own, closed := strings.CutSuffix(rest, ")"); ok && closed && own != version {
		s.Version = own
	}
	return s
}

// readDpkgList reads dpkg's info/NAME.list or NAME:ARCH.list: the files of one package.
func readDpkgList(file string, data []byte) (*inventory.Document, error) {
	return dpkgFiles(file, strings.TrimSuffix(path.Base(file), ".list"), data, func(line string) string { return line })
}

// readDpkgSums reads status.d/NAME.md5sums: hashes and files of one package.
func readDpkgSums(file string, data []byte) (*inventory.Document, error) {
	return dpkgFiles(file, strings.TrimSuffix(path.Base(file), ".md5sums"), data, func(line string) string {
		_, name, _ := strings.Cut(line, "  ")
		return name
	})
}

func dpkgFiles(file, name string, data []byte, pathIn func(line string) string) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "dpkg list", Ecosystem: "dpkg", Role: inventory.Installed}
	p := inventory.Package{Ecosystem: "dpkg"}
	p.Name, p.Arch, _ = strings.Cut(name, ":")
	err := eachLine(data, func(_ int, line string) error {
		if owned := strings.TrimPrefix(strings.TrimPrefix(pathIn(line), "."), "/"); owned != "" && owned != "." {
			p.Files = append(p.Files, owned)
		}
		return nil
	})
	if valid(doc, &p) && len(p.Files) > 0 {
		doc.Packages = []inventory.Package{p}
	}
	return doc, err
}
