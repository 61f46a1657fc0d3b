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
	return in.rowsBelow(comma, func([]string) bool { return true }, each)
}

// rowsBelow goes through the rows below the first line that names the columns; what stands above it is passed over.
func (in *Input) rowsBelow(comma rune, names func(cells []string) bool, each func(row) error) error {
	var columns map[string]int
	err := in.cells(comma, func(cells []string) error {
		if columns != nil {
			return each(row{columns, cells})
		}
		if names(cells) {
			columns = map[string]int{}
			for i, c := range cells {
				columns[strings.ToLower(strings.TrimSpace(c))] = i
			}
		}
		return nil
	})
	if err == nil && columns == nil {
		return errors.New("no line with column names")
	}
	return err
}

// cells goes through lines of cells, each of any number.
func (in *Input) cells(comma rune, each func([]string) error) error {
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	in.at = r.InputOffset
	for {
		cells, err := r.Read()
		var bad *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			return &Error{Offset: r.InputOffset(), Err: fmt.Errorf("line %d: %w", bad.Line, bad.Err)}
		case err != nil:
			return err
		}
		in.progress()
		if err := each(cells); err != nil {
			return err
		}
	}
}
