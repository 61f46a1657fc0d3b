// Package report writes a finding.Result in every format people and programs ask for, and reads saved results back.
// One file a format; Formats is the one list of them. Everything a writer knows comes from the result and the
// Options, so equal input gives equal bytes: no clock, no environment, no path of the machine.
//
// It must not judge: what is bad, new or waived was decided before. It must not look at targets, open files or
// reach the network. Text in a result comes from outside and is hostile: each writer escapes it for its medium
// (see visible.go), and a secret's value is never written, only the masked form that the engine made.
//
// SARIF is written and read with small typed structs of its own (sarif_types.go) instead of go-sarif's model.
// That model covers the whole standard, wants the complete document in memory and has no notion of a typed
// property bag; a tenth of it is needed here, and results have to stream.
package report

import (
	"io"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

// Writer writes a whole result in one format. It expects Result.Rules sorted by id, changes nothing in the result,
// and returns only the errors of w.
type Writer func(w io.Writer, r *finding.Result, opt Options) error

// Options say how to write. The zero value gives plain text of 80 columns and the brief form.
type Options struct {
	// Colour allows ANSI colours (text).
	Colour bool
	// ASCII keeps the output to ASCII characters (text).
	ASCII bool
	// Width is the number of columns to use; 0 means 80 (text).
	Width int
	// Verbose shows everything: waived and old findings, the whole advice, every place (text, markdown).
	Verbose bool
	// Category separates several analyses of one commit at GitHub (SARIF automationDetails); "" means the tool's name.
	Category string
	// Finished is when the scan ended, in any zone. GitLab's schema demands a time; the zero value gives the epoch.
	Finished time.Time
}

// Format is one way to write a result.
type Format struct {
	// Name is what people type after --format.
	Name string
	// Title says in one line what the format is and who reads it.
	Title string
	// Extension is the usual end of a file name, with the dot.
	Extension string
	// Write writes it.
	Write Writer
}

// Formats lists every format, in the order help shows them.
func Formats() []Format {
	return []Format{
		{"text", "for people, on a terminal", ".txt", writeText},
		{"json", "the complete result; reeve convert reads it", ".json", writeJSON},
		{"jsonl", "the complete result, one record a line; reeve convert reads it", ".jsonl", writeJSONL},
		{"sarif", "SARIF 2.1.0 for code scanning and editors; reeve convert reads it", ".sarif", writeSARIF},
		{"junit", "JUnit XML for test reports", ".xml", writeJUnit},
		{"markdown", "a pull-request comment or a job summary, at most 65,000 characters", ".md", writeMarkdown},
		{"github", "GitHub Actions workflow commands: annotations on the change", ".txt", writeGitHub},
		{"gitlab-secret", "GitLab Secret Detection report, schema 15", ".json", writeGitLabSecret},
		{"gitlab-codequality", "GitLab Code Quality report", ".json", writeGitLabQuality},
		{"html", "one self-contained page", ".html", writeHTML},
	}
}

// Lookup finds a format by name.
func Lookup(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}
