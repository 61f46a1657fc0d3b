// Package incident turns a leaked secret into the steps that follow: what it opens, how to make it useless, and only then
// how to clean the history. It writes text and commands and carries nothing out; no command it writes shows the secret.
package incident

import (
	"fmt"
	"path"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// Case is one leaked secret in one repository.
type Case struct {
	Finding finding.Finding
	Rule    finding.Rule
	// Branches and Tags still hold the commit that brought it; Authors committed since and have clones.
	Branches, Tags, Authors []string
	// Forge tells that the repository has a remote: what was pushed must be assumed read.
	Pushed bool
}

// Steps writes the walk-through as Markdown.
func Steps(c Case) string {
	var b strings.Builder
	f := c.Finding
	fmt.Fprintf(&b, "# %s\n\nFinding `%s`: %s\n\n", c.Rule.Title, f.Fingerprint.Short(), f.Message)
	c.standing(&b)
	fmt.Fprintf(&b, "## 1. What it opens\n\n%s\n\n", orElse(c.Rule.Opens, "Nobody wrote down what this kind of secret opens: ask who made it, and look where it is used."))
	for _, fact := range f.Facts {
		fmt.Fprintf(&b, "- %s: %s\n", fact.Name, fact.Value)
	}
	fmt.Fprintf(&b, "\n## 2. Revoke it first\n\nA secret that was committed counts as read. Cleaning the history does not make it secret again.\n\n%s\n\n", orElse(c.Rule.Revoke, "Make a new one, let the programs that need it use the new one, then delete this one where it was issued."))
	b.WriteString("Then check that it is dead, and read its log from the day of the first commit on: `reeve scan --history --verify`.\n\n")
	fmt.Fprintf(&b, "## 3. Take it out of what runs\n\n%s\n\n", c.Rule.Fix)
	c.clean(&b)
	c.clones(&b)
	return b.String()
}

func orElse(text, other string) string {
	if text = strings.TrimSpace(text); text != "" {
		return text
	}
	return other
}

// standing says since when and where it stands.
func (c *Case) standing(b *strings.Builder) {
	h := c.Finding.History
	if h == nil {
		return
	}
	if h.Commit != "" {
		fmt.Fprintf(b, "Leaked since %s, by %s, in commit `%s`.\n", h.Date, h.Author, short(h.Commit))
	}
	switch h.Reach {
	case finding.ReachUnreachable:
		b.WriteString("No ref reaches it any more, but the object is still in the repository, and forges keep such objects.\n")
	default:
		fmt.Fprintf(b, "It can still be had through %s (%s).\n", h.Reach, strings.Join(h.Refs, ", "))
	}
	if h.InTree {
		b.WriteString("It stands in the current tree.\n")
	}
	b.WriteString("\nPlaces:\n\n")
	for _, l := range append([]finding.Location{c.Finding.Location}, c.Finding.Also...) {
		fmt.Fprintf(b, "- %s\n", place(l))
	}
	b.WriteString("\n")
}

func place(l finding.Location) string {
	text := l.Path
	if l.Surface != "" {
		text = string(l.Surface) + " " + text
	}
	if text == "" {
		text = "object " + short(l.Blob)
	}
	if l.Region.StartLine > 0 {
		text += fmt.Sprintf(":%d", l.Region.StartLine)
	}
	if l.Commit != "" {
		text += " at " + short(l.Commit)
	}
	return text
}

// clean writes the commands that take the secret out of the history of this repository.
func (c *Case) clean(b *strings.Builder) {
	l := c.Finding.Location
	b.WriteString("## 4. Clean the history\n\nWork in a fresh clone, so that nothing unsaved is lost:\n\n```sh\n")
	b.WriteString("git clone --mirror URL shop.git && cd shop.git   # URL: where the repository lives\n")
	switch {
	case l.Region.Length == 0 && l.Surface == "" && l.Path != "":
		fmt.Fprintf(b, "git filter-repo --invert-paths --path %s\n", quote(outer(l.Path)))
	case l.Surface == finding.PathName:
		fmt.Fprintf(b, "git filter-repo --path-rename %s:renamed\n", quote(l.Path))
	case l.Surface == finding.CommitMessage || l.Surface == finding.TagMessage:
		fmt.Fprintf(b, "git cat-file -p %s | sed '1,/^$/d' | tail -c +%d | head -c %d > secret\n", firstOf(l.Commit, l.Blob), l.Region.Offset+1, l.Region.Length)
		b.WriteString("printf 'literal:%s==>REMOVED\\n' \"$(cat secret)\" > replacements\ngit filter-repo --replace-message replacements\nrm secret replacements\n")
	case strings.Contains(l.Path, "!/"):
		fmt.Fprintf(b, "git filter-repo --invert-paths --path %s   # the archive that holds it\n", quote(outer(l.Path)))
	default:
		fmt.Fprintf(b, "git cat-file blob %s | tail -c +%d | head -c %d > secret   # takes the secret out of the object, unseen\n", l.Blob, l.Region.Offset+1, l.Region.Length)
		b.WriteString("printf 'literal:%s==>REMOVED\\n' \"$(cat secret)\" > replacements\ngit filter-repo --replace-text replacements\nrm secret replacements\n")
	}
	b.WriteString("git reflog expire --expire=now --all && git gc --prune=now\ngit push --mirror --force\n```\n\n")
	b.WriteString("`git filter-repo` is a program of its own (`pip install git-filter-repo`). Forges keep old objects and the refs of pull requests: ask their support to remove them, and forks keep theirs.\n\n")
}

// clones says who must clone anew.
func (c *Case) clones(b *strings.Builder) {
	b.WriteString("## 5. Who must clone again\n\nEvery commit since then gets a new id. ")
	if len(c.Authors) == 0 {
		b.WriteString("Everybody who has a clone must delete it and clone again; whoever merges an old clone brings the secret back.\n")
	} else {
		fmt.Fprintf(b, "These people committed since and have clones; each must delete theirs and clone again, or the secret comes back with their next push: %s.\n", strings.Join(c.Authors, ", "))
	}
	if len(c.Branches) > 0 {
		fmt.Fprintf(b, "\nBranches that hold it: %s.\n", strings.Join(c.Branches, ", "))
	}
	if len(c.Tags) > 0 {
		fmt.Fprintf(b, "\nTags that hold it: %s.\n", strings.Join(c.Tags, ", "))
	}
	b.WriteString("\n## 6. Prove it\n\n`reeve scan --history` no longer finds it, in the cleaned repository and in a fresh clone.\n")
}

func outer(p string) string { return path.Clean(strings.SplitN(p, "!/", 2)[0]) }

func short(id string) string { return id[:min(12, len(id))] }

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// quote makes a path one word of a shell, whatever stands in it.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
