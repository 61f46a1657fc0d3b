package rule

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func TestArmour_isReadByOthers(t *testing.T) {
	parsers := map[string]func(der []byte) error{
		"rsa":   func(der []byte) error { _, err := x509.ParsePKCS1PrivateKey(der); return err },
		"ec":    func(der []byte) error { _, err := x509.ParseECPrivateKey(der); return err },
		"pkcs8": func(der []byte) error { _, err := x509.ParsePKCS8PrivateKey(der); return err },
		"dsa": func(der []byte) error {
			var key struct {
				Version       int
				P, Q, G, Y, X *big.Int
			}
			_, err := asn1.Unmarshal(der, &key)
			return err
		},
		"encrypted": func(der []byte) error {
			var info struct {
				Scheme asn1.RawValue
				Data   []byte
			}
			_, err := asn1.Unmarshal(der, &info)
			return err
		},
	}
	for kind, parse := range parsers {
		t.Run(kind, func(t *testing.T) {
			text := fill(t, "{{pem "+kind+"}}")
			block, rest := pem.Decode([]byte(text + "\n"))
			if block == nil || len(rest) > 0 {
				t.Fatal("no PEM block, or more than one")
			}
			if err := parse(block.Bytes); err != nil {
				t.Error(err)
			}
			if again := fill(t, "{{pem "+kind+"}}"); again != text {
				t.Error("the same case was filled with another key")
			}
		})
	}
}

func TestArmour_openssh(t *testing.T) {
	if _, err := ssh.ParseRawPrivateKey([]byte(fill(t, "{{pem openssh}}"))); err != nil {
		t.Error(err)
	}
}

// Checked once against GnuPG 2.4 too: gpg --list-packets reads the block as a v4 secret key packet.
func TestArmour_pgp(t *testing.T) {
	lines := strings.Split(fill(t, "{{pem pgp}}"), "\n")
	n := len(lines)
	if lines[0] != "-----BEGIN PGP PRIVATE KEY BLOCK-----" || lines[1] != "" || lines[n-1] != "-----END PGP PRIVATE KEY BLOCK-----" {
		t.Fatal("no PGP armour")
	}
	packet, err := base64.StdEncoding.DecodeString(strings.Join(lines[2:n-2], ""))
	if err != nil {
		t.Fatal(err)
	}
	if packet[0] != 0xc5 || int(packet[1]) != len(packet)-2 || packet[2] != 4 {
		t.Errorf("no version 4 secret key packet: % x", packet[:3])
	}
	sum, err := base64.StdEncoding.DecodeString(lines[n-2][1:])
	if err != nil {
		t.Fatal(err)
	}
	crc := crc24(packet)
	if !bytes.Equal(sum, []byte{byte(crc >> 16), byte(crc >> 8), byte(crc)}) {
		t.Error("checksum does not fit")
	}
}

// The check value of CRC-24/OPENPGP.
func TestCRC24(t *testing.T) {
	if got := crc24([]byte("123456789")); got != 0x21cf02 {
		t.Errorf("crc24 = %#x", got)
	}
}
