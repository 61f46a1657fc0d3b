package secret

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
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
		l.refusals = append(l.refusals, engine.Span{Start: e.start, End: e.end})
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
	if n.kind == noSecret && (plainEntries[string(w.at(-1))] || strings.HasSuffix(key, ".crt") || strings.HasPrefix(value, "-----BEGIN CERT") || strings.HasPrefix(value, "-----BEGIN PUBLIC")) {
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
	case n.kind == chosen && plainWord(value):
		c.step--
		c.reasons = append(c.reasons, "the value is a plain word")
	case n.kind == chosen || n.kind == generated && (o.ok || judge(value, chosen).ok):
		c.step = max(c.step, 0)
	case strings.Contains(value, armourBegin) && strings.Contains(value, "PRIVATE KEY"):
	case o.ok && o.step > 0:
		c.reasons = append(c.reasons, o.reasons...)
	case strings.Contains(value, "\n") && strings.Contains(value, "{{"):
		return false // a template of a file
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
