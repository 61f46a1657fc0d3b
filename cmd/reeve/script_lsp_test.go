package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/sourcegraph/jsonrpc2"
)

// editor speaks with reeve lsp as an editor does: editor CONVERSATION LOG. A line of the conversation "> MESSAGE" is sent, "< TEXT" waits until
// reeve says something with that text in it; $WORK stands for the script's folder. The log is all that reeve said, a message a line.
func editor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: editor CONVERSATION LOG")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "reeve", "lsp")
	cmd.Dir, cmd.Env = ts.MkAbs("."), os.Environ()
	for _, name := range []string{"HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	in, err := cmd.StdinPipe()
	ts.Check(err)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	ts.Check(cmd.Start())
	var log bytes.Buffer
	said, codec := bufio.NewReader(out), jsonrpc2.VSCodeObjectCodec{}
	hear := func() (string, error) {
		var m json.RawMessage
		err := codec.ReadObject(said, &m)
		log.Write(append(m, '\n'))
		return string(m), err
	}
	for line := range strings.Lines(strings.ReplaceAll(ts.ReadFile(args[0]), "$WORK", ts.Getenv("WORK"))) {
		verb, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch verb {
		case ">":
			ts.Check(codec.WriteObject(in, json.RawMessage(text)))
		case "<":
			for m := ""; !strings.Contains(m, text); {
				if m, err = hear(); err != nil {
					ts.Fatalf("%q does not come: %v\n%s%s", text, err, &log, &complaints)
				}
			}
		}
	}
	for err == nil {
		_, err = hear()
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), log.Bytes(), 0o644))
	if err := cmd.Wait(); err != nil || complaints.Len() > 0 {
		ts.Fatalf("reeve lsp: %v\n%s", err, &complaints)
	}
}
