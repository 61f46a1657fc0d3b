package secret

import (
	"bytes"
	"strings"
)

// generator reads the literals of kustomize's secretGenerator: "- KEY=value" under "literals:".
func (l *look) generator(m *matcher, at int) {
	indent := keyIndent(l.data, at)
	_, to := l.mappingAround(at, indent)
	literals := false
	l.setRead(m, to)
	for i := fullLineEnd(l.data, at) + 1; i < min(to, at+maxRun); i = fullLineEnd(l.data, i) + 1 {
		end := min(fullLineEnd(l.data, i), to)
		line := l.data[i:end]
		trimmed := strings.TrimLeft(string(line), " -")
		n := len(line) - len(trimmed)
		if key, _, ok := cutKey([]byte(trimmed)); ok && !strings.Contains(key, "=") {
			if n <= indent && !bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte("-")) {
				return
			}
			literals = key == "literals"
			continue
		}
		key, value, ok := strings.Cut(strings.TrimRight(strings.Trim(strings.TrimRight(trimmed, " \r"), `"'`), " "), "=")
		if !literals || !ok {
			continue
		}
		value = strings.Trim(value, `"'`)
		start := i + strings.Index(string(line), "=") + 1
		start += max(0, strings.Index(string(l.data[start:end]), value))
		l.entry(m, entryYAML{key: key, value: value, start: start, end: start + len(value)}, false, "")
	}
}
