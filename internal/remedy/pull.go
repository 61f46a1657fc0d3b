package remedy

import (
	"fmt"
	"io"
	"strings"

	"github.com/reevehq/reeve/internal/report"
)

// WritePull writes the text of one pull request for a whole plan, in Markdown: its first line is the title, as a heading.
func WritePull(out io.Writer, p *Plan) error {
	var b strings.Builder
	b.WriteString("# " + pullTitle(p) + "\n\n")
	if len(p.Steps) > 0 {
		score, flaws := 0, 0
		for i := range p.Steps {
			score += p.Steps[i].Score
			flaws += len(p.Steps[i].Clears)
		}
		fmt.Fprintf(&b, "This clears %s, with a risk of %d in all, by %s.\n\n", plural(flaws, "known flaw", "known flaws"), score, plural(len(p.Steps), "upgrade", "upgrades"))
		b.WriteString("| Package | From → to | Jump | How | Clears | Project |\n| --- | --- | --- | --- | --- | --- |\n")
		for i := range p.Steps {
			s := &p.Steps[i]
			fmt.Fprintf(&b, "| %s | %s → %s | %s | %s | %s | %s |\n", code(s.Name), code(s.From), code(s.To), s.Jump, plain(s.way()), plain(ids(s.Clears)), plain(firstText(s.Project, s.Dir)))
		}
		b.WriteString("\n## Why\n\n")
		for i := range p.Steps {
			pullWhy(&b, &p.Steps[i])
		}
		pullRisks(&b, p)
	}
	if len(p.Left) > 0 {
		b.WriteString("## Left as it is\n\n")
		for i := range p.Left {
			l := &p.Left[i]
			fmt.Fprintf(&b, "- %s %s (%s): %s", code(l.Name), code(l.Version), plain(ids(l.Flaws)), plain(sentence(l.Why)))
			if l.Do != "" {
				b.WriteString(" " + plain(l.Do))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	if len(p.Changes) > 0 {
		b.WriteString("The new files were read again and matched with the same advisories before they were written: no known flaw has come, and what is said to be cleared is gone")
		for i := range p.Steps {
			if p.Steps[i].Refresh != "" {
				b.WriteString(" once the lock files named above are in step")
				break
			}
		}
		b.WriteString(".\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func pullTitle(p *Plan) string {
	switch {
	case len(p.Steps) == 0:
		return "No upgrade can be made"
	case len(p.Steps) == 1:
		s := &p.Steps[0]
		return plain(fmt.Sprintf("Upgrade %s to %s (%s)", s.Name, s.To, ids(s.Clears)))
	}
	var names []string
	for i := range p.Steps {
		names = append(names, p.Steps[i].Name)
	}
	if len(names) > 3 {
		return plain(fmt.Sprintf("Upgrade %s and %d more to clear known flaws", strings.Join(names[:3], ", "), len(names)-3))
	}
	return plain("Upgrade " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] + " to clear known flaws")
}

// pullWhy says of one step which flaws it clears, with the sentences of their ranks.
func pullWhy(b *strings.Builder, s *Step) {
	fmt.Fprintf(b, "### %s %s → %s\n\n", plain(s.Name), plain(s.From), plain(s.To))
	for i, f := range s.Clears {
		if i == 10 {
			fmt.Fprintf(b, "- and %s\n", plural(len(s.Clears)-i, "more flaw", "more flaws"))
			break
		}
		where := ""
		if f.Package != s.Name {
			where = " in " + code(f.Package)
		}
		fmt.Fprintf(b, "- **%s**%s, %s, risk %d.", plain(f.ID), where, f.Level, f.Score)
		if f.Title != "" {
			b.WriteString(" " + plain(sentence(f.Title)))
		}
		for _, because := range f.Because[:min(3, len(f.Because))] {
			b.WriteString(" " + plain(sentence(because)))
		}
		b.WriteString("\n")
	}
	if also := alsoMoves(s); also != "" {
		fmt.Fprintf(b, "- Moves with it: %s.\n", plain(also))
	}
	b.WriteString("\n")
}

// pullRisks says what may break, and what is still to be run.
func pullRisks(b *strings.Builder, p *Plan) {
	var risks, commands []string
	for i := range p.Steps {
		risks = append(risks, p.Steps[i].Risks...)
		if c := p.Steps[i].Refresh; c != "" {
			commands = append(commands, firstText(p.Steps[i].Dir, ".")+": "+c)
		}
	}
	if len(risks) > 0 {
		b.WriteString("## What may break\n\n")
		seen := map[string]bool{}
		for _, risk := range risks {
			if !seen[risk] {
				seen[risk] = true
				fmt.Fprintf(b, "- %s\n", plain(risk))
			}
		}
		b.WriteString("\n")
	}
	if len(commands) > 0 {
		b.WriteString("## Still to be run\n\nThe lock files of these folders are not in step yet:\n\n")
		seen := map[string]bool{}
		for _, c := range commands {
			if !seen[c] {
				seen[c] = true
				fmt.Fprintf(b, "- %s\n", code(c))
			}
		}
		b.WriteString("\n")
	}
}

// unlink is a zero-width space: it keeps a forge from making a mention or a link of text from outside.
const unlink = "\u200b"

// plain makes text from outside plain text inside a line of Markdown: no markup, no HTML, no link, no mention, no table cell.
func plain(s string) string {
	return strings.NewReplacer(
		`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "(", `\(`, ")", `\)`, "|", `\|`, "~", `\~`, "{", `\{`, "}", `\}`,
		"<", "&lt;", ">", "&gt;", "&", "&amp;", "$", "<span>$</span>", "@", "@"+unlink, "#", "#"+unlink, "!", "!"+unlink, "^", "^"+unlink,
		"://", ":"+unlink+"//", "www.", "www"+unlink+".", "::", ":"+unlink+":",
	).Replace(report.Visible(s))
}

// code sets text from outside as a code span, with a fence longer than any run of backticks in it.
func code(s string) string {
	s = strings.ReplaceAll(report.Visible(s), "|", `\|`)
	run, longest := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if s == "" || s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + s + fence
}
