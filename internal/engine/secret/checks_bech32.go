package secret

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// bech32Sum is the checksum polynomial of BIP 173; a whole valid string gives 1.
func bech32Sum(values []byte) uint32 {
	generator := [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3}
	sum := uint32(1)
	for _, v := range values {
		top := sum >> 25
		sum = sum&0x1ffffff<<5 ^ uint32(v)
		for i, g := range generator {
			if top>>i&1 == 1 {
				sum ^= g
			}
		}
	}
	return sum
}

func bech32Prefix(prefix string) []byte {
	values := make([]byte, 0, 2*len(prefix)+1)
	for i := range len(prefix) {
		values = append(values, prefix[i]>>5)
	}
	values = append(values, 0)
	for i := range len(prefix) {
		values = append(values, prefix[i]&31)
	}
	return values
}

// testBech32 follows BIP 173, without its limit of 90 characters: a readable prefix, "1", data, and a checksum of six characters.
func testBech32(value string) (proof, []finding.Fact) {
	s := strings.ToLower(value)
	if s != value && strings.ToUpper(value) != value {
		return broken, nil
	}
	i := strings.LastIndexByte(s, '1')
	if i < 1 || len(s)-i < 7 || len(s) > 200 {
		return broken, nil
	}
	values := bech32Prefix(s[:i])
	for _, c := range []byte(s[i+1:]) {
		digit := strings.IndexByte(bech32Digits, c)
		if digit < 0 {
			return broken, nil
		}
		values = append(values, byte(digit))
	}
	if bech32Sum(values) != 1 {
		return broken, nil
	}
	return proven, nil
}

func sampleBech32(prefix string, r *rand.Rand) string {
	human, _, _ := strings.Cut(strings.ToLower(prefix), "1")
	data := make([]byte, 52)
	for i := range data {
		data[i] = byte(r.IntN(32))
	}
	values := append(bech32Prefix(human), data...)
	sum := bech32Sum(append(values, 0, 0, 0, 0, 0, 0)) ^ 1
	for i := range 6 {
		data = append(data, byte(sum>>(5*(5-i))&31))
	}
	for i, d := range data {
		data[i] = bech32Digits[d]
	}
	return human + "1" + string(data)
}

// testAge follows the age specification (age-encryption.org/v1): an X25519 identity is Bech32 in capitals, with the prefix AGE-SECRET-KEY-.
func testAge(value string) (proof, []finding.Fact) {
	if !strings.HasPrefix(value, "AGE-SECRET-KEY-1") && !strings.HasPrefix(value, "AGE-PLUGIN-") || len(value) > 128 {
		return broken, nil
	}
	return testBech32(value)
}

func sampleAge(prefix string, r *rand.Rand) string { return strings.ToUpper(sampleBech32(prefix, r)) }

const alphabet58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// testBase58Check follows the Bitcoin wiki ("Base58Check encoding"): the last four bytes are the head of the double SHA-256 of those before.
// Private keys in the wallet import format and extended private keys (BIP 32) are written so.
func testBase58Check(value string) (proof, []finding.Fact) {
	if len(value) < 25 || len(value) > 150 {
		return broken, nil
	}
	b, ok := decode58(value)
	if !ok || len(b) < 20 || !bytes.Equal(doubleSum(b[:len(b)-4]), b[len(b)-4:]) {
		return broken, nil
	}
	return proven, nil
}

func doubleSum(b []byte) []byte {
	once := sha256.Sum256(b)
	twice := sha256.Sum256(once[:])
	return twice[:4]
}

func decode58(s string) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		carry := strings.IndexByte(alphabet58, s[i])
		if carry < 0 {
			return nil, false
		}
		for j := range out {
			carry += int(out[j]) * 58
			out[j] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			out = append(out, byte(carry))
		}
	}
	for i := 0; i < len(s) && s[i] == '1'; i++ {
		out = append(out, 0)
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out, true
}

func encode58(b []byte) string {
	digits := []byte{}
	for _, c := range b {
		carry := int(c)
		for i := range digits {
			carry += int(digits[i]) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	var out strings.Builder
	for i := 0; i < len(b) && b[i] == 0; i++ {
		out.WriteByte('1')
	}
	for i := len(digits) - 1; i >= 0; i-- {
		out.WriteByte(alphabet58[digits[i]])
	}
	return out.String()
}

// extendedVersions are the first bytes of extended private keys, by what they look like in base58 (BIP 32, SLIP 132).
var extendedVersions = map[string]string{"xprv": "\x04\x88\xad\xe4", "yprv": "\x04\x9d\x78\x78", "zprv": "\x04\xb2\x43\x0c", "tprv": "\x04\x35\x83\x94"}

// sampleBase58Check makes an extended private key, or a private key in the wallet import format: version 128, 32 bytes, and 1 for a
// compressed public key.
func sampleBase58Check(prefix string, r *rand.Rand) string {
	if version := extendedVersions[prefix]; version != "" {
		b := append([]byte(version), randomBytes(r, 41)...)
		b = append(append(b, 0), randomBytes(r, 32)...)
		return encode58(append(b, doubleSum(b)...))
	}
	b := append(append([]byte{0x80}, randomBytes(r, 32)...), 1)
	return encode58(append(b, doubleSum(b)...))
}
