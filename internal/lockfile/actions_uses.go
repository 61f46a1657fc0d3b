package lockfile

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/inventory"
)

// maxWorkflow is the size in bytes above which a file is no workflow that GitHub runs.
const maxWorkflow = 2 << 20

// usesReader collects the actions that a workflow or action uses.
type usesReader struct {
	doc    *inventory.Document
	seen   map[string]bool
	moving int // uses that name a branch or a tag that moves
}

// readWorkflow reads the actions and workflows that a workflow uses.
func readWorkflow(path string, data []byte) (*inventory.Document, error) {
	return readUses(path, "GitHub workflow", data, func(u *usesReader, root *yaml.Node) {
		jobs := child(root, "jobs")
		for i := 1; jobs != nil && jobs.Kind == yaml.MappingNode && i < len(jobs.Content); i += 2 {
			job := resolved(jobs.Content[i])
			u.use(child(job, "uses"))
			u.steps(child(job, "steps"))
		}
	})
}

// readAction reads the actions that a composite action uses.
func readAction(path string, data []byte) (*inventory.Document, error) {
	return readUses(path, "action.yml", data, func(u *usesReader, root *yaml.Node) {
		if name := child(root, "name"); name != nil && name.Kind == yaml.ScalarNode {
			u.doc.Name = name.Value
		}
		u.steps(child(child(root, "runs"), "steps"))
	})
}

func readUses(path, format string, data []byte, read func(u *usesReader, root *yaml.Node)) (*inventory.Document, error) {
	u := &usesReader{seen: map[string]bool{}}
	u.doc = &inventory.Document{Path: path, Format: format, Ecosystem: githubActions, Role: inventory.Manifest}
	if len(data) > maxWorkflow {
		return nil, errors.New("the file is too big for GitHub to run it")
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(root.Content) > 0 {
		if root.Content[0].Kind != yaml.MappingNode {
			return nil, errorAt(root.Content[0].Line, "a mapping is expected")
		}
		read(u, root.Content[0])
	}
	if u.moving > 0 {
		unknown(u.doc, "%d of the actions are named by a branch or a tag that moves; which versions run is not said", u.moving)
	}
	return u.doc, nil
}

// resolved gives the node an alias stands for. An alias cannot stand for an alias.
func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// child gives the value under a key of a mapping, nil where there is none. Of keys that stand twice the last one holds.
func child(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var found *yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			found = resolved(node.Content[i+1])
		}
	}
	return found
}

// steps reads what the steps of a job use.
func (u *usesReader) steps(steps *yaml.Node) {
	if steps == nil || steps.Kind != yaml.SequenceNode {
		return
	}
	for _, step := range steps.Content {
		if step.Kind != yaml.AliasNode { // what an anchor marks was read where it stands
			u.use(child(step, "uses"))
		}
	}
}

// use reads one "owner/repository/path@ref". Folders of the same repository and images are no packages.
func (u *usesReader) use(node *yaml.Node) {
	if node == nil || node.Kind != yaml.ScalarNode {
		return
	}
	text := strings.TrimSpace(node.Value)
	if text == "" || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || strings.HasPrefix(text, "docker://") {
		return
	}
	full, ref, found := strings.Cut(text, "@")
	parts := strings.SplitN(full, "/", 3)
	if !found || len(parts) < 2 || parts[0] == "" || parts[1] == "" || ref == "" {
		unknown(u.doc, "line %d: %.80q names no action and version", node.Line, text)
		return
	}
	pkg := inventory.Package{Ecosystem: githubActions, Name: parts[0] + "/" + parts[1], Constraint: ref, Scope: inventory.Build, Direct: true, Line: node.Line}
	if len(parts) == 3 { // OSV names the repository; the folder in it is how the project knows it
		pkg.Alias = full
	}
	if badName(full) || badVersion(ref) {
		unknownName(u.doc, full)
		return
	}
	if u.seen[text] {
		return
	}
	u.seen[text] = true
	if isHex(ref, 40) || isHex(ref, 64) {
		pkg.Integrity = ref
		pkg.Version = taggedVersion(strings.TrimLeft(node.LineComment, "# \t"))
	} else if pkg.Version = taggedVersion(ref); pkg.Version == "" {
		u.moving++
	}
	u.doc.Packages = append(u.doc.Packages, pkg)
}

// taggedVersion gives the version that a tag, or the comment beside a commit, names in full ("v1.2.3", "tag=v1.2.3 (latest)"), as
// OSV writes it: without "v". "v4" is a tag that moves and no version.
func taggedVersion(text string) string {
	text = strings.TrimPrefix(text, "tag=")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "pin"), "@")
	text, _, _ = strings.Cut(text, " ")
	version := strings.TrimPrefix(strings.TrimPrefix(text, "refs/tags/"), "v")
	core, _, _ := strings.Cut(version, "+")
	core, _, _ = strings.Cut(core, "-")
	numbers := strings.Split(core, ".")
	if len(numbers) != 3 || badName(version) {
		return ""
	}
	for _, number := range numbers {
		if number == "" || strings.Trim(number, "0123456789") != "" {
			return ""
		}
	}
	return version
}
