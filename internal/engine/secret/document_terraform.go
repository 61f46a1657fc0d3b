package secret

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// readTerraformState reads the attributes and outputs of a Terraform state (HashiCorp: "State", format version 4; OpenTofu writes the same):
// those the state itself marks as sensitive, and those whose name says so.
func readTerraformState(l *look, m *matcher, _ int) {
	if l.depth > 0 || l.isRead(m, 0) || !bytes.Contains(l.data[:min(len(l.data), 4096)], []byte(`"terraform_version"`)) {
		return
	}
	l.whole = true
	l.setRead(m, len(l.data))
	sensitive := map[string]bool{}
	walkJSON(l.data, 0, func(t jsonText) {
		// "sensitive_attributes": [[{"type": "get_attr", "value": "password"}]]
		if n := len(t.keys); n >= 5 && t.keys[n-1] == "value" && t.keys[n-4] == "sensitive_attributes" {
			sensitive[t.value] = true
		}
	})
	walkJSON(l.data, 0, func(t jsonText) { l.stateValue(m, t, sensitive) })
}

// stateValue judges one string of a state.
func (l *look) stateValue(m *matcher, t jsonText, sensitive map[string]bool) {
	n := len(t.keys)
	var name string
	switch {
	case n >= 6 && t.keys[0] == "resources" && t.keys[4] == "attributes":
		name = t.keys[5]
		if n > 6 {
			name = t.keys[n-1]
		}
	case n == 3 && t.keys[0] == "outputs" && t.keys[2] == "value":
		name = t.keys[1]
	default:
		return
	}
	var w words
	w.split([]byte(name))
	naming := classify(&w)
	marked := sensitive[name]
	if naming.kind == noSecret && !marked || len(t.value) < 4 || len(t.value) > maxArmour {
		return
	}
	if strings.Contains(t.value, armourBegin) {
		return // the reader of private keys takes it
	}
	c := candidate{m: m, start: t.start, end: t.end, value: t.value, name: name, document: true, judged: true}
	if marked {
		c.reasons = append(c.reasons, "the state marks it as sensitive")
		c.facts = append(c.facts, finding.Fact{Name: "sensitive", Value: "yes"})
		if shapeName(t.value) != "" || prose(t.value) {
			c.step--
			c.reasons = append(c.reasons, "the value does not look secret")
		}
		l.offerPassword(c)
		return
	}
	o := judge(t.value, naming.kind)
	if !o.ok {
		return
	}
	c.step, c.reasons = min(o.step, 0), o.reasons
	l.offer(c)
}
