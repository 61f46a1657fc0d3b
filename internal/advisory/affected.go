package advisory

import (
	"fmt"
	"strings"
)

// affected reads one package of a record. Packages without a name (records about commits alone) and names that can be none are left out.
func (r *Record) affected(in *jsonReader) {
	var a Affected
	known := "" // GitHub's "last known affected version range"
	for key := range in.object() {
		switch key {
		case "package":
			for key := range in.object() {
				switch key {
				case "ecosystem":
					a.Ecosystem = canonicalEcosystem(in.text())
				case "name":
					a.Name = in.text()
				case "purl":
					a.PURL = clip(in.text(), maxURL)
				}
			}
		case "ranges":
			a.Ranges = r.ranges(in)
		case "versions":
			a.Versions = in.texts()
		case "severity":
			a.Severity = scores(in)
		case "ecosystem_specific":
			a.Symbols = append(a.Symbols, symbols(in)...)
		case "database_specific":
			for key := range in.object() {
				switch key {
				case "last_known_affected_version_range":
					known = in.text()
				case "cvss":
					if vector := in.text(); plain(vector) && len(a.Severity) == 0 {
						a.Severity = []Score{{Type: "CVSS_V3", Score: vector}}
					}
				case "informational":
					if word := in.text(); plain(word) {
						r.Informational = clip(word, 32)
					}
				case "cwes", "cwe_ids": // Packagist, GitLab, OpenSSF malicious packages
					r.cwes(in)
				case "affected_functions":
					a.Symbols = append(a.Symbols, functions(in.texts())...)
				}
			}
		}
	}
	if a.Ecosystem == "" && a.Name == "" {
		return
	}
	if !plain(a.Ecosystem) || !plain(a.Name) {
		r.problem(fmt.Sprintf("%.80q is no possible package of %.40q", a.Name, a.Ecosystem))
		return
	}
	a.bound(known)
	r.Affected = append(r.Affected, a)
}

// bound closes an open range where GitHub's database says up to which version the flaw is known ("<= 4.1.76.Final"): its records
// express only versions that mend the flaw as events, and put other upper ends here.
func (a *Affected) bound(known string) {
	if known == "" || len(a.Ranges) != 1 {
		return
	}
	for _, e := range a.Ranges[0].Events {
		if e.Kind != Introduced {
			return
		}
	}
	kind, version := Limit, ""
	if v, ok := strings.CutPrefix(known, "<="); ok {
		kind, version = LastAffected, strings.TrimSpace(v)
	} else if v, ok := strings.CutPrefix(known, "<"); ok {
		version = strings.TrimSpace(v)
	}
	if version != "" && validVersion(a.Ecosystem, version) {
		a.Ranges[0].Events = append(a.Ranges[0].Events, Event{kind, version})
	}
}

// ranges reads the ranges of a package but for those about commits.
func (r *Record) ranges(in *jsonReader) []Range {
	var out []Range
	for range in.array() {
		var one Range
		for key := range in.object() {
			switch key {
			case "type":
				one.Type = clip(in.text(), 32)
			case "events":
				one.Events = events(in)
			}
		}
		switch one.Type {
		case "SEMVER", "ECOSYSTEM":
			out = append(out, one)
		case "GIT":
		default:
			r.problem(fmt.Sprintf("a range of the unknown type %.40q was left out", one.Type))
		}
	}
	return out
}

// events reads the events of a range. One object may hold several, as some databases write them.
func events(in *jsonReader) []Event {
	var out []Event
	for range in.array() {
		for key := range in.object() {
			kind := EventKind(0)
			switch key {
			case "introduced":
				kind = Introduced
			case "fixed":
				kind = Fixed
			case "last_affected":
				kind = LastAffected
			case "limit":
				kind = Limit
			default:
				continue
			}
			if in.peek() == '"' {
				out = append(out, Event{kind, strings.TrimSpace(in.text())})
			} else if number := in.number(); number != "" {
				out = append(out, Event{kind, number})
			}
		}
	}
	return out
}

// symbols reads what databases say about the faulty functions: Go's imports (also PyPI's, with modules and attribute), RustSec's
// affects and GitHub's affected_functions.
func symbols(in *jsonReader) []Symbols {
	var out []Symbols
	for key := range in.object() {
		switch key {
		case "imports":
			for range in.array() {
				out = append(out, imported(in)...)
			}
		case "affects":
			var names, os, arch []string
			for key := range in.object() {
				switch key {
				case "functions":
					names = rustFunctions(in)
				case "os":
					os = possible(in.texts())
				case "arch":
					arch = possible(in.texts())
				}
			}
			one := functions(names)
			if len(one) == 0 && len(os)+len(arch) > 0 {
				one = []Symbols{{}}
			}
			for i := range one {
				one[i].GOOS, one[i].GOARCH = os, arch
			}
			out = append(out, one...)
		case "affected_functions", "functions":
			out = append(out, functions(in.texts())...)
		}
	}
	return out
}

// rustFunctions reads functions as an array of names, or as an object whose keys are the names.
func rustFunctions(in *jsonReader) []string {
	if in.peek() != '{' {
		return in.texts()
	}
	var out []string
	for key := range in.object() {
		out = append(out, key)
	}
	return out
}

// imported reads one element of imports.
func imported(in *jsonReader) []Symbols {
	var s Symbols
	var modules []string
	for key := range in.object() {
		switch key {
		case "path":
			s.Path = in.text()
		case "symbols":
			s.Names = possible(in.texts())
		case "goos":
			s.GOOS = possible(in.texts())
		case "goarch":
			s.GOARCH = possible(in.texts())
		case "attribute", "attributes":
			s.Names = possible(in.texts())
		case "modules":
			modules = possible(in.texts())
		}
	}
	if len(modules) == 0 {
		if s.Path != "" && !plain(s.Path) {
			return nil
		}
		return []Symbols{s}
	}
	var out []Symbols
	for _, m := range modules {
		out = append(out, Symbols{Path: m, Names: s.Names})
	}
	return out
}

// possible keeps what can be a name.
func possible(list []string) []string {
	var out []string
	for _, s := range list {
		if plain(s) {
			out = append(out, s)
		}
	}
	return out
}

// functions splits full names of functions into the place and the name there, and groups them by place. In Rust the place is the module:
// what is written small before the last step ("openssl::x509", "X509::new"); elsewhere it is what stands before the last dot or "#".
func functions(full []string) []Symbols {
	var out []Symbols
	for _, f := range full {
		f, _, _ = strings.Cut(strings.TrimSpace(f), "(")
		if !plain(f) {
			continue
		}
		path, name := splitFunction(f)
		at := -1
		for i := range out {
			if out[i].Path == path {
				at = i
			}
		}
		if at < 0 {
			at = len(out)
			out = append(out, Symbols{Path: path})
		}
		out[at].Names = append(out[at].Names, name)
	}
	return out
}

func splitFunction(f string) (path, name string) {
	if strings.Contains(f, "::") {
		from := 0
		for {
			i := strings.Index(f[from:], "::")
			if i < 0 || from < len(f) && f[from] >= 'A' && f[from] <= 'Z' {
				break
			}
			from += i + 2
		}
		return strings.TrimSuffix(f[:from], "::"), f[from:]
	}
	if i := strings.LastIndexAny(f, ".#"); i > 0 && i < len(f)-1 {
		return f[:i], f[i+1:]
	}
	return "", f
}
