package api

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// config is the document's frame.
func config(version string) huma.Config {
	c := huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "reeve", Version: "1",
				Description: "The register of findings: what is wrong, where, how bad it is there, whose it is and what became of it.\n\n" +
					"Every list is a page with `items` and, where there are more, `next`: send it as `after`. Lists of findings take the query language of the " +
					"search box (`state:open level:critical,high team:payments`). Whatever goes wrong is a problem (RFC 9457) whose `type` explains it. " +
					"What you may not see is not there for you (404); what you may see and may not do is refused (403).",
			},
			Tags: []*huma.Tag{
				{Name: "Findings", Description: "What is wrong, and what people decide about it."},
				{Name: "Figures", Description: "Counts, metrics and the past."},
				{Name: "Imports", Description: "Reports of tools, brought in whole or not at all."},
				{Name: "Assets", Description: "What findings are about: repositories, images, hosts, clusters."},
				{Name: "Teams", Description: "Who owns assets and findings."},
				{Name: "Policies", Description: "How long things may take."},
				{Name: "Views", Description: "Saved questions."},
				{Name: "Hooks", Description: "Who outside is told what happens."},
				{Name: "People", Description: "Who may come in, and what they may do."},
				{Name: "Log", Description: "Everything that ever changed: append-only, hash-chained, signed."},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", ownName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token":   {Type: "http", Scheme: "bearer", Description: "An API token of a person, or the pass of a pipeline."},
					"session": {Type: "apiKey", In: "cookie", Name: "reeve", Description: "The session of a browser; its name is __Host-reeve where visitors come by https."},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
		Transformers:                 []huma.Transformer{transform},
	}
	if version != "" {
		c.Info.Extensions = map[string]any{"x-reeve-version": version}
	}
	return c
}

// prefixOf is what stands before a type's name in the document: nothing for types of the packages that speak of findings and people.
func prefixOf(t reflect.Type) string {
	switch pkg := path.Base(t.PkgPath()); pkg {
	case ".", "api", "desk", "register", "access", "people", "facet":
		return ""
	default:
		return strings.ToUpper(pkg[:1]) + pkg[1:]
	}
}

// words are the sentences that stand before types and fields in the source, by type and field: "desk.Row", "desk.Row.Title". The test
// TestWords_areThoseOfTheSource writes them.
//
//go:embed words.json
var words []byte

// describe puts the comments of the Go types to the document's schemas. It must be done before the first request, which reads them.
func (a *API) describe() {
	text := map[string]string{}
	if json.Unmarshal(words, &text) != nil {
		return // the test of the words would have failed
	}
	registry := a.huma.OpenAPI().Components.Schemas
	for name, schema := range registry.Map() {
		describeSchema(schema, registry.TypeFromRef("#/components/schemas/"+name), text)
	}
}

// describeSchema puts words to a type and its fields, where none are there. A reference may have words beside it (OpenAPI 3.1).
func describeSchema(s *huma.Schema, t reflect.Type, text map[string]string) {
	if t == nil || t.Kind() != reflect.Struct {
		return
	}
	if s.Description == "" {
		s.Description = text[wordsFor(t, "")]
	}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		if p := s.Properties[name]; p != nil && !f.Anonymous && p.Description == "" {
			p.Description = text[wordsFor(holder(t, f.Index), f.Name)]
		}
	}
}

// write makes the document's text.
func (a *API) write() []byte {
	out, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	if err != nil {
		a.opt.Log.Error("the OpenAPI document could not be written", "error", err.Error())
	}
	return out
}

// holder is the struct that declares a field, which may be embedded in t.
func holder(t reflect.Type, index []int) reflect.Type {
	for _, i := range index[:len(index)-1] {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
	}
	return t
}

// wordsFor is the key of a type's or field's words.
func wordsFor(t reflect.Type, field string) string {
	name, _, _ := strings.Cut(t.Name(), "[")
	key := path.Base(t.PkgPath()) + "." + name
	if field != "" {
		key += "." + field
	}
	return key
}

// serveDocument gives the OpenAPI document.
func (a *API) serveDocument(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(a.document())
}
