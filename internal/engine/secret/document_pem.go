package secret

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const (
	armourBegin = "-----BEGIN "
	armourEnd   = "-----END "
	// maxArmour is the longest body of an armoured key that is read, in bytes.
	maxArmour = 128 << 10
)

// readPrivateKey reads an armoured private key (RFC 7468, RFC 1421, RFC 4880 section 6.2, OpenSSH's PROTOCOL.key), also where its line ends
// are written \n inside a string, or are gone. Public keys, certificates, cut and made-up bodies are no keys.
func readPrivateKey(l *look, m *matcher, at int) {
	begin := bytes.LastIndex(l.data[max(0, at-len(armourBegin)-24):at], []byte(armourBegin))
	if begin < 0 {
		return
	}
	begin += max(0, at-len(armourBegin)-24)
	labelAt := begin + len(armourBegin)
	n := bytes.Index(l.data[labelAt:min(len(l.data), labelAt+64)], []byte("-----"))
	if n < 0 || at >= labelAt+n {
		return
	}
	label := string(l.data[labelAt : labelAt+n])
	if !made(label, upper+" 0123456789", 11, 40) || !strings.HasSuffix(strings.TrimSuffix(label, " BLOCK"), "PRIVATE KEY") {
		return
	}
	bodyAt := labelAt + n + len("-----")
	body := l.data[bodyAt:min(len(l.data), bodyAt+maxArmour)]
	if i := bytes.Index(body, []byte(armourBegin)); i >= 0 {
		body = body[:i]
	}
	closing := armourEnd + label + "-----"
	i := bytes.Index(body, []byte(closing))
	if i < 0 {
		return
	}
	key, ok := parseArmour(label, string(body[:i]))
	if !ok {
		return
	}
	c := candidate{
		m: m, start: begin, end: bodyAt + i + len(closing), value: key.body, facts: key.facts, where: "in armour", judged: true, softer: key.softer,
		reasons: key.reasons, step: -key.softer,
	}
	l.offer(c)
}

// armoured is what an armoured key tells.
type armoured struct {
	body    string // base64 without white space: the same however the armour is laid out
	facts   []finding.Fact
	reasons []string
	softer  int
}

// parseArmour takes the base64 out of an armour's body and tests that it is a key.
func parseArmour(label, body string) (armoured, bool) {
	text, headers := unwrapArmour(body)
	sum := ""
	if i := strings.LastIndexByte(text, '='); strings.HasPrefix(label, "PGP") && i > 0 && len(text)-i == 5 {
		text, sum = text[:i], text[i:]
	}
	der, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || len(der) < 32 || repetitive(strings.ToLower(text)) {
		return armoured{}, false
	}
	key := armoured{body: text + sum}
	switch {
	case strings.HasPrefix(label, "PGP"):
		if der[0]&0x80 == 0 {
			return armoured{}, false
		}
		key.facts = []finding.Fact{{Name: "type", Value: "PGP"}}
		return key, true
	case strings.HasPrefix(label, "OPENSSH"):
		return key, key.readOpenSSH(der)
	case strings.Contains(headers, "ENCRYPTED"):
		key.encrypted(strings.TrimSuffix(label, " PRIVATE KEY"))
		return key, len(der)%8 == 0
	}
	return key, key.readDER(label, der)
}

// encrypted notes that the key is of no use without its passphrase.
func (k *armoured) encrypted(kind string) {
	k.facts = append(k.facts, finding.Fact{Name: "type", Value: plain(kind)}, finding.Fact{Name: "encrypted", Value: "yes"})
	k.reasons = append(k.reasons, "the key is encrypted with a passphrase")
	k.softer = 1
}

// unwrapArmour joins the base64 of an armour's body, whatever it is wrapped in: line ends, their escapes, quotes, plus signs, comment marks.
// Header lines ("Proc-Type: 4,ENCRYPTED") are given apart. Text with anything else in it gives no base64.
func unwrapArmour(body string) (text, headers string) {
	body = lineEnds.Replace(body)
	var b, h strings.Builder
	for line := range strings.Lines(body) {
		line = strings.Trim(line, " \t\r\n,;\\|#*>&()")
		if i := strings.IndexAny(line, "\"'`"); i >= 0 { // one of several literals that a program joins
			line = line[i+1:]
			if i := strings.IndexAny(line, "\"'`"); i >= 0 {
				line = line[:i]
			}
		}
		line = strings.TrimPrefix(line, "// ")
		if line == "//" {
			continue
		}
		if i := strings.IndexByte(line, ':'); i > 0 && i < 24 {
			h.WriteString(line)
			h.WriteByte('\n')
			continue
		}
		for field := range strings.FieldsSeq(line) {
			if field != "+" && field != "." {
				b.WriteString(strings.TrimRight(field, "\\"))
			}
		}
	}
	if text = b.String(); !made(text, alphabet64+"=", 1, maxArmour) {
		text = ""
	}
	return text, h.String()
}

var lineEnds = strings.NewReplacer(`\\r`, "\n", `\\n`, "\n", `\r`, "\n", `\n`, "\n", `\t`, " ", "&#10;", "\n", "&#xA;", "\n", "&#13;", "\n", "%0A", "\n", "%0a", "\n", "<br>", "\n", "<br/>", "\n", `\/`, "/", `\u002b`, "+")
