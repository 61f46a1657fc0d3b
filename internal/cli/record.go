package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// run is one line of the record of gates: what it cost and what came out. It holds no finding.
type run struct {
	When     string         `json:"when"`
	Asset    string         `json:"asset"`
	Action   finding.Action `json:"action"`
	Blocking int            `json:"blocking"`
	Warning  int            `json:"warning"`
	Files    int            `json:"files"`
	Bytes    int64          `json:"bytes"`
	// Milliseconds is how long the gate made somebody wait; Stages says where it went, in milliseconds.
	Milliseconds float64            `json:"ms"`
	Stages       map[string]float64 `json:"stages"`
}

// record notes what this gate cost: minutes added to people's work are themselves measured.
func record(w *World, r *finding.Result) error {
	if w.StateDir == "" {
		return nil
	}
	line := run{
		When: w.Now().UTC().Format(time.RFC3339), Asset: r.Assets[0].Name, Action: r.Decision.Action,
		Blocking: r.Decision.Blocking, Warning: r.Decision.Warning, Files: r.Looked.Files, Bytes: r.Looked.Bytes,
		Stages: map[string]float64{},
	}
	for _, t := range r.Times {
		ms := float64(t.Took.Microseconds()) / 1000
		line.Milliseconds += ms
		line.Stages[t.Stage] += ms
	}
	data, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(w.StateDir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(w.StateDir, "gates.jsonl"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.Write(append(data, '\n'))
	return err
}
