package ingest

import (
	"bufio"
	"cmp"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

var lynisFormat = Format{
	Name: "lynis", Title: "Lynis report data", Tool: "Lynis",
	Is: func(h *Head) bool {
		return !h.Object() && !h.Array() && h.Contains("report_version_major=") && (h.Contains("lynis_version=") || h.Contains("# Lynis Report"))
	},
	Read: readLynis,
}

// readLynis reads lynis-report.dat: lines of "name=value", warnings and suggestions as "warning[]=test|text|details|solution|". The
// host's name comes first.
func readLynis(in *Input, h *Header, out Sink) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 64<<10), 1<<20)
	finished, host := false, ""
	for lines.Scan() {
		in.progress()
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), "=")
		switch name {
		case "lynis_version":
			h.Tool.Version = oneLine(value, 40)
		case "report_datetime_start":
			h.At = timeOf(value)
		case "hostname":
			host = value
			h.Asset = hostPlaceOf(host, "", "", "").asset()
		case "finish":
			finished = value == "true"
		case "warning[]", "suggestion[]":
			if err := lynisFault(name, value, host).emit(out); err != nil {
				return err
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if !finished {
		missed(h, "the audit did not finish")
	}
	return nil
}

func lynisFault(name, value, host string) *hostFault {
	cells := strings.Split(value, "|")
	cell := func(i int) string {
		if i >= len(cells) || strings.TrimSpace(cells[i]) == "-" {
			return ""
		}
		return strings.TrimSpace(cells[i])
	}
	w := &hostFault{
		at: hostPlaceOf(cmp.Or(host, "localhost"), "", "", ""), id: oneLine(cell(0), 100), title: strings.TrimSuffix(cmp.Or(cell(1), cell(0)), "."), text: cell(1),
		advice: strings.TrimPrefix(cell(3), "text:"), within: cell(2), severity: finding.Low, confidence: finding.Firm,
	}
	if name == "warning[]" {
		w.severity = finding.Medium
	}
	return w
}
