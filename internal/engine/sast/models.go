package sast

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/semgrep"
)

// Models say once, for each language, where data comes from that nobody should trust, where it must not arrive and what makes it harmless, in the words of
// Semgrep's rules. A rule names them: "from: [http]", "to: [html]", "clean: [html]".
//
//go:embed models/*.yaml
var modelFiles embed.FS

// model is what a language's file says.
type model struct {
	// sources are kinds of places that data comes from, sinks those where it does harm, sanitizers what makes it harmless, by what for.
	sources, sinks, sanitizers map[string]semgrep.Taint
	// propagators say what of the language's library carries data on.
	propagators semgrep.Taint
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
	name := "models/" + language + ".yaml"
	if data, err := modelFiles.ReadFile(name); err == nil {
		if m, err = readModel(name, data); err != nil {
			return nil, err
		}
	}
	if models.read == nil {
		models.read = map[string]*model{}
	}
	models.read[language] = m
	return m, nil
}

// readModel reads the file of a language: under each name a list of what a taint rule has.
func readModel(name string, data []byte) (*model, error) {
	var file struct {
		Sources, Sinks, Sanitizers map[string][]any
		Propagators                []any
	}
	if err := yaml.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	m := &model{}
	carriers, err := readKinds(carriersKey, map[string][]any{carriersKey: file.Propagators})
	if err == nil {
		m.propagators = carriers[carriersKey]
		m.sources, err = readKinds(sourcesKey, file.Sources)
	}
	if err == nil {
		m.sinks, err = readKinds(sinksKey, file.Sinks)
	}
	if err == nil {
		m.sanitizers, err = readKinds(cleanersKey, file.Sanitizers)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return m, nil
}

// readKinds reads lists of one of the parts of a taint rule.
func readKinds(key string, lists map[string][]any) (map[string]semgrep.Taint, error) {
	kinds := map[string]semgrep.Taint{}
	for _, kind := range slices.Sorted(maps.Keys(lists)) {
		if len(lists[kind]) == 0 {
			continue
		}
		if key == sinksKey || key == cleanersKey {
			exact(lists[kind])
		}
		var err error
		if kinds[kind], err = semgrep.LoadTaint(map[string]any{key: lists[kind]}); err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
	}
	return kinds, nil
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
	toKey       = "to"
	cleanKey    = "clean"
	exactKey    = "exact"
	sinksKey    = "pattern-sinks"
	sourcesKey  = "pattern-sources"
	cleanersKey = "pattern-sanitizers"
	carriersKey = "pattern-propagators"
)

// modelled takes out of a match which models it names, and gives what they say.
func modelled(match map[string]any) (semgrep.Taint, error) {
	var parts semgrep.Taint
	from, to, clean := texts(match[fromKey]), texts(match[toKey]), texts(match[cleanKey])
	delete(match, fromKey)
	delete(match, toKey)
	delete(match, cleanKey)
	if match["mode"] != "taint" {
		if len(from)+len(to)+len(clean) > 0 {
			return parts, fmt.Errorf("%s, %s and %s are for rules of mode taint", fromKey, toKey, cleanKey)
		}
		return parts, nil
	}
	exact(match[sinksKey])
	exact(match[cleanersKey])
	for _, language := range modelLanguages(texts(match["languages"])) {
		m, err := modelOf(language)
		if err != nil {
			return parts, err
		}
		for _, named := range []struct {
			kinds map[string]semgrep.Taint
			names []string
		}{{m.sources, from}, {m.sinks, to}, {m.sanitizers, clean}} {
			for _, name := range named.names {
				of, ok := named.kinds[name]
				if !ok {
					return parts, fmt.Errorf("the model of %q has no %q", language, name)
				}
				parts.Add(&of)
			}
		}
		parts.Add(&m.propagators)
	}
	return parts, nil
}

// exact makes sinks and sanitizers speak of what they amount to, and not of any part of it, unless they say otherwise: the flow knows what goes into what.
func exact(parts any) {
	for _, part := range list(parts) {
		if p, ok := part.(map[string]any); ok && p[exactKey] == nil {
			p[exactKey] = true
		}
	}
}

// modelLanguages are the languages whose models are used: TypeScript's are JavaScript's.
func modelLanguages(languages []string) []string {
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

func list(v any) []any {
	all, _ := v.([]any)
	return all
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
