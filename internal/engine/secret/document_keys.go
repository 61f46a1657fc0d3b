package secret

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// readAgeKey reads an age identity: Bech32 in capitals.
func readAgeKey(l *look, m *matcher, at int) {
	end := at
	for end < len(l.data) && end-at < 200 && (classOf[l.data[end]] == capital || classOf[l.data[end]] == digit || l.data[end] == '-') {
		end++
	}
	value := string(l.data[at:end])
	proof, _ := testAge(value)
	if proof == broken || at > 0 && classOf[l.data[at-1]] != other {
		return
	}
	l.offer(candidate{m: m, start: at, end: end, value: value, shown: len("AGE-SECRET-KEY-1"), proof: proof, reasons: []string{"its structure proves it"}})
}

// readPuTTY reads a key file of PuTTY (its manual, appendix C): headers, then as many lines of base64 as "Private-Lines" says.
func readPuTTY(l *look, m *matcher, at int) {
	text := l.data[at:min(len(l.data), at+maxArmour)]
	kind, encryption, lines, end := "", "", 0, 0
	var body strings.Builder
	offset := 0
	for line := range bytes.Lines(text) {
		offset += len(line)
		name, value, header := strings.Cut(strings.TrimSpace(string(line)), ": ")
		switch {
		case lines > 0:
			body.WriteString(strings.TrimSpace(string(line)))
			if lines--; lines == 0 {
				end = offset
			}
		case !header && body.Len() > 0:
		case strings.HasPrefix(name, "PuTTY-User-Key-File-"):
			kind = value
		case name == "Encryption":
			encryption = value
		case name == "Private-Lines":
			lines, _ = strconv.Atoi(value)
			lines = min(lines, 400)
		case name == "Private-MAC" || name == "Private-Hash":
			end = offset
		}
		if name == "Private-MAC" || name == "Private-Hash" || offset > maxArmour {
			break
		}
	}
	value := body.String()
	if end == 0 || !made(value, alphabet64+"=", 32, maxArmour) || repetitive(strings.ToLower(value)) {
		return
	}
	key := armoured{facts: []finding.Fact{{Name: "type", Value: plain(kind)}}}
	if encryption != "none" && encryption != "" {
		key = armoured{}
		key.encrypted(kind)
	}
	end -= len(text[:end]) - len(bytes.TrimRight(text[:end], "\r\n"))
	l.offer(candidate{
		m: m, start: at, end: at + end, value: value, facts: key.facts, reasons: key.reasons, softer: key.softer, step: -key.softer, judged: true, where: "in a key file",
	})
}

// pkcs7OID is the DER of 1.2.840.113549.1.7 (RFC 2315), which stands near the start of every PKCS#12 file, without its last number.
const pkcs7OID = "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

// readPKCS12 tells whether the whole content is a PKCS#12 store (RFC 7292): a sequence that starts with the version 3 and holds PKCS#7 data.
// What is inside is nearly always encrypted, often with a weak or empty password, so the store as such is the finding.
func readPKCS12(l *look, m *matcher, at int) {
	if at > 64 || len(l.data) < 64 || l.data[0] != 0x30 || l.depth > 0 || !bytes.Contains(l.data[:24], []byte("\x02\x01\x03\x30")) {
		return
	}
	// Tools that treat stores as text change their line ends; the identity holds all the same.
	sum := sha256.Sum256(bytes.ReplaceAll(l.data, []byte("\r\n"), []byte("\n")))
	l.offer(candidate{m: m, start: 0, end: len(l.data), value: hex.EncodeToString(sum[:]), judged: true, where: "in a PKCS#12 file"})
}

// readJWT reads a JSON Web Token.
func readJWT(l *look, m *matcher, at int) {
	if at > 0 && (nameByte[l.data[at-1]] && l.data[at-1] < 0x80 || l.data[at-1] == '+' || l.data[at-1] == '/') {
		return
	}
	end, dots := at, 0
	for end < len(l.data) && end-at < maxRun {
		c := l.data[end]
		if c == '.' {
			dots++
		} else if classOf[c] == other && c != '-' && c != '_' || c >= 0x80 {
			break
		}
		end++
	}
	value := strings.TrimRight(string(l.data[at:end]), ".")
	if dots < 2 {
		return
	}
	if strings.Count(value, ".") > 4 {
		value = strings.Join(strings.SplitN(value, ".", 4)[:3], ".")
	}
	proof, facts := testJWT(value)
	if proof == broken {
		return
	}
	c := candidate{m: m, start: at, end: at + len(value), value: value, proof: proof, facts: facts, shown: 3, judged: true, document: true}
	for _, f := range facts {
		if f.Name == "algorithm" && strings.EqualFold(f.Value, "none") {
			c.step--
			c.reasons = append(c.reasons, "the token is not signed")
		}
	}
	l.offer(c)
}
