package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Reference gives the reference of all keys as Markdown, made from the types that read them.
func Reference() (string, error) {
	texts, err := readComments()
	if err != nil {
		return "", fmt.Errorf("make reference: %w", err)
	}
	r := referencer{texts: texts}
	fmt.Fprintf(&r.out, "# %s\n\n", Name)
	r.section(valueOf(Default()), "")
	return r.out.String(), nil
}

type referencer struct {
	texts comments
	out   strings.Builder
}

// section writes the keys of one mapping and then those of the mappings in it.
func (r *referencer) section(v reflect.Value, prefix string) {
	if prefix != "" {
		fmt.Fprintf(&r.out, "## %s\n\n", strings.TrimSuffix(prefix, "."))
	}
	fields := fieldsOf(v.Type())
	fmt.Fprintf(&r.out, "%s\n\n", r.texts.about(v.Type().Name()))
	r.out.WriteString("| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n")
	for _, f := range fields {
		r.row(v, f)
	}
	r.out.WriteString("\n")
	r.example(fields, prefix)
	for _, f := range fields {
		child, name := v.Field(f.index), prefix+f.key
		if child.Kind() == reflect.Slice {
			child, name = reflect.New(f.kind.Elem()).Elem(), name+"[]"
		}
		if _, text := hints[child.Type()]; child.Kind() == reflect.Struct && !text {
			r.section(child, name+".")
		}
	}
}

func (r *referencer) row(v reflect.Value, f field) {
	value := kindOf(f.kind)
	if f.bounded && f.least == f.most {
		value = fmt.Sprint(f.most)
	} else if f.bounded {
		value = fmt.Sprintf("%d to %d", f.least, f.most)
	}
	fallback := "-"
	if f.required {
		fallback = "required"
	} else if d := defaultOf(v.Field(f.index)); d != nil {
		fallback = fmt.Sprintf("`%v`", d)
	}
	text := strings.ReplaceAll(r.texts.of(v.Type().Name(), f), "\n\n", " ")
	fmt.Fprintf(&r.out, "| `%s` | %s | %s | %s |\n", f.key, value, fallback, strings.ReplaceAll(text, "|", "\\|"))
}

// example writes the examples of a section's keys, nested as in the file. The items of a list may have two forms.
func (r *referencer) example(fields []field, prefix string) {
	first, second := formOf(fields, "1"), formOf(fields, "2")
	if first == nil {
		return
	}
	r.out.WriteString("```yaml\n")
	indent := ""
	for key := range strings.SplitSeq(strings.TrimSuffix(prefix, "."), ".") {
		if key != "" {
			fmt.Fprintf(&r.out, "%s%s:\n", indent, strings.TrimSuffix(key, "[]"))
			indent += "  "
		}
	}
	if !strings.HasSuffix(prefix, "[].") {
		r.lines(first, indent, indent)
	} else {
		r.lines(first, indent+"- ", indent+"  ")
		if !slices.Equal(first, second) {
			r.lines(second, indent+"- ", indent+"  ")
		}
	}
	r.out.WriteString("```\n\n")
}

// formOf gives the example lines of the keys that belong to a form.
func formOf(fields []field, form string) []string {
	var lines []string
	for _, f := range fields {
		if f.example != "" && (f.form == "" || f.form == form) {
			lines = append(lines, f.key+": "+f.example)
		}
	}
	return lines
}

func (r *referencer) lines(lines []string, indent, next string) {
	for _, line := range lines {
		fmt.Fprintf(&r.out, "%s%s\n", indent, line)
		indent = next
	}
}

// kindOf names a type as people write it.
func kindOf(t reflect.Type) string {
	if h, ok := hints[t]; ok {
		if h.Enum != nil {
			return "`" + strings.Join(h.Enum, "`, `") + "`"
		}
		return h.Name
	}
	switch t.Kind() {
	case reflect.Slice:
		return "list of " + strings.ReplaceAll(kindOf(t.Elem()), "`", "")
	case reflect.Map:
		return kindOf(t.Key()) + ": " + kindOf(t.Elem())
	case reflect.Struct:
		return "keys"
	case reflect.Bool:
		return "true, false"
	case reflect.Int:
		return "number"
	}
	return "text"
}
