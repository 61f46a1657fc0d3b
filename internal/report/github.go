package report

import (
	"bufio"
	"cmp"
	"io"
	"strconv"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// writeGitHub writes GitHub Actions workflow commands, one a finding, worst first, because GitHub shows only the
// first ten of a kind for each step. Waived and old findings are left out: an annotation is for what to do now.
func writeGitHub(w io.Writer, r *finding.Result, _ Options) error {
	b := bufio.NewWriterSize(w, 1<<16)
	s := surveyOf(r, false)
	for _, sentence := range engineTrouble(r) {
		command(b, "error", []string{"title", "reeve: incomplete"}, sentence)
	}
	for _, u := range r.Unread {
		command(b, "error", []string{"title", "reeve: not read"}, u.What+": "+u.Why)
	}
	for _, f := range s.shown {
		annotate(b, s, f)
	}
	return b.Flush()
}

func annotate(b *bufio.Writer, s *survey, f *finding.Finding) {
	rule := s.rule(f)
	message := fold(cmp.Or(f.Message, rule.Title))
	l := &f.Location
	var properties []string
	// A place in the history is in no file of the change; the message names it.
	if l.Path != "" && l.Surface == "" && (f.History == nil || f.History.InTree) {
		path, member, archived := strings.Cut(l.Path, "!/")
		properties = []string{"file", path}
		if archived {
			message += " (in " + member + " of the archive)"
		} else {
			properties = append(properties, regionProperties(l.Region)...)
		}
	} else {
		message += " (" + placeOf(l) + ")"
	}
	properties = append(properties, "title", f.Urgency().String()+": "+rule.Title)
	if f.History != nil && !f.History.InTree {
		message += "; " + story(f.History)
	}
	message += " [" + f.Rule + " " + f.Fingerprint.Short() + "]"
	command(b, annotationLevel(f), properties, message)
}

// regionProperties give the lines and, where the region lies in one line, the columns: GitHub takes them only there.
func regionProperties(g finding.Region) []string {
	if g.StartLine < 1 {
		return nil
	}
	end := max(g.StartLine, g.EndLine)
	out := []string{"line", strconv.Itoa(g.StartLine), "endLine", strconv.Itoa(end)}
	if g.StartColumn > 0 && end == g.StartLine {
		out = append(out, "col", strconv.Itoa(g.StartColumn), "endColumn", strconv.Itoa(max(g.StartColumn, g.EndColumn)))
	}
	return out
}

// annotationLevel follows the gate where it decided, else the severity.
func annotationLevel(f *finding.Finding) string {
	if v := f.Verdict; v != nil {
		switch v.Action {
		case finding.Block:
			return "error"
		case finding.Warn:
			return "warning"
		}
		return "notice"
	}
	if level := sarifLevel(f.Urgency()); level != "note" {
		return level
	}
	return "notice"
}

var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// command writes "::name key=value,…::data" with the runner's escapes. The text is made visible first, so that no
// control character gets into the log or the annotation. Properties are names and values in turn.
func command(b *bufio.Writer, name string, properties []string, data string) {
	b.WriteString("::" + name)
	separator := " "
	for i := 0; i+1 < len(properties); i += 2 {
		b.WriteString(separator + properties[i] + "=" + commandProperty.Replace(visible(properties[i+1])))
		separator = ","
	}
	b.WriteString("::" + commandData.Replace(visible(data)) + "\n")
}
