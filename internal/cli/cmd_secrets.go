package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/git"
	"github.com/reevehq/reeve/internal/incident"
)

func secretsCommand(w *World) *cobra.Command {
	cmd := &cobra.Command{Use: "secrets", Short: "What to do about secrets that leaked"}
	cmd.AddCommand(incidentCommand(w))
	return cmd
}

func incidentCommand(w *World) *cobra.Command {
	var look lookFlags
	cmd := &cobra.Command{
		Use:   "incident ID [DIR]",
		Short: "The steps that follow a leaked secret: revoke first, clean later",
		Long: `Prints what a leaked secret opens, how to revoke it at its provider, and then the commands that
take it out of this repository's history, and who must clone again. ID is the finding's id
as reports show it; nothing is carried out and the secret is never shown.`,
		Example: "  reeve secrets incident 3f2a9c01d4e5",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) > 1 {
				dir = args[1]
			}
			c, err := findIncident(cmd.Context(), w, &look, args[0], dir)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(w.Stdout, incident.Steps(*c))
			return err
		},
	}
	look.add(cmd)
	return cmd
}

// findIncident looks at the whole history, which is quick when it was looked at before, and gathers who is concerned.
func findIncident(ctx context.Context, w *World, look *lookFlags, id, dir string) (*incident.Case, error) {
	p, err := look.prepare(w, dir)
	if err != nil {
		return nil, err
	}
	subject, err := everyObject(ctx, dir)
	if err != nil {
		return nil, err
	}
	r, err := timed(w, &p.options, false, func() (*finding.Result, error) {
		return gate.Scan(ctx, []gate.Subject{subject}, p.options)
	})
	if err != nil {
		return nil, broken(err)
	}
	f, err := findByID(r, id)
	if err != nil {
		return nil, err
	}
	c := &incident.Case{Finding: *f, Rule: r.RuleOf(f)}
	return c, concerned(ctx, subject.Repository, c)
}

func findByID(r *finding.Result, id string) (*finding.Finding, error) {
	var found *finding.Finding
	for i := range r.Findings {
		if !strings.HasPrefix(string(r.Findings[i].Fingerprint), strings.ToLower(id)) {
			continue
		}
		if found != nil {
			return nil, fmt.Errorf("finding %q: more than one begins like this; give more digits", id)
		}
		found = &r.Findings[i]
	}
	if found == nil {
		return nil, fmt.Errorf("finding %q: there is none in this repository; its ids are shown by reeve scan --history", id)
	}
	return found, nil
}

// concerned fills in the refs that hold the commit and the people who committed since.
func concerned(ctx context.Context, repo *git.Repository, c *incident.Case) error {
	if c.Finding.History == nil || c.Finding.History.Commit == "" {
		return nil
	}
	first := c.Finding.History.Commit
	refs, err := repo.Containing(ctx, first)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if name, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
			c.Tags = append(c.Tags, name)
		} else {
			c.Branches = append(c.Branches, strings.TrimPrefix(ref, "refs/heads/"))
		}
	}
	c.Authors, err = repo.AuthorsSince(ctx, first)
	return err
}
