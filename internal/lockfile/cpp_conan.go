package lockfile

import (
	"bytes"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// conanReference takes apart "name/version@user/channel#recipe:package#revision%time". Version ranges stand in brackets.
// Packages of a user and channel of their own are not those of ConanCenter and keep both in Origin.
func conanReference(text string) inventory.Package {
	pkg := inventory.Package{Ecosystem: conan}
	text, _, _ = strings.Cut(strings.TrimSpace(text), "%")
	text, rest, _ := strings.Cut(text, "#")
	pkg.Integrity, _, _ = strings.Cut(rest, ":")
	name, version, _ := strings.Cut(text, "/")
	version, owner, _ := strings.Cut(version, "@")
	if owner = strings.Trim(owner, "/"); owner != "" && owner != "_/_" {
		pkg.Origin = "conan:" + owner
	}
	pkg.Name = strings.TrimSpace(name)
	if inner, ok := strings.CutPrefix(version, "["); ok {
		pkg.Constraint, _, _ = strings.Cut(inner, "]")
	} else {
		pkg.Version = version
	}
	return pkg
}

// conanNode is one node of the graph in a conan.lock of version 1.
type conanNode struct {
	ref             string
	requires, build []string
	line            int
	context         string
}

// readConanLock reads conan.lock: the graph of Conan 1, or the lists of Conan 2, which have no edges.
func readConanLock(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "conan.lock", Ecosystem: conan, Role: inventory.Lock}
	r := newJSON(data)
	nodes, order := map[string]conanNode{}, []string(nil)
	list := func(scope inventory.Scope) error {
		return r.array(func(int) error {
			if len(doc.Packages) >= maxPackages {
				return r.fail(errTooMany)
			}
			line := 0
			var ref string
			read := func() error {
				r.kind()
				line = r.line()
				return r.text(&ref)
			}
			var err error
			if r.kind() == '[' { // [reference, more]
				err = r.array(func(i int) error {
					if i == 0 {
						return read()
					}
					return r.skip()
				})
			} else {
				err = read()
			}
			pkg := conanReference(ref)
			pkg.Scope, pkg.Line = scope, line
			addConan(doc, pkg)
			return err
		})
	}
	err := r.document(func(key []byte) error {
		switch string(key) {
		case "requires":
			return list(inventory.Production)
		case "build_requires", "python_requires", "config_requires":
			return list(inventory.Build)
		case "graph_lock":
			return r.object(func(key []byte) error {
				if string(key) != "nodes" {
					return r.skip()
				}
				nodes, order = map[string]conanNode{}, nil
				return r.object(func(key []byte) error {
					if len(order) >= maxPackages {
						return r.fail(errTooMany)
					}
					node, err := readConanNode(r)
					if _, ok := nodes[string(key)]; !ok {
						order = append(order, string(key))
					}
					nodes[string(key)] = node
					return err
				})
			})
		}
		return r.skip()
	})
	if err != nil {
		return nil, err
	}
	connectConan(doc, nodes, order)
	noteTwice(doc, r)
	return doc, nil
}

// addConan adds a package, and tells whether it could.
func addConan(doc *inventory.Document, pkg inventory.Package) bool {
	if badName(pkg.Name) || badVersion(pkg.Version) || badVersion(pkg.Constraint) {
		unknownName(doc, pkg.Name)
		return false
	}
	doc.Packages = append(doc.Packages, pkg)
	return true
}

func readConanNode(r *jsonReader) (node conanNode, err error) {
	r.kind()
	node.line = r.line()
	ids := func(list *[]string) error {
		*list = nil
		return r.array(func(int) error {
			var id string
			err := r.short(&id)
			*list = append(*list, id)
			return err
		})
	}
	return node, r.object(func(key []byte) error {
		switch string(key) {
		case "ref":
			return r.text(&node.ref)
		case "pref": // Conan before 1.28
			var full string
			err := r.text(&full)
			if node.ref == "" {
				node.ref = full
			}
			return err
		case "context":
			return r.text(&node.context)
		case "requires":
			return ids(&node.requires)
		case "build_requires":
			return ids(&node.build)
		}
		return r.skip()
	})
}

// connectConan turns the nodes of version 1 into packages and edges. The node of the project itself has no version of its own,
// or is the one nobody requires and that stands under "0".
func connectConan(doc *inventory.Document, nodes map[string]conanNode, order []string) {
	at := map[string]int{}
	needed := map[string]bool{}
	for _, id := range order {
		for _, to := range slices.Concat(nodes[id].requires, nodes[id].build) {
			needed[to] = true
		}
	}
	var roots []string
	for _, id := range order {
		node := nodes[id]
		pkg := conanReference(node.ref)
		if id == "0" && !needed[id] || pkg.Name == "" || strings.HasPrefix(pkg.Name, "conanfile.") {
			roots = append(roots, id)
			if pkg.Name != "" && !strings.HasPrefix(pkg.Name, "conanfile.") {
				doc.Name, doc.Version = pkg.Name, pkg.Version
			}
			continue
		}
		pkg.Line = node.line
		if node.context == "build" {
			pkg.Scope = inventory.Build
		}
		if addConan(doc, pkg) {
			at[id] = len(doc.Packages) - 1
		}
	}
	for _, id := range order {
		from, ok := at[id]
		if !ok {
			continue
		}
		var own []int
		for _, to := range slices.Concat(nodes[id].requires, nodes[id].build) {
			if position, ok := at[to]; ok {
				own = append(own, position)
			} else if _, ok := nodes[to]; !ok {
				unknown(doc, "%.80q asks for node %.80q, which is not in the file", doc.Packages[from].Name, to)
			}
		}
		slices.Sort(own)
		doc.Packages[from].Requires = slices.Compact(own)
	}
	for _, id := range roots {
		for _, to := range nodes[id].requires {
			if position, ok := at[to]; ok {
				doc.Packages[position].Direct = true
			}
		}
		for _, to := range nodes[id].build {
			if position, ok := at[to]; ok {
				doc.Packages[position].Direct, doc.Packages[position].Scope = true, inventory.Build
			}
		}
	}
}

// readConanfile reads conanfile.txt.
func readConanfile(path string, data []byte) (*inventory.Document, error) {
	doc := &inventory.Document{Path: path, Format: "conanfile.txt", Ecosystem: conan, Role: inventory.Manifest}
	section := ""
	err := eachLine(data, func(n int, line []byte) error {
		text := bytes.TrimSpace(line)
		if i := bytes.Index(text, []byte(" #")); i >= 0 {
			text = bytes.TrimSpace(text[:i])
		}
		if len(text) == 0 || text[0] == '#' {
			return nil
		}
		if text[0] == '[' {
			if text[len(text)-1] != ']' {
				return errorAt(n, "a section is not closed")
			}
			section = string(text[1 : len(text)-1])
			return nil
		}
		if section == "" {
			return errorAt(n, "%.80q stands in no section", text)
		}
		scope := inventory.Production
		switch section {
		case "requires":
		case "build_requires", "tool_requires":
			scope = inventory.Build
		case "test_requires":
			scope = inventory.Test
		default:
			return nil
		}
		if len(doc.Packages) >= maxPackages {
			return errorAt(n, "%w", errTooMany)
		}
		pkg := conanReference(string(text))
		pkg.Scope, pkg.Direct, pkg.Line = scope, true, n
		if pkg.Version != "" { // a manifest asks, even for one version
			pkg.Constraint, pkg.Version = pkg.Version, ""
		}
		addConan(doc, pkg)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return doc, nil
}
