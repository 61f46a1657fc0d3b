package advisory

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	// maxThreatFile bounds a file of scores or of exploited CVEs, in bytes, and maxThreatRows its rows: several times what there is.
	maxThreatFile = 256 << 20
	maxThreatRows = 2_000_000
	maxThreatLine = 16 << 10
)

// ParseEPSS reads FIRST's layout: a comment with the date of the scores ("#model_version:v2025.03.14,score_date:2026-08-22T12:55:00Z"),
// then CSV with the columns cve, epss and percentile. The date is "" where no comment tells it.
func ParseEPSS(r io.Reader) (date string, rows []EPSSRow, err error) {
	lines := csvLines{name: "EPSS scores", want: []string{"cve", "epss", "percentile"}}
	err = lines.read(r, func(fields []string) error {
		probability, err := unit(fields[1])
		if err != nil {
			return err
		}
		percentile, err := unit(fields[2])
		if err != nil {
			return err
		}
		if _, ok := cveKey(fields[0]); !ok {
			return fmt.Errorf("%.40q is no CVE", fields[0])
		}
		rows = append(rows, EPSSRow{strings.Clone(fields[0]), probability, percentile})
		return nil
	})
	for _, comment := range lines.comments {
		if _, after, ok := strings.Cut(comment, "score_date:"); ok && len(after) >= 10 && isDay(after[:10]) {
			date = after[:10]
		}
	}
	if err != nil {
		return "", nil, err
	}
	return date, rows, nil
}

// unit reads a number between 0 and 1.
func unit(s string) (float64, error) {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f >= 0 && f <= 1) {
		return 0, fmt.Errorf("%.40q is no number between 0 and 1", s)
	}
	return f, nil
}

