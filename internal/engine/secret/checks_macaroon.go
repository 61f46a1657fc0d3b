package secret

import (
	"encoding/base64"
	"encoding/binary"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// testPyPI follows PyPI's documentation of API tokens and libmacaroons' description of the second binary format:
// "pypi-" and a macaroon in base64url whose location is pypi.org or test.pypi.org and whose last field is a signature of 32 bytes.
func testPyPI(value string) (proof, []finding.Fact) {
	body, ok := strings.CutPrefix(value, "pypi-")
	b, decoded := decode64(body)
	if !ok || !decoded || len(b) < 40 || b[0] != 2 {
		return broken, nil
	}
	location, rest, ok := macaroonField(b[1:], 1)
	if !ok || !strings.HasSuffix(string(location), "pypi.org") {
		return broken, nil
	}
	if len(rest) < 34 || rest[len(rest)-34] != 6 || rest[len(rest)-33] != 32 {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "server", Value: plain(string(location))}}
}

// macaroonField reads one field: its type, its length as a varint, its bytes.
func macaroonField(b []byte, kind byte) (field, rest []byte, ok bool) {
	if len(b) < 2 || b[0] != kind {
		return nil, nil, false
	}
	n, size := binary.Uvarint(b[1:])
	if size <= 0 || n > uint64(len(b)-1-size) {
		return nil, nil, false
	}
	begin := 1 + size
	return b[begin : begin+int(n)], b[begin+int(n):], true
}

func samplePyPI(prefix string, r *rand.Rand) string {
	field := func(kind byte, content []byte) []byte {
		return append([]byte{kind, byte(len(content))}, content...)
	}
	m := append([]byte{2}, field(1, []byte("pypi.org"))...)
	m = append(append(m, field(2, randomBytes(r, 36))...), 0) // the identifier ends the header
	m = append(append(m, field(2, randomBytes(r, 20))...), 0) // one caveat
	m = append(append(m, 0), field(6, randomBytes(r, 32))...)
	return prefix + base64.RawURLEncoding.EncodeToString(m)
}
