package lockfile

import (
	"errors"
	"strings"
	"unicode"

	"github.com/reevehq/reeve/internal/inventory"
)

// pyRequirement is one requirement as PEP 508 writes it.
type pyRequirement struct {
	// name is normalised.
	name   string
	extras []string
	// constraint is as written; version is the one it allows, "" where it allows others.
	constraint, version string
	url, marker         string
}

// parsePyRequirement reads "name[extra]>=1,<2; marker" or "name @ url; marker".
func parsePyRequirement(text string) (pyRequirement, error) {
	var r pyRequirement
	text = strings.TrimSpace(text)
	end := 0
	for end < len(text) && (pyLetter(text[end]) || end > 0 && strings.IndexByte("-_.", text[end]) >= 0) {
		end++
	}
	for end > 0 && !pyLetter(text[end-1]) {
		end--
	}
	if end == 0 || end > maxName {
		return r, errors.New("it does not begin with the name of a package")
	}
	r.name = normalPyName(text[:end])
	rest := strings.TrimSpace(text[end:])
	if strings.HasPrefix(rest, "[") {
		inner, after, ok := strings.Cut(rest[1:], "]")
		if !ok {
			return r, errors.New("the list of extras does not end")
		}
		for extra := range strings.SplitSeq(inner, ",") {
			if extra = strings.TrimSpace(extra); extra != "" {
				r.extras = append(r.extras, normalPyName(extra))
			}
		}
		rest = strings.TrimSpace(after)
	}
	if url, ok := strings.CutPrefix(rest, "@"); ok {
		url = strings.TrimSpace(url)
		if i := strings.IndexAny(url, " \t"); i >= 0 {
			r.url, rest = url[:i], strings.TrimSpace(url[i:])
		} else {
			r.url, rest = url, ""
		}
		r.marker = strings.TrimSpace(strings.TrimPrefix(rest, ";"))
		if r.url == "" || strings.ContainsFunc(r.url, unicode.IsControl) {
			return r, errors.New("the place it comes from is missing")
		}
		return r, nil
	}
	constraint, marker, _ := strings.Cut(rest, ";")
	r.marker = strings.TrimSpace(marker)
	constraint = strings.TrimSpace(constraint)
	if inner, ok := strings.CutPrefix(constraint, "("); ok {
		if constraint, ok = strings.CutSuffix(inner, ")"); !ok {
			return r, errors.New("the list of versions does not end")
		}
		constraint = strings.TrimSpace(constraint)
	}
	version, ok := checkPyConstraint(constraint)
	if !ok {
		return r, errors.New("the versions it asks for cannot be read")
	}
	r.constraint, r.version = constraint, version
	return r, nil
}

func pyLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// checkPyConstraint reads a list of clauses and gives the one version it allows, "" where it allows others.
func checkPyConstraint(constraint string) (version string, ok bool) {
	if constraint == "" {
		return "", true
	}
	if badVersion(constraint) {
		return "", false
	}
	clauses := 0
	for clause := range strings.SplitSeq(constraint, ",") {
		clause = strings.TrimSpace(clause)
		if clause == "" && clauses > 0 {
			continue // a comma at the end
		}
		clauses++
		operator := len(clause) - len(strings.TrimLeft(clause, "<>=!~"))
		value := strings.TrimSpace(clause[operator:])
		switch clause[:operator] {
		case "==", "===":
			if !strings.HasSuffix(value, "*") {
				version = value
			}
		case "<", ">", "<=", ">=", "!=", "~=":
		default:
			return "", false
		}
		if value == "" || strings.ContainsAny(value, " \t<>=~;#'\"()[]{}") {
			return "", false
		}
	}
	if clauses > 1 {
		version = ""
	}
	return version, true
}

// isExtra tells that a marker asks for an extra of the project.
func (r *pyRequirement) isExtra() bool {
	for word := range strings.FieldsFuncSeq(r.marker, func(c rune) bool { return strings.ContainsRune(" ()=!\t", c) }) {
		if word == "extra" {
			return true
		}
	}
	return false
}

// pkg gives the package that is asked for.
func (r *pyRequirement) pkg(line int) inventory.Package {
	p := inventory.Package{Ecosystem: pyPI, Name: r.name, Version: r.version, Constraint: r.constraint, Optional: r.isExtra(), Line: line}
	if r.url != "" {
		place := pyPlace(r.url)
		p.Origin, p.Integrity = place.origin, place.integrity
		if place.name == r.name {
			p.Version = place.version
		}
	}
	return p
}

// pyLocation is what an address tells of the package behind it.
type pyLocation struct {
	origin, integrity string
	// name is normalised; name and version are "" where the address does not tell them.
	name, version string
}

// pyPlace reads a URL or path that pip installs from: "git+https://…@ref#egg=name", ".../name-1.0-py3-none-any.whl", "./folder".
func pyPlace(address string) pyLocation {
	var l pyLocation
	where, fragment, _ := strings.Cut(address, "#")
	for part := range strings.SplitSeq(fragment, "&") {
		key, value, _ := strings.Cut(part, "=")
		switch key {
		case "egg":
			value, _, _ = strings.Cut(value, "[")
			if r, err := parsePyRequirement(value); err == nil && r.constraint == "" {
				l.name = r.name
			}
		case "sha256", "sha384", "sha512", "sha1", "md5":
			l.integrity = key + ":" + value
		}
	}
	switch {
	case strings.HasPrefix(where, "file:"):
		// "${PROJECT_ROOT}" is how PDM writes the project's own folder.
		l.origin = "file:" + strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(where, "file:"), "//"), "/${PROJECT_ROOT}/")
	case !strings.Contains(where, "://") && !strings.HasPrefix(where, "git+"):
		l.origin = "file:" + where
	default:
		l.origin = withoutUser(where)
	}
	if !strings.Contains(where, "+") || strings.HasPrefix(where, "file:") || strings.HasSuffix(where, ".whl") {
		where, _, _ = strings.Cut(where, "?")
		if name, version := pyArchive(where[strings.LastIndexByte(where, '/')+1:]); name != "" {
			l.name, l.version = name, version
		}
	}
	return l
}

// pyArchive tells name and version from the name of a wheel or source archive.
func pyArchive(base string) (name, version string) {
	base = strings.ReplaceAll(base, "%2B", "+")
	if wheel, ok := strings.CutSuffix(base, ".whl"); ok {
		parts := strings.Split(wheel, "-")
		if len(parts) < 5 || badName(parts[0]) || badName(parts[1]) {
			return "", ""
		}
		return normalPyName(parts[0]), parts[1]
	}
	for _, extension := range []string{".tar.gz", ".zip", ".tar.bz2", ".tar.xz"} {
		stem, ok := strings.CutSuffix(base, extension)
		if !ok {
			continue
		}
		cut := strings.LastIndexByte(stem, '-')
		if cut <= 0 || cut+1 == len(stem) || stem[cut+1] < '0' || stem[cut+1] > '9' || badName(stem) {
			return "", ""
		}
		return normalPyName(stem[:cut]), stem[cut+1:]
	}
	return "", ""
}
