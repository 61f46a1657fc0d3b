package ingest

import (
	"cmp"
	"io"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/sbom"
)

// besides lets a bill of materials be read twice in one pass: by sbom.Read for its packages and, through the reader it gives, for what else it says.
// Finish must be called once that is read, with the error it ended in.
func besides(in *Input) (r io.Reader, finish func(error) (*sbom.SBOM, error)) {
	type result struct {
		s   *sbom.SBOM
		err error
	}
	from, to := io.Pipe()
	done := make(chan result, 1)
	go func() {
		s, err := sbom.Read(from)
		if err != nil {
			_ = from.CloseWithError(err) // ends the other reader, too
		}
		done <- result{s, err}
	}()
	both := io.TeeReader(in, to)
	return both, func(err error) (*sbom.SBOM, error) {
		if err == nil {
			_, err = io.Copy(to, ownBounds{in})
		}
		_ = to.CloseWithError(err) // nil is the end of the document
		read := <-done
		return read.s, cmp.Or(err, read.err)
	}
}

// emitBill hands over the packages of a bill of materials and what it leaves open, and writes its name into the header.
func emitBill(h *Header, s *sbom.SBOM, out Sink) error {
	h.Bill = s.Format + " " + s.Version
	h.At = s.Created
	if name := s.Subject.Name; name != "" {
		h.Asset = finding.Asset{Kind: "sbom", Name: name}
		if s.Subject.Kind == "container" {
			h.Asset.Kind = "image"
		}
	}
	for _, unknown := range s.Unknown {
		out.Note(oneLine(unknown, 300))
	}
	for i := range s.Packages {
		var where []string
		if i < len(s.Where) {
			where = s.Where[i]
		}
		if err := out.Package(s.Packages[i], where); err != nil {
			return &sinkError{err}
		}
	}
	return nil
}
