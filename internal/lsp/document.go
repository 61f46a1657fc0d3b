package lsp

// The bounds of what is kept of an editor's documents, in bytes: one, and all together. What is longer is not looked at.
const (
	maxDocument  = 8 << 20
	maxDocuments = 256 << 20
)

// document is one that is open in the editor.
type document struct {
	uri string
	// file is its path on this machine, "" where it has none.
	file     string
	language string
	version  int32
	// revision changes with every change and is never the same for two documents; a look that began with another is superseded.
	revision uint64
	// text is what it says, nil while that is not known: it is too long, or a message about it was missed.
	text *text
	// fresh tells that its file was opened or saved since the last look, so that the folder may have a file more.
	fresh bool
	// shown is what the editor shows about it, at revision shownAt.
	shown   []shown
	shownAt uint64
	// stop ends the pause before the next look, cancel the look that goes on; nil where there is none.
	stop, cancel func()
}

// rest ends what goes on about the document.
func (d *document) rest() {
	if d.stop != nil {
		d.stop()
	}
	if d.cancel != nil {
		d.cancel()
	}
	d.stop, d.cancel = nil, nil
}

// size is how much of the editor's documents it takes.
func (d *document) size() int {
	if d.text == nil {
		return 0
	}
	return len(d.text.data)
}

// current gives what is shown if it is about what the document says now.
func (d *document) current() []shown {
	if d.text == nil || d.shownAt != d.revision {
		return nil
	}
	return d.shown
}

// change carries out one change. A part of what is not known stays unknown.
func (d *document) change(c contentChange, wide bool) {
	switch {
	case c.Range == nil:
		d.text = newText(c.Text, wide)
	case d.text != nil:
		d.text = d.text.edited(*c.Range, c.Text)
	}
	if d.size() > maxDocument {
		d.text = nil
	}
}
