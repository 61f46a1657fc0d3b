package sast

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/flow"
)

// follow lets the rules that follow data do so through all files together.
func (e *Engine) follow(ctx context.Context, files []*code) (found []finding.Finding, notices []string) {
	if len(files) == 0 {
		return nil, nil
	}
	graphs, paths := make([]*flow.Graph, len(files)), make([]string, len(files))
	for i, f := range files {
		graphs[i], paths[i] = f.graph, f.path
	}
	p := &program{files: files, linked: flow.NewProgram(graphs, paths)}
	for _, f := range files {
		p.data = append(p.data, sync.OnceValue(func() []byte { return []byte(f.text) }))
	}
	results := make([]result, len(e.rules))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(e.rules)) {
		wg.Go(func() {
			for i := range next {
				if ctx.Err() == nil {
					results[i] = p.follow(e.rules[i])
				}
			}
		})
	}
	for i := range e.rules {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, r := range results {
		found = append(found, r.found...)
		notices = append(notices, r.notices...)
	}
	return found, notices
}

// program is all the code that data is followed through.
type program struct {
	files  []*code
	linked *flow.Program
	// data are the texts of the files, for those in which something is found.
	data []func() []byte
}

// result is what a rule finds.
type result struct {
	found   []finding.Finding
	notices []string
}

// follow lets one rule follow data. Nothing more is asked for one without a sink.
func (p *program) follow(k *known) result {
	var r result
	id := k.facts.ID
	if !slices.ContainsFunc(p.files, func(f *code) bool { a := f.noted(id); return a != nil && a.question.HasSinks() }) {
		return r
	}
	questions := map[int]*flow.Asked{}
	sources := false
	for i, f := range p.files {
		a, err := f.question(id)
		if err != nil {
			r.notices = append(r.notices, err.Error())
		}
		if a != nil {
			questions[i] = a.question
			sources = sources || a.question.HasSources()
		}
	}
	if !sources {
		return r
	}
	found, whole := p.linked.Follow(questions)
	if !whole {
		r.notices = append(r.notices, fmt.Sprintf("rule %s took too much work: it may find more than is shown", id))
	}
	for i := range found {
		r.found = append(r.found, p.describe(k, &found[i]))
	}
	return r
}

// describe makes a finding of a sink at which data arrived. It stands there, or where the data came from if the rule asks for that.
func (p *program) describe(k *known, one *flow.Finding) finding.Finding {
	s := p.files[one.File].noted(k.facts.ID).sinks[one.Sink]
	if first, last := one.Steps[0], one.Steps[len(one.Steps)-1]; k.ours && len(one.Steps) > 1 && s.message == k.facts.Title {
		s.message += ": " + p.quoted(first) + " reaches " + p.quoted(last)
	}
	at := one.File
	if one.AtSource {
		at, s.start, s.end = one.Steps[0].File, one.Steps[0].Start, one.Steps[0].End
	}
	f := describe(p.files[at].path, p.data[at](), k, s)
	for _, step := range one.Steps {
		f.Flow = append(f.Flow, finding.Step{Message: steps[step.What], Location: location(p.files[step.File].path, p.data[step.File](), step.Start, step.End)})
	}
	return f
}

func (p *program) quoted(s flow.Step) string {
	text := p.files[s.File].text
	return "`" + finding.Clip(strings.Join(strings.Fields(text[s.Start:min(s.End, len(text))]), " "), 60) + "`"
}