// ParseExploits reads reeve's own layout of an exploit index, CSV with these columns, in any order, others being passed over:
//
//	cve                    the CVE
//	cvss_vector            a CVSS vector of any version, or nothing
//	cwe                    CWEs separated by ";" ("CWE-79;CWE-80"), or nothing
//	ssvc_exploitation      SSVC's "none", "poc" or "active" in any case, or nothing
//	ssvc_automatable       SSVC's "yes" or "no" in any case, or nothing
//	ssvc_technical_impact  SSVC's "partial" or "total" in any case, or nothing
//	state                  "REJECTED" for a CVE that is none any more: such lines are passed over
//
// cve is required. It is what CISA's Vulnrichment says of a CVE, a line each.
func ParseExploits(r io.Reader) ([]ExploitRow, error) {
	var rows []ExploitRow
	lines := csvLines{name: "exploit index", want: []string{"cve"}, more: []string{"cvss_vector", "cwe", "ssvc_exploitation", "ssvc_automatable", "state", "ssvc_technical_impact"}}
	err := lines.read(r, func(fields []string) error {
		if _, ok := cveKey(fields[0]); !ok {
			return fmt.Errorf("%.40q is no CVE", fields[0])
		}
		if strings.EqualFold(fields[5], "rejected") {
			return nil
		}
		row := ExploitRow{CVE: strings.Clone(fields[0])}
		if v := fields[1]; plain(v) && cvssVersion(v) > 0 {
			row.Vector = strings.Clone(v)
		}
		for part := range strings.SplitSeq(fields[2], ";") {
			if n := cweNumber(strings.TrimSpace(part)); n > 0 && len(row.CWE) < 64 {
				row.CWE = append(row.CWE, n)
			}
		}
		row.Exploitation = wordAt(exploitations(), wordIndex(exploitations(), fields[3]))
		row.Automatable = wordAt(automatables(), wordIndex(automatables(), fields[4]))
		row.TechnicalImpact = wordAt(technicalImpacts(), wordIndex(technicalImpacts(), fields[6]))
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// csvLines reads CSV line by line. Fields may be quoted, but not go over lines.
type csvLines struct {
	name string
	// want are the columns that must be there, more those that may: in this order their fields are handed on, "" for what is not there.
	want, more []string
	comments   []string
}

func (l *csvLines) read(r io.Reader, visit func(fields []string) error) error {
	s := bufio.NewScanner(io.LimitReader(r, maxThreatFile+1))
	s.Buffer(make([]byte, 0, 4096), maxThreatLine)
	columns := []int(nil)
	picked := make([]string, len(l.want)+len(l.more))
	var fields []string
	line, rows, read := 0, 0, 0
	for s.Scan() {
		line++
		read += len(s.Bytes()) + 1
		text := strings.TrimSuffix(s.Text(), "\r")
		if line == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		switch {
		case text == "":
			continue
		case text[0] == '#':
			if len(l.comments) < 16 {
				l.comments = append(l.comments, text)
			}
			continue
		}
		var err error
		if fields, err = splitCSV(fields[:0], text); err == nil {
			if columns == nil {
				columns, err = l.header(fields)
			} else if rows++; rows > maxThreatRows {
				err = errors.New("there are more rows than CVEs")
			} else if err = pick(picked, columns, fields); err == nil {
				err = visit(picked)
			}
		}
		if err != nil {
			return fmt.Errorf("read %s: line %d: %w", l.name, line, err)
		}
	}
	switch err := s.Err(); {
	case err != nil:
		return fmt.Errorf("read %s: line %d: %w", l.name, line+1, err)
	case columns == nil:
		return fmt.Errorf("read %s: it has no header", l.name)
	case read > maxThreatFile:
		return fmt.Errorf("read %s: it is larger than %d bytes", l.name, maxThreatFile)
	}
	return nil
}

// header finds the columns by name.
func (l *csvLines) header(fields []string) ([]int, error) {
	columns := make([]int, 0, len(l.want)+len(l.more))
	for i, name := range append(append([]string(nil), l.want...), l.more...) {
		at := -1
		for n, f := range fields {
			if strings.EqualFold(strings.TrimSpace(f), name) {
				at = n
			}
		}
		if at < 0 && i < len(l.want) {
			return nil, fmt.Errorf("it has no column %q", name)
		}
		columns = append(columns, at)
	}
	return columns, nil
}

func pick(into []string, columns []int, fields []string) error {
	for i, c := range columns {
		into[i] = ""
		if c >= len(fields) {
			return fmt.Errorf("%d fields are fewer than the header has", len(fields))
		}
		if c >= 0 {
			into[i] = strings.TrimSpace(fields[c])
		}
	}
	return nil
}

// splitCSV splits one line, by RFC 4180 but for line ends inside quotes.
func splitCSV(into []string, line string) ([]string, error) {
	for {
		if !strings.HasPrefix(line, `"`) {
			field, rest, more := strings.Cut(line, ",")
			into = append(into, field)
			if !more {
				return into, nil
			}
			line = rest
			continue
		}
		var b strings.Builder
		line = line[1:]
		for {
			i := strings.IndexByte(line, '"')
			if i < 0 {
				return nil, errors.New("a quote does not end")
			}
			b.WriteString(line[:i])
			line = line[i+1:]
			if !strings.HasPrefix(line, `"`) {
				break
			}
			b.WriteByte('"')
			line = line[1:]
		}
		into = append(into, b.String())
		switch {
		case line == "":
			return into, nil
		case line[0] != ',':
			return nil, errors.New("text follows a quoted field")
		}
		line = line[1:]
	}
}

// ParseKEV reads CISA's catalogue of known exploited vulnerabilities as JSON. The date is that of its release, "" where it does not tell it.
// Entries without a CVE are passed over.
func ParseKEV(r io.Reader) (date string, rows []KEVRow, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxThreatFile+1))
	if err != nil {
		return "", nil, fmt.Errorf("read catalogue of exploited vulnerabilities: %w", err)
	}
	if len(data) > maxThreatFile {
		return "", nil, fmt.Errorf("read catalogue of exploited vulnerabilities: it is larger than %d bytes", maxThreatFile)
	}
	in := &jsonReader{data: string(data)}
	listed := false
	if in.peek() != '{' {
		in.fail("no object")
	}
	for key := range in.object() {
		switch key {
		case "dateReleased":
			if text := in.text(); len(text) >= 10 && isDay(text[:10]) {
				date = strings.Clone(text[:10])
			}
		case "vulnerabilities":
			listed = in.peek() == '['
			for range in.array() {
				if row := kevEntry(in); row.CVE != "" && len(rows) < maxThreatRows {
					rows = append(rows, row)
				}
			}
		}
	}
	if err := in.end(); err != nil {
		return "", nil, fmt.Errorf("read catalogue of exploited vulnerabilities: %w", err)
	}
	if !listed {
		return "", nil, errors.New("read catalogue of exploited vulnerabilities: it has no list of vulnerabilities")
	}
	return date, rows, nil
}

func kevEntry(in *jsonReader) KEVRow {
	var row KEVRow
	for key := range in.object() {
		switch key {
		case "cveID":
			if id := canonicalID(in.text()); cveOf(id) == id {
				row.CVE = strings.Clone(id)
			}
		case "dateAdded":
			row.Added = dayOnly(in.text())
		case "dueDate":
			row.Due = dayOnly(in.text())
		case "knownRansomwareCampaignUse":
			row.Ransomware = strings.EqualFold(in.text(), "known")
		}
	}
	return row
}

// dayOnly keeps what is a day.
func dayOnly(s string) string {
	if isDay(s) {
		return strings.Clone(s)
	}
	return ""
}
