package lockfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// yamlTree builds what a reader sees: mappings as lists of pairs, so that order and double keys count.
func yamlTree(r *yamlReader, of yamlValue) (any, error) {
	switch {
	case of.kind != 0:
		return flowTree(of), nil
	case r.isList(of.indent):
		list := []any{"list"}
		err := r.list(of.indent, func(value yamlValue) error { list = append(list, flowTree(value)); return nil })
		return list, err
	case r.end || r.indent <= of.indent:
		return "", nil
	}
	out := []any{}
	err := r.members(of, func(key []byte, value yamlValue) error {
		name := string(key)
		inner, err := yamlTree(r, value)
		out = append(out, []any{name, inner})
		return err
	})
	return out, err
}

func flowTree(value yamlValue) any {
	switch value.kind {
	case '{':
		out := []any{}
		_ = flow(value.text, func(key, value []byte) { out = append(out, []any{string(key), string(value)}) })
		return out
	case '[':
		out := []any{"list"}
		_ = flow(value.text, func(_, value []byte) { out = append(out, string(value)) })
		return out
	}
	return string(value.text)
}

func nodeTree(node *yaml.Node) any {
	switch node.Kind {
	case yaml.MappingNode:
		out := []any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			out = append(out, []any{node.Content[i].Value, nodeTree(node.Content[i+1])})
		}
		return out
	case yaml.SequenceNode:
		out := []any{"list"}
		for _, item := range node.Content {
			out = append(out, nodeTree(item))
		}
		return out
	}
	return node.Value
}

func yamlOf(t testing.TB, text string) (any, error) {
	t.Helper()
	r, err := newYAML([]byte(text), nil)
	if err != nil {
		return nil, err
	}
	return yamlTree(r, yamlValue{indent: -1})
}

const yamlText = `# a comment
lockfileVersion: '6.0'

settings:
  autoInstallPeers: true
'quo''ted': "a \"b\" \\ c"
/@s/a@1.0.0(x@1):
    resolution: {integrity: sha512-a==, tarball: 'https://x/y.tgz'}
    engines: {}
    os: [linux, "darwin"]
    cpu:
      - x64
      - 'arm64'
    deprecated: |-
      first: line

        # second
      third
    bin:
    - same
    empty:
after: http://a.b/c#d
? long key
:
  x: y
`

func TestYAML_readsWhatYAMLIs(t *testing.T) {
	got, err := yamlOf(t, yamlText)
	if err != nil {
		t.Fatal(err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal([]byte(yamlText), &node); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(nodeTree(node.Content[0]), got); diff != "" {
		t.Error(diff)
	}
}

func TestYAML_rewritten(t *testing.T) {
	err := readYAML([]byte("a:   {b: {c: \"\\x41\\n\\e\"},\n  d: [e, {f: g}]}\nh: >\n  i\n  j\nk: &x 1\nl: \n"), func(r *yamlReader) error {
		got, err := yamlTree(r, yamlValue{indent: -1})
		if err != nil {
			return err
		}
		want := []any{
			[]any{"a", []any{[]any{"b", []any{[]any{"c", "A\n\x1b"}}}, []any{"d", []any{"list", "e", []any{}}}}},
			[]any{"h", "i j\n"}, []any{"k", "1"}, []any{"l", ""},
		}
		if diff := cmp.Diff(any(want), got); diff != "" {
			t.Error(diff)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestYAML_refuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a: b\n\tc: d\n", "line 2: found a tab character that violates indentation"},
		{"a: *x\n", "unknown anchor 'x' referenced"},
		{"a: &x b\nc: *x\n", "line 2: an alias is not expected"},
		{"[a]: b\n", "line 1: a key that is no text is not expected"},
		{"- a\n", "line 1: a mapping is expected"},
		{"a: b\n<<<<<<< HEAD\nc: d\n", "line 2: the file holds an unresolved merge conflict"},
		{"a: \"b\n", "line 2: found unexpected end of stream"},
		{strings.Repeat("a: {", 400), "line 1: did not find expected node content"},
	} {
		err := readYAML([]byte(c.text), func(r *yamlReader) error {
			return r.mapping(-1, func([]byte, yamlValue) error { return nil })
		})
		if err == nil || err.Error() != c.want {
			t.Errorf("%.40q: %v, want %s", c.text, err, c.want)
		}
	}
	deep := strings.Builder{}
	for i := range 500 {
		fmt.Fprintf(&deep, "%sa:\n", strings.Repeat(" ", i))
	}
	err := readYAML([]byte(deep.String()), func(r *yamlReader) error {
		return r.mapping(-1, func([]byte, yamlValue) error { return nil })
	})
	if !errors.Is(err, errTooDeep) {
		t.Error(err)
	}
}

func FuzzYAML(f *testing.F) {
	f.Add(yamlText)
	for _, seed := range []string{"a: b\n  c", "a:\n- b\n- c\nd: 'e'", "a: |\n  b\n\n  c\n", "a: {b: c, d: 'e'}\n", "? a\n:\n  b: c\n", "a: 'b", "a : b", "a: \"\\n\"", "a:\n  b: c\n- d\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := yamlOf(t, text)
		if errors.Is(err, errUnusual) || errors.Is(err, errTooDeep) || errors.Is(err, errConflict) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var node yaml.Node
		if err := yaml.Unmarshal([]byte(text), &node); err != nil {
			t.Fatalf("we read what YAML refuses: %v", err)
		}
		want := any("")
		if len(node.Content) > 0 {
			want = nodeTree(node.Content[0])
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
