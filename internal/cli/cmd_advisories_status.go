package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/advisory"
	"github.com/reevehq/reeve/internal/advisory/feed"
	"github.com/reevehq/reeve/internal/report"
)

// textOrJSON are the formats of commands that are no reports of findings.
var textOrJSON = []string{"text", "json"}

// addTextOrJSON adds the flag --format.
func addTextOrJSON(cmd *cobra.Command, format *string) {
	cmd.Flags().StringVarP(format, "format", "f", "text", "how to print it: text or json")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(textOrJSON, cobra.ShellCompDirectiveNoFileComp))
}

func checkTextOrJSON(format string) error {
	if format != "text" && format != "json" {
		return fmt.Errorf("format %q: want text or json", format)
	}
	return nil
}

// printJSON prints a value for programs.
func printJSON(w *World, v any) error {
	e := json.NewEncoder(w.Stdout)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// databaseStatus is what programs get to know about the database.
type databaseStatus struct {
	Database string    `json:"database"`
	Size     int64     `json:"size"`
	Built    time.Time `json:"built"`
	Digest   string    `json:"digest"`
	Records  int       `json:"records"`
	Flaws    int       `json:"flaws"`
	Packages int       `json:"packages"`
	// Scores, Exploited and Exploits count the CVEs that EPSS, KEV and the exploit index know.
	Scores    int `json:"scores"`
	Exploited int `json:"exploited"`
	Exploits  int `json:"exploits"`
	// From is where the last update came from.
	From       string         `json:"from,omitempty"`
	MaxAgeDays int            `json:"maxAgeDays"`
	Sources    []sourceStatus `json:"sources"`
}

// sourceStatus is one source of it.
type sourceStatus struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	// Newest is when its newest record was changed, Fetched when it was last found to be up to date.
	Newest  time.Time `json:"newest,omitzero"`
	Fetched time.Time `json:"fetched,omitzero"`
	// Old tells that it is older than MaxAgeDays.
	Old bool `json:"old"`
}

func advisoriesStatus(w *World) *cobra.Command {
	var k knowledgeFlags
	var format string
	cmd := &cobra.Command{
		Use:   "status",
		Short: "What the database holds, how old it is, and whether it is whole",
		Long: `Says what the database holds and from where, checks that its content is as it was written, and
names the sources that are older than dependencies.max_age_days. The age of a source is the time
since it was last found to be up to date, or, where that is not known, since its newest record.`,
		Example: "  reeve advisories status\n  reeve advisories status --format json | jq '.sources[] | select(.old)'",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkTextOrJSON(format); err != nil {
				return err
			}
			where, db, err := k.open(w)
			if err != nil {
				return err
			}
			defer db.Close()
			if err := db.Verify(); err != nil {
				return broken(fmt.Errorf("advisory database %q: %w", where.path, err))
			}
			s := statusOf(w, where, db.Info())
			if format == "json" {
				return printJSON(w, s)
			}
			printStatus(w, s)
			return nil
		},
	}
	k.add(cmd)
	addTextOrJSON(cmd, &format)
	return cmd
}

func statusOf(w *World, where *knowledge, info advisory.Info) *databaseStatus {
	from, fetched := feed.Fetched(where.path)
	s := &databaseStatus{
		Database: filepath.ToSlash(where.path), Size: info.Size, Built: info.Built, Digest: info.Digest, Records: info.Records, Flaws: info.Flaws,
		Packages: info.Packages, Scores: info.Scores, Exploited: info.Exploited, Exploits: info.Exploits, From: from,
		MaxAgeDays: where.config.Dependencies.MaxAgeDays, Sources: []sourceStatus{},
	}
	for _, source := range info.Sources {
		one := sourceStatus{Name: source.Name, Count: source.Count, Newest: source.Newest, Fetched: fetched[source.Name]}
		at := one.Fetched
		if at.IsZero() || source.Name == "epss" { // scores are of a day, whenever they were fetched
			at = one.Newest
		}
		most := where.config.Dependencies.MaxAge()
		one.Old = most > 0 && !at.IsZero() && w.Now().Sub(at) > most
		s.Sources = append(s.Sources, one)
	}
	return s
}

func printStatus(w *World, s *databaseStatus) {
	fmt.Fprintf(w.Stdout, "%s\n%.1f MB, %d records about %d packages: %d flaws. Built %s. Digest %.12s; the content is whole.\n",
		report.Visible(s.Database), float64(s.Size)/1e6, s.Records, s.Packages, s.Flaws, s.Built.UTC().Format(time.DateTime), s.Digest)
	if s.From != "" {
		fmt.Fprintf(w.Stdout, "Fetched from %s.\n", report.Visible(s.From))
	}
	fmt.Fprintln(w.Stdout)
	var old []string
	for _, source := range s.Sources {
		name := report.Visible(source.Name)
		text := "age not known"
		switch {
		case !source.Newest.IsZero():
			text = "newest of " + source.Newest.Format(time.DateOnly)
			if source.Fetched.IsZero() {
				text += ", " + ago(w, source.Newest)
			}
			if !source.Fetched.IsZero() {
				text += "; up to date " + ago(w, source.Fetched)
			}
		case !source.Fetched.IsZero():
			text = "up to date " + ago(w, source.Fetched)
		}
		if source.Old {
			old = append(old, name)
			text += "  OLD"
		}
		fmt.Fprintf(w.Stdout, "  %-24s %9d  %s\n", name, source.Count, text)
	}
	if len(old) > 0 {
		fmt.Fprintf(w.Stdout, "\nOlder than %d days (dependencies.max_age_days): %s.\nBring them up to date: reeve advisories update\n", s.MaxAgeDays, strings.Join(old, ", "))
	}
}

// ago says how long something is past, in days.
func ago(w *World, at time.Time) string {
	switch days := int(w.Now().Sub(at) / day); {
	case days < 1:
		return "today"
	case days == 1:
		return "a day ago"
	default:
		return fmt.Sprintf("%d days ago", days)
	}
}
