package feed

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A mirror is signed with Ed25519: index.json.sig holds the signature of the bytes of index.json, in hex. The index holds the hash of
// everything else.
const (
	indexName     = "index.json"
	signatureName = "index.json.sig"
)

var (
	errUnsigned  = errors.New("a key is set (dependencies.source_key), and nothing here is signed: nothing is taken")
	errSignature = errors.New("the signature is not one of the key that is set (dependencies.source_key): nothing is taken")
)

// NewKey makes a pair of keys in hex: the seed that signs, which is a secret, and the public key that checks.
func NewKey(random io.Reader) (seed, public string, err error) {
	pub, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return "", "", fmt.Errorf("make key: %w", err)
	}
	return hex.EncodeToString(key.Seed()), hex.EncodeToString(pub), nil
}

// SigningKey reads the seed of a key in hex. Its errors do not repeat it: it is a secret.
func SigningKey(text string) (ed25519.PrivateKey, error) {
	seed, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("want the seed of a key: %d bytes in hex, and nothing else", ed25519.SeedSize)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// PublicKey reads a public key in hex.
func PublicKey(text string) (ed25519.PublicKey, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("want the public key of a mirror: %d bytes in hex", ed25519.PublicKeySize)
	}
	return key, nil
}

// checkSignature tells whether the key has signed the index.
func checkSignature(key ed25519.PublicKey, index, signature []byte) bool {
	sig, err := hex.DecodeString(strings.TrimSpace(string(signature)))
	return err == nil && len(sig) == ed25519.SignatureSize && ed25519.Verify(key, index, sig)
}
