package installed

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readApk reads apk's database of installed packages (https://wiki.alpinelinux.org/wiki/Apk_spec): paragraphs of one-letter fields.
func readApk(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "apk database", Ecosystem: "apk", Role: inventory.Installed}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		return nil, errorAt(1+bytes.Count(data, []byte{'\n'}), "the file is cut short")
	}
	var p inventory.Package
	folder := ""
	end := func() error {
		defer func() { p, folder = inventory.Package{}, "" }()
		switch {
		case p.Line == 0:
			return nil
		case p.Name == "" || p.Version == "":
			return errorAt(p.Line, "package %q has no name or no version", shorten(p.Name))
		}
		p.Ecosystem = "apk"
		if p.Source.Name == p.Name {
			p.Source.Name = ""
		}
		if valid(doc, &p) {
			doc.Packages = append(doc.Packages, p)
		}
		return nil
	}
	err := eachLine(data, func(n int, line string) error {
		if line == "" {
			return end()
		}
		if len(line) < 2 || line[1] != ':' {
			return errorAt(n, "this is no field")
		}
		if p.Line == 0 {
			p.Line = n
		}
		value := line[2:]
		switch line[0] {
		case 'P':
			p.Name = value
		case 'V':
			p.Version = value
		case 'A':
			p.Arch = value
		case 'L':
			p.Licence = value
		case 'o':
			p.Source.Name = value
		case 'F':
			folder = strings.Trim(value, "/")
		case 'R':
			if folder == "" {
				p.Files = append(p.Files, value)
			} else {
				p.Files = append(p.Files, folder+"/"+value)
			}
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
