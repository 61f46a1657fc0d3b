package notify

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// tracker is a tracker of issues. It is asked for nothing but the issues of one project.
type tracker interface {
	// check tells whether the project can be reached, and changes nothing.
	check(ctx context.Context) error
	// find looks for an issue that bears a mark and was made since a moment; "" is none.
	find(ctx context.Context, mark string, since time.Time) (name, url string, err error)
	// create makes an issue.
	create(ctx context.Context, d draft) (name, url string, err error)
	// commented tells whether an issue has a comment with a mark made since a moment.
	commented(ctx context.Context, name, mark string, since time.Time) (bool, error)
	// comment writes a comment.
	comment(ctx context.Context, name string, d draft) error
	// move closes an issue or opens it again; where it is so already it does nothing.
	move(ctx context.Context, name string, closed bool) error
}

// draft is a text for a tracker.
type draft struct {
	title string
	// lines are the text; mark is what it is found by.
	lines []fact
	link  string
	mark  string
}

// issueLease is how long one program has an issue for itself.
const issueLease = 2

// issue brings one finding's issue to what an event made of it: once made, later events become comments, a proven fix closes it and what comes back
// opens it again. Trackers know no idempotent requests, so before something is done that may have been done, they are asked.
func (c *call) issue(ctx context.Context) error {
	t := c.tracker()
	if c.row.Event == 0 {
		return t.check(ctx)
	}
	if len(c.msg.Items) != 1 {
		return dead{"what is to be told is not about one finding"}
	}
	db, now := c.worker.db, c.worker.now()
	if early, err := db.Earlier(ctx, *c.row); err != nil {
		return err
	} else if early {
		return wait{"something earlier about the finding goes first", 5 * time.Second}
	}
	i, mine, err := db.LeaseIssue(ctx, c.row.Hook, c.row.Part, now.UnixMicro(), now.Add(issueLease*c.worker.opt.Lease).UnixMicro())
	if err != nil {
		return err
	}
	if !mine {
		return wait{"somebody else writes to the issue", 5 * time.Second}
	}
	err = c.follow(ctx, t, &i)
	if e := db.SetIssue(context.WithoutCancel(ctx), i, 0); err == nil {
		err = e
	}
	return err
}

// follow does what an event makes necessary.
func (c *call) follow(ctx context.Context, t tracker, i *store.Issue) error {
	item := &c.msg.Items[0]
	state := register.State(item.Finding.State)
	if i.Name == "" {
		if !state.Active() {
			c.note = "there is no issue, and nothing to do"
			return nil
		}
		return c.make(ctx, t, i, item)
	}
	mark := "reeve " + c.id
	done, err := false, error(nil)
	if c.retry {
		done, err = t.commented(ctx, i.Name, mark, at(c.row.Made).Add(-time.Hour))
	}
	if err != nil {
		return err
	}
	if !done {
		if err := t.comment(ctx, i.Name, draft{title: capital(phrase(item.What)), lines: c.lines(item), link: c.worker.link(&item.Finding), mark: mark}); err != nil {
			return err
		}
	}
	if closed := state == register.Verified || state == register.FalsePositive; closed != i.Closed {
		if err := t.move(ctx, i.Name, closed); err != nil {
			return err
		}
		i.Closed = closed
	}
	return nil
}

// make makes the issue, unless an earlier try has.
func (c *call) make(ctx context.Context, t tracker, i *store.Issue, item *desk.Item) (err error) {
	mark := fmt.Sprintf("reeve-%s-%d", c.worker.instance, item.Finding.ID)
	if i.Tried != 0 {
		if i.Name, i.URL, err = t.find(ctx, mark, at(i.Tried).Add(-time.Hour)); err != nil || i.Name != "" {
			return err
		}
	} else {
		i.Tried = c.worker.now().UnixMicro()
		if err := c.worker.db.SetIssue(ctx, *i, c.worker.now().Add(issueLease*c.worker.opt.Lease).UnixMicro()); err != nil {
			return err
		}
	}
	i.Name, i.URL, err = t.create(ctx, draft{title: line(headline(&item.Finding), maxTitle), lines: c.lines(item), link: c.worker.link(&item.Finding), mark: mark})
	return err
}

func (c *call) lines(item *desk.Item) []fact {
	return slices.Concat([]fact{{"Rank", item.Finding.Level + " (" + strconv.Itoa(item.Finding.Score) + " of 100)"}}, facts(item))
}

// tracker gives the tracker that the hook names.
func (c *call) tracker() tracker {
	base := strings.TrimSuffix(c.secret.URL, "/")
	switch c.hook.Kind {
	case desk.HookJira:
		return &jira{c, base}
	case desk.HookGitLab:
		return &gitlab{c, base}
	}
	return &github{c, base}
}

// markdown writes a draft for trackers that read Markdown. Nothing from outside stands at the beginning of a line, where it could be a command.
func (d *draft) markdown() string {
	var b strings.Builder
	for _, f := range d.lines {
		b.WriteString("- **" + f.name + ":** ")
		switch f.name {
		case "Place", "Component", "Rule", "Fix":
			b.WriteString(code(f.value))
		default:
			b.WriteString(escape(f.value))
		}
		b.WriteString("\n")
	}
	if d.link != "" {
		b.WriteString("\n<" + d.link + ">\n")
	}
	return b.String() + "\n<!-- " + d.mark + " -->\n"
}

// code makes a code span (CommonMark 6.1) that its text cannot end.
func code(s string) string {
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + " " + s + " " + fence
}

// escape takes the meaning from what Markdown, HTML, GitHub and GitLab read in a text: styles, links, images, mentions, references.
func escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case strings.ContainsRune("@#!%~$^", r):
			b.WriteString("\\" + string(r) + gap)
		case r == ':':
			b.WriteString(":" + gap) // no bare address becomes a link
		case strings.ContainsRune("\\`*_{}[]()+-.|=\"'", r):
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
