package rule

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
)

// armours are the private keys the template "pem" can make, by kind.
var armours = map[string]func(random *rand.Rand) (string, error){
	"rsa":       rsaArmour,
	"ec":        ecArmour,
	"dsa":       dsaArmour,
	"pkcs8":     pkcs8Armour,
	"encrypted": encryptedArmour,
	"openssh":   opensshArmour,
	"pgp":       pgpArmour,
}

// armour makes a private key that belongs to nobody: well-formed, drawn from random, never the same for two places.
func armour(kind string, random *rand.Rand) (string, error) {
	build, ok := armours[kind]
	if !ok {
		return "", fmt.Errorf("template pem: unknown kind %q: want rsa, ec, dsa, pkcs8, encrypted, openssh or pgp", kind)
	}
	text, err := build(random)
	if err != nil {
		return "", fmt.Errorf("template pem %s: %w", kind, err)
	}
	return strings.TrimSuffix(text, "\n"), nil
}

func block(label string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}))
}

// rsaArmour builds the key from its primes, because rsa.GenerateKey does not promise the same key for the same source.
func rsaArmour(random *rand.Rand) (string, error) {
	p, q := prime(random, 1024), prime(random, 1024)
	one, e := big.NewInt(1), big.NewInt(65537)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: int(e.Int64())},
		D:         new(big.Int).ModInverse(e, phi),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), nil
}

// prime draws a prime with its two highest bits set, so that the product of two has twice the bits,
// and such that 65537 does not divide p-1.
func prime(random *rand.Rand, bits int) *big.Int {
	p := new(big.Int).SetBytes(octets(random, bits/8))
	p.SetBit(p, bits-1, 1).SetBit(p, bits-2, 1).SetBit(p, 0, 1)
	two, e := big.NewInt(2), big.NewInt(65537)
	for !p.ProbablyPrime(0) || new(big.Int).Mod(p, e).Int64() == 1 {
		p.Add(p, two)
	}
	return p
}

func ecArmour(random *rand.Rand) (string, error) {
	key, err := ecKey(random)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalECPrivateKey(key)
	return block("EC PRIVATE KEY", der), err
}

func ecKey(random *rand.Rand) (*ecdsa.PrivateKey, error) {
	scalar := octets(random, 32)
	scalar[0] &= 0x7f // below the order of P-256
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar)
}

// dsaArmour has numbers of the right sizes that are no working key: making one takes seconds, and nobody checks.
func dsaArmour(random *rand.Rand) (string, error) {
	number := func(bits int) *big.Int {
		n := new(big.Int).SetBytes(octets(random, bits/8))
		return n.SetBit(n, bits-1, 1)
	}
	der, err := asn1.Marshal(struct {
		Version       int
		P, Q, G, Y, X *big.Int
	}{0, number(1024), number(160), number(1024), number(1024), number(160)})
	return block("DSA PRIVATE KEY", der), err
}

func pkcs8Armour(random *rand.Rand) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(ed25519.NewKeyFromSeed(octets(random, ed25519.SeedSize)))
	return block("PRIVATE KEY", der), err
}

// encryptedArmour is an EncryptedPrivateKeyInfo (RFC 5958) under PBES2 with PBKDF2 and AES-256-CBC (RFC 8018).
func encryptedArmour(random *rand.Rand) (string, error) {
	type kdf struct {
		Salt       []byte
		Iterations int
		PRF        pkix.AlgorithmIdentifier
	}
	algorithm := func(oid asn1.ObjectIdentifier, parameters any) (pkix.AlgorithmIdentifier, error) {
		der, err := asn1.Marshal(parameters)
		return pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.RawValue{FullBytes: der}}, err
	}
	prf := pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, Parameters: asn1.NullRawValue}
	derive, err := algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, kdf{octets(random, 16), 600000, prf})
	if err != nil {
		return "", err
	}
	cipher, err := algorithm(asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, octets(random, 16))
	if err != nil {
		return "", err
	}
	scheme, err := algorithm(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, []pkix.AlgorithmIdentifier{derive, cipher})
	if err != nil {
		return "", err
	}
	der, err := asn1.Marshal(struct {
		Scheme pkix.AlgorithmIdentifier
		Data   []byte
	}{scheme, octets(random, 1232)})
	return block("ENCRYPTED PRIVATE KEY", der), err
}

// opensshArmour is an unencrypted Ed25519 key in OpenSSH's own format (PROTOCOL.key).
func opensshArmour(random *rand.Rand) (string, error) {
	key := ed25519.NewKeyFromSeed(octets(random, ed25519.SeedSize))
	public := lengthPrefixed([]byte("ssh-ed25519"), key.Public().(ed25519.PublicKey))
	check := octets(random, 4)
	private := append(append([]byte{}, check...), check...)
	private = append(private, public...)
	private = append(private, lengthPrefixed(key, []byte("deploy@build"))...)
	for pad := byte(1); len(private)%8 != 0; pad++ {
		private = append(private, pad)
	}
	out := append([]byte("openssh-key-v1\x00"), lengthPrefixed([]byte("none"), []byte("none"), nil)...)
	out = binary.BigEndian.AppendUint32(out, 1)
	out = append(out, lengthPrefixed(public, private)...)
	return block("OPENSSH PRIVATE KEY", out), nil
}

// lengthPrefixed writes strings as SSH does (RFC 4251, section 5).
func lengthPrefixed(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(p))), p...)
	}
	return out
}

// pgpArmour is an armoured, unencrypted Ed25519 secret key packet (RFC 9580, sections 5.5.3 and 6).
func pgpArmour(random *rand.Rand) (string, error) {
	key := ed25519.NewKeyFromSeed(octets(random, ed25519.SeedSize))
	body := []byte{4}
	body = append(body, octets(random, 4)...)                                          // creation time
	body = append(body, 22, 9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01)   // EdDSA, curve Ed25519
	body = append(append(body, 0x01, 0x07, 0x40), key.Public().(ed25519.PublicKey)...) // 263 bits: 0x40 and the point
	body = append(body, 0)                                                             // not encrypted
	secret := number(key.Seed())
	var sum uint16
	for _, c := range secret {
		sum += uint16(c)
	}
	body = binary.BigEndian.AppendUint16(append(body, secret...), sum)
	packet := append([]byte{0xc5, byte(len(body))}, body...)

	text := base64.StdEncoding.EncodeToString(packet)
	var b strings.Builder
	b.WriteString("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n")
	for len(text) > 64 {
		b.WriteString(text[:64] + "\n")
		text = text[64:]
	}
	crc := crc24(packet)
	check := base64.StdEncoding.EncodeToString([]byte{byte(crc >> 16), byte(crc >> 8), byte(crc)})
	b.WriteString(text + "\n=" + check + "\n-----END PGP PRIVATE KEY BLOCK-----\n")
	return b.String(), nil
}

// number writes a multiprecision integer (RFC 9580, section 3.2).
func number(b []byte) []byte {
	n := new(big.Int).SetBytes(b)
	return append(binary.BigEndian.AppendUint16(nil, uint16(n.BitLen())), n.Bytes()...)
}

// crc24 is the armour's checksum (RFC 9580, section 6.1.1).
func crc24(data []byte) uint32 {
	crc := uint32(0xb704ce)
	for _, c := range data {
		crc ^= uint32(c) << 16
		for range 8 {
			if crc <<= 1; crc&0x1000000 != 0 {
				crc ^= 0x1864cfb
			}
		}
	}
	return crc & 0xffffff
}
