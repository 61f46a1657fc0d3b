package remedy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/remedy/registry"
)

// pythonNeed is one requirement of a package, as its metadata states it.
type pythonNeed struct {
	name, spec, marker string
}

// parseNeed reads "name[extra] (>=1,<2); marker".
func parseNeed(text string) (n pythonNeed, ok bool) {
	text, n.marker, _ = strings.Cut(text, ";")
	text = strings.TrimSpace(text)
	end := strings.IndexFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.')
	})
	if end < 0 {
		end = len(text)
	}
	n.name = normalPython(text[:end])
	rest := strings.TrimSpace(text[end:])
	if strings.HasPrefix(rest, "[") {
		_, after, closed := strings.Cut(rest, "]")
		if !closed {
			return n, false
		}
		rest = strings.TrimSpace(after)
	}
	n.spec = strings.TrimSpace(strings.Trim(rest, "()"))
	n.marker = strings.TrimSpace(n.marker)
	return n, n.name != "" && !strings.HasPrefix(n.spec, "@")
}

// normalPython is a project's name as PEP 503 compares it.
func normalPython(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(parts, "-")
}

// pythonAllows tells whether a version stands all clauses of a specifier (PEP 440); ok is false where that cannot be decided.
func pythonAllows(spec, version string) (in, ok bool) {
	version, _, _ = strings.Cut(version, "+")
	for clause := range strings.SplitSeq(spec, ",") {
		if clause = strings.TrimSpace(clause); clause == "" || clause == "*" {
			continue
		}
		n := len(clause) - len(strings.TrimLeft(clause, "<>=!~^"))
		op, want := clause[:n], strings.TrimSpace(clause[n:])
		holds, ok := pythonClause(op, want, version)
		if !ok || !holds {
			return false, ok
		}
	}
	return true, true
}

func pythonClause(op, want, version string) (holds, ok bool) {
	if base, open := strings.CutSuffix(want, ".*"); open && (op == "==" || op == "!=") {
		a, b := strings.Split(base, "."), strings.Split(version, ".")
		for len(b) < len(a) {
			b = append(b, "0")
		}
		return slices.Equal(a, b[:len(a)]) == (op == "=="), true
	}
	order, err := advisory.Compare("PyPI", version, want)
	if err != nil {
		return false, false
	}
	switch op {
	case "==", "===":
		return order == 0, true
	case "!=":
		return order != 0, true
	case "<":
		return order < 0, true
	case "<=":
		return order <= 0, true
	case ">":
		return order > 0, true
	case ">=":
		return order >= 0, true
	case "~=":
		cut := strings.LastIndexByte(want, '.')
		if cut < 0 || order < 0 {
			return false, cut >= 0
		}
		return pythonClause("==", want[:cut]+".*", version)
	}
	return false, false
}

// maxPins is how many pinned packages are asked what they need.
const maxPins = 400

// pythonFits tells why a version does not go with the other pins. open counts the pins of which nobody says what they need.
func pythonFits(ctx context.Context, j *job, version string, files []registry.PyPIFile) (open int, err error) {
	pins := map[string]*inventory.Package{}
	sealed := true // everything that is needed is in the file
	for i := range j.project.Packages {
		p := &j.project.Packages[i]
		pins[p.Name] = p
		sealed = sealed && p.Integrity != ""
	}
	sealed = sealed || j.project.Role == inventory.Lock
	client := j.w.r.Registry
	requires, known, err := client.PyPIRequires(ctx, files)
	if err != nil {
		return 0, err
	}
	if !known {
		open++
	}
	for _, text := range requires {
		n, ok := parseNeed(text)
		if !ok || strings.Contains(n.marker, "extra") {
			continue
		}
		p := pins[n.name]
		switch {
		case p == nil && sealed && n.marker == "":
			return 0, fmt.Errorf("%s %s needs %s, which is not pinned", j.name, version, n.name)
		case p == nil || p.Version == "":
		default:
			if in, ok := pythonAllows(n.spec, p.Version); ok && !in && n.marker == "" {
				return 0, fmt.Errorf("%s %s needs %s %s, and %s is pinned", j.name, version, n.name, n.spec, p.Version)
			}
		}
	}
	others, err := askPins(ctx, j, pins)
	if err != nil {
		return 0, err
	}
	for _, o := range others {
		if !o.known {
			open++
		}
		for _, text := range o.requires {
			n, ok := parseNeed(text)
			if !ok || n.name != j.name || strings.Contains(n.marker, "extra") {
				continue
			}
			if in, ok := pythonAllows(n.spec, version); ok && !in {
				return 0, &errCannot{why: fmt.Sprintf("%s %s asks for %s %s", o.name, o.version, j.name, n.spec), do: fmt.Sprintf("Upgrade %s first.", o.name)}
			}
		}
	}
	return open, nil
}

