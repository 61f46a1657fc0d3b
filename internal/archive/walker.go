package archive

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// walker is one walk over an archive and all that is in it.
type walker struct {
	ctx      context.Context
	limits   Limits
	visit    func(path string, data []byte)
	refusals []Refusal
	// left is how many bytes may still be unpacked, input how many compressed ones may still be read. Without the second
	// an archive whose members share their bytes could be read for ever without unpacking anything.
	left, input int64
	members     int
	// held is the content in memory: the members that are open above the one being read.
	held int64
	// buffers hold the member being read at each depth.
	buffers [][]byte
	inflate inflater
	// over tells that nothing more is opened.
	over bool
}

// bomb is an error that tells of a limit.
type bomb string

func (b bomb) Error() string { return string(b) }

// exhausted is a bomb that ends the whole walk.
type exhausted string

func (e exhausted) Error() string { return string(e) }

// isLimit tells whether an error tells of a limit and not of damage.
func isLimit(err error) bool {
	var limit bomb
	var end exhausted
	return errors.As(err, &limit) || errors.As(err, &end)
}

// damage says what is wrong with what cannot be read, unless it is a limit or the end of the context.
func damage(err error) error {
	switch {
	case isLimit(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return bomb("its unpacker would need more than " + size(maxWindow) + " of memory")
	}
	return fmt.Errorf("damaged: %w", err)
}

// refuse notes what was not opened.
func (w *walker) refuse(path string, err error) {
	var end exhausted
	isEnd := errors.As(err, &end)
	if isEnd && w.over {
		return // said already
	}
	if isEnd || w.ctx.Err() != nil {
		w.over, path = true, ""
	}
	switch r := (Refusal{Path: path, Why: err.Error(), Bomb: isLimit(err)}); {
	case len(w.refusals) < maxRefusals:
		w.refusals = append(w.refusals, r)
	case len(w.refusals) == maxRefusals:
		w.refusals = append(w.refusals, Refusal{Why: "further members could not be read", Bomb: r.Bomb})
	default: // a bomb among the rest must not be lost
		w.refusals[maxRefusals].Bomb = w.refusals[maxRefusals].Bomb || r.Bomb
	}
}

// open looks into an archive. Its path is "" or that of the member it is; depth counts archives around its members.
func (w *walker) open(path string, data []byte, depth int) {
	switch k := kindOf(data); k {
	case zipped:
		w.zip(path, data, depth)
	case selfExtracting:
		w.selfExtracting(path, data, depth)
	case tarred:
		w.tar(path, memory(data), depth)
	default:
		w.stream(path, k, data, depth)
	}
}

// ready counts a member and tells whether to go on.
func (w *walker) ready() bool {
	if w.over {
		return false
	}
	if err := w.ctx.Err(); err != nil {
		w.refuse("", fmt.Errorf("stopped: %w", err))
		return false
	}
	if w.members++; w.members > maxMembers {
		w.refuse("", exhausted(fmt.Sprintf("it holds more than %d members", maxMembers)))
		return false
	}
	return true
}

// charge takes compressed bytes off what may be read.
func (w *walker) charge(n int64) error {
	if w.input -= n; w.input < 0 {
		return exhausted("its members share their bytes: the same content would be unpacked again and again")
	}
	return nil
}

// member reads a member and hands it over, or looks into it. What was read before an error is looked at all the same.
// Hint is how long it may be, 0 if that is unknown.
func (w *walker) member(path string, r io.Reader, hint int64, depth int) {
	data, err := w.read(r, hint, depth)
	if err != nil {
		err = damage(err)
		w.refuse(path, err)
		if isLimit(err) || w.over || len(data) == 0 {
			return
		}
	}
	w.content(path, data, depth)
}

// content hands a member over, or looks into it where it is an archive itself.
func (w *walker) content(path string, data []byte, depth int) {
	if kindOf(data) == none {
		w.visit(path, data)
		return
	}
	if depth >= w.limits.Depth {
		w.refuse(path, bomb(fmt.Sprintf("archives lie more than %d deep in one another", w.limits.Depth)))
		return
	}
	w.held += int64(len(data))
	w.open(path, data, depth+1)
	w.held -= int64(len(data))
}

// idle is the largest buffer that is kept for the next member, in bytes.
const idle = 4 << 20

// read reads a member into the buffer of its depth.
func (w *walker) read(r io.Reader, hint int64, depth int) ([]byte, error) {
	for len(w.buffers) < depth {
		w.buffers = append(w.buffers, nil)
	}
	buffer := w.buffers[depth-1][:0]
	limit := maxHeld - w.held
	want := max(min(hint, idle, limit)+1, 64<<10) // a hint may lie: beyond that the buffer grows with what comes
	if c := int64(cap(buffer)); c < want || c > idle && hint < idle {
		buffer = make([]byte, 0, want)
	}
	defer func() { w.buffers[depth-1] = buffer }()
	for idleReads := 0; idleReads < 100; idleReads++ {
		if len(buffer) == cap(buffer) {
			bigger := make([]byte, len(buffer), min(2*int64(cap(buffer)), limit+1))
			copy(bigger, buffer)
			buffer = bigger
		}
		n, err := r.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		if int64(len(buffer)) > limit {
			return nil, bomb("it is larger than " + size(limit) + " unpacked")
		}
		if errors.Is(err, io.EOF) {
			return buffer, nil
		}
		if err != nil {
			return buffer, err
		}
		if n > 0 {
			idleReads = 0
		}
	}
	return buffer, io.ErrNoProgress
}

// guard counts what comes out of a decompressor and stops it at the limits.
type guard struct {
	w *walker
	r io.Reader
	// out is what came out so far, allowed how much may.
	out, allowed int64
	// within is the guard of the whole archive, where its members have their own.
	within *guard
	// err is what ended the reading; whoever asks again is told again (bufio forgets an error that its Peek met).
	err error
}

// guarded guards what is unpacked from a number of compressed bytes.
func (w *walker) guarded(r io.Reader, compressed int64, within *guard) *guard {
	allowed := int64(freely)
	if compressed > freely/int64(w.limits.Ratio) {
		allowed = compressed * int64(w.limits.Ratio)
	}
	return &guard{w: w, r: r, allowed: allowed, within: within}
}

// Read reads on.
func (g *guard) Read(p []byte) (n int, err error) {
	if g.err == nil {
		n, g.err = g.read(p)
	}
	return n, g.err
}

// read asks the decompressor. It is other people's code fed with hostile data: its panic is damage and not our end.
func (g *guard) read(p []byte) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n, err = 0, errors.New("the unpacker gave up")
		}
	}()
	if err := g.w.ctx.Err(); err != nil {
		return 0, fmt.Errorf("stopped: %w", err)
	}
	n, err = g.r.Read(p[:min(len(p), 1<<20)])
	if e := g.count(int64(n)); e != nil {
		return n, e
	}
	return n, err
}

// count takes note of what came out.
func (g *guard) count(n int64) error {
	if g.w.left -= n; g.w.left < 0 {
		return exhausted("it unpacks to more than " + size(g.w.limits.Size))
	}
	for ; g != nil; g = g.within {
		if g.out += n; g.out > g.allowed {
			return bomb(fmt.Sprintf("it unpacks to more than %d times its size", g.w.limits.Ratio))
		}
	}
	return nil
}
