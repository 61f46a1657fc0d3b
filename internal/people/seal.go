package people

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"
)

// seal keeps what a browser carries for us from being read or changed (AES-256-GCM).
type seal struct{ aead cipher.AEAD }

func newSeal(key []byte) (*seal, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &seal{aead: aead}, err
}

// flow is what must be remembered between the start of a sign-in at a provider and its end.
type flow struct {
	State, Nonce, Verifier, Next string
	Until                        time.Time
}

var errSeal = errors.New("the sign-in was not begun here, or too long ago")

func (s *seal) close(f flow) (string, error) {
	plain, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	nonce := make([]byte, s.aead.NonceSize())
	_, _ = rand.Read(nonce) // it never fails (crypto/rand)
	return base64.RawURLEncoding.EncodeToString(s.aead.Seal(nonce, nonce, plain, []byte("flow"))), nil
}

func (s *seal) open(text string, now time.Time) (flow, error) {
	var f flow
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(sealed) < s.aead.NonceSize() {
		return f, errSeal
	}
	plain, err := s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], []byte("flow"))
	if err != nil || json.Unmarshal(plain, &f) != nil || !now.Before(f.Until) {
		return flow{}, errSeal
	}
	return f, nil
}
