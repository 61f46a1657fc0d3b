package config

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("reeve.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("reeve.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asJSON reads YAML the way an editor does.
func asJSON(t *testing.T, text string) any {
	t.Helper()
	v, err := plainYAML(text)
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSchema_agreesWithTheParser(t *testing.T) {
	schema := compiled(t)
	waiver := func(body string) string { return "waivers: [{" + body + "}]" }
	for _, test := range []struct {
		text string
		good bool
	}{
		{full, true},
		{"{}", true},
		{"gate:\nscan:\nwaivers:\nseverity:\n", true},
		{"version: 1", true},
		{"version: 2", false},
		{"version: '1'", false},
		{"vresion: 1", false},
		{"identity: '" + strings.Repeat("0a", 16) + "'", true},
		{"identity: '" + strings.Repeat("0a", 15) + "'", false},
		{"identity: '" + strings.Repeat("0a", 16) + "0'", false},
		{"gate: {block: never}", true},
		{"gate: {block: Never}", false},
		{"gate: {block: off}", false},
		{"gate: {confidence: likely}", false},
		{"gate: {incomplete: waived}", false},
		{"gate: {rules: {a-b: off}}", true},
		{"gate: {rules: {a b: off}}", false},
		{"gate: {rules: {a: no}}", false},
		{"gate: {rules: [a]}", false},
		{"gate: {paths: [{match: a}]}", false},
		{"gate: {paths: [{match: a, action: off}]}", true},
		{"gate: {paths: [{match: a, severity: low, action: off}]}", true},
		{"gate: {paths: [{match: '!a', severity: low}]}", false},
		{"gate: {paths: [null]}", false},
		{"scan: {max_file_size: 1}", true},
		{"scan: {max_file_size: 0}", false},
		{"scan: {max_file_size: 1GiB}", true},
		{"scan: {max_file_size: 1GB}", false},
		{"scan: {max_file_size: '1000'}", true},
		{"scan: {max_file_size: '0100'}", false},
		{"scan: {max_file_size: 1000000000GiB}", false},
		{"scan: {archives: {depth: 0}}", true},
		{"scan: {archives: {depth: -1}}", false},
		{"scan: {archives: {ratio: 1}}", false},
		{"scan: {history: 1}", false},
		{"scan: {history: null}", false},
		{"rules: [a]", true},
		{"rules: [1]", false},
		{"severity: {a: low}", true},
		{"severity: {a: never}", false},
		{"cache: {dir: x}", true},
		{"cache: {dir: x, y: z}", false},
		{waiver("id: '0123456789ab', reason: long enough, until: 2026-01-01"), true},
		{waiver("id: '0123456789AB', reason: long enough, until: 2026-01-01"), false},
		{waiver("id: '0123456789ab', reason: long enough"), false},
		{waiver("id: '0123456789ab', until: 2026-01-01"), false},
		{waiver("id: '0123456789ab', reason: '     short    ', until: 2026-01-01"), false},
		{waiver("id: '0123456789ab', reason: long enough, until: soon"), false},
		{waiver("rule: a, path: b, reason: long enough, until: 2026-01-01"), true},
		{waiver("rule: a, reason: long enough, until: 2026-01-01"), false},
		{waiver("id: '0123456789ab', rule: a, reason: long enough, until: 2026-01-01"), false},
		{"[]", false},
		{"text", false},
	} {
		_, parserErr := Parse([]byte(test.text), Name)
		schemaErr := schema.Validate(asJSON(t, test.text))
		if (parserErr == nil) != test.good {
			t.Errorf("%s: the parser says %v", test.text, parserErr)
		}
		if (schemaErr == nil) != test.good {
			t.Errorf("%s: the schema says %v", test.text, schemaErr)
		}
	}
}

// Every key has a text, and every example and default is valid for its own key.
func TestSchema_textsExamplesDefaults(t *testing.T) {
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var walk func(path string, node any)
	walk = func(path string, node any) {
		m, _ := node.(map[string]any)
		properties, _ := m["properties"].(map[string]any)
		for key, p := range properties {
			p := p.(map[string]any)
			if d, _ := p["description"].(string); len(d) < 10 || !strings.HasSuffix(d, ".") {
				t.Errorf("%s%s: description %q", path, key, d)
			}
			c := jsonschema.NewCompiler()
			encoded, _ := json.Marshal(p)
			doc, _ := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
			if err := c.AddResource("x", doc); err != nil {
				t.Fatal(err)
			}
			s := c.MustCompile("x")
			examples, _ := p["examples"].([]any)
			if d, ok := p["default"]; ok {
				examples = append(examples, d)
			}
			for _, e := range examples {
				if err := s.Validate(e); err != nil {
					t.Errorf("%s%s: example %v: %v", path, key, e, err)
				}
			}
			walk(path+key+".", p)
			walk(path+key+"[].", p["items"])
		}
	}
	var root any
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	walk("", root)
}

func TestReference_namesEveryKeyAndItsExamplesAreValid(t *testing.T) {
	text, err := Reference()
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := yaml.Unmarshal([]byte(full), &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"version", "identity", "block", "match", "max_file_size", "depth", "until", "dir"} {
		if !strings.Contains(text, "| `"+key+"` |") {
			t.Errorf("%s is missing", key)
		}
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(text, -1)
	if len(blocks) < 4 {
		t.Fatalf("%d examples", len(blocks))
	}
	for _, block := range blocks {
		if _, err := Parse([]byte(block[1]), Name); err != nil {
			t.Errorf("%v in\n%s", err, block[1])
		}
	}
	if again, _ := Reference(); again != text {
		t.Error("the reference is not the same twice")
	}
}