// asked is what one pin needs.
type asked struct {
	name, version string
	requires      []string
	known         bool
}

// askPins asks what the other pins need, a few at a time.
func askPins(ctx context.Context, j *job, pins map[string]*inventory.Package) ([]asked, error) {
	var list []asked
	for name, p := range pins {
		if name != j.name && p.Version != "" && p.Origin == "" {
			list = append(list, asked{name: name, version: p.Version})
		}
	}
	if len(list) > maxPins {
		return nil, errors.New("there are too many pins to ask what each needs")
	}
	slices.SortFunc(list, func(a, b asked) int { return strings.Compare(a.name, b.name) })
	var wg sync.WaitGroup
	turns := make(chan struct{}, 6)
	for i := range list {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			o := &list[i]
			all, err := j.w.r.Registry.PyPI(ctx, o.name)
			if err != nil {
				return // nobody says what it needs
			}
			var files []registry.PyPIFile
			for _, f := range all {
				if order, err := advisory.Compare("PyPI", f.Version, o.version); err == nil && order == 0 {
					files = append(files, f)
				}
			}
			o.requires, o.known, _ = j.w.r.Registry.PyPIRequires(ctx, files)
		})
	}
	wg.Wait()
	return list, ctx.Err()
}

// pyprojectSites finds where a pyproject.toml asks for a package in a way that does not allow a version, and asks for it there. in tells that
// it asks for the package at all.
func pyprojectSites(data []byte, name, version string) (out []splice, in bool) {
	section, at := "", 0
	for line := range strings.Lines(string(data)) {
		start := at
		at += len(line)
		trimmed := strings.TrimSpace(line)
		if strings.HasPrefix(trimmed, "[") && !strings.HasPrefix(trimmed, "[\"") && strings.HasSuffix(trimmed, "]") {
			section = strings.Trim(trimmed, "[] ")
			continue
		}
		if strings.HasPrefix(trimmed, "#") {
			continue
		}
		if strings.HasPrefix(section, "tool.poetry") && strings.HasSuffix(section, "dependencies") {
			key, value, ok := strings.Cut(line, "=")
			if !ok || normalPython(strings.Trim(strings.TrimSpace(key), `"'`)) != name {
				continue
			}
			in = true
			from := start + len(key) + 1
			if strings.HasPrefix(strings.TrimSpace(value), "{") {
				i := strings.Index(value, "version")
				if i < 0 {
					continue
				}
				from, value = from+i+len("version"), value[i+len("version"):]
			}
			if i, n := quoted(value); n > 0 {
				out = append(out, pythonAsk(value[i:i+n], version, from+i)...)
			}
			continue
		}
		for offset := 0; offset < len(line); {
			i, n := quoted(line[offset:])
			if n < 0 {
				break
			}
			text := line[offset+i : offset+i+n]
			need, ok := parseNeed(text)
			if ok && need.name == name && need.spec != "" && strings.ContainsAny(need.spec[:1], "<>=!~") {
				in = true
				if k := strings.Index(text, need.spec); k >= 0 {
					out = append(out, pythonAsk(need.spec, version, start+offset+i+k)...)
				}
			}
			offset += i + n + 1
		}
	}
	return out, in
}

// pythonAsk changes a constraint that does not allow a version, if it is of a simple form.
func pythonAsk(spec, version string, at int) []splice {
	text := strings.TrimSpace(spec)
	n := len(text) - len(strings.TrimLeft(text, "<>=!~^"))
	op := text[:n]
	if in, ok := pythonAllows(spec, version); ok && in || strings.ContainsAny(text, ",*|") {
		return nil
	}
	switch op {
	case "==", "===", "^", "~", "~=", "":
		return []splice{{at, at + len(spec), op + version}}
	}
	return nil
}
