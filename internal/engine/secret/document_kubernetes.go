package secret

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// readKubernetes reads a Secret of Kubernetes (its API reference, "Secret v1 core"), in YAML or JSON, alone, among several documents or in a
// List, and the literals of kustomize's secretGenerator. Sealed, external and SOPS-encrypted secrets hold no secret.
func readKubernetes(l *look, m *matcher, at int) {
	if l.depth > 0 || l.binary {
		return
	}
	if l.isRead(m, at) {
		return
	}
	if bytes.HasPrefix(l.data[at:], []byte("secretGenerator")) {
		l.whole = true
		l.generator(m, at)
		return
	}
	if l.data[at] == '"' {
		l.whole = true
		l.manifestJSON(m)
		return
	}
	if !endsKind(l.data, at) {
		return
	}
	l.whole = true
	l.manifestYAML(m, at)
}

// endsKind tells whether "kind: Secret" ends with its word: SecretStore and SecretProviderClass are other kinds.
func endsKind(data []byte, at int) bool {
	line := strings.TrimSpace(string(data[at:min(lineEnd(data, at), at+64)]))
	line, _, _ = strings.Cut(line, "#")
	return strings.Trim(strings.TrimPrefix(strings.TrimSpace(line), "kind:"), ` "'`) == "Secret"
}

// manifestYAML reads the data and stringData of the mapping in which "kind: Secret" stands at data[at:]. It reads lines and their indentation
// only, so templates (Helm) and documents that are no YAML do not stop it.
func (l *look) manifestYAML(m *matcher, at int) {
	indent := keyIndent(l.data, at)
	from, to := l.mappingAround(at, indent)
	text := l.data[from:to]
	if bytes.Contains(text, []byte("\nsops:")) || bytes.Contains(text, []byte("ENC[AES256")) && bytes.Contains(text, []byte("sops")) {
		return
	}
	l.setRead(m, to)
	secretType := valueOfKey(l.data, from, to, indent, "type")
	for _, section := range []string{"data", "stringData"} {
		for _, e := range entries(l.data, from, to, indent, section) {
			l.entry(m, e, section == "data", secretType)
		}
	}
}

// mappingAround gives the extent of the block mapping with keys at the indentation in which data[at] stands.
func (l *look) mappingAround(at, indent int) (from, to int) {
	from = fullLineStart(l.data, at)
	for from > 0 && keyIndent(l.data, at) == indent {
		if startsItem(l.data, from, indent) {
			break
		}
		previous := fullLineStart(l.data, from-1)
		if !inMapping(l.data, previous, indent) {
			break
		}
		from = previous
	}
	to = fullLineEnd(l.data, at)
	for to < len(l.data) {
		next := to + 1
		if next >= len(l.data) || !inMapping(l.data, next, indent) || startsItem(l.data, next, indent) {
			break
		}
		to = fullLineEnd(l.data, next)
	}
	return from, to
}

// inMapping tells whether the line at i may belong to a block mapping of the given indentation: not a document mark and not further left.
func inMapping(data []byte, i, indent int) bool {
	line := data[i:fullLineEnd(data, i)]
	if bytes.HasPrefix(line, []byte("---")) || bytes.HasPrefix(line, []byte("...")) {
		return false
	}
	trimmed := bytes.TrimLeft(line, " -")
	return len(bytes.TrimSpace(trimmed)) == 0 || len(line)-len(trimmed) >= indent || trimmed[0] == '#' || bytes.HasPrefix(trimmed, []byte("{{"))
}

// startsItem tells whether the line at i is "- key: …" with the key at the given indentation: the first line of a mapping in a list.
func startsItem(data []byte, i, indent int) bool {
	n := indentAt(data, i)
	return i+n+1 < len(data) && data[i+n] == '-' && data[i+n+1] == ' ' && n+2+indentAt(data, i+n+2) == indent
}

// keyIndent is the column of the key that stands at or before i on its line, "- " counted as indentation.
func keyIndent(data []byte, i int) int {
	start := fullLineStart(data, i)
	n := indentAt(data, start)
	for start+n+1 < len(data) && data[start+n] == '-' && data[start+n+1] == ' ' {
		n += 2 + indentAt(data, start+n+2)
	}
	return n
}

// entryYAML is one "key: value" of a section and where the value stands.
type entryYAML struct {
	key        string
	value      string
	start, end int
}

// entries reads the entries of a section of the mapping data[from:to].
func entries(data []byte, from, to, indent int, section string) []entryYAML {
	var out []entryYAML
	inside, childIndent := false, -1
	for i := from; i < to; i = fullLineEnd(data, i) + 1 {
		end := min(fullLineEnd(data, i), to)
		n := keyIndent(data, i)
		line := data[i+min(n, end-i) : end]
		if len(bytes.TrimSpace(line)) == 0 || line[0] == '#' || bytes.HasPrefix(line, []byte("{{")) {
			continue
		}
		key, rest, ok := cutKey(line)
		switch {
		case n <= indent:
			inside, childIndent = ok && n == indent && key == section && len(bytes.TrimSpace(rest)) == 0, -1
		case inside && ok && (childIndent < 0 || n == childIndent):
			childIndent = n
			if e, ok := readEntry(data, end-len(rest), end, to, n); ok {
				e.key = key
				out = append(out, e)
			}
		}
	}
	return out
}

// cutKey parts "key: value"; the key may be quoted.
func cutKey(line []byte) (key string, rest []byte, ok bool) {
	i := bytes.Index(line, []byte(": "))
	if i < 0 {
		line = bytes.TrimRight(line, " \r")
		if !bytes.HasSuffix(line, []byte(":")) {
			return "", nil, false
		}
		return strings.Trim(string(line[:len(line)-1]), `"' `), line[len(line):], true
	}
	return strings.Trim(string(line[:i]), `"' `), line[i+1:], true
}

