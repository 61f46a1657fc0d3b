// Package verdict remembers, between scans and between clones of one history, which objects were looked at and what was
// seen in them. A verdict is kept by (object, ruleset): objects never change, so it never grows old.
//
// The folder may be shared by forks and by pipeline runs that do not trust each other: every file is sealed with a key
// (HMAC-SHA-256), and a file whose seal does not fit counts as absent. So nobody without the key can make a secret pass
// as looked at. No content and no secret is ever stored, only what a report shows too.
// The package must not look at content itself.
package verdict

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// KeySize is the length of a sealing key in bytes.
const KeySize = 32

// Key gives the sealing key: the given hex digits if any (a pipeline keeps them as a secret), else the one in the user's own
// configuration folder, which is made at first use and readable by nobody else.
func Key(hexKey, configDir string) ([]byte, error) {
	if hexKey != "" {
		key, err := hex.DecodeString(hexKey)
		if err != nil || len(key) < KeySize {
			return nil, fmt.Errorf("cache key: want at least %d hexadecimal digits", 2*KeySize)
		}
		return key, nil
	}
	path := filepath.Join(configDir, "cache.key")
	key, err := os.ReadFile(path)
	if err == nil && len(key) == KeySize {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read cache key: %w", err)
	}
	key = make([]byte, KeySize)
	rand.Read(key)
	if err := os.MkdirAll(configDir, 0o700); err != nil {
		return nil, fmt.Errorf("make cache key: %w", err)
	}
	if err := replace(path, key, 0o600); err != nil {
		return nil, fmt.Errorf("make cache key: %w", err)
	}
	return key, nil
}

// seal appends the seal of a body that is stored under a name, so that a file cannot be passed off as another.
func seal(key []byte, name string, body []byte) []byte {
	return append(body, sum(key, name, body)...)
}

// unseal gives the body, if the seal fits.
func unseal(key []byte, name string, sealed []byte) ([]byte, bool) {
	n := len(sealed) - sha256.Size
	if n < 0 || !hmac.Equal(sum(key, name, sealed[:n]), sealed[n:]) {
		return nil, false
	}
	return sealed[:n], true
}

func sum(key []byte, name string, body []byte) []byte {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d:%s", len(name), name)
	mac.Write(body)
	return mac.Sum(nil)
}

// replace writes a file all at once: a reader sees the old one or the new one.
func replace(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
