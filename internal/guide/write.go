package guide

import (
	"fmt"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/report"
	"github.com/reevehq/reeve/internal/rule"
)

// writer writes one guide.
type writer struct {
	book     *Book
	language string
	// own are the team's findings by rule.
	own      map[string][]finding.Finding
	chapters []chapter
	b        strings.Builder
}

func (g *writer) write(shelf *Shelf, framework string) (string, error) {
	name := shelf.Title
	if framework != "" {
		name += " with " + strings.ToUpper(framework[:1]) + framework[1:]
	}
	rules := 0
	for _, c := range g.chapters {
		rules += len(c.rules)
	}
	fmt.Fprintf(&g.b, "# Secure code in %s\n\nWhat goes wrong, how it looks, and how it is done well: %d rules, those of `reeve scan`. The gravest stand first in each chapter.\n\n", name, rules)
	g.contents()
	for _, c := range g.chapters {
		fmt.Fprintf(&g.b, "## %s\n\n%s\n\n", c.family.title, c.family.remember)
		for _, r := range c.rules {
			if err := g.rule(r); err != nil {
				return "", err
			}
		}
	}
	return strings.TrimRight(g.b.String(), "\n") + "\n", nil
}

// contents lists the chapters and their rules, with how often each was found.
func (g *writer) contents() {
	g.b.WriteString("## Contents\n\n")
	for _, c := range g.chapters {
		fmt.Fprintf(&g.b, "- [%s](#%s)\n", c.family.title, anchor(c.family.title))
		for _, r := range c.rules {
			fmt.Fprintf(&g.b, "  - [%s](#%s)", r.Title, r.ID)
			if n := len(g.own[r.ID]); n > 0 {
				fmt.Fprintf(&g.b, " (**%d in your code**)", n)
			}
			g.b.WriteString("\n")
		}
	}
	g.b.WriteString("\n")
}

// anchor is what forges make of a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r >= 'a' && r <= 'z' || r == '-' || r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(heading))
}

// The most findings of a team that stand with one rule.
const maxOwn = 3

// rule writes one section.
func (g *writer) rule(r *rule.Rule) error {
	cases, err := g.book.Cases(r.ID)
	if err != nil {
		return fmt.Errorf("examples of rule %q: %w", r.ID, err)
	}
	fmt.Fprintf(&g.b, "### <a id=\"%s\"></a>%s\n\n%s\n\n", r.ID, r.Title, strings.TrimSpace(r.Why))
	own := g.own[r.ID]
	for i := range own[:min(maxOwn, len(own))] {
		g.found(&own[i])
	}
	if more := len(own) - maxOwn; more > 0 {
		fmt.Fprintf(&g.b, "And %d more in your code.\n\n", more)
	}
	bad, good := examples(r, cases, g.language)
	if len(own) == 0 {
		g.code("Avoid", bad)
	}
	g.code("Prefer", good)
	fmt.Fprintf(&g.b, "**What to do**\n\n%s\n\n", strings.TrimSpace(r.Fix))
	var facts []string
	for _, n := range r.CWE {
		facts = append(facts, fmt.Sprintf("[CWE-%d](https://cwe.mitre.org/data/definitions/%d.html)", n, n))
	}
	facts = append(facts, r.OWASP...)
	for _, link := range r.References {
		if !strings.Contains(link, "cwe.mitre.org/data/definitions/") {
			facts = append(facts, "["+called(link)+"]("+link+")")
		}
	}
	fmt.Fprintf(&g.b, "<sub>`%s`, %s. %s</sub>\n\n", r.ID, r.Severity, strings.Join(facts, ", "))
	return nil
}

// called is what a link is called: its host and the end of its path.
func called(link string) string {
	_, rest, _ := strings.Cut(link, "://")
	rest, _, _ = strings.Cut(rest, "#")
	host, path, _ := strings.Cut(strings.Trim(rest, "/"), "/")
	switch last := path[strings.LastIndex(path, "/")+1:]; {
	case path == "":
		return host
	case last == path:
		return host + "/" + path
	default:
		return host + "/…/" + last
	}
}

// found shows a finding of the team.
func (g *writer) found(f *finding.Finding) {
	snippet := f.Location.Snippet
	at := f.Location.Path
	if f.Location.Region.StartLine > 0 {
		at += fmt.Sprintf(":%d", f.Location.Region.StartLine)
	}
	fmt.Fprintf(&g.b, "**In your code**, %s:\n\n", span(at))
	if strings.TrimSpace(snippet) != "" {
		g.fence(shown(snippet))
	}
}

func (g *writer) code(title, text string) {
	if text != "" {
		fmt.Fprintf(&g.b, "**%s**\n\n", title)
		g.fence(text)
	}
}

// fence sets code between fences that are longer than any in it.
func (g *writer) fence(text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	fmt.Fprintf(&g.b, "%s%s\n%s\n%s\n\n", fence, g.language, strings.TrimRight(text, "\n"), fence)
}

// shown makes a snippet harmless, line by line, and takes away what all lines are indented by.
func shown(snippet string) string {
	lines := strings.Split(dedent(strings.ReplaceAll(snippet, "\t", "    ")), "\n")
	for i := range lines {
		lines[i] = report.Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

// span sets text from outside as code within a line.
func span(text string) string {
	text = report.Visible(text)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return fence + text + fence
}
