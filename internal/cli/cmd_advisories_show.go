package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/report"
)

// showFlags are the flags of show.
type showFlags struct {
	knowledgeFlags
	format string
	all    bool
}

// The most packages, symbols and references that are shown where not all are asked for.
const (
	fewPackages   = 30
	fewSymbols    = 12
	fewReferences = 15
)

func advisoriesShow(w *World) *cobra.Command {
	var f showFlags
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Everything that is known about a flaw",
		Long: `Shows what the database knows about a flaw under any of its names (CVE, GHSA, GO-, PYSEC-,
RUSTSEC-, MAL-, a distribution's own): severity, exploitation, affected packages with their
versions and faulty functions, and references. A bulletin about several flaws shows each.`,
		Example: "  reeve advisories show CVE-2024-45337\n  reeve advisories show GO-2024-3321 --format json",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return f.run(w, args[0]) },
	}
	f.add(cmd)
	addTextOrJSON(cmd, &f.format)
	cmd.Flags().BoolVar(&f.all, "all", false, "show every package, function and reference")
	return cmd
}

func (f *showFlags) run(w *World, id string) error {
	if err := checkTextOrJSON(f.format); err != nil {
		return err
	}
	_, db, err := f.open(w)
	if err != nil {
		return err
	}
	defer db.Close()
	flaws, err := knownFlaws(db, id)
	if err != nil {
		return err
	}
	if f.format == "json" {
		return printJSON(w, flaws)
	}
	p := &flawPage{w: w, all: f.all, width: 100}
	if w.Width > 0 {
		p.width = max(40, min(w.Width, 120))
	}
	for i := range flaws {
		if i > 0 {
			p.line("")
			p.line(strings.Repeat("─", min(p.width, 72)))
			p.line("")
		}
		p.flaw(&flaws[i])
	}
	return printLines(w, p.b.String())
}

// printLines prints text of which parts come from outside, made visible: no line begins with "::", which GitHub's runner would take
// for a command.
func printLines(w *World, text string) error {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if rest := strings.TrimLeft(line, " "); strings.HasPrefix(rest, "::") {
			line = line[:len(line)-len(rest)] + `\x3a` + rest[1:]
		}
		b.WriteString(line)
	}
	_, err := w.Stdout.Write([]byte(b.String()))
	return err
}

// flawPage lays out flaws for people. All texts of a flaw are hostile.
type flawPage struct {
	w     *World
	b     strings.Builder
	all   bool
	width int
}

func (p *flawPage) line(s string) { p.b.WriteString(s + "\n") }

// field writes a name and its value, wrapped.
func (p *flawPage) field(name, value string) {
	if value == "" {
		return
	}
	const column = 15
	for i, l := range wrapWords(report.Visible(value), p.width-column) {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(&p.b, "%-*s%s\n", column, name, l)
	}
}

func (p *flawPage) flaw(f *knownFlaw) {
	head := report.Visible(f.ID)
	if len(f.Records) > 0 {
		head += "  " + f.Severity.String()
	}
	if f.Threat.Malicious {
		head += "  malicious package"
	}
	p.line(head)
	for _, l := range wrapWords(report.Visible(f.Summary), p.width) {
		p.line(l)
	}
	p.line("")
	p.field("Also known as", strings.Join(f.Aliases, ", "))
	p.field("Records", strings.Join(f.Records, ", "))
	if !f.Published.IsZero() {
		p.field("Published", f.Published.Format(time.DateOnly)+", changed "+f.Modified.Format(time.DateOnly))
	}
	p.threat(f)
	var cwe []string
	for _, n := range f.CWE {
		cwe = append(cwe, "CWE-"+strconv.Itoa(n))
	}
	p.field("Weakness", strings.Join(cwe, ", "))
	p.places(f.Affected)
	p.details(f.Details)
	p.references(f.References)
}

