package sast

import (
	"os"
	"testing"
	"context"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/rules"
)

func BenchmarkOne(b *testing.B) {
	path := os.Getenv("ONE")
	data, err := os.ReadFile(path)
	if err != nil { b.Fatal(err) }
	all := rules.All()
	var mine = all[:0:0]
	for _, r := range all { if r.Engine == Name { mine = append(mine, r) } }
	for b.Loop() {
		e, err := New(mine, Options{})
		if err != nil { b.Fatal(err) }
		c := &engine.Content{Path: "src/"+path[len("/tmp/one/"):], Data: data}
		n, err := e.Note(c)
		if err != nil { b.Fatal(err) }
		count := 0
		t := &engine.Target{Notes: []engine.Note{{Path: c.Path, Value: n}}}
		if err := e.Conclude(context.Background(), t, func(finding.Finding) { count++ }); err != nil { b.Fatal(err) }
		if count == 0 { b.Fatal("nothing") }
	}
}
