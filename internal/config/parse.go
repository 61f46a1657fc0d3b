package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxBytes bounds the file; a configuration of people is a thousandth of it.
const maxBytes = 1 << 20

// maxErrors bounds how many faults one reading reports.
const maxErrors = 20

// Error is one fault of a configuration file, with its place.
type Error struct {
	File string
	// Line and Column count from 1; the column counts characters.
	Line, Column int
	Text         string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text) }

// Load reads a configuration file. A file that does not exist is an error that wraps fs.ErrNotExist.
func Load(path string) (*Config, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read configuration: %q is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(data, path)
}

// Parse reads a configuration; name stands for the file in errors and in the places of waivers. What is not set has its default.
// The error joins one *Error for each fault.
func Parse(data []byte, name string) (*Config, error) {
	root, err := document(data, name)
	if err != nil {
		return nil, err
	}
	c := Default()
	d := &decoder{file: name}
	if root != nil {
		d.decode(root, valueOf(c), "the configuration")
	}
	if len(d.errs) > 0 {
		return nil, errors.Join(d.errs...)
	}
	return c, nil
}

// document gives the root node of the one document in the data, nil if there is none.
func document(data []byte, name string) (*yaml.Node, error) {
	if len(data) > maxBytes {
		return nil, &Error{name, 1, 1, fmt.Sprintf("the file is larger than %s", Size(maxBytes))}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, second yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxError(err, name)
	}
	switch err := dec.Decode(&second); {
	case err == nil:
		return nil, &Error{name, second.Line, second.Column, "a second document: the file holds one"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(err, name)
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil, nil
	}
	return doc.Content[0], nil
}

// syntaxError gives the YAML reader's complaint ("yaml: line 3: …") the form of our own.
func syntaxError(err error, name string) error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if number, why, ok := strings.Cut(rest, ": "); ok {
			if n, err := strconv.Atoi(number); err == nil {
				line, text = max(n, 1), why
			}
		}
	}
	return &Error{name, line, 1, "not YAML: " + clip(text)}
}
