package remedy

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
)

// WriteText writes a plan for people at a terminal: the steps as a table, then what is left and why.
func WriteText(out io.Writer, p *Plan) error {
	var b strings.Builder
	if len(p.Steps) == 0 && len(p.Left) == 0 {
		b.WriteString("Nothing to mend: no known flaw calls for an upgrade.\n")
	}
	if len(p.Steps) > 0 {
		rows := [][]string{{"PACKAGE", "FROM → TO", "JUMP", "HOW", "CLEARS", "PROJECT"}}
		for i := range p.Steps {
			s := &p.Steps[i]
			rows = append(rows, []string{clip(s.Name, 50), clip(s.From, 30) + " → " + clip(s.To, 30), s.Jump.String(), clip(s.way(), 60), clears(s), clip(firstText(s.Project, s.Dir), 40)})
		}
		writeTable(&b, rows)
		writeDetails(&b, p)
	}
	if len(p.Left) > 0 {
		b.WriteString("\nLeft as it is:\n")
		for i := range p.Left {
			l := &p.Left[i]
			fmt.Fprintf(&b, "  %s %s (%s)\n", visible(l.Name), visible(l.Version), ids(l.Flaws))
			fmt.Fprintf(&b, "    why: %s\n", visible(sentence(l.Why)))
			if l.Do != "" {
				fmt.Fprintf(&b, "    do:  %s\n", visible(l.Do))
			}
		}
	}
	for _, note := range p.Notes {
		fmt.Fprintf(&b, "\n%s\n", visible(note))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// writeDetails says of each step what else moves, what may break, and what is still to be run.
func writeDetails(b *strings.Builder, p *Plan) {
	for i := range p.Steps {
		s := &p.Steps[i]
		var lines []string
		if also := alsoMoves(s); also != "" {
			lines = append(lines, "also: "+also)
		}
		for _, risk := range s.Risks {
			lines = append(lines, "may break: "+risk)
		}
		if s.Refresh != "" {
			lines = append(lines, "then run: "+s.Refresh)
		}
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s %s\n", visible(s.Name), visible(s.To))
		for _, line := range lines {
			fmt.Fprintf(b, "  %s\n", visible(line))
		}
	}
}

// maxShown is how many things of one kind a line names.
const maxShown = 8

// alsoMoves names the other packages that a step moves.
func alsoMoves(s *Step) string {
	var out []string
	more := 0
	for _, m := range s.Moves {
		if m.Name == s.Name && m.From != "" {
			continue
		}
		if len(out) == maxShown {
			more++
			continue
		}
		switch {
		case m.From == "":
			out = append(out, m.Name+" "+m.To+" comes")
		case m.To == "":
			out = append(out, m.Name+" "+m.From+" goes")
		default:
			out = append(out, m.Name+" "+m.From+" → "+m.To)
		}
	}
	text := join(out)
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// way says how a step upgrades, and what with.
func (s *Step) way() string {
	if len(s.By) > 0 {
		return string(s.How) + " " + join(s.By)
	}
	return string(s.How)
}

func clears(s *Step) string { return fmt.Sprintf("%s (score %d)", ids(s.Clears), s.Score) }

// ids names flaws, worst first.
func ids(flaws []Flaw) string {
	var out []string
	for i, f := range flaws {
		if i == 3 && len(flaws) > 4 {
			return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", len(flaws)-i)
		}
		out = append(out, clip(f.ID, 40))
	}
	return strings.Join(out, ", ")
}

func writeTable(b *strings.Builder, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func sentence(s string) string {
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}

// visible makes text from outside harmless on a terminal and in a build's log.
func visible(s string) string {
	s = report.Visible(s)
	if strings.HasPrefix(strings.TrimLeft(s, " "), "::") {
		s = strings.Replace(s, "::", `\x3a:`, 1)
	}
	return s
}

// clip is visible text of at most n characters.
func clip(s string, n int) string {
	return finding.Clip(visible(s), n)
}

// WriteDiff writes the changes as a unified diff. What does not print is shown as an escape, so a file that holds such text gives a
// diff that is to be read and not to be applied.
func WriteDiff(out io.Writer, changes []Change) error {
	for _, c := range changes {
		text := diff.Diff(visiblePath("a/"+c.Path), c.Before, visiblePath("b/"+c.Path), c.After)
		for line := range bytes.Lines(text) {
			if bytes.HasPrefix(line, []byte("diff ")) {
				continue
			}
			if _, err := io.WriteString(out, visibleLine(string(line))); err != nil {
				return err
			}
		}
	}
	return nil
}

func visiblePath(p string) string { return strings.ReplaceAll(visible(p), " ", `\x20`) }

// visibleLine is a line of a diff with tabs and its end as they are.
func visibleLine(line string) string {
	body := strings.TrimSuffix(line, "\n")
	end := line[len(body):]
	if plain := strings.TrimSuffix(body, "\r"); plain != body {
		body, end = plain, "\r"+end
	}
	if len(body) > 2000 {
		body = strings.ToValidUTF8(body[:2000], "") + "…"
	}
	parts := strings.Split(body, "\t")
	for i, part := range parts {
		parts[i] = report.Visible(part)
	}
	return strings.Join(parts, "\t") + end
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
