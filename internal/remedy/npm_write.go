package remedy

import (
	"cmp"
	"encoding/json"
	"maps"
	"path"
	"slices"
	"strings"
)

// collateWeight orders characters as npm does when it writes a lock file: as the collation of English has them.
const collateWeight = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$0123456789abcdefghijklmnopqrstuvwxyz"

func collateLess(a, b string) bool { return collate(a, b) < 0 }

// collate compares two names: letters first without their case, then small before capital.
func collate(a, b string) int {
	weight := func(c byte) int {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if i := strings.IndexByte(collateWeight, c); i >= 0 {
			return i
		}
		return 1000 + int(c)
	}
	for i := range min(len(a), len(b)) {
		if x, y := weight(a[i]), weight(b[i]); x != y {
			return x - y
		}
	}
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return -strings.Compare(a, b)
}

// npmFieldOrder gives where a member of an entry stands: what npm prefers, then what is no object, then objects.
func npmFieldOrder(name string, object bool) string {
	for i, first := range []string{"name", "version", "resolved", "integrity"} {
		if name == first {
			return string(rune('0'+i)) + name
		}
	}
	switch {
	case name == "requires":
		return "6"
	case name == "dependencies":
		return "7"
	case object:
		return "8" + name
	}
	return "5" + name
}

// npmFieldLess orders the members that an entry has or gets.
func npmFieldLess(v *jsonValue, fields []field) func(a, b string) bool {
	object := map[string]bool{}
	for _, m := range members(v) {
		object[m.name] = m.value.kind == '{'
	}
	for _, f := range fields {
		object[f.name] = f.raw[0] == '{'
	}
	return func(a, b string) bool { return npmFieldOrder(a, object[a]) < npmFieldOrder(b, object[b]) }
}

// npmWriter writes a changed tree into the text of the lock file that it was read from.
type npmWriter struct {
	edit          *jsonEdit
	before, after *npmTree
	// licences and resolved tell that entries of this file state licences and where archives are.
	licences, resolved bool
}

// writeNpm gives the lock file's new text.
func writeNpm(t *jsonText, before, after *npmTree) ([]byte, error) {
	w := &npmWriter{edit: &jsonEdit{t: t}, before: before, after: after}
	packages := t.root.get("packages")
	for _, m := range packages.members {
		w.licences = w.licences || m.name != "" && m.value.get("license") != nil
		w.resolved = w.resolved || m.value.get("resolved") != nil && m.value.get("link") == nil
	}
	var fresh []field
	for _, p := range slices.Sorted(maps.Keys(after.nodes)) {
		n := after.nodes[p]
		switch {
		case n.was == nil:
			fresh = append(fresh, field{p, rawOf(w.entry(n))})
		case n.own():
			w.asked(n.was, before.nodes[p], n)
		case n.came != nil:
			w.patch(n.was, w.entry(n), func(name string) bool { return name != "link" && name != "workspaces" })
		case n.flags != before.nodes[p].flags:
			w.patch(n.was, flagFields(n.flags), isFlag)
		}
	}
	gone := func(name string) bool { return after.nodes[name] == nil }
	slices.SortFunc(fresh, func(a, b field) int { return collate(a.name, b.name) })
	w.edit.remove(packages, gone)
	w.edit.insert(packages, fresh, collateLess, gone)
	if legacy := t.root.get("dependencies"); legacy != nil {
		w.legacy(legacy, "")
	}
	return w.edit.done()
}

// states tells whether an entry states where the archive is.
func (w *npmWriter) states(n *npmNode) bool {
	return n.was == nil && w.resolved || n.was != nil && n.was.get("resolved") != nil
}

func (w *npmWriter) patch(v *jsonValue, fields []field, managed func(string) bool) {
	w.edit.patch(v, fields, managed, npmFieldLess(v, fields))
}

