package remedy

import (
	"fmt"
	"slices"
	"strings"
)

// npmLists are the lists of a package.json in which a package may be asked for.
func npmLists() []string {
	return []string{"dependencies", "devDependencies", "optionalDependencies", "peerDependencies"}
}

// npmSpec asks for another version in the manner of what was asked for.
func npmSpec(old, version string) string {
	if rest, ok := strings.CutPrefix(old, "npm:"); ok {
		if i := strings.LastIndexByte(rest, '@'); i > 0 {
			return "npm:" + rest[:i+1] + npmSpec(rest[i+1:], version)
		}
		return "npm:" + rest + "@^" + version
	}
	text := strings.TrimSpace(old)
	n := len(text) - len(strings.TrimLeft(text, "^~>="))
	op := strings.TrimSpace(text[:n])
	if _, whole := parseSemver(strings.TrimLeft(strings.TrimSpace(text[n:]), "v")); whole {
		switch op {
		case "", "^", "~", ">=":
			return op + version
		case "=":
			return version
		}
	}
	return "^" + version
}

// askNpm writes into a package.json that it asks for a package as spec, wherever it asks for it now as old.
func askNpm(data []byte, name, old, spec string) ([]byte, error) {
	t, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	e := &jsonEdit{t: t}
	for _, list := range npmLists() {
		if v := t.root.get(list).get(name); v != nil && t.text(v) == old {
			e.replace(v, quoteJSON(spec))
		}
	}
	if len(e.splices) == 0 {
		return nil, fmt.Errorf("it does not ask for %s as %q", name, old)
	}
	return e.done()
}

// overrideNpm writes an override into a package.json. steps lead to the object that holds overrides ("overrides", "resolutions",
// "pnpm" and "overrides").
func overrideNpm(data []byte, steps []string, name, spec string) ([]byte, error) {
	t, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	if t.root.kind != '{' {
		return nil, fmt.Errorf("it is no object")
	}
	e := &jsonEdit{t: t}
	never := func(string) bool { return false }
	last := func(string, string) bool { return false }
	at, raw := t.root, []byte(quoteJSON(spec))
	for i, step := range steps {
		next := at.get(step)
		if next != nil && next.kind != '{' {
			return nil, fmt.Errorf("its %q is no object", step)
		}
		if next == nil {
			raw = rawOf([]field{{name, raw}})
			for _, inner := range slices.Backward(steps[i+1:]) {
				raw = rawOf([]field{{inner, raw}})
			}
			e.insert(at, []field{{step, raw}}, last, never)
			return e.done()
		}
		at = next
	}
	if old := at.get(name); old != nil {
		if old.kind != '"' {
			return nil, fmt.Errorf("its override of %s is no text", name)
		}
		e.replace(old, quoteJSON(spec))
		return e.done()
	}
	e.insert(at, []field{{name, raw}}, last, never)
	return e.done()
}

// npmOverrides reads the overrides of a package.json; simple is false where some hold for parts of the tree only.
func npmOverrides(t *jsonText) (out map[string]string, simple bool) {
	v := t.root.get("overrides")
	if v == nil {
		return nil, true
	}
	if v.kind != '{' {
		return nil, false
	}
	out = t.texts(v)
	for _, m := range v.members {
		spec := out[m.name]
		if m.value.kind != '"' || strings.HasPrefix(spec, "$") || strings.LastIndexByte(m.name, '@') > 0 || strings.Contains(spec, ":") {
			return nil, false
		}
	}
	return out, true
}
