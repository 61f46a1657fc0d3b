package ingest

import (
	"strings"
)

// records goes through values of one kind however they came: an array, the list in a member of an object, several such after another (the pages of
// an API), one value a line. Members are the names that lead to the list, outermost first, in any case; names for one level are told apart by "|".
// A page that says that another follows makes the report partial.
func records[T any](j *jsonReader, h *Header, take func(*T) error, members ...string) error {
	return j.lines(func() error {
		return j.unwrap(h, members, func() error {
			var one T
			return orNext(j.value(&one), func() error { return take(&one) })
		})
	})
}

// unwrap takes one value apart as records does, and calls record for each value within, which must take it.
func (j *jsonReader) unwrap(h *Header, members []string, record func() error) error {
	switch {
	case j.kind() == '[':
		return j.elements(func() error { return j.unwrap(h, members, record) })
	case j.kind() == 'n':
		return j.skip()
	case len(members) == 0:
		return record()
	}
	return j.members(func(name string) error {
		for wanted := range strings.SplitSeq(members[0], "|") {
			if strings.EqualFold(name, wanted) {
				return j.unwrap(h, members[1:], record)
			}
		}
		switch strings.ToLower(name) {
		case "nexttoken", "nextpagetoken", "nextlink", "$skiptoken":
			var next string
			if err := j.value(&next); err != nil || next == "" {
				return err
			}
			missed(h, "the report is one page of several: %s is set", name)
			return nil
		}
		return j.skip()
	})
}
