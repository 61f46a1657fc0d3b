package cli

import (
	"context"
	"errors"
	"io"
	"log"
	"slices"

	"github.com/spf13/cobra"

	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engines"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/lsp"
	"github.com/reevehq/reeve/internal/target"
)

func lspCommand(w *World) *cobra.Command {
	var look lookFlags
	cmd := &cobra.Command{
		Use:   "lsp",
		Short: "Show findings in the editor while typing",
		Long: `Serves an editor by the Language Server Protocol 3.17 on standard input and output: secrets
and flaws in code show while they are typed, with what to do about them and their fixes.
Configuration, waivers and reeve:ignore comments count as in a scan. The editor starts it.`,
		Example: `  # VS Code: settings.json, with an extension that starts any server, such as zsol.vscode-glspc
  "glspc.server.command": "reeve",
  "glspc.server.commandArguments": ["lsp"],
  "glspc.server.languageId": ["go", "python", "javascript", "typescript", "java", "yaml"]

  # Neovim 0.11: init.lua
  vim.lsp.config("reeve", { cmd = { "reeve", "lsp" }, root_markers = { "reeve.yaml", ".git" } })
  vim.lsp.enable("reeve")

  # Helix: languages.toml, beside the servers that a language has
  language-server.reeve = { command = "reeve", args = ["lsp"] }
  [[language]]
  name = "python"
  language-servers = ["pylsp", "reeve"]`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return look.serveEditor(cmd.Context(), w) },
	}
	f := cmd.Flags()
	f.StringVarP(&look.config, "config", "c", "", "configuration file (default reeve.yaml in the root of each folder)")
	f.StringArrayVar(&look.rules, "rules", nil, "a team's own rules: a folder or file of reeve's or Semgrep's, or a gitleaks .toml; may be given several times")
	f.BoolVar(&look.audit, "audit", false, "also run the rules that show what a person should look at")
	f.Bool("stdio", true, "serve on standard input and output, as it always does; some editors say so")
	return cmd
}

// serveEditor serves until the editor goes away. The protocol wants exit code 1 where it went without taking leave.
func (l *lookFlags) serveEditor(ctx context.Context, w *World) error {
	err := lsp.Serve(ctx, streams{w.Stdin, w.Stdout}, lsp.Options{
		Version: w.Build.Version, ConfigName: config.Name, Now: w.Now, Log: log.New(w.Stderr, "reeve: ", 0),
		Prepare: func(root string) (gate.Options, error) { return l.prepareDrafts(w, root) },
	})
	if errors.Is(err, lsp.ErrNoExit) {
		return &Outcome{Code: ExitBlocked, Err: err}
	}
	return err
}

// streams are the two ends of a conversation.
type streams struct {
	io.Reader
	io.Writer
}

// Close leaves the streams to the process, which ends with the conversation.
func (streams) Close() error { return nil }

// prepareDrafts reads the configuration for a folder and builds the engines that can judge a file by itself or with those beside it.
func (l *lookFlags) prepareDrafts(w *World, root string) (gate.Options, error) {
	c, dir, err := l.load(root)
	if err != nil {
		return gate.Options{}, err
	}
	chosen, err := engines.Rules(engines.Choice{Paths: l.rulePaths(c, dir), Disabled: disabled(c)})
	if err != nil {
		return gate.Options{}, err
	}
	all, err := engines.All(engines.Needs{Rules: chosen.Rules, Key: c.Key(), Today: w.Now(), Foreign: chosen.Foreign, Audit: l.audit})
	if err != nil {
		return gate.Options{}, err
	}
	all = slices.DeleteFunc(all, func(e engine.Engine) bool {
		_, whole := e.(engine.Set)
		_, part := e.(engine.Partial)
		return whole && !part
	})
	return gate.Options{
		Pass:    engine.NewPass(all, c.Scan.Archives.Limits()),
		Tool:    finding.Tool{Name: "reeve", Version: w.Build.Version, Ruleset: engines.Digest(all, c.Key())},
		Workers: 1, Policy: c.Policy(), Waivers: c.Waived(), Severities: c.Severities(), Key: c.Key(), Clock: w.Now, Notes: chosen.Notes,
		Source: target.Options{Exclude: globs(c.Scan.Exclude), MaxFileSize: int64(c.Scan.MaxFileSize), IncludeIgnored: c.Scan.IncludeIgnored},
	}, nil
}
