package api

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

const golden = "testdata/openapi.json"

func TestDocument_isTheGoldenOne(t *testing.T) {
	if *update {
		words = usedWords(t) // those that were built in may be old
	}
	text := append(New(nil, nil, Options{Sessions: noSessions{}}).document(), '\n')
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, want) {
		t.Error("the API's document has changed: look at the difference, then run \"go test ./internal/api -run 'TestWords|TestDocument' -update\"")
	}
}

func TestDocument_everySchemaIsJSONSchema(t *testing.T) {
	c := newContract(New(nil, nil, Options{Sessions: noSessions{}}).document())
	components := c.document["components"].(map[string]any)
	for name := range components["schemas"].(map[string]any) {
		if _, err := c.compiler.Compile("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
	meta, err := jsonschema.NewCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range components["schemas"].(map[string]any) {
		if err := meta.Validate(s); err != nil {
			t.Errorf("schema %s: %v", name, err)
		}
	}
}

// TestDocument_saysEverything: OpenAPI 3.1.0, sections 4.8.9 to 4.8.17, as far as the document uses them; and what readers of it expect.
func TestDocument_saysEverything(t *testing.T) {
	c := newContract(New(nil, nil, Options{Sessions: noSessions{}}).document())
	if c.document["openapi"] != "3.1.0" {
		t.Errorf("openapi is %v", c.document["openapi"])
	}
	tags, seen := map[string]bool{}, map[string]bool{}
	for _, tag := range c.document["tags"].([]any) {
		tags[tag.(map[string]any)["name"].(string)] = true
	}
	for path, item := range c.document["paths"].(map[string]any) {
		for method, o := range item.(map[string]any) {
			op := o.(map[string]any)
			at := method + " " + path
			id, _ := op["operationId"].(string)
			if id == "" || seen[id] {
				t.Errorf("%s: operationId %q", at, id)
			}
			seen[id] = true
			for _, word := range []string{"summary", "description"} {
				if s, _ := op[word].(string); s == "" {
					t.Errorf("%s has no %s", at, word)
				}
			}
			if list, _ := op["tags"].([]any); len(list) != 1 || !tags[list[0].(string)] {
				t.Errorf("%s has tags %v", at, op["tags"])
			}
			c.parameters(t, at, path, op)
			c.example(t, at, path, method, op)
			c.answers(t, at, op)
		}
	}
}

func (c *contract) parameters(t *testing.T, at, path string, op map[string]any) {
	t.Helper()
	inPath := map[string]bool{}
	list, _ := op["parameters"].([]any)
	for _, p := range list {
		param := p.(map[string]any)
		name := param["name"].(string)
		inPath[name] = inPath[name] || param["in"] == "path" && param["required"] == true
		if s, _ := param["description"].(string); s == "" {
			t.Errorf("%s: parameter %s has no description", at, name)
		}
		schema := param["schema"].(map[string]any)
		if param["example"] == nil && schema["examples"] == nil {
			t.Errorf("%s: parameter %s has no example", at, name)
		}
		bounded := schema["maxLength"] != nil || schema["type"] != "string" || schema["enum"] != nil || schema["format"] != nil
		if !bounded {
			t.Errorf("%s: parameter %s has no bound", at, name)
		}
	}
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok && !inPath[strings.TrimSuffix(name, "}")] {
			t.Errorf("%s: %s is not among the parameters", at, part)
		}
	}
}

func (c *contract) example(t *testing.T, at, path, method string, op map[string]any) {
	t.Helper()
	body, ok := op["requestBody"].(map[string]any)
	if !ok {
		return
	}
	content, ok := body["content"].(map[string]any)["application/json"].(map[string]any)
	if !ok {
		return // it is text or a report
	}
	if content["example"] == nil {
		t.Errorf("%s: the body has no example", at)
		return
	}
	s, err := c.compiler.Compile("openapi.json#/paths/" + escape(path) + "/" + method + "/requestBody/content/application~1json/schema")
	if err == nil {
		err = s.Validate(content["example"])
	}
	if err != nil {
		t.Errorf("%s: the example of its body: %v", at, err)
	}
}

func (c *contract) answers(t *testing.T, at string, op map[string]any) {
	t.Helper()
	success := false
	for status, r := range op["responses"].(map[string]any) {
		answer := r.(map[string]any)
		if s, _ := answer["description"].(string); s == "" {
			t.Errorf("%s: answer %s has no description", at, status)
		}
		success = success || status[0] == '2'
		if content, _ := answer["content"].(map[string]any); status[0] == '4' && content[problemJSON] == nil {
			t.Errorf("%s: answer %s is no problem", at, status)
		}
	}
	if !success || op["security"] == nil {
		t.Errorf("%s has no success or no security", at)
	}
}

func TestDocument_isServedToEverybody(t *testing.T) {
	b := onSQLite(t)
	g := b.want("", "GET /openapi.json", "", 200)
	if g.header.Get("Content-Type") != "application/openapi+json" || !json.Valid(g.body) {
		t.Errorf("%s %.100s", g.header, g.body)
	}
	for _, k := range kinds() {
		if g := b.want("", "GET /problems/"+k.name, "", 200); !strings.Contains(string(g.body), k.text) {
			t.Errorf("problem %s: %s", k.name, g.body)
		}
		if !strings.Contains(string(b.want("", "GET /problems", "", 200).body), k.name) {
			t.Errorf("problem %s is not listed", k.name)
		}
	}
	b.want("", "GET /problems/none", "", 404)
}
