package lockfile

import (
	"bytes"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readGoSum reads a go.sum: the hashes of modules whose content was fetched. It knows neither what is in use nor what is direct.
func readGoSum(path string, data []byte) (*inventory.Document, error) {
	return readSums(path, "go.sum", data)
}

// readGoWorkSum reads a go.work.sum, which is written like a go.sum.
func readGoWorkSum(path string, data []byte) (*inventory.Document, error) {
	return readSums(path, "go.work.sum", data)
}

func readSums(path, format string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: format, Ecosystem: golang, Role: inventory.Lock}
	err := eachLine(data, func(n int, line []byte) error {
		fields := bytes.Fields(line)
		if len(fields) == 0 {
			return nil
		}
		if len(fields) != 3 || !bytes.ContainsRune(fields[2], ':') || len(fields[1]) < 2 || fields[1][0] != 'v' {
			return errorAt(n, "it is not a module, a version and a hash")
		}
		version := string(fields[1][1:])
		if strings.HasSuffix(version, "/go.mod") {
			return nil
		}
		name := string(fields[0])
		if badName(name) || badName(version) {
			unknownName(doc, name)
			return nil
		}
		if hash, isH1 := bytes.CutPrefix(fields[2], []byte("h1:")); isH1 && len(hash) != 44 {
			return errorAt(n, "the hash of %q is cut short", name)
		}
		doc.Packages = append(doc.Packages, inventory.Package{
			Ecosystem: golang, Name: name, Version: version, Integrity: string(fields[2]), Line: n,
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}

// readGoVendor reads a vendor/modules.txt: the modules whose packages stand in the vendor folder, and which packages these are.
func readGoVendor(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "vendor/modules.txt", Ecosystem: golang, Role: inventory.Lock}
	const none, skipped = -1, -2
	current := none
	err := eachLine(data, func(n int, line []byte) error {
		text := string(bytes.TrimSpace(line))
		switch {
		case text == "":
		case strings.HasPrefix(text, "## "):
			if current >= 0 {
				for _, mark := range strings.Split(text[3:], ";") {
					if strings.TrimSpace(mark) == "explicit" {
						doc.Packages[current].Direct = true
					}
				}
			}
		case strings.HasPrefix(text, "# "):
			p, ok, err := vendored(n, strings.Fields(text[2:]))
			if err != nil {
				return err
			}
			current = skipped
			if !ok {
				return nil // a replacement that is only recorded
			}
			if badName(p.Name) || badVersion(p.Version) {
				unknownName(doc, p.Name)
				return nil
			}
			current = len(doc.Packages)
			doc.Packages = append(doc.Packages, p)
		case current == skipped:
		case current == none:
			return errorAt(n, "a package stands before its module")
		case badName(text):
			unknownName(doc, text)
		default:
			doc.Packages[current].Built = append(doc.Packages[current].Built, text)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// Neither asked for nor with a package: the record of a replacement that is not used.
	doc.Packages = slices.DeleteFunc(doc.Packages, func(p inventory.Package) bool { return !p.Direct && len(p.Built) == 0 })
	return doc, nil
}

// vendored reads the words of a line "# path version [=> path [version]]". A line without the first version says no more than
// that there is a replacement.
func vendored(n int, words []string) (inventory.Package, bool, error) {
	p := inventory.Package{Ecosystem: golang, Built: []string{}, Line: n}
	arrow := len(words)
	for i, word := range words {
		if word == "=>" {
			arrow = i
			break
		}
	}
	if len(words) < 2 {
		return p, false, nil // no more than a comment
	}
	old, by := words[:arrow], words[min(arrow+1, len(words)):]
	if len(old) == 1 && len(by) > 0 {
		return p, false, nil
	}
	if len(old) != 2 || len(by) > 2 || !strings.HasPrefix(old[1], "v") {
		return p, false, errorAt(n, "it is not a module and a version")
	}
	p.Name, p.Version = old[0], strings.TrimPrefix(old[1], "v")
	switch len(by) {
	case 1:
		p.Version, p.Constraint, p.Origin = "", p.Version, "file:"+by[0]
	case 2:
		p.Version = strings.TrimPrefix(by[1], "v")
		if by[0] != p.Name {
			p.Name, p.Alias = by[0], p.Name
		}
	}
	return p, true, nil
}
