package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// row is one line of a CSV report, asked by column name in any case.
type row struct {
	columns map[string]int
	cells   []string
}

// get gives the first cell that is not empty among the named columns.
func (r row) get(names ...string) string {
	for _, n := range names {
		if i, ok := r.columns[strings.ToLower(n)]; ok && i < len(r.cells) && strings.TrimSpace(r.cells[i]) != "" {
			return strings.TrimSpace(r.cells[i])
		}
	}
	return ""
}

// rows goes through a CSV report whose first line names the columns.
func (in *Input) rows(comma rune, each func(row) error) error {
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	in.at = r.InputOffset
	var columns map[string]int
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			if columns == nil {
				return errors.New("no line with column names")
			}
			return nil
		}
		if err != nil {
			var bad *csv.ParseError
			if errors.As(err, &bad) {
				return &Error{Offset: r.InputOffset(), Err: fmt.Errorf("line %d: %w", bad.Line, bad.Err)}
			}
			return err
		}
		in.progress()
		if columns == nil {
			columns = map[string]int{}
			for i, c := range cells {
				columns[strings.ToLower(strings.TrimSpace(c))] = i
			}
			continue
		}
		if err := each(row{columns, cells}); err != nil {
			return err
		}
	}
}
