package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/reevehq/reeve/internal/finding"
)

// lineReader reads the records of JSON Lines that follow the first, up to the end record, and counts them against it.
type lineReader struct {
	*document
	count endRecord
}

func (l *lineReader) read() error {
	for {
		raw, err := l.in.next()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return l.in.here(fmt.Errorf("%w: the end record is missing, the file was cut short", io.ErrUnexpectedEOF))
		}
		if err != nil {
			return err
		}
		if last, err := l.record(raw, l.in.dec.InputOffset()-int64(len(raw))); last || err != nil {
			return err
		}
	}
}

// record takes one record; the end record is the last.
func (l *lineReader) record(raw jsontext.Value, begin int64) (last bool, err error) {
	kind, err := l.kindOf(raw, begin)
	if err != nil {
		return false, err
	}
	switch kind {
	case "rule":
		l.count.Rules++
		var r finding.Rule
		if err := l.in.decode(raw, begin, &r); err != nil {
			return false, err
		}
		if err := checkRule(&r); err != nil {
			return false, l.in.at(begin, err)
		}
		return false, l.out.Rule(r)
	case "finding":
		l.count.Findings++
		return false, l.ownFinding(raw, begin)
	case "unread":
		l.count.Unread++
		var u finding.Unread
		if err := l.in.keep(raw); err != nil {
			return false, err
		}
		if err := l.in.decode(raw, begin, &u); err != nil {
			return false, err
		}
		l.saved.Unread = append(l.saved.Unread, u)
		return false, nil
	case "end":
		return true, l.end(raw, begin)
	}
	return false, l.in.at(begin, fmt.Errorf("unknown record %q", finding.Clip(visible(kind), 40)))
}

// kindOf reads a record's type, which reeve writes first.
func (l *lineReader) kindOf(raw jsontext.Value, begin int64) (string, error) {
	if rest, ok := bytes.CutPrefix(raw, []byte(`{"type":"`)); ok {
		if name, _, ok := bytes.Cut(rest[:min(len(rest), 16)], []byte{'"'}); ok && bytes.IndexByte(name, '\\') < 0 {
			return string(name), nil
		}
	}
	var head struct {
		Type string `json:"type"`
	}
	err := l.in.decode(raw, begin, &head)
	return head.Type, err
}

func (l *lineReader) end(raw jsontext.Value, begin int64) error {
	var end endRecord
	if err := l.in.decode(raw, begin, &end); err != nil {
		return err
	}
	got := l.count
	if got.Type = end.Type; got != end {
		return l.in.here(fmt.Errorf("end record counts %d rules, %d findings, %d unread; read %d, %d, %d",
			end.Rules, end.Findings, end.Unread, got.Rules, got.Findings, got.Unread))
	}
	return nil
}
