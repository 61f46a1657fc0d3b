package ingest

import (
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// each decodes the elements of the next array one at a time.
func each[T any](j *jsonReader, take func(*T) error) error {
	return j.elements(func() error {
		var one T
		if err := j.value(&one); err != nil {
			return err
		}
		return take(&one)
	})
}

// emit hands a finding and its rule to the sink.
func emit(out Sink, rule finding.Rule, f finding.Finding) error {
	if err := out.Rule(rule); err != nil {
		return &sinkError{err}
	}
	if err := out.Finding(f); err != nil {
		return &sinkError{err}
	}
	return nil
}

func waived(because string) *finding.Verdict {
	return &finding.Verdict{Action: finding.Waived, Because: oneLine(because, 500)}
}

// conceal makes a value that a report quotes the finding's secret: it is masked wherever the finding repeats it.
func conceal(f *finding.Finding, value string) {
	value = strings.TrimSpace(value)
	if value == "" {
		return
	}
	masked := finding.Mask(value)
	hide := func(s string) string { return strings.ReplaceAll(s, value, masked) }
	f.Secret, f.Evidence = finding.Conceal(value), masked
	f.Message, f.Location.Snippet = hide(f.Message), hide(f.Location.Snippet)
	for i := range f.Facts {
		f.Facts[i].Value = hide(f.Facts[i].Value)
	}
	for i := range f.Also {
		f.Also[i].Snippet = hide(f.Also[i].Snippet)
	}
}

// texts gives plain strings, empty ones left out.
func texts(in []text) []string {
	var out []string
	for _, t := range in {
		if s := strings.TrimSpace(string(t)); s != "" {
			out = append(out, s)
		}
	}
	return out
}
