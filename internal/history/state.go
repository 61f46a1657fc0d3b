package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"

	"github.com/reevehq/reeve/internal/git"
)

// State names everything a Report depends on beside the rules: which objects there are and what refers to them.
// Two equal states give equal reports. It reads no object.
func State(ctx context.Context, repo *git.Repository) (string, error) {
	objects, err := repo.Objects()
	if err != nil {
		return "", err
	}
	defer objects.Close()
	h := sha256.New()
	for _, p := range objects.Packs() {
		fmt.Fprintln(h, "pack", p.Name, p.Checksum, p.Size)
	}
	for _, id := range objects.Loose() {
		h.Write(id.Bytes())
	}
	if err := stateOfRefs(ctx, repo, h); err != nil {
		return "", err
	}
	for _, name := range []string{"index", "shallow"} {
		if data, err := os.ReadFile(filepath.Join(repo.GitDir, name)); err == nil {
			fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(data))
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func stateOfRefs(ctx context.Context, repo *git.Repository, h hash.Hash) error {
	refs, err := repo.Refs(ctx)
	if err != nil {
		return err
	}
	for _, r := range refs {
		fmt.Fprintln(h, "ref", r.Name, r.Target)
	}
	logs, err := repo.Reflogs(ctx)
	if err != nil {
		return err
	}
	for _, l := range logs {
		fmt.Fprintln(h, "log", l.Ref, l.IDs)
	}
	return nil
}
