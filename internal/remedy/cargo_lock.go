package remedy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// crate is one [[package]] of a Cargo.lock.
type crate struct {
	name, version, source, checksum string
	// needs are its dependencies, as positions that stay true when versions change.
	needs []*crate
	// text is how it stands in the file; "" for what is new.
	text string
	// changed tells that its own version changed.
	changed bool
	// was is the version in the file.
	was string
}

// cratesIndex are the ways in which lock files name crates.io.
func isCratesIO(source string) bool {
	return source == "registry+https://github.com/rust-lang/crates.io-index" || source == "sparse+https://index.crates.io/"
}

// cargoTree is what a Cargo.lock says.
type cargoTree struct {
	head, tail string
	newline    string
	crates     []*crate
}

// readCargoTree reads a lock file of version 3 or 4 that is written as Cargo writes it.
func readCargoTree(data []byte) (*cargoTree, error) {
	t := &cargoTree{newline: "\n"}
	if strings.Contains(string(data), "\r\n") {
		t.newline = "\r\n"
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	const mark = "[[package]]\n"
	first := strings.Index(text, "\n"+mark)
	if first < 0 {
		return nil, errors.New("it has no [[package]]")
	}
	t.head = text[:first+1]
	if !strings.Contains(t.head, "\nversion = 3\n") && !strings.Contains(t.head, "\nversion = 4\n") {
		return nil, errors.New("its version is neither 3 nor 4")
	}
	rest := text[first+1:]
	var asked [][]string
	for strings.HasPrefix(rest, mark) {
		end := strings.Index(rest[1:], "\n[")
		block := rest
		if end >= 0 {
			block = rest[:end+2]
		}
		rest = rest[len(block):]
		c, deps, err := readCrate(block)
		if err != nil {
			return nil, err
		}
		t.crates = append(t.crates, c)
		asked = append(asked, deps)
	}
	if t.tail = rest; t.tail != "" {
		return nil, errors.New("it has parts that are not written here (patches or metadata)")
	}
	for i, deps := range asked {
		for _, dep := range deps {
			to := t.find(dep)
			if to == nil {
				return nil, fmt.Errorf("%s needs %q, which it does not hold", t.crates[i].name, dep)
			}
			t.crates[i].needs = append(t.crates[i].needs, to)
		}
	}
	if got := t.write(); got != string(data) {
		return nil, errors.New("it is not written as Cargo writes it")
	}
	return t, nil
}

// readCrate reads one block.
func readCrate(block string) (c *crate, deps []string, err error) {
	c = &crate{text: strings.TrimRight(block, "\n") + "\n"}
	inside := false
	for line := range strings.Lines(c.text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "[[package]]" || line == "":
		case inside && line == "]":
			inside = false
		case inside:
			dep, err := strconv.Unquote(strings.TrimSuffix(strings.TrimSpace(line), ","))
			if err != nil {
				return nil, nil, fmt.Errorf("the dependency %.80q cannot be read", line)
			}
			deps = append(deps, dep)
		case line == "dependencies = [":
			inside = true
		default:
			key, value, ok := strings.Cut(line, " = ")
			text, err := strconv.Unquote(value)
			into := map[string]*string{"name": &c.name, "version": &c.version, "source": &c.source, "checksum": &c.checksum}[key]
			if !ok || err != nil || into == nil {
				return nil, nil, fmt.Errorf("the line %.80q is not written here", line)
			}
			*into = text
		}
	}
	c.was = c.version
	if c.name == "" || c.version == "" {
		return nil, nil, errors.New("a [[package]] has no name or no version")
	}
	return c, deps, nil
}

// find gives the crate that "name", "name version" or "name version (source)" means.
func (t *cargoTree) find(dep string) *crate {
	name, rest, _ := strings.Cut(dep, " ")
	version, source, _ := strings.Cut(rest, " ")
	source = strings.Trim(source, "()")
	for _, c := range t.crates {
		if c.name == name && (version == "" || c.version == version) && (source == "" || c.source == source) {
			return c
		}
	}
	return nil
}

// clone gives a tree that can be changed apart from this one.
func (t *cargoTree) clone() *cargoTree {
	out := &cargoTree{head: t.head, newline: t.newline}
	twin := make(map[*crate]*crate, len(t.crates))
	for _, c := range t.crates {
		same := *c
		twin[c] = &same
		out.crates = append(out.crates, &same)
	}
	for _, c := range out.crates {
		c.needs = slices.Clone(c.needs)
		for i, to := range c.needs {
			c.needs[i] = twin[to]
		}
	}
	return out
}

func compareCrates(a, b *crate) int {
	if c := cmp.Compare(a.name, b.name); c != 0 {
		return c
	}
	x, okX := parseSemver(a.version)
	y, okY := parseSemver(b.version)
	if okX && okY {
		if c := x.compare(y); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(a.version, b.version), cmp.Compare(a.source, b.source))
}

// ref is how others name a crate: by no more than tells it from the others.
func (t *cargoTree) ref(c *crate, names map[string]int, versions map[[2]string]int) string {
	switch {
	case names[c.name] == 1:
		return c.name
	case versions[[2]string{c.name, c.version}] == 1 || c.source == "":
		return c.name + " " + c.version
	}
	return c.name + " " + c.version + " (" + c.source + ")"
}

// write writes the tree as Cargo does.
func (t *cargoTree) write() string {
	slices.SortStableFunc(t.crates, compareCrates)
	names, versions := map[string]int{}, map[[2]string]int{}
	for _, c := range t.crates {
		names[c.name]++
		versions[[2]string{c.name, c.version}]++
	}
	var b strings.Builder
	b.WriteString(t.head)
	for i, c := range t.crates {
		if i > 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "[[package]]\nname = %q\nversion = %q\n", c.name, c.version)
		if c.source != "" {
			fmt.Fprintf(&b, "source = %q\n", c.source)
		}
		if c.checksum != "" {
			fmt.Fprintf(&b, "checksum = %q\n", c.checksum)
		}
		var refs []string
		for _, to := range c.needs {
			refs = append(refs, t.ref(to, names, versions))
		}
		slices.Sort(refs)
		refs = slices.Compact(refs)
		if len(refs) > 0 {
			b.WriteString("dependencies = [\n")
			for _, ref := range refs {
				fmt.Fprintf(&b, " %q,\n", ref)
			}
			b.WriteString("]\n")
		}
	}
	return strings.ReplaceAll(b.String(), "\n", t.newline)
}

// askers are the crates that need one.
func (t *cargoTree) askers(of *crate) []*crate {
	var out []*crate
	for _, c := range t.crates {
		if slices.Contains(c.needs, of) {
			out = append(out, c)
		}
	}
	return out
}

// reachable are the crates that the project's own need, themselves included.
func (t *cargoTree) reachable() map[*crate]bool {
	seen := map[*crate]bool{}
	var queue []*crate
	for _, c := range t.crates {
		if c.source == "" {
			seen[c] = true
			queue = append(queue, c)
		}
	}
	for len(queue) > 0 {
		for _, to := range queue[0].needs {
			if !seen[to] {
				seen[to] = true
				queue = append(queue, to)
			}
		}
		queue = queue[1:]
	}
	return seen
}

// sweep takes away what nobody needs.
func (t *cargoTree) sweep() {
	seen := t.reachable()
	t.crates = slices.DeleteFunc(t.crates, func(c *crate) bool { return !seen[c] })
}
