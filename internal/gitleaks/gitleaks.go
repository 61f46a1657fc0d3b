// Package gitleaks loads gitleaks' TOML configurations (version 8) unchanged, as rules of the secret engine that find the same.
//
// It knows gitleaks' documented format and how gitleaks reads it. It holds no rule or code of gitleaks, looks at no content, and
// must never drop a part of a configuration in silence: what cannot be carried over is named, with its line, in Config.Left.
package gitleaks

import (
	"errors"
	"fmt"

	"github.com/reevehq/reeve/internal/rule"
)

// Config is a configuration as rules of this program.
type Config struct {
	// Title is the configuration's own.
	Title string
	// Rules are what it says, in its order, those of the configurations it extends last. Their ids are gitleaks' ids in kebab-case.
	Rules []rule.Rule
	// Left names what was not carried over, or not exactly.
	Left []Left
}

// Left is one thing that could not be carried over.
type Left struct {
	// File and Line (from 1) say where it stands.
	File string
	Line int
	// Rule is gitleaks' id of the rule; "" where it is about the whole configuration.
	Rule string
	// What says what it is and what is done instead.
	What string
}

// String is the form people read: file:line: rule "id": what.
func (l Left) String() string {
	if l.Rule == "" {
		return fmt.Sprintf("%s:%d: %s", l.File, l.Line, l.What)
	}
	return fmt.Sprintf("%s:%d: rule %q: %s", l.File, l.Line, l.Rule, l.What)
}

// Options say where a configuration finds what it extends.
type Options struct {
	// Open reads the file that extend.path names; nil makes such a configuration an error. gitleaks looks relative to
	// the folder in which it is run.
	Open func(path string) ([]byte, error)
	// Default is gitleaks' own default configuration, for those who have it; this program does not ship it.
	Default []byte
	// Base are the rules that stand in for gitleaks' default ones where a configuration extends them (extend.useDefault)
	// and Default is nil. They get the configuration's exceptions, and lose the rules it disables by their id.
	Base []rule.Rule
}

// Limits of what is read. gitleaks' default configuration has 100 KB and 222 rules.
const (
	maxFile  = 4 << 20 // bytes of one file
	maxRules = 10_000
	maxRegex = 64 << 10 // bytes of one expression
	// maxExtends is how many configurations may extend one another, as in gitleaks.
	maxExtends = 2
)

// Load reads a configuration. file is its name, for messages. The error joins everything that is wrong with it, each with
// file, line and rule; rules come back only without an error.
func Load(file string, data []byte, opt Options) (Config, error) {
	l := &loader{opt: opt}
	set := l.load(file, data, 0)
	l.aim(set)
	for _, e := range set.allow {
		l.commits(e, "")
	}
	cfg := Config{Title: set.title, Rules: l.convert(set)}
	if err := errors.Join(l.errs...); err != nil {
		return Config{}, err
	}
	cfg.Left = l.left
	return cfg, nil
}

// loader gathers what is wrong and what is left out on the way.
type loader struct {
	opt  Options
	errs []error
	left []Left
}

// place is where something stands.
type place struct {
	file string
	line int
	rule string
}

func (l *loader) fail(at place, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	if at.rule != "" {
		what = fmt.Sprintf("rule %q: %s", at.rule, what)
	}
	l.errs = append(l.errs, fmt.Errorf("%s:%d: %s", at.file, at.line, what))
}

func (l *loader) leave(at place, format string, args ...any) {
	l.left = append(l.left, Left{File: at.file, Line: at.line, Rule: at.rule, What: fmt.Sprintf(format, args...)})
}
