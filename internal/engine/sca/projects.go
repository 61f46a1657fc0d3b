package sca

import (
	"bytes"
	"fmt"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/installed"
	"github.com/reevehq/reeve/internal/inventory"
	"github.com/reevehq/reeve/internal/lockfile"
	"github.com/reevehq/reeve/internal/sbom"
)

// Documents gives the documents among notes. In an image only what is installed counts: a lock file that was copied in says
// what somebody wanted, not what is there.
func Documents(t *engine.Target) []*inventory.Document {
	var docs []*inventory.Document
	for _, n := range t.Notes {
		doc, ok := n.Value.(*inventory.Document)
		if !ok || t.Asset.Kind == "image" && doc.Role != inventory.Installed {
			continue
		}
		docs = append(docs, doc)
	}
	return installed.WithoutManifests(docs)
}

// Projects reads the documents of a target together.
func Projects(docs []*inventory.Document) []*inventory.Project {
	lockfile.ResolveMaven(docs)
	lockfile.ResolveGradle(docs)
	lockfile.ResolveNuGet(docs)
	return inventory.Assemble(docs)
}

func readSBOM(c *engine.Content) (*inventory.Document, error) {
	bill, err := sbom.Read(bytes.NewReader(c.Data))
	if err != nil {
		return nil, fmt.Errorf("read SBOM: %w", err)
	}
	return bill.Document(c.Path), nil
}
