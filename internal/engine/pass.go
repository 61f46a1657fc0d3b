package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/literal"
	"github.com/reevehq/reeve/internal/target"
)

// Pass is the one pass that feeds all engines: each piece of content is decoded, unpacked and searched for the
// literals of all rules once. It is immutable; every goroutine takes a Worker of its own.
type Pass struct {
	engines  []Engine
	noters   []Named
	matcher  *literal.Matcher
	owners   []owner
	always   bool
	archives archive.Limits
	// notebook holds the notes of earlier looks; nil keeps none.
	notebook Notebook
}

// owner says which engine a literal of the joint matcher belongs to, and its number there.
type owner struct {
	engine int
	number int32
}

// Named is a noter with the name under which its failures are told.
type Named struct {
	Name string
	Noter
}

// NewPass joins the literals of the engines. Beside the engines that are sets, more take notes on the same pass.
func NewPass(engines []Engine, archives archive.Limits, more ...Named) *Pass {
	p := &Pass{engines: engines, archives: archives}
	for _, e := range engines {
		if set, ok := e.(Set); ok {
			p.noters = append(p.noters, Named{e.Info().Name, set})
		}
	}
	p.noters = append(p.noters, more...)
	var all []literal.Literal
	for i, e := range engines {
		p.always = p.always || e.Info().Always
		for n, l := range e.Literals() {
			all = append(all, l)
			p.owners = append(p.owners, owner{engine: i, number: int32(n)})
		}
	}
	p.matcher = literal.New(all)
	return p
}

// Keeping is the same pass with a notebook.
func (p *Pass) Keeping(in Notebook) *Pass {
	kept := *p
	kept.notebook = in
	return &kept
}

// Engines are the engines of the pass.
func (p *Pass) Engines() []Engine { return p.engines }

// Noters are those who take notes, in the order of Worker.Notes: first the engines that are sets, then the others.
func (p *Pass) Noters() []Named { return p.noters }

// Names tells of a path that an engine which judges whole targets reads such a file by its name: without it the verdict has a hole.
func (p *Pass) Names(path string) bool {
	return slices.ContainsFunc(p.noters, func(n Named) bool {
		_, isSet := n.Noter.(Set)
		return isSet && !n.Partial() && n.Wants(&Content{Path: path})
	})
}

// Partial tells of an engine that judges the part of a target that a change touches.
func (n Named) Partial() bool {
	_, ok := n.Noter.(Partial)
	return ok
}

// Rule finds a rule of any engine, or of the pass itself.
func (p *Pass) Rule(id string) (finding.Rule, bool) {
	for _, e := range p.engines {
		if r, ok := e.Rule(id); ok {
			return r, true
		}
	}
	return refusedRule, id == refusedRule.ID
}

// Place asks the finding's engine what the finding means at a path; see Engine.Place.
func (p *Pass) Place(f *finding.Finding, path string) bool {
	for _, e := range p.engines {
		if e.Info().Name == f.Engine {
			return e.Place(f, path)
		}
	}
	return true
}

// Worker looks at one piece of content at a time and keeps the memory it needs for that.
type Worker struct {
	pass *Pass
	hits []literal.Hit
	own  [][]literal.Hit
	// Noting tells that notes are wanted; Notes are what was taken down, by noter.
	Noting bool
	Notes  [][]Note
	// Looked counts archive members and bytes; Unread names what could not be looked at.
	Looked finding.Looked
	Unread []finding.Unread
	// Failed holds, by engine, the first panic of that engine.
	Failed map[string]string
}

// Worker makes a worker.
func (p *Pass) Worker() *Worker {
	return &Worker{pass: p, own: make([][]literal.Hit, len(p.engines)), Notes: make([][]Note, len(p.noters)), Failed: map[string]string{}}
}

