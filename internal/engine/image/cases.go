package image

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// The files of a case that stand for what is no file in an image: its configuration, and the modes of its files, as
// {"usr/bin/x": "4755", "app/.env": "0644 gone"}. Files that are not named there are plain.
const (
	CaseConfig = "config.json"
	CaseModes  = "modes.json"
)

// CaseContents gives the contents of a rule's case as those of an image of one layer, by path. An error says what is wrong with CaseModes.
func CaseContents(files map[string][]byte) ([]*engine.Content, error) {
	modes := map[string]string{}
	if data, ok := files[CaseModes]; ok {
		if err := json.Unmarshal(data, &modes); err != nil {
			return nil, fmt.Errorf("%s: %w", CaseModes, err)
		}
	}
	var out []*engine.Content
	for _, path := range slices.Sorted(maps.Keys(files)) {
		c := &engine.Content{Path: path, Data: files[path], Mode: target.ModeFile, Layer: 1}
		switch path {
		case CaseModes:
			continue
		case CaseConfig:
			c.Surface, c.Layer = finding.ImageConfig, 0
		}
		if text, ok := modes[path]; ok {
			digits, gone, _ := strings.Cut(text, " ")
			mode, err := strconv.ParseUint(digits, 8, 12)
			if err != nil || gone != "" && gone != "gone" {
				return nil, fmt.Errorf("%s: %q: want a mode such as \"4755\" or \"0644 gone\", have %q", CaseModes, path, text)
			}
			c.Mode, c.Gone = 0o100000|uint32(mode), gone != ""
			delete(modes, path)
		}
		out = append(out, c)
	}
	for path := range modes {
		return nil, fmt.Errorf("%s: %q is none of the files", CaseModes, path)
	}
	return out, nil
}

// LookCases finds what is in a rule's case as Conclude would in an image of these files.
func (e *Engine) LookCases(files map[string][]byte) []finding.Finding {
	t := &engine.Target{Asset: finding.Asset{Kind: "image", Name: "case"}}
	var found []finding.Finding
	broken := func(err error) { found = append(found, finding.Finding{Rule: "error", Message: err.Error()}) }
	contents, err := CaseContents(files)
	if err != nil {
		broken(err)
	}
	for _, c := range contents {
		value, err := e.Note(c)
		if err != nil {
			broken(fmt.Errorf("%s: %w", c.Path, err))
		}
		if value != nil {
			t.Notes = append(t.Notes, engine.Note{Path: c.Path, Layer: c.Layer, Gone: c.Gone, Value: value})
		}
	}
	if err := e.Conclude(context.Background(), t, func(f finding.Finding) { found = append(found, f) }); err != nil {
		broken(err)
	}
	return finding.Merge(found)
}

// LookCase is LookCases for a case of one file.
func (e *Engine) LookCase(path string, data []byte) []finding.Finding {
	return e.LookCases(map[string][]byte{path: data})
}