// asked writes what the project or a member asks for, where that changed.
func (w *npmWriter) asked(v *jsonValue, before, after *npmNode) {
	for _, list := range []struct {
		name     string
		old, new map[string]string
	}{
		{"dependencies", before.deps, after.deps}, {"devDependencies", before.dev, after.dev},
		{"optionalDependencies", before.optional, after.optional}, {"peerDependencies", before.peer, after.peer},
	} {
		for name, spec := range list.new {
			if old := v.get(list.name).get(name); old != nil && list.old[name] != spec {
				w.edit.replace(old, quoteJSON(spec))
			}
		}
	}
}

func isFlag(name string) bool {
	return name == "dev" || name == "optional" || name == "devOptional" || name == "peer" || name == "extraneous"
}

func flagFields(f npmFlags) []field {
	var out []field
	for _, flag := range []struct {
		name string
		on   bool
	}{{"dev", f.dev}, {"devOptional", f.devOptional}, {"extraneous", f.extraneous}, {"optional", f.optional}, {"peer", f.peer}} {
		if flag.on {
			out = append(out, field{flag.name, json.RawMessage("true")})
		}
	}
	return out
}

// entry gives the members of an entry of "packages", in npm's order.
func (w *npmWriter) entry(n *npmNode) []field {
	v := n.came.version
	var out []field
	add := func(name string, raw json.RawMessage) {
		if len(raw) > 0 && string(raw) != "null" && string(raw) != "{}" && string(raw) != "false" && string(raw) != `""` {
			out = append(out, field{name, raw})
		}
	}
	if n.name != npmName(n.path) {
		add("name", json.RawMessage(quoteJSON(n.name)))
	}
	add("version", json.RawMessage(quoteJSON(v.Version)))
	if w.states(n) {
		add("resolved", json.RawMessage(quoteJSON(v.Tarball)))
	}
	add("integrity", json.RawMessage(quoteJSON(v.Integrity)))
	if n.was == nil && w.licences || n.was != nil && n.was.get("license") != nil {
		add("license", n.came.licence)
	}
	for _, name := range []string{"cpu", "deprecated", "hasInstallScript", "libc", "os"} {
		add(name, normalJSON(v.Fields[name]))
	}
	out = append(out, flagFields(n.flags)...)
	add("dependencies", textsRaw(v.Dependencies))
	add("bin", binRaw(n.name, v.Fields["bin"]))
	if engines := v.Fields["engines"]; len(engines) > 0 && engines[0] == '{' {
		add("engines", normalJSON(engines))
	}
	add("funding", fundingRaw(v.Fields["funding"]))
	add("optionalDependencies", textsRaw(v.Optional))
	add("peerDependencies", textsRaw(v.Peer))
	if len(v.PeerMeta) > 0 {
		add("peerDependenciesMeta", normalJSON(v.Fields["peerDependenciesMeta"]))
	}
	slices.SortStableFunc(out, func(a, b field) int {
		return strings.Compare(npmFieldOrder(a.name, a.raw[0] == '{'), npmFieldOrder(b.name, b.raw[0] == '{'))
	})
	return out
}

// textsRaw writes names and texts as an object, in npm's order.
func textsRaw(list map[string]string) json.RawMessage {
	var fields []field
	for _, name := range slices.SortedFunc(maps.Keys(list), collate) {
		fields = append(fields, field{name, json.RawMessage(quoteJSON(list[name]))})
	}
	return rawOf(fields)
}

// binRaw is the programs of a package: one text stands for a program of the package's name.
func binRaw(name string, raw json.RawMessage) json.RawMessage {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return textsRaw(map[string]string{path.Base(name): cleanBin(one)})
	}
	var many map[string]string
	if json.Unmarshal(raw, &many) != nil {
		return nil
	}
	for program, at := range many {
		many[program] = cleanBin(at)
	}
	return textsRaw(many)
}

func cleanBin(at string) string { return strings.TrimPrefix(path.Clean("/"+at), "/") }

func fundingRaw(raw json.RawMessage) json.RawMessage {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return textsRaw(map[string]string{"url": one})
	}
	return normalJSON(raw)
}

