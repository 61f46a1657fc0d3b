package sast

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

// Models say once, for each language, where data comes from that nobody should trust and what makes it harmless, in the words of Semgrep's rules. A rule
// names them: "from: [http]", "clean: [html]".
//
//go:embed models/*.yaml
var modelFiles embed.FS

// model is what a language's file says.
type model struct {
	// Sources are kinds of places that data comes from, each a list of formulas; Sanitizers what makes it harmless, by what for.
	Sources, Sanitizers map[string][]any
	// Propagators say what of the language's library carries data on.
	Propagators []any
}

// models are those that were read.
var models struct {
	mu   sync.Mutex
	read map[string]*model
}

// modelOf gives the model of a language, empty where there is none.
func modelOf(language string) (*model, error) {
	models.mu.Lock()
	defer models.mu.Unlock()
	if m := models.read[language]; m != nil {
		return m, nil
	}
	m := &model{}
	if data, err := modelFiles.ReadFile("models/" + language + ".yaml"); err == nil {
		if err := yaml.Unmarshal(data, m); err != nil {
			return nil, fmt.Errorf("model of %q: %w", language, err)
		}
	}
	if models.read == nil {
		models.read = map[string]*model{}
	}
	models.read[language] = m
	return m, nil
}

// modelsDigest names what all models say.
var modelsDigest = sync.OnceValue(func() string {
	sum := sha256.New()
	names, _ := fs.Glob(modelFiles, "models/*.yaml")
	for _, name := range names {
		data, _ := modelFiles.ReadFile(name)
		fmt.Fprintf(sum, "%s %d\n", name, len(data))
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
})

// The keys by which a rule names models, and those of Semgrep in whose lists they are entered.
const (
	fromKey     = "from"
	cleanKey    = "clean"
	exactKey    = "exact"
	sinksKey    = "pattern-sinks"
	sourcesKey  = "pattern-sources"
	cleanersKey = "pattern-sanitizers"
	carriersKey = "pattern-propagators"
)

// expand puts the models that a rule names in their places.
func expand(match map[string]any) error {
	from, clean := texts(match[fromKey]), texts(match[cleanKey])
	delete(match, fromKey)
	delete(match, cleanKey)
	if match["mode"] != "taint" {
		if len(from)+len(clean) > 0 {
			return fmt.Errorf("%s and %s are for rules of mode taint", fromKey, cleanKey)
		}
		return nil
	}
	for _, language := range modelled(texts(match["languages"])) {
		m, err := modelOf(language)
		if err != nil {
			return err
		}
		if err := enter(match, sourcesKey, m.Sources, from, language); err != nil {
			return err
		}
		if err := enter(match, cleanersKey, m.Sanitizers, clean, language); err != nil {
			return err
		}
		match[carriersKey] = append(list(match[carriersKey]), m.Propagators...)
	}
	exact(match[sinksKey])
	exact(match[cleanersKey])
	for _, key := range []string{sourcesKey, cleanersKey, carriersKey} {
		if len(list(match[key])) == 0 {
			delete(match, key)
		}
	}
	return nil
}

// exact makes sinks and sanitizers speak of what they amount to, and not of any part of it, unless they say otherwise: the flow knows what goes into what.
func exact(parts any) {
	for _, part := range list(parts) {
		if p, ok := part.(map[string]any); ok && p[exactKey] == nil {
			p[exactKey] = true
		}
	}
}

// modelled are the languages whose models are used: TypeScript's are JavaScript's.
func modelled(languages []string) []string {
	var out []string
	for _, l := range languages {
		if l == "typescript" {
			l = "javascript"
		}
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// enter adds what the models of some names say to a list.
func enter(match map[string]any, key string, known map[string][]any, names []string, language string) error {
	all := list(match[key])
	for _, name := range names {
		m, ok := known[name]
		if !ok {
			return fmt.Errorf("the model of %q has no %q", language, name)
		}
		all = append(all, m...)
	}
	match[key] = all
	return nil
}

func list(v any) []any {
	all, _ := v.([]any)
	return slices.Clone(all)
}

func texts(v any) []string {
	var out []string
	for _, one := range list(v) {
		if s, ok := one.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
