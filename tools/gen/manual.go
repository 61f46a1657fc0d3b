package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/reevehq/reeve/internal/cli"
	"github.com/reevehq/reeve/internal/config"
)

// commands gives the whole command tree, without the commands that cobra adds.
func commands() *cobra.Command {
	root := cli.Root(&cli.World{})
	root.DisableAutoGenTag = true
	root.CompletionOptions.DisableDefaultCmd = true
	return root
}

// manPages makes a page in section 1 for each command.
func manPages(string) ([]file, error) {
	var files []file
	date := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC) // of this edition, so that the pages are the same every day
	err := eachCommand(commands(), func(cmd *cobra.Command) error {
		var page bytes.Buffer
		header := &doc.GenManHeader{Section: "1", Source: "reeve", Manual: "reeve manual", Date: &date}
		if err := doc.GenMan(cmd, header, &page); err != nil {
			return err
		}
		name := strings.ReplaceAll(cmd.CommandPath(), " ", "-")
		files = append(files, file{path: "docs/man/" + name + ".1", data: page.Bytes()})
		return nil
	})
	return files, err
}

// commandReference makes one page of all commands.
func commandReference(string) ([]file, error) {
	var page bytes.Buffer
	page.WriteString("# Commands\n\nMade from the command tree by `make gen`. The same as `reeve COMMAND --help`, and as manual pages in `docs/man`.\n")
	err := eachCommand(commands(), func(cmd *cobra.Command) error {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n", cmd.CommandPath(), longest(cmd))
		if cmd.Runnable() {
			fmt.Fprintf(&page, "```\n%s\n```\n", cmd.UseLine())
		}
		if cmd.Example != "" {
			fmt.Fprintf(&page, "\n```sh\n%s\n```\n", cmd.Example)
		}
		if flags := cmd.NonInheritedFlags(); flags.HasAvailableFlags() {
			fmt.Fprintf(&page, "\n```\n%s```\n", flags.FlagUsages())
		}
		return nil
	})
	return []file{{path: "docs/commands.md", data: page.Bytes()}}, err
}

func longest(cmd *cobra.Command) string {
	if cmd.Long != "" {
		return cmd.Long
	}
	return cmd.Short + "."
}

func eachCommand(cmd *cobra.Command, visit func(*cobra.Command) error) error {
	if err := visit(cmd); err != nil {
		return err
	}
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() || sub.Name() == "help" {
			continue
		}
		if err := eachCommand(sub, visit); err != nil {
			return err
		}
	}
	return nil
}

// configuration makes the reference of reeve.yaml and its schema for editors.
func configuration(string) ([]file, error) {
	reference, err := config.Reference()
	if err != nil {
		return nil, err
	}
	schema, err := config.Schema()
	return []file{{path: "docs/configuration.md", data: []byte(reference)}, {path: "docs/reeve.schema.json", data: schema}}, err
}
