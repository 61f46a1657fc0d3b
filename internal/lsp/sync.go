package lsp

import (
	"fmt"
	"path/filepath"
	"slices"
)

// opened takes a document in and has it looked at.
func (s *server) opened(r request) error {
	var p openParams
	if err := r.read(&p); err != nil {
		return err
	}
	if !isDocument(p.TextDocument.URI) {
		return nil
	}
	if former := s.documents[p.TextDocument.URI]; former != nil {
		former.rest()
		delete(s.documents, former.uri)
	}
	d := &document{uri: p.TextDocument.URI, language: p.TextDocument.LanguageID, version: p.TextDocument.Version, fresh: true}
	d.file, _ = fileOf(d.uri)
	if len(s.documents) >= maxOpen {
		return fmt.Errorf("open %q: more than %d documents are open; it is not looked at", d.uri, maxOpen)
	}
	s.documents[d.uri] = d
	return s.take(r, d, []contentChange{{Text: p.TextDocument.Text}}, false)
}

// maxOpen bounds the documents that are open at once.
const maxOpen = 10_000

// changed follows the changes of a document.
func (s *server) changed(r request) error {
	var p changeParams
	if err := r.read(&p); err != nil {
		s.lose(r) // some document says something else now
		return err
	}
	d := s.documents[p.TextDocument.URI]
	if d == nil {
		return nil
	}
	d.version = p.TextDocument.Version
	return s.take(r, d, p.ContentChanges, true)
}

// take carries out changes and has the document looked at, after a pause where more of them are to be expected.
func (s *server) take(r request, d *document, changes []contentChange, pausing bool) error {
	known := d.text != nil || !pausing
	for _, c := range changes {
		d.change(c, s.wide)
	}
	total := 0
	for _, other := range s.documents {
		total += other.size()
	}
	if total > maxDocuments {
		d.text = nil
	}
	s.revise(d)
	if d.text == nil {
		if !known {
			return nil // that was said before
		}
		s.show(r.conn, d, nil)
		return fmt.Errorf("%q is too long, or too much is open; it is not looked at", d.uri)
	}
	s.schedule(d, pausing)
	return nil
}

// revise makes what is known about a document superseded.
func (s *server) revise(d *document) {
	d.rest()
	s.revisions++
	d.revision = s.revisions
}

// schedule has a document looked at, after a pause or soon.
func (s *server) schedule(d *document, pausing bool) {
	if !pausing {
		s.enqueue(d.uri)
		return
	}
	revision := d.revision
	d.stop = s.options.After(pause, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.documents[d.uri] == d && d.revision == revision {
			s.enqueue(d.uri)
		}
	})
}

// enqueue has a document looked at next.
func (s *server) enqueue(uri string) {
	if !slices.Contains(s.queue, uri) {
		s.queue = append(s.queue, uri)
	}
	select {
	case s.due <- struct{}{}:
	default: // who looks is awake
	}
}

// saved looks at a document at once; a configuration that is saved holds from now on.
func (s *server) saved(r request) error {
	var p documentParams
	if err := r.read(&p); err != nil {
		return err
	}
	s.reload(p.TextDocument.URI)
	if d := s.documents[p.TextDocument.URI]; d != nil && d.text != nil {
		d.fresh = true
		s.revise(d)
		s.schedule(d, false)
	}
	return nil
}

// closed forgets a document and takes away what the editor shows about it.
func (s *server) closed(r request) error {
	var p documentParams
	if err := r.read(&p); err != nil {
		return err
	}
	d := s.documents[p.TextDocument.URI]
	if d == nil {
		return nil
	}
	d.rest()
	delete(s.documents, d.uri)
	s.show(r.conn, d, nil)
	return nil
}

// missed says that a message could not be read. It may have been a change, so what documents say is not known until they come as wholes.
func (s *server) missed(r request) error {
	var p logMessage
	if err := r.read(&p); err != nil {
		return err
	}
	s.lose(r)
	return fmt.Errorf("%s; documents are not looked at until they are opened again", p.Message)
}

func (s *server) lose(r request) {
	for _, d := range s.documents {
		if d.text != nil {
			s.revise(d)
			d.text = nil
			s.show(r.conn, d, nil)
		}
	}
}

// foldersChanged follows the folders that are open in the editor.
func (s *server) foldersChanged(r request) error {
	var p foldersParams
	if err := r.read(&p); err != nil {
		return err
	}
	for _, f := range p.Event.Removed {
		if root, ok := fileOf(f.URI); ok {
			s.folders = slices.DeleteFunc(s.folders, func(f *folder) bool { return f.root == root })
		}
	}
	for _, f := range p.Event.Added {
		s.addFolder(f.URI)
	}
	s.again(func(*document) bool { return true })
	return nil
}

// filesChanged follows files that change beside the editor: the configuration, and what says which files belong to a folder.
func (s *server) filesChanged(r request) error {
	var p watchedParams
	if err := r.read(&p); err != nil {
		return err
	}
	for _, c := range p.Changes {
		s.reload(c.URI)
	}
	return nil
}

// reload has a folder prepared again if the file is its configuration, and its files listed again if it says what is ignored.
func (s *server) reload(uri string) {
	path, ok := fileOf(uri)
	if !ok {
		return
	}
	name := filepath.Base(path)
	for _, f := range s.folders {
		isConfig := name == s.options.ConfigName && filepath.Dir(path) == f.root
		_, isInside := within(f.root, path)
		if !isConfig && !(isInside && slices.Contains(ignoreFiles[:], name)) {
			continue
		}
		f.stale, f.unlisted = f.stale || isConfig, true
		s.again(func(d *document) bool { return s.folderOf(d.uri) == f })
	}
}

// again has documents looked at once more.
func (s *server) again(which func(*document) bool) {
	for _, d := range s.documents {
		if d.text != nil && which(d) {
			s.revise(d)
			s.schedule(d, false)
		}
	}
}
