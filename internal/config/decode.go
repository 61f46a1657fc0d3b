package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/finding"
)

// decoder writes YAML nodes into values and gathers every fault on the way.
// It goes only as deep as the types do, whatever the file nests.
type decoder struct {
	file string
	errs []error
}

func valueOf(c *Config) reflect.Value { return reflect.ValueOf(c).Elem() }

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	if len(d.errs) < maxErrors {
		d.errs = append(d.errs, &Error{d.file, max(n.Line, 1), max(n.Column, 1), fmt.Sprintf(format, args...)})
	}
}

// decode writes one node into one value. What names the value in messages.
func (d *decoder) decode(n *yaml.Node, v reflect.Value, what string) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.fail(n, "%s: anchors and aliases are not allowed here", what)
		return
	}
	if n.Style&yaml.TaggedStyle != 0 {
		d.fail(n, "%s: tags are not allowed here", what)
		return
	}
	if text, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.text(n, v, text, what)
		return
	}
	empty := n.Kind == yaml.ScalarNode && n.Tag == "!!null" && !needy(v.Type())
	switch v.Kind() {
	case reflect.Struct:
		if !empty && d.isKind(n, yaml.MappingNode, "keys and values", what) {
			d.object(n, v)
		}
	case reflect.Map:
		if !empty && d.isKind(n, yaml.MappingNode, "keys and values", what) {
			d.table(n, v)
		}
	case reflect.Slice:
		if !empty && d.isKind(n, yaml.SequenceNode, "a list", what) {
			d.list(n, v, what)
		}
	default:
		d.scalar(n, v, what)
	}
}

// needy tells whether a mapping has keys that must be there, so that nothing is not enough.
func needy(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(fieldsOf(t), func(f field) bool { return f.required })
}

func (d *decoder) isKind(n *yaml.Node, kind yaml.Kind, want, what string) bool {
	if n.Kind != kind {
		d.fail(n, "%s: want %s", what, want)
	}
	return n.Kind == kind
}

// text reads a scalar that has its own form.
func (d *decoder) text(n *yaml.Node, v reflect.Value, into encoding.TextUnmarshaler, what string) {
	if !d.isKind(n, yaml.ScalarNode, "one value", what) {
		return
	}
	want := strings.Fields(hints[v.Type()].Kinds)
	if !slices.Contains(want, strings.TrimPrefix(n.Tag, "!!")) {
		d.fail(n, "%s: want text; put it in quotes", what)
		return
	}
	if err := into.UnmarshalText([]byte(n.Value)); err != nil {
		d.fail(n, "%s: %s", what, err)
		return
	}
	if hint := hints[v.Type()]; hint.Enum != nil { // the names the finding package takes in any case
		if err := oneOf(hint.Enum, n.Value); err != nil {
			d.fail(n, "%s: %s", what, err)
		}
	}
}

// scalar reads a bool, an int or a string.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, what string) {
	if !d.isKind(n, yaml.ScalarNode, "one value", what) {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" || n.Value != "true" && n.Value != "false" {
			d.fail(n, "%s: want true or false", what)
			return
		}
		v.SetBool(n.Value == "true")
	case reflect.Int:
		i, err := strconv.Atoi(n.Value)
		if n.Tag != "!!int" || err != nil {
			d.fail(n, "%s: want a whole number", what)
			return
		}
		v.SetInt(int64(i))
	case reflect.String:
		if n.Tag != "!!str" {
			d.fail(n, "%s: want text; put it in quotes", what)
			return
		}
		v.SetString(n.Value)
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, what string) {
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.decode(item, v.Index(i), fmt.Sprintf("%s[%d]", what, i))
	}
}

// pairs calls visit for each key and value of a mapping, and refuses a key that stands twice or is no plain text.
func (d *decoder) pairs(n *yaml.Node, visit func(key, value *yaml.Node)) {
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		line, doubled := first[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode || key.Tag != "!!str" || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0:
			d.fail(key, "a key must be plain text")
		case doubled:
			d.fail(key, "key %q stands here again; it is already in line %d", clip(key.Value), line)
		default:
			first[key.Value] = key.Line
			visit(key, n.Content[i+1])
		}
	}
}

func (d *decoder) table(n *yaml.Node, v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, func(key, value *yaml.Node) {
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		d.decode(key, k, "key")
		d.decode(value, e, clip(key.Value))
		v.SetMapIndex(k, e)
	})
}

// object reads a mapping into a struct by its yaml tags.
func (d *decoder) object(n *yaml.Node, v reflect.Value) {
	fields := fieldsOf(v.Type())
	given := map[string]bool{}
	d.pairs(n, func(key, value *yaml.Node) {
		for _, f := range fields {
			if f.key == key.Value {
				given[f.key] = true
				d.decode(value, v.Field(f.index), f.key)
				d.inRange(value, v.Field(f.index), f)
				return
			}
		}
		d.fail(key, "%s", unknownKey(key.Value, fields))
	})
	for _, f := range fields {
		if f.required && !given[f.key] {
			d.fail(n, "%s is missing", f.key)
		}
	}
	d.finish(n, v, given)
}

func (d *decoder) inRange(n *yaml.Node, v reflect.Value, f field) {
	if f.bounded && v.Kind() == reflect.Int && (v.Int() < f.least || v.Int() > f.most) {
		if f.least == f.most {
			d.fail(n, "%s: want %d", f.key, f.least)
			return
		}
		d.fail(n, "%s: want a number from %d to %d", f.key, f.least, f.most)
	}
}

// finish checks what concerns several keys at once and notes places.
func (d *decoder) finish(n *yaml.Node, v reflect.Value, given map[string]bool) {
	switch s := v.Addr().Interface().(type) {
	case *PathRule:
		s.capped = given["severity"]
		if !given["action"] && !given["severity"] {
			d.fail(n, "want an action, a severity or both")
		}
	case *Waiver:
		s.Location = finding.Location{Path: d.file, Region: finding.Region{StartLine: n.Line, StartColumn: n.Column}}
		byID, byRule := given["id"], given["rule"] || given["path"]
		if byID == byRule || byRule && !(given["rule"] && given["path"]) {
			d.fail(n, "want either an id, or a rule and a path")
		}
	}
}

func unknownKey(key string, fields []field) string {
	var names []string
	for _, f := range fields {
		names = append(names, f.key)
	}
	if near := nearest(key, names); near != "" {
		return fmt.Sprintf("unknown key %q; did you mean %q?", clip(key), near)
	}
	return fmt.Sprintf("unknown key %q; possible here: %s", clip(key), strings.Join(names, ", "))
}
