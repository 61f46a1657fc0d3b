package installed

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// readGemspec reads the specification of an installed gem, which RubyGems writes: a stub line, and literal assignments.
func readGemspec(file string, data []byte) (*inventory.Document, error) {
	p := inventory.Package{Ecosystem: "RubyGems", Line: 1}
	var licences []string
	err := eachLine(data, func(n int, line string) error {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "# stub: "); ok && p.Name == "" {
			if words := strings.Fields(rest); len(words) >= 3 {
				p.Name, p.Version, p.Line = words[0], words[1], n
				p.Arch = platform(words[2])
			}
			return nil
		}
		left, right, ok := strings.Cut(line, "=")
		_, field, dot := strings.Cut(strings.TrimSpace(left), ".")
		if !ok || !dot {
			return nil
		}
		switch field {
		case "name":
			p.Name = first(p.Name, rubyText(right))
		case "version":
			p.Version = first(p.Version, rubyText(strings.TrimPrefix(strings.TrimSpace(right), "Gem::Version.new")))
		case "platform":
			p.Arch = first(p.Arch, platform(rubyText(right)))
		case "license":
			licences = []string{rubyText(right)}
		case "licenses":
			for part := range strings.SplitSeq(strings.Trim(strings.TrimSpace(right), "[]"), ",") {
				if l := rubyText(part); l != "" {
					licences = append(licences, l)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	doc := &inventory.Document{Path: file, Format: "gemspec", Ecosystem: "RubyGems", Role: inventory.Installed}
	if p.Name == "" || p.Version == "" {
		return nil, errorAt(1, "the specification has no literal name or version")
	}
	p.Licence = strings.Join(licences, " OR ") // a list of licences is a choice
	if valid(doc, &p) {
		doc.Packages = []inventory.Package{p}
	}
	return doc, nil
}

func platform(name string) string {
	if name == "ruby" {
		return ""
	}
	return name
}

// rubyText gives the literal string at the start of an expression: "rake".freeze is rake.
func rubyText(expression string) string {
	expression = strings.TrimLeft(strings.TrimSpace(expression), "(")
	if expression == "" || expression[0] != '"' && expression[0] != '\'' {
		return ""
	}
	text, _, ok := strings.Cut(expression[1:], expression[:1])
	if !ok || strings.Contains(text, "#{") {
		return ""
	}
	return text
}
