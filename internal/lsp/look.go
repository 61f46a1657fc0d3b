package lsp

import (
	"context"
	"fmt"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
)

// job is one look at a document as it was when the look began.
type job struct {
	server   *server
	conn     *jsonrpc2.Conn
	document *document
	revision uint64
	uri      string
	language string
	text     *text
	folder   *folder
	path     string
	// stale, unlisted and fresh are as in folder and document.
	stale, unlisted, fresh bool
}

// lookWhileNeeded looks at documents, one after the other, until the server's context ends. A look whose document has changed since it began is
// given up, and shows nothing.
func (s *server) lookWhileNeeded(conn *jsonrpc2.Conn) {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.due:
		}
		for {
			j, ctx := s.next(conn)
			if j == nil {
				break
			}
			found, err := j.look(ctx)
			s.conclude(j, found, err)
		}
	}
}

// next takes the next document that is to be looked at.
func (s *server) next(conn *jsonrpc2.Conn) (*job, context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 && s.state == running {
		d := s.documents[s.queue[0]]
		s.queue = s.queue[1:]
		if d == nil || d.text == nil {
			continue
		}
		ctx, cancel := context.WithCancel(s.ctx)
		d.cancel = cancel
		f := s.folderOf(d.uri)
		j := &job{server: s, conn: conn, document: d, revision: d.revision, uri: d.uri, language: d.language, text: d.text,
			folder: f, path: f.pathIn(d.uri), stale: f.stale, unlisted: f.unlisted, fresh: d.fresh}
		f.stale, f.unlisted, d.fresh = false, false, false
		return j, ctx
	}
	return nil, nil
}

// conclude shows what a look has found, if the document still says what was looked at.
func (s *server) conclude(j *job, found []shown, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := j.document
	if s.state != running || s.documents[j.uri] != d || d.revision != j.revision {
		return
	}
	d.rest()
	if err != nil {
		s.say(j.conn, levelError, fmt.Sprintf("look at %q: %v", j.uri, err))
		return
	}
	d.shownAt = j.revision
	s.show(j.conn, d, found)
}

// show lets the editor show findings, and no others, about a document.
func (s *server) show(conn *jsonrpc2.Conn, d *document, found []shown) {
	d.shown = found
	p := publishParams{URI: d.uri, Version: d.version, Diagnostics: make([]diagnostic, len(found))}
	for i := range found {
		p.Diagnostics[i] = found[i].diagnostic
	}
	s.send(conn, "textDocument/publishDiagnostics", p)
}

// look gives what there is to be shown about the document. A crash is an error of this look.
func (j *job) look(ctx context.Context) (found []shown, err error) {
	defer func() {
		if crash := recover(); crash != nil {
			err = fmt.Errorf("reeve crashed: %v", crash)
		}
	}()
	if err := j.prepare(); err != nil || j.folder.drafts == nil {
		return nil, err
	}
	if int64(len(j.text.data)) > limit(j.folder.options.Source) || j.folder.isIgnored(j.path) {
		return nil, nil
	}
	draft := gate.Draft{Asset: finding.Asset{Kind: "directory", Name: j.folder.root}, Path: j.path, Data: []byte(j.text.data)}
	if j.folder.source != nil {
		draft.Folder = surroundings{j.folder, j.server}
	}
	r, err := j.folder.drafts.Look(ctx, draft)
	if err != nil {
		return nil, err
	}
	j.tell(r)
	return j.shown(r), nil
}

// prepare brings up to date what is known about the folder.
func (j *job) prepare() error {
	f, s := j.folder, j.server
	if j.stale {
		notes, err := f.prepare(s.ctx, s.options)
		if err != nil {
			s.send(j.conn, "window/showMessage", logMessage{Type: levelError, Message: "reeve: " + err.Error()})
		}
		for _, note := range notes {
			s.sayOnce(j.conn, note)
		}
	}
	if j.stale || j.unlisted || j.fresh && !f.has(j.path) {
		return f.list(s.ctx)
	}
	return nil
}

// tell says in the editor's log what the reader needs to judge the result.
func (j *job) tell(r *finding.Result) {
	for _, e := range r.Engines {
		if e.State == "failed" {
			j.server.sayOnce(j.conn, fmt.Sprintf("engine %s failed in %s: %s", e.Name, j.path, e.Why))
		}
	}
	for _, u := range r.Unread {
		j.server.sayOnce(j.conn, fmt.Sprintf("%s was not looked at: %s", u.What, u.Why))
	}
	for _, note := range r.Notes {
		j.server.sayOnce(j.conn, note)
	}
}
