package gate

import (
	"context"
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// Draft is a file as it stands in an editor, saved or not.
type Draft struct {
	// Asset is the folder it belongs to, Path its place in there.
	Asset finding.Asset
	Path  string
	Data  []byte
	// Folder gives the other files; nil where there is no folder.
	Folder engine.Tree
}

// maxBeside is how many bytes of the files beside drafts are kept as notes.
const maxBeside = 16 << 20

// Drafts looks at drafts, again and again: a look costs what the draft costs, for what was taken down of the files beside it is kept.
// It may be used by several goroutines; they are served one after the other.
type Drafts struct {
	options Options
	mu      sync.Mutex
	// kept are the notes of files beside drafts, bytes how long those files are.
	kept  map[besideKey][]engine.Note
	bytes int
}

// besideKey is a file as one noter was asked about it.
type besideKey struct {
	noter int
	path  string
	sum   [sha256.Size]byte
}

// NewDrafts makes what looks at drafts. The moment by which waivers expire is that of each look, by o.Clock.
func NewDrafts(o Options) *Drafts { return &Drafts{options: o, kept: map[besideKey][]engine.Note{}} }

// Look judges a draft by all engines that judge single contents, or a part of a target. The result holds what stands in the draft and nothing else.
func (d *Drafts) Look(ctx context.Context, draft Draft) (*finding.Result, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.options
	o.Now = o.Clock()
	l := begin(o)
	l.result.Assets = []finding.Asset{draft.Asset}
	w := l.Pass.Worker()
	item := &target.Item{Path: draft.Path, Data: draft.Data, Mode: target.ModeFile}
	l.keep(ctx, w, item, draft.Asset)
	text := target.Decode(draft.Data)
	w.Note(&engine.Content{Path: draft.Path, Data: text.Data, Mode: target.ModeFile, Binary: text.Binary}, engine.Named.Partial)
	l.gather(w)
	d.addBeside(ctx, l, draft)
	part := &whole{target: engine.Target{Asset: draft.Asset, Tree: draft.Folder}, notes: l.taken(), part: true}
	found, err := l.judgeSets(ctx, part)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].Location.Path == draft.Path {
			l.findings = append(l.findings, found[i])
		}
	}
	return l.finish(ctx, nil, false), ctx.Err()
}

// addBeside takes the notes of the files that engines need beside a draft. What cannot be read there is no fault of the draft.
func (d *Drafts) addBeside(ctx context.Context, l *look, draft Draft) {
	if draft.Folder == nil {
		return
	}
	for i, n := range l.Pass.Noters() {
		partial, ok := n.Noter.(engine.Partial)
		if !ok || len(l.notes[i]) == 0 {
			continue
		}
		for _, path := range partial.Beside(l.notes[i], draft.Folder.Paths()) {
			if path == draft.Path || ctx.Err() != nil {
				continue
			}
			if data, err := draft.Folder.Read(path); err == nil {
				l.notes[i] = append(l.notes[i], d.notesOf(l, i, path, data)...)
			}
		}
	}
}

// notesOf gives a noter's notes of a file beside a draft.
func (d *Drafts) notesOf(l *look, noter int, path string, data []byte) []engine.Note {
	key := besideKey{noter, path, sha256.Sum256(data)}
	if notes, known := d.kept[key]; known {
		return notes
	}
	w := l.Pass.Worker()
	text := target.Decode(data)
	w.Note(&engine.Content{Path: path, Data: text.Data, Mode: target.ModeFile, Binary: text.Binary}, func(n engine.Named) bool {
		return n.Name == l.Pass.Noters()[noter].Name
	})
	for name, why := range w.Failed {
		l.failed[name] = why
	}
	if d.bytes += len(data); d.bytes > maxBeside {
		clear(d.kept)
		d.bytes = len(data)
	}
	d.kept[key] = slices.Clip(w.Notes[noter])
	return d.kept[key]
}
