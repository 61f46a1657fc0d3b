package secret

import (
	"encoding/asn1"
	"encoding/binary"
	"math/big"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// readDER tests the structure of a key in DER: PKCS#1 (RFC 8017), SEC 1 (RFC 5915), PKCS#8 plain and encrypted (RFC 5958), DSA.
func (k *armoured) readDER(label string, der []byte) bool {
	var outer asn1.RawValue
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 || outer.Tag != asn1.TagSequence {
		return false
	}
	if strings.HasPrefix(label, "ENCRYPTED") {
		k.encrypted("PKCS#8")
		return true
	}
	var version int
	rest, err := asn1.Unmarshal(outer.Bytes, &version)
	if err != nil || version < 0 || version > 1 {
		return false
	}
	switch {
	case strings.HasPrefix(label, "RSA"):
		k.rsa(rest)
	case label == "PRIVATE KEY":
		k.algorithm(rest)
	default:
		k.facts = append(k.facts, finding.Fact{Name: "type", Value: plain(strings.TrimSuffix(label, " PRIVATE KEY"))})
	}
	return true
}

// rsa notes the size of the modulus, the first number after the version.
func (k *armoured) rsa(rest []byte) {
	k.facts = append(k.facts, finding.Fact{Name: "type", Value: "RSA"})
	var modulus *big.Int
	if _, err := asn1.Unmarshal(rest, &modulus); err == nil && modulus.BitLen() >= 256 {
		k.facts = append(k.facts, finding.Fact{Name: "bits", Value: strconv.Itoa(modulus.BitLen())})
	}
}

// algorithm notes what PKCS#8 says the key is for.
func (k *armoured) algorithm(rest []byte) {
	var id struct {
		Algorithm asn1.ObjectIdentifier
		Rest      asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(rest, &id); err != nil {
		return
	}
	name := map[string]string{
		"1.2.840.113549.1.1.1": "RSA", "1.2.840.10045.2.1": "EC", "1.3.101.112": "Ed25519", "1.3.101.110": "X25519", "1.2.840.10040.4.1": "DSA",
	}[id.Algorithm.String()]
	if name != "" {
		k.facts = append(k.facts, finding.Fact{Name: "type", Value: name})
	}
}

const openSSHMagic = "openssh-key-v1\x00"

// readOpenSSH reads OpenSSH's own format (PROTOCOL.key): cipher, key derivation, its options, number of keys, public key, private part.
func (k *armoured) readOpenSSH(b []byte) bool {
	s, ok := strings.CutPrefix(string(b), openSSHMagic)
	if !ok {
		return false
	}
	cipher, s, ok1 := sshString(s)
	_, s, ok2 := sshString(s)
	_, s, ok3 := sshString(s)
	if !ok1 || !ok2 || !ok3 || len(s) < 4 {
		return false
	}
	public, s, ok4 := sshString(s[4:])
	private, _, ok5 := sshString(s)
	kind, _, ok6 := sshString(public)
	if !ok4 || !ok5 || !ok6 || len(private) < 32 {
		return false
	}
	if cipher != "none" {
		k.encrypted(kind)
		return true
	}
	k.facts = append(k.facts, finding.Fact{Name: "type", Value: plain(kind)})
	if comment := sshComment(private); comment != "" {
		k.facts = append(k.facts, finding.Fact{Name: "comment", Value: finding.Mask(plain(comment))})
	}
	return true
}

// sshString reads a string of the SSH wire format (RFC 4251 section 5): its length in four bytes, then its bytes.
func sshString(s string) (value, rest string, ok bool) {
	if len(s) < 4 {
		return "", "", false
	}
	n := binary.BigEndian.Uint32([]byte(s[:4]))
	if uint64(n) > uint64(len(s)-4) {
		return "", "", false
	}
	return s[4 : 4+n], s[4+n:], true
}

// sshComment gives the comment of an unencrypted private part: its last string, before the padding 1, 2, 3 and so on.
func sshComment(private string) string {
	rest, last := private[8:], ""
	for {
		value, after, ok := sshString(rest)
		if !ok {
			return last
		}
		rest, last = after, value
	}
}
