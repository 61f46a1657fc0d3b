package config

import (
	"encoding/json"
	"fmt"
	"reflect"

	"go.yaml.in/yaml/v3"
)

type object = map[string]any

// Schema gives the JSON Schema (draft 2020-12) of reeve.yaml, made from the types that read it. Editors complete and check by it.
// What a schema cannot say (a date's calendar, an unclosed bracket in a pattern) only Parse checks.
func Schema() ([]byte, error) {
	texts, err := readComments()
	if err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	s := schemer{texts}
	root, err := s.of(valueOf(Default()))
	if err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = Name
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("make schema: %w", err)
	}
	return append(out, '\n'), nil
}

type schemer struct{ texts comments }

// of gives the schema of a value; what stands in the value are the defaults.
func (s schemer) of(v reflect.Value) (object, error) {
	if h, ok := hints[v.Type()]; ok {
		return h.schema(), nil
	}
	switch v.Kind() {
	case reflect.Struct:
		return s.structure(v)
	case reflect.Slice:
		items, err := s.of(reflect.New(v.Type().Elem()).Elem())
		return object{"type": []string{"array", "null"}, "items": items}, err
	case reflect.Map:
		keys, err := s.of(reflect.New(v.Type().Key()).Elem())
		if err != nil {
			return nil, err
		}
		values, err := s.of(reflect.New(v.Type().Elem()).Elem())
		return object{"type": []string{"object", "null"}, "propertyNames": keys, "additionalProperties": values}, err
	case reflect.Bool:
		return object{"type": "boolean"}, nil
	case reflect.Int:
		return object{"type": "integer"}, nil
	default:
		return object{"type": "string"}, nil
	}
}

func (s schemer) structure(v reflect.Value) (object, error) {
	properties := object{}
	var required []string
	for _, f := range fieldsOf(v.Type()) {
		p, err := s.property(v, f)
		if err != nil {
			return nil, err
		}
		properties[f.key] = p
		if f.required {
			required = append(required, f.key)
		}
	}
	kind := any([]string{"object", "null"})
	if required != nil {
		kind = "object"
	}
	out := object{"type": kind, "description": s.texts.about(v.Type().Name()), "additionalProperties": false, "properties": properties}
	if required != nil {
		out["required"] = required
	}
	for keyword, value := range together(v.Type()) {
		out[keyword] = value
	}
	return out, nil
}

// property is the schema of one key with its text, bounds, default and example.
func (s schemer) property(v reflect.Value, f field) (object, error) {
	p, err := s.of(v.Field(f.index))
	if err != nil {
		return nil, err
	}
	p["description"] = s.texts.of(v.Type().Name(), f)
	if f.bounded {
		p["minimum"], p["maximum"] = f.least, f.most
	}
	if d := defaultOf(v.Field(f.index)); d != nil {
		p["default"] = d
	}
	if f.example != "" {
		example, err := plainYAML(f.example)
		if err != nil {
			return nil, fmt.Errorf("example of %s: %w", f.key, err)
		}
		p["examples"] = []any{example}
	}
	return p, nil
}

// together says what holds between several keys (see decoder.finish).
func together(t reflect.Type) object {
	no := func(key string) object { return object{"not": object{"required": []string{key}}} }
	switch t {
	case reflect.TypeFor[PathRule]():
		return object{"anyOf": []object{{"required": []string{"action"}}, {"required": []string{"severity"}}}}
	case reflect.TypeFor[Waiver]():
		return object{"oneOf": []object{
			{"required": []string{"id"}, "allOf": []object{no("rule"), no("path")}},
			{"required": []string{"rule", "path"}, "allOf": []object{no("id")}},
		}}
	}
	return nil
}

func (h hint) schema() object {
	text := object{"type": "string"}
	if h.Enum != nil {
		text["enum"] = h.Enum
	}
	if h.Pattern != "" {
		text["pattern"] = h.Pattern
	}
	if h.Least > 0 {
		text["minLength"] = h.Least
	}
	if h.Name == "size" {
		return object{"oneOf": []object{text, {"type": "integer", "minimum": 1}}}
	}
	return text
}

// defaultOf gives what holds where a key is not set; nil for nothing and for what has keys of its own.
func defaultOf(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool()
	case reflect.Struct, reflect.Map, reflect.Slice:
		return nil
	}
	if v.IsZero() {
		return nil
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return s.String()
	}
	return v.Interface()
}

// plainYAML reads YAML into the values JSON knows.
func plainYAML(text string) (any, error) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		return nil, err
	}
	if len(n.Content) == 0 {
		return nil, nil
	}
	return plain(n.Content[0])
}

// plain turns a node into a value of JSON; a date stays the text it is, as in YAML 1.2.
func plain(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		out := object{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := plain(n.Content[i+1])
			if err != nil {
				return nil, err
			}
			out[n.Content[i].Value] = v
		}
		return out, nil
	case yaml.SequenceNode:
		out := []any{}
		for _, item := range n.Content {
			v, err := plain(item)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	if n.Tag == "!!timestamp" {
		return n.Value, nil
	}
	var out any
	err := n.Decode(&out)
	return out, err
}
