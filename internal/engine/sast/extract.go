package sast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/search"
	"github.com/reevehq/reeve/internal/semgrep"
)

// maxExtracted is how much text, in bytes, one rule may make out of what it extracts from one file: each part is as long as the file.
const maxExtracted = 16 << 20

// extract takes code of another language out of a file and lets the rules of that language look at it. What is extracted stays at its place: a text is made
// that is as long as the file, and empty lines where nothing was extracted. So all places are those of the file.
func (e *Engine) extract(c *engine.Content, file *search.File, one *entry, found []search.Range, n *note) error {
	x := one.rule().Extract
	var parts [][]byte
	made := 0
	for i := range found {
		start, end, ok := file.Bound(&found[i], x.Metavariable)
		if !ok || end > len(c.Data) {
			continue
		}
		if !x.Concat || len(parts) == 0 {
			if made += len(c.Data); made > maxExtracted && len(parts) > 0 {
				n.notices = append(n.notices, fmt.Sprintf("rule %s extracts too much from %s: not all of it was looked at", one.known.facts.ID, c.Path))
				break
			}
			parts = append(parts, bytes.Repeat([]byte("\n"), len(c.Data)))
		}
		place(parts[len(parts)-1], c.Data, start, end, x.Transform)
	}
	for _, text := range parts {
		if err := e.within(c, x, text, n); err != nil {
			return err
		}
	}
	return nil
}

// within lets rules look at code that was extracted.
func (e *Engine) within(c *engine.Content, x *semgrep.Extract, text []byte, n *note) error {
	inner := &note{}
	words := search.WordsOf(text)
	for _, language := range languagesOf(x.Language) {
		wanted, err := e.wanted(language, words)
		if err != nil {
			return err
		}
		wanted = slices.DeleteFunc(wanted, func(one *entry) bool {
			id := one.known.facts.ID
			r, err := one.known.read()
			return err == nil && r.Mode == semgrep.ModeExtract || len(x.Include) > 0 && !slices.Contains(x.Include, id) || slices.Contains(x.Exclude, id)
		})
		if len(wanted) == 0 {
			continue
		}
		file := search.NewText(string(text))
		if language != nil {
			if file, err = parsed(c, text, language, n); file == nil {
				return err
			}
			err = e.look(c, file.Knowing(words), wanted, inner)
		} else {
			err = e.run(c, file.Knowing(words), wanted, inner)
		}
		if err != nil {
			return err
		}
		break // TypeScript is read in one way
	}
	n.seen = append(n.seen, inner.seen...)
	n.notices = append(n.notices, inner.notices...)
	n.rows = append(n.rows, inner.rows...)
	if inner.code != nil && inner.code.graph != nil {
		inner.code.text = string(c.Data) // lines are counted there
		n.extracted = append(n.extracted, inner.code)
	}
	return nil
}

// place writes a part of a file into a text at its place.
func place(text, whole []byte, start, end int, transform string) {
	switch transform {
	case semgrep.TransformUnquote:
		const quotes = "\"'`"
		for start < end && strings.IndexByte(quotes, whole[start]) >= 0 && strings.IndexByte(quotes, whole[end-1]) >= 0 {
			start, end = start+1, max(start+1, end-1)
		}
	case semgrep.TransformJSON:
		placeTexts(text, whole[start:end], start)
		return
	}
	from := start
	for from > 0 && (whole[from-1] == ' ' || whole[from-1] == '\t') {
		from--
	}
	if from > 0 && whole[from-1] != '\n' {
		from = start // it begins behind something else
	}
	copy(text[from:end], whole[from:end])
}

// placeTexts writes the texts of an array in JSON into a text, each at its place.
func placeTexts(text, array []byte, start int) {
	d := json.NewDecoder(bytes.NewReader(array))
	if token, err := d.Token(); err != nil || token != json.Delim('[') {
		return
	}
	for d.More() {
		at := int(d.InputOffset())
		token, err := d.Token()
		line, ok := token.(string)
		quote := bytes.IndexByte(array[at:], '"')
		if err != nil || !ok || quote < 0 {
			return
		}
		copy(text[start+at+quote+1:start+int(d.InputOffset())-1], line) // it is not longer than it is written
	}
}