// Look gives what the engines find in the content and, where it is an archive, in its members.
// Findings carry Location.Path as the path inside c.Path ("" or "!/member"); see Pass.Place.
// whole is as for Engine.Look.
func (w *Worker) Look(ctx context.Context, c *Content) (found []finding.Finding, whole bool) {
	if archive.Is(c.Data) {
		return w.lookInside(ctx, c), true
	}
	text := target.Decode(c.Data)
	if text.Media != "" {
		w.Looked.Skip(text.Media)
		return nil, false
	}
	if text.Encoding == "" {
		w.note(c, text.Binary)
		return w.lookText(c, text.Binary)
	}
	decoded := *c
	decoded.Data, decoded.Fresh = text.Data, nil
	w.note(&decoded, text.Binary)
	found, _ = w.lookText(&decoded, text.Binary)
	return found, true
}

// lookInside looks at the members of an archive.
func (w *Worker) lookInside(ctx context.Context, c *Content) []finding.Finding {
	var found []finding.Finding
	refusals := archive.Walk(ctx, c.Data, w.pass.archives, func(member string, data []byte) {
		w.Looked.Members++
		text := target.Decode(data)
		if text.Media != "" {
			w.Looked.Skip(text.Media)
			return
		}
		part := &Content{Path: c.Path + member, Data: text.Data, Mode: target.ModeFile, Layer: c.Layer, Gone: c.Gone}
		w.note(part, text.Binary)
		inside, _ := w.lookText(part, text.Binary)
		for _, f := range inside {
			f.Location.Path = member
			found = append(found, f)
		}
	})
	for _, r := range refusals {
		if r.Bomb {
			found = append(found, refused(r, c.Data))
			continue
		}
		w.Unread = append(w.Unread, finding.Unread{What: c.Path + r.Path, Why: r.Why})
	}
	return found
}

// lookText runs the prefilter over the fresh parts and hands the content to each engine that had a hit.
func (w *Worker) lookText(c *Content, binary bool) (found []finding.Finding, whole bool) {
	if len(w.pass.owners) == 0 && !w.pass.always {
		w.Looked.Bytes += int64(len(c.Data)) // nobody looks at single contents
		return nil, false
	}
	w.hits = w.hits[:0]
	for _, s := range c.fresh() {
		w.Looked.Bytes += int64(s.End - s.Start)
		w.hits = w.pass.matcher.Find(c.Data, s.Start, s.End, w.hits)
	}
	if len(w.hits) == 0 && !w.pass.always {
		return nil, false
	}
	for i := range w.own {
		w.own[i] = w.own[i][:0]
	}
	for _, h := range w.hits {
		o := w.pass.owners[h.Literal]
		w.own[o.engine] = append(w.own[o.engine], literal.Hit{Literal: o.number, Start: h.Start})
	}
	seen := *c
	seen.Binary = binary
	for i, e := range w.pass.engines {
		if len(w.own[i]) > 0 || e.Info().Always {
			whole = w.guard(e, &seen, w.own[i], &found) || whole
		}
	}
	if !c.Bare {
		snippets(c.Data, found)
	}
	return found, whole
}

// guard runs one engine and turns its panic into a failure of that engine: a crash is never "clean".
func (w *Worker) guard(e Engine, c *Content, hits []literal.Hit, found *[]finding.Finding) (whole bool) {
	name := e.Info().Name
	defer func() {
		if r := recover(); r != nil && w.Failed[name] == "" {
			w.Failed[name] = fmt.Sprintf("panic at %q: %v", c.Path, r)
		}
	}()
	return e.Look(c, hits, func(f finding.Finding) {
		f.Engine = name
		*found = append(*found, f)
	})
}

// Name gives what the path alone tells.
func (w *Worker) Name(path string) []finding.Finding {
	var found []finding.Finding
	for _, e := range w.pass.engines {
		e.LookName(path, func(f finding.Finding) {
			f.Engine = e.Info().Name
			found = append(found, f)
		})
	}
	return found
}

func (c *Content) fresh() []Span {
	if c.Fresh == nil {
		return []Span{{0, len(c.Data)}}
	}
	return c.Fresh
}
