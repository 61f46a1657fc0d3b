package image

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/target"
)

// Reasons for passing over, as counted in finding.Looked.
const (
	skipTooBig   = "too big"
	skipExcluded = "excluded"
	skipLink     = "symbolic link"
	skipHardLink = "hard link" // its content is looked at under the file's first name
	skipDevice   = "device"
	skipPipe     = "named pipe"
)

// Each hands over the configuration, then every file of every layer, from the top layer down, so that of each it is known whether
// a layer above removed or replaced it. Within a layer files come in the order they stand in; where a path stands twice in one
// layer, which no builder should write, both are handed over and neither is called gone.
//
// Item.Mode is the file's own, 0100000 and all twelve permission bits. A hard link's content is handed over under the name
// of the file it links to; under its own name too where Options.Linked wants it, or where only the link is left.
//
// It stops with an error where the source fails or content does not have its digest (ErrLie).
func (i *Image) Each(ctx context.Context, workers int, look func(worker int, item *target.Item) error) (finding.Looked, []finding.Unread, error) {
	h := newHand(ctx, max(workers, 1), look)
	r := &run{Image: i, hand: h, seen: newSeen(), size: i.options.MaxSize, entries: i.options.MaxFiles}
	err := r.all()
	if ended := h.end(); ended != nil && err == nil {
		err = ended
	}
	if r.left > 0 {
		r.unread = append(r.unread, finding.Unread{What: "image", Why: fmt.Sprintf("%d more things could not be read", r.left)})
	}
	return r.looked, r.unread, err
}

// run is one run over an image.
type run struct {
	*Image
	tally
	hand *hand
	seen *seen
	// size is how many bytes may still be unpacked, entries how many entries may still come.
	size    int64
	entries int
	// again are the hard links of the layer that are wanted under their own names, by the path they link to.
	again map[string][]linked
	// dir is the folder of the last file, and dirHidden whether a layer above hides what this one has there.
	dir       string
	dirHidden bool
	dirKnown  bool
}

// linked is a hard link that is handed over under its own name.
type linked struct {
	path string
	gone bool
}

// maxAgain bounds the hard links of a layer that are handed over under their own names.
const maxAgain = 100_000

var errTooMany = errors.New("the image has too many entries")

func (r *run) all() error {
	item := target.Item{Path: ConfigPath, Mode: target.ModeFile, Surface: finding.ImageConfig}
	if err := r.hand.put(item, strings.NewReader(string(r.config)), int64(len(r.config))); err != nil {
		return err
	}
	for n := len(r.layers); n > 0; n-- {
		err := r.layer(n)
		if errors.Is(err, errTooMany) {
			r.miss(r.layers[n-1].name(n), fmt.Sprintf("the image has more than %d entries; neither the rest of this layer nor those below it were looked at", r.options.MaxFiles))
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// layer reads one layer, and once more where hard links ask for it.
func (r *run) layer(number int) error {
	l := &r.layers[number-1]
	r.again, r.dirKnown = nil, false
	why, err := r.stream(r.hand.ctx, l, &r.size, func(u *unpacked) error { return r.tar(u, number, r.entry) })
	if err == nil && len(r.again) > 0 && why == "" {
		_, err = r.stream(r.hand.ctx, l, &r.size, func(u *unpacked) error { return r.tar(u, number, r.entryAgain) })
		for target, links := range r.again {
			for _, link := range links {
				r.miss(link.path, fmt.Sprintf("it is a hard link to %q, which is no file of its layer", clip(target, 500)))
			}
		}
	}
	if stopped := r.hand.stopped(); stopped != nil {
		return stopped
	}
	if err != nil {
		if errors.Is(err, errTooMany) {
			return err
		}
		return fmt.Errorf("read %s: %w", l.name(number), err)
	}
	if why != "" {
		r.miss(l.name(number), why)
	}
	return nil
}

// tar goes through the entries of a layer.
func (r *run) tar(u *unpacked, number int, entry func(*entry) error) error {
	t := tar.NewReader(u)
	e := newEntry(u, number, &r.layers[number-1])
	for {
		h, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &contentError{err}
		}
		if h.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if r.entries--; r.entries < 0 {
			return errTooMany
		}
		e.h, e.content = h, t
		if e.path, err = inside(h.Name); err != nil {
			r.miss(fmt.Sprintf("%s, %q", r.layers[number-1].name(number), clip(h.Name, 500)), err.Error())
			continue
		}
		if e.path == "" {
			continue
		}
		if err := entry(e); err != nil {
			return err
		}
	}
}

func isSparse(h *tar.Header) bool {
	if h.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range h.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}
