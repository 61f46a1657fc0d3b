package semgrep

import "go.yaml.in/yaml/v3"

// Extract says what code of another language a rule of ModeExtract takes out of a file, so that the rules of that language look at it.
type Extract struct {
	// Metavariable stands for that code.
	Metavariable string
	// Language is what it is read as.
	Language Language
	// Transform says how the text becomes code: TransformNone, TransformUnquote or TransformJSON.
	Transform string
	// Concat takes all parts of a file for one, else each is looked at by itself.
	Concat bool
	// Include are the ids of the rules that look at it, none for all; Exclude are those that do not.
	Include, Exclude []string
}

// How an extracted text becomes code.
const (
	// TransformNone takes the text as it stands.
	TransformNone = "no_transform"
	// TransformUnquote takes quotes away.
	TransformUnquote = "unquote_string"
	// TransformJSON joins the texts of an array in JSON.
	TransformJSON = "concat_json_string_array"
)

const extractKeys = "extract dest-language transform reduce dest-rules"

// extract reads one of the keys that say what is extracted.
func (r *reader) extract(e entry, rule *Rule) {
	if rule.Extract == nil {
		rule.Extract = &Extract{Transform: TransformNone}
	}
	x := rule.Extract
	switch e.name {
	case "extract", "metavariable":
		if e.name == "extract" && e.value.Kind == yaml.MappingNode { // the new syntax
			rule.Mode = ModeExtract
			for _, inner := range r.entries(e.value, "extract") {
				if !has("metavariable dest-language transform reduce dest-rules", inner.name) {
					r.fault(inner.key, "extract: unknown key %q; known are metavariable, dest-language, transform, reduce, dest-rules", inner.name)
					continue
				}
				r.extract(inner, rule)
			}
			return
		}
		if t, ok := r.text(e.value, e.name); ok && r.isMetavariable(e.value, "extract", t.Value) {
			x.Metavariable = t.Value
		}
	case "dest-language":
		x.Language = r.language(constraint{name: "extract"}, e)
	case "transform":
		x.Transform = r.word(e, TransformNone+" "+TransformUnquote+" "+TransformJSON)
	case "reduce":
		x.Concat = r.word(e, "separate concat") == "concat"
	case "dest-rules":
		for _, list := range r.entries(e.value, e.name) {
			switch list.name {
			case "include":
				x.Include = r.ids(list)
			case "exclude":
				x.Exclude = r.ids(list)
			default:
				r.fault(list.key, "dest-rules: unknown key %q; known are include, exclude", list.name)
			}
		}
	}
}

// word reads a word of a few.
func (r *reader) word(e entry, words string) string {
	t, ok := r.text(e.value, e.name)
	if ok && !has(words, t.Value) {
		r.fault(e.value, "%s: unknown word %s; want one of %s", e.name, quote(t.Value), commas(words))
	}
	return t.Value
}

func (r *reader) ids(e entry) []string {
	var out []string
	for _, t := range r.texts(e.value, e.name) {
		out = append(out, t.Value)
	}
	return out
}

// extracts sees that a rule of ModeExtract says what it extracts.
func (r *reader) extracts(n *yaml.Node, rule *Rule) {
	switch x := rule.Extract; {
	case rule.Mode != ModeExtract && x != nil:
		r.fault(n, "extract needs \"mode: extract\"")
	case rule.Mode != ModeExtract || r.broken:
	case x == nil || x.Metavariable == "":
		r.fault(n, "mode extract: the key \"extract\" is missing; name the metavariable that stands for the code")
	case x.Language == "":
		r.fault(n, "mode extract: the key \"dest-language\" is missing")
	}
}
