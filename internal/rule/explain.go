package rule

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// Explain gives everything people need to know about a rule as Markdown: what it is, why it matters, what it finds
// and what to do. Drawn values are shown as stars, so that no example looks like a live secret.
func Explain(r Rule, cases []Case) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", r.Title)
	facts(&b, r)
	section(&b, "Why", r.Why)
	avoid, prefer := examples(cases)
	example(&b, "Avoid", avoid)
	example(&b, "Prefer", prefer)
	section(&b, "Fix", r.Fix)
	section(&b, "What it opens", r.Opens)
	section(&b, "Revoke", r.Revoke)
	section(&b, "What looks like it and is not", r.FalsePositives)
	if len(r.References) > 0 {
		b.WriteString("## References\n\n")
		for _, link := range r.References {
			fmt.Fprintf(&b, "- <%s>\n", link)
		}
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// facts writes the table of what programs know about the rule.
func facts(b *strings.Builder, r Rule) {
	var cwe []string
	for _, n := range r.CWE {
		id := strconv.Itoa(n)
		cwe = append(cwe, fmt.Sprintf("[CWE-%s](https://cwe.mitre.org/data/definitions/%s.html)", id, id))
	}
	rows := []struct{ name, value string }{
		{"Rule", "`" + r.ID + "`"}, {"Engine", r.Engine}, {"Kind", r.Kind},
		{"Severity", r.Severity.String()}, {"Confidence", r.Confidence.String()},
		{"CWE", strings.Join(cwe, ", ")}, {"OWASP", strings.Join(r.OWASP, ", ")}, {"Tags", strings.Join(r.Tags, ", ")},
		{"Since", r.Since}, {"Stage", r.Stage}, {"Can be verified", r.Verify},
	}
	b.WriteString("| | |\n|---|---|\n")
	for _, row := range rows {
		if row.value != "" {
			fmt.Fprintf(b, "| %s | %s |\n", row.name, row.value)
		}
	}
	b.WriteString("\n")
}

func section(b *strings.Builder, title, text string) {
	if text != "" {
		fmt.Fprintf(b, "## %s\n\n%s\n\n", title, text)
	}
}

// examples are the first bad case and the good case of the same path, if there is one: how the same thing is done well.
func examples(cases []Case) (avoid, prefer Case) {
	for _, c := range cases {
		if c.Bad && avoid.Path == "" {
			avoid = c
		}
	}
	for _, c := range cases {
		if !c.Bad && c.Path == avoid.Path {
			prefer = c
		}
	}
	return avoid, prefer
}

func example(b *strings.Builder, title string, c Case) {
	if c.Path == "" {
		return
	}
	text := strings.TrimRight(veil(c.Text), "\n")
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	language := languageForm().FindString(strings.TrimPrefix(path.Ext(c.Path), "."))
	fmt.Fprintf(b, "## %s\n\n`%s`\n\n%s%s\n%s\n%s\n\n", title, c.Path, fence, language, text, fence)
}

// languageForm is what may follow a fence.
var languageForm = lazily(`^[a-z0-9]+$`)

const stars = "****"

// veil shows each template as stars, a token's behind its prefix.
func veil(text string) string {
	f := filler{veiled: true}
	pieces, err := f.pieces(text)
	if err != nil {
		return stars
	}
	return join(pieces)
}

// veiled stands for the value of a template.
func veiled(name, arg string) string {
	switch name {
	case "token":
		_, prefix, _ := strings.Cut(arg, " ")
		return prefix + stars
	case "pem":
		return stars + " (a private key, " + arg + ")"
	}
	return stars
}
