package people

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// cost is what a hash takes: memory in KiB, passes over it, and lanes.
type cost struct {
	memory, passes uint32
	lanes          uint8
}

// usual is OWASP's recommendation (Password Storage Cheat Sheet, argon2id).
func usual() cost { return cost{memory: 19 << 10, passes: 2, lanes: 1} }

// The bounds of what is hashed. NIST SP 800-63B-4 asks for 15 characters where a password is all there is, 8 otherwise; tries are bounded here.
const (
	minPassword = 12   // characters
	maxPassword = 1000 // bytes
	saltSize    = 16
	keySize     = 32
)

// secret is a password as it is hashed: one form for all ways to type it (NIST SP 800-63B-4, 3.1.1.2).
func secret(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

// encodeHash writes a hash in the PHC string format.
func encodeHash(c cost, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.passes, c.lanes, b.EncodeToString(salt), b.EncodeToString(key))
}

var errHash = errors.New("the kept hash of a password cannot be read")

// decodeHash reads one back, within bounds.
func decodeHash(text string) (c cost, salt, key []byte, err error) {
	parts := strings.Split(text, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.memory, &c.passes, &c.lanes); n != 3 || err != nil {
		return c, nil, nil, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || c.memory < 8 || c.memory > 1<<20 || c.passes < 1 || c.passes > 100 || c.lanes < 1 || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// derive does the work; few do it at once.
func (k *Keeper) derive(ctx context.Context, password string, c cost, salt []byte, size int) ([]byte, error) {
	select {
	case k.hashing <- struct{}{}:
		defer func() { <-k.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	k.hashed.Add(1)
	return argon2.IDKey(secret(password), salt, c.passes, c.memory, c.lanes, uint32(size)), nil
}

// hash makes what is kept of a password.
func (k *Keeper) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // it never fails (crypto/rand)
	key, err := k.derive(ctx, password, usual(), salt, keySize)
	if err != nil {
		return "", err
	}
	return encodeHash(usual(), salt, key), nil
}

// check tells whether a password is a person's. For person 0, and for people without a password, it does the same work and says no. A hash
// made at another cost is replaced.
func (k *Keeper) check(ctx context.Context, person int64, password string) (bool, error) {
	if len(password) > maxPassword {
		password = "" // it is nobody's
	}
	kept, err := k.db.Hash(ctx, person)
	nobody := errors.Is(err, store.ErrNotFound)
	if err != nil && !nobody {
		return false, err
	}
	c, salt, key := usual(), make([]byte, saltSize), make([]byte, keySize)
	if !nobody {
		if c, salt, key, err = decodeHash(kept); err != nil {
			return false, fmt.Errorf("person %d: %w", person, err)
		}
	}
	made, err := k.derive(ctx, password, c, salt, len(key))
	if err != nil {
		return false, err
	}
	right := subtle.ConstantTimeCompare(made, key) == 1 && !nobody
	if right && c != usual() {
		fresh, err := k.hash(ctx, password)
		if err != nil {
			return false, err
		}
		if err := k.db.Rehash(ctx, person, kept, fresh); err != nil {
			return false, err
		}
	}
	return right, nil
}

// byLogin finds a person by what they sign in with; 0 is nobody.
func byLogin(w *register.World, login string) int64 {
	return w.ID(register.KindPerson, strings.ToLower(strings.TrimSpace(login)))
}

// refusal says why a password may not be chosen; "" is no reason. (NIST SP 800-63B-4, 3.1.1.2: length and known passwords, no rules of composition.)
func refusal(password string, who *desk.Person) string {
	switch {
	case len(password) > maxPassword || !utf8.ValidString(password):
		return "long"
	case utf8.RuneCount(secret(password)) < minPassword:
		return "short"
	case isBad(password, who):
		return "known"
	}
	return ""
}
