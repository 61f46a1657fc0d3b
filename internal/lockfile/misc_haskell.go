package lockfile

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

const hackage = "Hackage"

// readCabalFreeze reads cabal.project.freeze: one version for each package, without who asks for it.
func readCabalFreeze(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "cabal.project.freeze", Ecosystem: hackage, Role: inventory.Lock}
	inside, found := false, false
	err := eachLine(data, func(n int, raw []byte) error {
		text := strings.TrimSpace(string(raw))
		if text == "" || strings.HasPrefix(text, "--") {
			return nil
		}
		if raw[0] != ' ' && raw[0] != '\t' {
			field, rest, ok := strings.Cut(text, ":")
			if !ok {
				return errorAt(n, "this is no field")
			}
			inside = strings.EqualFold(field, "constraints")
			found = found || inside
			text = rest
		}
		if inside {
			for c := range strings.SplitSeq(text, ",") {
				cabalConstraint(doc, strings.TrimSpace(c), n)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, errorAt(1+bytes.Count(data, []byte{'\n'}), "there are no constraints")
	}
	if len(doc.Packages) > 0 {
		unknown(doc, "cabal.project.freeze does not say which package asks for which")
	}
	return doc, nil
}

// cabalConstraint reads "any.aeson ==1.5.6.0"; constraints about flags are passed over.
func cabalConstraint(doc *inventory.Document, text string, line int) {
	name, version, ok := strings.Cut(text, "==")
	if !ok {
		return
	}
	name = strings.TrimSpace(name)
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 { // any.x, setup.x
		name = name[dot+1:]
	}
	if colon := strings.LastIndexByte(name, ':'); colon >= 0 { // x:setup.y
		name = name[colon+1:]
	}
	p := inventory.Package{Ecosystem: hackage, Name: name, Version: strings.TrimSpace(version), Line: line}
	if badName(p.Name) || badName(p.Version) || strings.ContainsAny(p.Name, " |&") {
		unknownName(doc, p.Name)
		return
	}
	if strings.ContainsAny(p.Version, " |&*<>{") {
		p.Constraint, p.Version = "=="+p.Version, ""
		unknown(doc, "line %d: the version of %s is not known: it may be any of %s", line, p.Name, p.Constraint)
	}
	doc.Packages = append(doc.Packages, p)
}

// readStackLock reads stack.yaml.lock (https://docs.haskellstack.org/en/stable/topics/lock_files/): what is used beside a snapshot.
func readStackLock(file string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: file, Format: "stack.yaml.lock", Ecosystem: hackage, Role: inventory.Lock}
	s := &stackLock{doc: doc}
	if err := eachLine(data, s.line); err != nil {
		return nil, err
	}
	s.end()
	if !s.found {
		return nil, errorAt(1+bytes.Count(data, []byte{'\n'}), "there are neither packages nor snapshots")
	}
	return doc, nil
}

// stackLock is a stack.yaml.lock while it is read. Stack writes it, so it has one form.
type stackLock struct {
	doc     *inventory.Document
	section string
	found   bool
	// fields are those of the part "completed" of the item at hand.
	fields    map[string]string
	completed bool
	at        int
}

func (s *stackLock) line(n int, raw []byte) error {
	text := strings.TrimSpace(string(raw))
	if text == "" || text[0] == '#' {
		return nil
	}
	if raw[0] != ' ' && raw[0] != '-' {
		s.end()
		field, _, ok := strings.Cut(text, ":")
		if !ok {
			return errorAt(n, "this is no field")
		}
		s.section = field
		s.found = s.found || field == "packages" || field == "snapshots"
		return nil
	}
	if rest, ok := strings.CutPrefix(string(raw), "- "); ok {
		s.end()
		s.fields, s.at, text = map[string]string{}, n, strings.TrimSpace(rest)
	}
	if s.fields == nil {
		return nil
	}
	key, value, ok := strings.Cut(text, ":")
	if !ok {
		return nil
	}
	value = strings.Trim(strings.TrimSpace(value), `"'`)
	switch key {
	case "completed":
		s.completed = true
	case "original":
		s.completed = false
		s.fields["original"] = value
	case "hackage", "name", "version", "git", "url", "commit":
		if _, taken := s.fields[key]; s.completed || !taken {
			s.fields[key] = value
		}
	}
	return nil
}

// end takes down the item that ends.
func (s *stackLock) end() {
	f := s.fields
	s.fields, s.completed = nil, false
	switch {
	case f == nil:
	case s.section == "snapshots":
		unknown(s.doc, "the packages of the snapshot %q are not listed in this file", shorten(first(f["original"], f["url"])))
	case s.section != "packages":
	case f["hackage"] != "":
		name, rest, _ := strings.Cut(f["hackage"], "@")
		dash := strings.LastIndexByte(name, '-')
		if dash <= 0 {
			unknownName(s.doc, name)
			return
		}
		hash, _, _ := strings.Cut(rest, ",")
		s.add(inventory.Package{Name: name[:dash], Version: name[dash+1:], Integrity: hash})
	case f["name"] != "":
		p := inventory.Package{Name: f["name"], Version: f["version"], Origin: withoutUser(f["url"])}
		if f["git"] != "" {
			p.Origin = "git+" + withoutUser(f["git"]) + "#" + f["commit"]
		}
		s.add(p)
	default:
		unknown(s.doc, "line %d: a package is not named", s.at)
	}
}

func (s *stackLock) add(p inventory.Package) {
	p.Ecosystem, p.Direct, p.Line = hackage, true, s.at
	if badName(p.Name) || badVersion(p.Version) || badVersion(p.Origin) || badVersion(p.Integrity) {
		unknownName(s.doc, p.Name)
		return
	}
	s.doc.Packages = append(s.doc.Packages, p)
}
