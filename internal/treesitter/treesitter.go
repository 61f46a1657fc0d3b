// Package treesitter parses source code with tree-sitter's grammars and gives the concrete tree as one flat list.
//
// It is the only package with C in it: one call a file parses and flattens, so that the tree is walked in Go without crossing into C. Work is bounded by
// steps and not by time, so that the answer is the same on every machine. The package must not know what a language means: that is package syntax's.
package treesitter

// #cgo CFLAGS: -std=c11 -O2 -D_POSIX_C_SOURCE=200809L
// #cgo LDFLAGS: -pthread
// #include <stdlib.h>
// #include "guard.h"
// #include "parse.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	_ "github.com/tree-sitter/go-tree-sitter" // the library itself
)

// MaxSize is how long a text may be, in bytes.
const MaxSize = 8 << 20

// maxNodes is how many nodes a tree may have.
const maxNodes = 8 << 20

// The parser asks after about every 100 steps whether it may go on.
const (
	stepsEach = 25 // for each byte of the text, divided by 100
	stepsBase = 3000
)

// Grammar is one language's grammar.
type Grammar struct {
	// language is guarded; nil where it is of a version that is not known, or absent.
	language unsafe.Pointer
	// symbols are the names of node types, by symbol; fields those of fields. None where the grammar is absent.
	symbols, fields []string
}

// Absent tells that there is nothing to parse with.
func (g *Grammar) Absent() bool { return len(g.symbols) == 0 }

// plain makes the library take memory from C, counted: its Go module sends every request by way of Go.
var plain = sync.OnceFunc(func() { C.reeve_allocator() })

func load(language unsafe.Pointer) *Grammar {
	plain()
	if language == nil {
		return &Grammar{}
	}
	l := (*C.TSLanguage)(language)
	g := &Grammar{language: unsafe.Pointer(C.reeve_guarded(l))}
	for n := range uint16(C.ts_language_symbol_count(l)) {
		g.symbols = append(g.symbols, C.GoString(C.ts_language_symbol_name(l, C.uint16_t(n))))
	}
	g.fields = append(g.fields, "")
	for n := range uint16(C.ts_language_field_count(l)) {
		g.fields = append(g.fields, C.GoString(C.ts_language_field_name_for_id(l, C.uint16_t(n+1))))
	}
	return g
}

// checkLayout compares what guard.h says of a language with what the library says of it.
func (g *Grammar) checkLayout() error {
	l := (*C.TSLanguage)(g.language)
	if l == nil {
		return errVersion
	}
	symbols, fields, states := C.ts_language_symbol_count(l), C.ts_language_field_count(l), C.ts_language_state_count(l)
	scans := l.external_token_count > 0
	if symbols != l.symbol_count+l.alias_count || fields != l.field_count || states != l.state_count || l.lex == nil || scans != (l.scanner.serialize != nil) {
		return fmt.Errorf("%d symbols, %d fields, %d states: %w", symbols, fields, states, errVersion)
	}
	return nil
}

// ErrTooLong says that a text is longer than MaxSize or takes too much work.
var ErrTooLong = errors.New("too long to be parsed")

// ErrAbsent says that the grammar was not there when this program was built: package swift's.
var ErrAbsent = errors.New(`this build has no grammar for it: "make build" makes one that has`)

var errVersion = errors.New("the grammar was made for another version of tree-sitter")

// errorSymbol is the type of what the grammar does not know.
const errorSymbol = 0xffff

// Parse parses a text. Whatever the text is there is a tree; what does not fit the grammar is in nodes of the type "ERROR".
func (g *Grammar) Parse(text []byte) (*Tree, error) {
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%d bytes: %w", len(text), ErrTooLong)
	}
	if g.Absent() {
		return nil, ErrAbsent
	}
	if g.language == nil {
		return nil, errVersion
	}
	var nodes *C.reeve_node
	var count C.uint32_t
	at := (*C.char)(unsafe.Pointer(unsafe.SliceData(text)))
	result := C.reeve_parse(g.language, at, C.uint32_t(len(text)), C.uint32_t(stepsBase+len(text)*stepsEach/100), maxNodes, &nodes, &count)
	runtime.KeepAlive(text)
	switch result {
	case C.reeve_ok:
	case C.reeve_too_long:
		return nil, ErrTooLong
	case C.reeve_no_language:
		return nil, errVersion
	default:
		return nil, errors.New("no memory left to parse")
	}
	defer C.free(unsafe.Pointer(nodes))
	t := &Tree{grammar: g, Text: text, nodes: make([]flat, int(count))}
	copy(t.nodes, unsafe.Slice((*flat)(unsafe.Pointer(nodes)), int(count)))
	return t, nil
}

// flat is a node as parse.h has it.
type flat struct {
	start, end, next, parent uint32
	symbol, field            uint16
	flags                    uint8
}
