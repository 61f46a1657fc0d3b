package sast

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"syscall"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	
	
	
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/rules"
)

func TestFolder(t *testing.T) {
	root := os.Getenv("FOLDER")
	if root == "" { t.Skip() }
	all := rules.All()
	var mine = all[:0:0]
	for _, r := range all { if r.Engine == Name { mine = append(mine, r) } }
	o := Options{}
	if dir := os.Getenv("RULES"); dir != "" {
		mine = nil
		files, err := semgrep.LoadFS(os.DirFS(dir), ".")
		if err != nil { t.Fatal(err) }
		ids := map[string]bool{}
		for _, f := range files { for _, r := range f.Rules { if !ids[r.ID] { ids[r.ID] = true; o.Foreign = append(o.Foreign, r) } } }
		fmt.Println(len(o.Foreign), "rules")
	}
	e, err := New(mine, o)
	if err != nil { t.Fatal(err) }
	var notes []engine.Note
	lines := 0
	start := time.Now()
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() { return err }
		data, _ := os.ReadFile(p)
		rel, _ := filepath.Rel(root, p)
		c := &engine.Content{Path: rel, Data: data}
		if !e.Wants(c) { return nil }
		for _, b := range data { if b == '\n' { lines++ } }
		n, err := e.Note(c)
		if err != nil { t.Fatal(p, err) }
		if n != nil { notes = append(notes, engine.Note{Path: rel, Value: n}) }
		return nil
	})
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("cpu %v notes %v, %d lines, %d notes, heap %d MB\n", cpu(), time.Since(start), lines, len(notes), m.HeapAlloc>>20)
	if p := os.Getenv("HEAP"); p != "" { f, _ := os.Create(p); pprof.WriteHeapProfile(f); f.Close() }
	start = time.Now()
	count := 0
	tt := &engine.Target{Notes: notes, Notice: func(s string) {}}
	if err := e.Conclude(context.Background(), tt, func(finding.Finding) { count++ }); err != nil { t.Fatal(err) }
	runtime.ReadMemStats(&m)
	fmt.Printf("conclude %v, %d findings, sys %d MB\n", time.Since(start), count, m.Sys>>20)
	runtime.KeepAlive(notes)



}

func cpu() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
