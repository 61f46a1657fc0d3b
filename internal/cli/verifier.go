package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/verify"
)

// verifier makes what asks providers about found secrets, as the configuration allows.
func verifier(p *prepared) (func(context.Context, []finding.Finding), error) {
	c := p.config.Verify
	options := verify.Options{Hosts: c.Hosts, BaseURL: c.BaseURL, AllowPrivate: c.AllowPrivate}
	if err := options.Validate(); err != nil {
		return nil, fmt.Errorf("verify: %w", err)
	}
	names := map[string]string{}
	for _, r := range p.rules {
		names[r.ID] = r.Verify
	}
	return func(ctx context.Context, found []finding.Finding) {
		options.Around = func(f finding.Finding) string { return around(ctx, f) }
		verify.New(options).VerifyAll(ctx, found, func(rule string) string { return names[rule] })
	}, nil
}

const (
	aroundLines = 12
	aroundMost  = 8 << 20 // bytes of a file that are read for its lines
)

// around gives the lines around a finding: the key id, the user or the host that a provider wants to see beside the secret.
// What cannot be read gives nothing; the verifier then says what it lacks.
func around(ctx context.Context, f finding.Finding) string {
	if f.Location.Surface != "" || strings.Contains(f.Location.Path, "!/") || f.Location.Region.StartLine == 0 {
		return ""
	}
	data := contentOf(ctx, f)
	line := 1
	start, end := 0, len(data)
	for i := 0; i < len(data); line++ {
		if line == f.Location.Region.StartLine-aroundLines {
			start = i
		}
		next := bytes.IndexByte(data[i:], '\n')
		if next < 0 {
			break
		}
		i += next + 1
		if line == f.Location.Region.EndLine+aroundLines {
			end = i
			break
		}
	}
	return string(data[start:end])
}

// assetPath is where an asset lies: the folder one stands in goes by its own name.
func assetPath(name string) string {
	if wd, err := os.Getwd(); err == nil && filepath.Base(wd) == name && !isDir(name) {
		return "."
	}
	return name
}

// contentOf reads the file or object a finding stands in.
func contentOf(ctx context.Context, f finding.Finding) []byte {
	if f.Asset.Kind == "directory" {
		root, err := os.OpenRoot(assetPath(f.Asset.Name))
		if err != nil {
			return nil
		}
		defer root.Close()
		file, err := root.Open(filepath.FromSlash(f.Location.Path))
		if err != nil {
			return nil
		}
		defer file.Close()
		data, _ := io.ReadAll(io.LimitReader(file, aroundMost))
		return data
	}
	id, err := git.ParseID(f.Location.Blob)
	if err != nil {
		return nil
	}
	repo, err := git.Open(ctx, assetPath(f.Asset.Name))
	if err != nil {
		return nil
	}
	objects, err := repo.Objects()
	if err != nil {
		return nil
	}
	defer objects.Close()
	_, data, _ := objects.Read(ctx, id)
	return data
}