// readEntry reads the value at data[at:end]: plain, quoted, or a block scalar on the lines below.
func readEntry(data []byte, at, end, limit, indent int) (entryYAML, bool) {
	for at < end && data[at] == ' ' {
		at++
	}
	if at < end && (data[at] == '|' || data[at] == '>') {
		return readBlockEntry(data, end+1, limit, indent)
	}
	text := strings.TrimRight(string(data[at:end]), " \r")
	if len(text) > 1 && (text[0] == '"' || text[0] == '\'') {
		if i := strings.IndexByte(text[1:], text[0]); i >= 0 {
			return entryYAML{value: unescape(text[1:1+i], text[:1]), start: at + 1, end: at + 1 + i}, i > 0
		}
		return entryYAML{}, false
	}
	if i := strings.Index(text, " #"); i >= 0 {
		text = strings.TrimRight(text[:i], " ")
	}
	return entryYAML{value: text, start: at, end: at + len(text)}, text != ""
}

// readBlockEntry joins the lines of a block scalar.
func readBlockEntry(data []byte, from, limit, indent int) (entryYAML, bool) {
	var b strings.Builder
	start, end := -1, from
	for i := from; i < limit; i = fullLineEnd(data, i) + 1 {
		stop := min(fullLineEnd(data, i), limit)
		n := indentAt(data, i)
		if n <= indent && i+n < stop {
			break
		}
		if start < 0 {
			start = min(i+n, stop)
		}
		b.Write(bytes.TrimLeft(data[i:stop], " "))
		b.WriteByte('\n')
		end = stop
	}
	value := strings.TrimSpace(b.String())
	return entryYAML{value: value, start: start, end: end}, value != ""
}

// valueOfKey gives the value of a key of the mapping data[from:to], or "".
func valueOfKey(data []byte, from, to, indent int, name string) string {
	for i := from; i < to; i = fullLineEnd(data, i) + 1 {
		if keyIndent(data, i) != indent {
			continue
		}
		line := data[min(i+indent, to):min(fullLineEnd(data, i), to)]
		if key, rest, ok := cutKey(line); ok && key == name {
			return strings.Trim(string(bytes.TrimSpace(rest)), `"'`)
		}
	}
	return ""
}

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

// entry judges one entry of a Secret.
func (l *look) entry(m *matcher, e entryYAML, encoded bool, secretType string) {
	value := e.value
	c := candidate{m: m, start: e.start, end: e.end, name: e.key, document: true, judged: true}
	if encoded {
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
		if err != nil || len(b) == 0 {
			return
		}
		value = string(b)
		c.encoded, c.inner.End = true, len(value)
		c.reasons = append(c.reasons, "base64-encoded")
	}
	if encoded {
		l.lookInside([]byte(value), "base64", e.start, e.end)
	}
	value = strings.TrimSpace(value)
	if secretType != "" {
		c.facts = append(c.facts, finding.Fact{Name: "type", Value: plain(secretType)})
	}
	c.value = value
	if !c.weighEntry(e.key, value) {
		return
	}
	l.offer(c)
}

// weighEntry judges key and value: not all that stands in a Secret is secret, user names and hosts are there too.
func (c *candidate) weighEntry(key, value string) bool {
	if value == "" || standsIn(value) != "" || refers(value) != "" {
		return false
	}
	var w words
	w.split([]byte(key))
	n := classify(&w)
	last := string(w.at(-1))
	if n.kind == noSecret && (plainEntries[last] || strings.HasSuffix(key, ".crt") || strings.HasPrefix(value, "-----BEGIN CERT") || strings.HasPrefix(value, "-----BEGIN PUBLIC")) {
		return false
	}
	usual, word := commonDefault(value)
	o := judge(value, generated)
	switch {
	case word:
		return false
	case usual:
		c.step -= 2
		c.reasons = append(c.reasons, "the value is a common default")
	case n.kind == chosen || n.kind == generated && (o.ok || judge(value, chosen).ok):
		c.step = max(c.step, 0)
	case strings.Contains(value, armourBegin) && strings.Contains(value, "PRIVATE KEY"):
	case o.ok && o.step > 0:
		c.reasons = append(c.reasons, o.reasons...)
	case len(value) > 200 || strings.Contains(value, "\n"):
		c.step--
		c.reasons = append(c.reasons, "the value is a file")
	default:
		c.step -= 2
		c.reasons = append(c.reasons, "neither name nor value says it is secret")
	}
	return c.step > -2
}

// plainEntries are words that entries of Secrets end with which are none.
var plainEntries = map[string]bool{
	"user": true, "username": true, "host": true, "hostname": true, "port": true, "database": true, "dbname": true, "name": true, "namespace": true, "url": true,
	"uri": true, "endpoint": true, "email": true, "region": true, "bucket": true, "id": true, "ca": true, "crt": true, "cert": true, "type": true, "mode": true, "login": true,
	"schema": true, "driver": true, "server": true, "domain": true, "enabled": true, "issuer": true, "tenant": true, "project": true, "account": true, "engine": true,
}

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

// fullLineStart is where the line that holds i begins, however long it is. Manifests are read once, so that costs one pass.
func fullLineStart(data []byte, i int) int { return bytes.LastIndexByte(data[:i], '\n') + 1 }

// fullLineEnd is where the line that holds i ends, however long it is.
func fullLineEnd(data []byte, i int) int {
	if j := bytes.IndexByte(data[i:], '\n'); j >= 0 {
		return i + j
	}
	return len(data)
}
