package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// OpenAt opens a register with the schema of an older release.
func OpenAt(ctx context.Context, address string, schema int) (*DB, error) {
	return openAt(ctx, address, schema)
}

// MigrationsDigest is a digest of the migrations up to one.
func MigrationsDigest(schema int) (string, error) {
	h := sha256.New()
	for n := 1; n <= schema; n++ {
		names, err := fs.Glob(migrations, fmt.Sprintf("migrations/%04d_*.sql", n))
		if err != nil || len(names) != 1 {
			return "", fmt.Errorf("migration %d: %v, %w", n, names, err)
		}
		text, err := migrations.ReadFile(names[0])
		if err != nil {
			return "", err
		}
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
