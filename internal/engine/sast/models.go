package sast

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/semgrep"
)

// Models say once, for each language, where data comes from that nobody should trust, where it must not arrive, what makes it harmless and what of the
// language's library carries it on, in the words of Semgrep's rules. A rule names them: "from: [http]", "to: [html]", "clean: [html]". They stand in
// models/LANGUAGE.yaml, and are compiled in as constants (models.gen.go, written by tools/gen), each list read when a rule names it.
type Models struct {
	lists []ModelList
	mu    sync.Mutex
	// read are the lists that rules have named, by their places among all.
	read map[int]semgrep.Taint
}

// ModelList is one list of a model.
type ModelList struct {
	// Language is that of the model, Part one of the keys of its file, Kind what a rule calls the list; "" for propagators, which go with every rule.
	Language, Part, Kind string
	// Text is the list as JSON, keys sorted.
	Text string
}

// compiled are the models that are compiled in.
var compiled = sync.OnceValue(func() *Models { return &Models{lists: modelLists[:]} })

// Compiled are the models that are compiled in.
func Compiled() *Models { return compiled() }

// Lists are all there are, sorted.
func (m *Models) Lists() []ModelList { return slices.Clone(m.lists) }

// The parts of a model.
const (
	sourcesPart     = "sources"
	sinksPart       = "sinks"
	sanitizersPart  = "sanitizers"
	propagatorsPart = "propagators"
)

// ReadModels reads the files LANGUAGE.yaml of a folder.
func ReadModels(fsys fs.FS) (*Models, error) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		return nil, err
	}
	m := &Models{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var file struct {
			Sources, Sinks, Sanitizers map[string][]any
			Propagators                []any
		}
		if err := yaml.Unmarshal(data, &file); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		parts := map[string]map[string][]any{sourcesPart: file.Sources, sinksPart: file.Sinks, sanitizersPart: file.Sanitizers, propagatorsPart: {"": file.Propagators}}
		for _, part := range slices.Sorted(maps.Keys(parts)) {
			for _, kind := range slices.Sorted(maps.Keys(parts[part])) {
				text, err := json.Marshal(parts[part][kind])
				if err != nil {
					return nil, fmt.Errorf("%s: %s %s: %w", name, part, kind, err)
				}
				m.lists = append(m.lists, ModelList{strings.TrimSuffix(name, ".yaml"), part, kind, string(text)})
			}
		}
	}
	return m, nil
}

// part gives what one list says; false where there is none.
func (m *Models) part(language, part, kind string) (semgrep.Taint, bool, error) {
	at := slices.IndexFunc(m.lists, func(l ModelList) bool { return l.Language == language && l.Part == part && l.Kind == kind })
	if at < 0 {
		return semgrep.Taint{}, false, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if known, ok := m.read[at]; ok {
		return known, true, nil
	}
	var list []any
	err := json.Unmarshal([]byte(m.lists[at].Text), &list)
	var said semgrep.Taint
	if err == nil && len(list) > 0 {
		if part == sinksPart || part == sanitizersPart {
			exact(list)
		}
		said, err = semgrep.LoadTaint(map[string]any{"pattern-" + part: list})
	}
	if err != nil {
		return said, true, fmt.Errorf("the model of %q: %s %s: %w", language, part, kind, err)
	}
	if m.read == nil {
		m.read = map[int]semgrep.Taint{}
	}
	m.read[at] = said
	return said, true, nil
}

// kinds are the names of the lists of a part.
func (m *Models) kinds(language, part string) (names []string) {
	for _, l := range m.lists {
		if l.Language == language && l.Part == part {
			names = append(names, l.Kind)
		}
	}
	return names
}

// modelsDigest names what all models say.
var modelsDigest = sync.OnceValue(func() string {
	sum := sha256.New()
	for _, l := range modelLists {
		fmt.Fprintf(sum, "%s %s %s %s\n", l.Language, l.Part, l.Kind, l.Text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
})

// The keys by which a rule names models, and those of Semgrep whose parts are exact unless they say otherwise.
const (
	fromKey     = "from"
	toKey       = "to"
	cleanKey    = "clean"
	exactKey    = "exact"
	sinksKey    = "pattern-sinks"
	cleanersKey = "pattern-sanitizers"
)

// modelled takes out of a match which models it names, and gives what they say.
func (m *Models) modelled(match map[string]any) (semgrep.Taint, error) {
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
		for part, kinds := range map[string][]string{sourcesPart: from, sinksPart: to, sanitizersPart: clean} {
			for _, kind := range kinds {
				said, ok, err := m.part(language, part, kind)
				if err != nil {
					return parts, err
				}
				if !ok {
					return parts, fmt.Errorf("the model of %q has no %s %q; it has %s", language, part, kind, strings.Join(m.kinds(language, part), ", "))
				}
				parts.Add(&said)
			}
		}
		carried, _, err := m.part(language, propagatorsPart, "")
		if err != nil {
			return parts, err
		}
		parts.Add(&carried)
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