func (p *flawPage) threat(f *knownFlaw) {
	t := &f.Threat
	p.field("Informational", f.Informational)
	for i, v := range t.CVSS {
		if i == 0 && t.Score != nil {
			v = fmt.Sprintf("%.1f %s", *t.Score, v)
		}
		p.field("CVSS", v)
	}
	if e := t.EPSS; e != nil {
		p.field("EPSS", fmt.Sprintf("%.2f %% will see exploitation within 30 days; more than %.1f %% of all CVEs (%s)", 100*e.Probability, 100*e.Percentile, e.Date))
	}
	if k := t.KEV; k != nil {
		text := "known to CISA since " + k.Added
		if k.Due != "" {
			text += ", to be mended by " + k.Due
		}
		if k.Ransomware {
			text += "; used for ransomware"
		}
		p.field("Exploited", text)
	}
	text := map[string]string{"none": "none known", "poc": "published", "active": "in use"}[t.Exploit]
	if text != "" && t.Automatable == "yes" {
		text += ", can be automated"
	}
	p.field("Exploit", text)
}

func (p *flawPage) places(list []affectedPlace) {
	if len(list) == 0 {
		return
	}
	p.line("\nAffected")
	for i, one := range list {
		if i == fewPackages && !p.all {
			fmt.Fprintf(&p.b, "  and %s; show them with --all\n", count(len(list)-i, "more package"))
			break
		}
		fmt.Fprintf(&p.b, "  %s  %s  (%s)\n", report.Visible(one.Ecosystem), report.Visible(one.Name), report.Visible(one.Record))
		versions := one.Versions
		if len(versions) > fewSymbols && !p.all {
			versions = append(versions[:fewSymbols:fewSymbols], fmt.Sprintf("and %d more", len(one.Versions)-fewSymbols))
		}
		for _, text := range []string{strings.Join(one.Ranges, "; "), strings.Join(versions, ", ")} {
			for _, l := range wrapWords(report.Visible(text), p.width-6) {
				p.line("      " + l)
			}
		}
		p.symbols(one.Symbols)
	}
}

func (p *flawPage) symbols(list []faultyPackage) {
	for i, s := range list {
		if i == fewSymbols && !p.all {
			fmt.Fprintf(&p.b, "      and in %s\n", count(len(list)-i, "more path"))
			break
		}
		names := s.Names
		if len(names) > fewSymbols && !p.all {
			names = append(names[:fewSymbols:fewSymbols], fmt.Sprintf("and %d more", len(s.Names)-fewSymbols))
		}
		text := strings.Join(names, ", ")
		if text == "" {
			text = "everything"
		}
		if s.Path != "" {
			text = s.Path + ": " + text
		}
		if only := strings.Join(append(append([]string(nil), s.GOOS...), s.GOARCH...), ", "); only != "" {
			text += " (only on " + only + ")"
		}
		for n, l := range wrapWords(report.Visible(text), p.width-16) {
			lead := "      functions "
			if n > 0 {
				lead = "                "
			}
			p.line(lead + l)
		}
	}
}

// details writes the advisory's own words, line by line as they are, wrapped.
func (p *flawPage) details(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p.line("\nDetails")
	blank := false
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, l := range lines {
		if i == 60 && !p.all {
			fmt.Fprintf(&p.b, "  and %s; show them with --all\n", count(len(lines)-i, "more line"))
			break
		}
		l = strings.TrimRight(l, " \t\r")
		if l == "" {
			blank = true
			continue
		}
		if blank {
			p.line("")
			blank = false
		}
		for _, part := range wrapWords(report.Visible(l), p.width-2) {
			p.line("  " + part)
		}
	}
}

func (p *flawPage) references(list []string) {
	if len(list) == 0 {
		return
	}
	p.line("\nReferences")
	for i, r := range list {
		if i == fewReferences && !p.all {
			fmt.Fprintf(&p.b, "  and %d more; show them with --all\n", len(list)-i)
			break
		}
		p.line("  " + report.Visible(r))
	}
}

// wrapWords breaks a text at spaces. A word that is longer than a line stands in one of its own.
func wrapWords(s string, width int) []string {
	var out []string
	line, length := "", 0
	for _, word := range strings.Fields(s) {
		n := utf8.RuneCountInString(word)
		if length > 0 && length+1+n > width {
			out = append(out, line)
			line, length = "", 0
		}
		if length > 0 {
			line += " "
			length++
		}
		line += word
		length += n
	}
	if length > 0 {
		out = append(out, line)
	}
	return out
}