// normalJSON writes a value as npm writes it into lock files: members in order, those that are objects last, and no more escapes than needed.
func normalJSON(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	t, err := parseJSON(raw)
	if err != nil {
		return nil
	}
	var b strings.Builder
	var write func(v *jsonValue)
	write = func(v *jsonValue) {
		switch v.kind {
		case '{':
			list := slices.Clone(v.members)
			slices.SortStableFunc(list, func(x, y jsonMember) int {
				return cmp.Or(cmp.Compare(btoi(x.value.kind == '{'), btoi(y.value.kind == '{')), collate(x.name, y.name))
			})
			b.WriteByte('{')
			for i, m := range list {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(quoteJSON(m.name) + ":")
				write(m.value)
			}
			b.WriteByte('}')
		case '[':
			b.WriteByte('[')
			for i, item := range v.items {
				if i > 0 {
					b.WriteByte(',')
				}
				write(item)
			}
			b.WriteByte(']')
		case '"':
			b.WriteString(quoteJSON(t.text(v)))
		default:
			b.Write(t.raw(v))
		}
	}
	write(t.root)
	return json.RawMessage(b.String())
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// legacy brings an object "dependencies" of version 1's form, which version 2 has beside "packages", to the tree below a place.
func (w *npmWriter) legacy(v *jsonValue, at string) {
	standing := map[string]bool{}
	for _, m := range v.members {
		standing[m.name] = true
		n := w.after.nodes[child(at, m.name)]
		if n == nil || n.link {
			continue
		}
		if n.came != nil {
			w.patch(m.value, w.legacyEntry(n), func(name string) bool { return name != "dependencies" && name != "bundled" })
		}
		if old := m.value.get("dependencies"); old != nil {
			w.legacy(old, n.path)
		} else if raw := w.legacyBelow(n.path); raw != nil {
			w.edit.insert(m.value, []field{{"dependencies", raw}}, func(string, string) bool { return false }, func(string) bool { return false })
		}
	}
	gone := func(name string) bool { return w.after.nodes[child(at, name)] == nil }
	if len(v.members) > 0 && !slices.ContainsFunc(v.members, func(m jsonMember) bool { return !gone(m.name) }) {
		w.edit.replace(v, w.edit.render(json.RawMessage(firstText(string(w.legacyBelow(at)), "{}")), w.edit.indentOf(v.start), false))
		return
	}
	var fresh []field
	for _, f := range w.legacyChildren(at) {
		if !standing[f.name] {
			fresh = append(fresh, f)
		}
	}
	w.edit.remove(v, gone)
	w.edit.insert(v, fresh, collateLess, gone)
}

// legacyChildren gives the entries directly below a place.
func (w *npmWriter) legacyChildren(at string) []field {
	var out []field
	for p, n := range w.after.nodes {
		if n.link || n.came == nil || child(at, npmName(p)) != p {
			continue
		}
		fields := w.legacyEntry(n)
		if below := w.legacyBelow(p); below != nil {
			fields = append(fields, field{"dependencies", below})
		}
		out = append(out, field{npmName(p), rawOf(fields)})
	}
	slices.SortFunc(out, func(a, b field) int { return collate(a.name, b.name) })
	return out
}

func (w *npmWriter) legacyBelow(at string) json.RawMessage {
	if children := w.legacyChildren(at); len(children) > 0 {
		return rawOf(children)
	}
	return nil
}

func (w *npmWriter) legacyEntry(n *npmNode) []field {
	v := n.came.version
	version := v.Version
	if n.name != npmName(n.path) {
		version = "npm:" + n.name + "@" + version
	}
	out := []field{{"version", json.RawMessage(quoteJSON(version))}}
	if w.states(n) {
		out = append(out, field{"resolved", json.RawMessage(quoteJSON(v.Tarball))})
	}
	out = append(out, field{"integrity", json.RawMessage(quoteJSON(v.Integrity))})
	out = append(out, flagFields(n.flags)...)
	requires := maps.Clone(v.Dependencies)
	if requires == nil {
		requires = map[string]string{}
	}
	maps.Copy(requires, v.Optional)
	if len(requires) > 0 {
		out = append(out, field{"requires", textsRaw(requires)})
	}
	return out
}
