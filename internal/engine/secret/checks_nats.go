package secret

import (
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// nkeyRoles are the letters that follow the "S" of a seed and what they stand for.
var nkeyRoles = map[byte]string{'A': "account", 'C': "cluster", 'N': "server", 'O': "operator", 'U': "user", 'X': "curve"}

var base32NoPadding = base32.StdEncoding.WithPadding(base32.NoPadding)

// testNKey follows the README of nats-io/nkeys: base32 of two bytes that give kind and role, 32 bytes of seed, and their CRC-16 (XMODEM), low
// byte first. It is written so that a seed begins with S and the letter of its role.
func testNKey(value string) (proof, []finding.Fact) {
	if len(value) != 58 || value[0] != 'S' || nkeyRoles[value[1]] == "" {
		return broken, nil
	}
	raw, err := base32NoPadding.DecodeString(value)
	if err != nil || crc16(raw[:34]) != binary.LittleEndian.Uint16(raw[34:]) {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "role", Value: nkeyRoles[value[1]]}}
}

func sampleNKey(prefix string, r *rand.Rand) string {
	raw, err := base32NoPadding.DecodeString(prefix + strings.Repeat("A", 58-len(prefix)))
	if err != nil {
		return prefix
	}
	for i := 2; i < 34; i++ {
		raw[i] = byte(r.UintN(256))
	}
	binary.LittleEndian.PutUint16(raw[34:], crc16(raw[:34]))
	return base32NoPadding.EncodeToString(raw)
}

// crc16 is the CRC-16 of XMODEM: polynomial 0x1021, from 0, not reflected.
func crc16(data []byte) uint16 {
	var sum uint16
	for _, b := range data {
		sum ^= uint16(b) << 8
		for range 8 {
			carry := sum&0x8000 != 0
			sum <<= 1
			if carry {
				sum ^= 0x1021
			}
		}
	}
	return sum
}
