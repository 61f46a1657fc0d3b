package secret

import (
	"bytes"
	"strings"
)

// manifestJSON reads the secrets of a JSON manifest or List, once per content.
func (l *look) manifestJSON(m *matcher) {
	l.setRead(m, len(l.data))
	type object struct {
		secret  bool
		entries []entryYAML
		encoded []bool
	}
	objects := map[string]*object{}
	order := []string{}
	walkJSON(l.data, max(0, bytes.IndexByte(l.data, '{')), func(t jsonText) {
		n := len(t.keys)
		at := ""
		switch {
		case n >= 1 && t.keys[n-1] == "kind":
			at = strings.Join(t.keys[:n-1], "\x00")
		case n >= 2 && (t.keys[n-2] == "data" || t.keys[n-2] == "stringData"):
			at = strings.Join(t.keys[:n-2], "\x00")
		default:
			return
		}
		o := objects[at]
		if o == nil {
			o = &object{}
			objects[at] = o
			order = append(order, at)
		}
		if t.keys[n-1] == "kind" {
			o.secret = o.secret || t.value == "Secret"
			return
		}
		o.entries = append(o.entries, entryYAML{key: t.keys[n-1], value: t.value, start: t.start, end: t.end})
		o.encoded = append(o.encoded, t.keys[n-2] == "data")
	})
	for _, at := range order {
		o := objects[at]
		for i, e := range o.entries {
			if o.secret {
				l.entry(m, e, o.encoded[i], "")
			}
		}
	}
}
