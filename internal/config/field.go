package config

import (
	"reflect"
	"strconv"

	"github.com/reevehq/reeve/internal/decision"
	"github.com/reevehq/reeve/internal/finding"
)

// field is a key of a mapping, as the struct's tags state it.
type field struct {
	key      string
	index    int
	name     string // the Go name, by which its comment is found
	kind     reflect.Type
	required bool
	example  string // YAML, "" if none
	form     string // "1" or "2" where the mapping has two forms that exclude each other; "" for both
	// bounded tells that a number must lie between least and most.
	bounded     bool
	least, most int64
}

// fieldsOf reads the tags of a struct. They are ours, so a malformed number is a fault that the tests show.
func fieldsOf(t reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		key := sf.Tag.Get("yaml")
		if key == "" || key == "-" {
			continue
		}
		f := field{key: key, index: i, name: sf.Name, kind: sf.Type, required: sf.Tag.Get("required") == "true", example: sf.Tag.Get("example"), form: sf.Tag.Get("form")}
		if most, ok := sf.Tag.Lookup("max"); ok {
			f.bounded = true
			f.least, _ = strconv.ParseInt(sf.Tag.Get("min"), 10, 64)
			f.most, _ = strconv.ParseInt(most, 10, 64)
		}
		out = append(out, f)
	}
	return out
}

// hint says what a text of its own form looks like, for the reader and the schema.
type hint struct {
	// Name is what the reference calls it.
	Name string
	// Kinds are the YAML kinds it may be written as.
	Kinds string
	// Enum are the only texts allowed, Pattern what every text matches.
	Enum    []string
	Pattern string
	// Least is the least number of characters.
	Least int
}

var hints = map[reflect.Type]hint{
	reflect.TypeFor[finding.Severity]():   {Name: "severity", Kinds: "str", Enum: severities},
	reflect.TypeFor[finding.Confidence](): {Name: "confidence", Kinds: "str", Enum: confidences},
	reflect.TypeFor[Threshold]():          {Name: "severity or never", Kinds: "str", Enum: thresholds},
	reflect.TypeFor[Answer]():             {Name: "action", Kinds: "str", Enum: answers},
	reflect.TypeFor[Treat]():              {Name: "action", Kinds: "str", Enum: decision.Treats()},
	reflect.TypeFor[Key]():                {Name: "hex key", Kinds: "str", Pattern: keyPattern},
	reflect.TypeFor[ID]():                 {Name: "fingerprint", Kinds: "str", Pattern: idPattern},
	reflect.TypeFor[Reason]():             {Name: "text", Kinds: "str", Pattern: reasonPattern, Least: decision.MinReason},
	reflect.TypeFor[RulePattern]():        {Name: "rule id or pattern", Kinds: "str", Pattern: rulePattern},
	reflect.TypeFor[Glob]():               {Name: "path pattern", Kinds: "str", Pattern: globPattern},
	reflect.TypeFor[Address]():            {Name: "address", Kinds: "str", Pattern: addressPattern},
	reflect.TypeFor[Necessity]():          {Name: "necessity", Kinds: "str", Enum: necessities},
	reflect.TypeFor[Internet]():           {Name: "reach", Kinds: "str", Enum: internets},
	reflect.TypeFor[Environment]():        {Name: "environment", Kinds: "str", Enum: environments},
	reflect.TypeFor[YesNo]():              {Name: "yes or no", Kinds: "str", Enum: yesNos},
	reflect.TypeFor[DataKind]():           {Name: "kind of data", Kinds: "str", Enum: dataKinds},
	reflect.TypeFor[Size]():               {Name: "size", Kinds: "str int", Pattern: sizePattern},
	reflect.TypeFor[Date]():               {Name: "date", Kinds: "str timestamp", Pattern: datePattern},
}
