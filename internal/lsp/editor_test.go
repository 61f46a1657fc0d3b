package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/config"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/engine/sast"
	"github.com/reevehq/reeve/internal/engine/secret"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/gate"
	"github.com/reevehq/reeve/internal/rule"
	"github.com/reevehq/reeve/internal/semgrep"
	"github.com/reevehq/reeve/internal/target"
	"github.com/reevehq/reeve/internal/target/ignore"
	"github.com/reevehq/reeve/rules"
)

// patience is how long an editor waits for what must come; nothing waits for it otherwise.
const patience = time.Minute

// day is when all tests happen.
var day = time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

// clock lets a test say when a pause is over.
type clock struct {
	mu     sync.Mutex
	paused map[int]func()
	next   int
	woken  chan struct{}
}

func (c *clock) after(_ time.Duration, do func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.next
	c.next++
	c.paused[n] = do
	c.woken <- struct{}{}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.paused, n)
	}
}

// pass ends all pauses, once there were some since it was last called, and gives how many there were.
func (c *clock) pass(t *testing.T, begun int) int {
	t.Helper()
	for range begun {
		wait(t, c.woken)
	}
	c.mu.Lock()
	var due []func()
	for n, do := range c.paused {
		due = append(due, do)
		delete(c.paused, n)
	}
	c.mu.Unlock()
	for _, do := range due {
		do()
	}
	return len(due)
}

func wait[T any](t *testing.T, from chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatal("it does not come")
		panic("unreachable")
	}
}

// editor is a client in the same process that speaks the real protocol.
type editor struct {
	*testing.T
	conn  *jsonrpc2.Conn
	raw   net.Conn
	root  string
	shown chan publishParams
	said  chan logMessage
	asked chan string
	clock *clock
	ended chan error
}

// start opens a folder with these files in an editor.
func start(t *testing.T, files map[string]string, prepare func(string) (gate.Options, error)) *editor {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(full), 0o755), os.WriteFile(full, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	if prepare == nil {
		prepare = prepared
	}
	near, far := net.Pipe()
	e := &editor{T: t, raw: near, root: root, shown: make(chan publishParams, 100), said: make(chan logMessage, 100), asked: make(chan string, 10),
		clock: &clock{paused: map[int]func(){}, woken: make(chan struct{}, 100)}, ended: make(chan error, 1)}
	o := Options{Version: "test", ConfigName: "reeve.yaml", Prepare: prepare, After: e.clock.after, Now: func() time.Time { return day }, Log: log.New(io.Discard, "", 0)}
	go func() { e.ended <- Serve(context.Background(), far, o) }()
	e.conn = jsonrpc2.NewConn(context.Background(), jsonrpc2.NewBufferedStream(near, jsonrpc2.VSCodeObjectCodec{}), e, jsonrpc2.SetLogger(log.New(io.Discard, "", 0)))
	t.Cleanup(func() { e.conn.Close() })
	return e
}

// Handle takes what the server says.
func (e *editor) Handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) {
	switch r.Method {
	case "textDocument/publishDiagnostics":
		var p publishParams
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			e.Error(err)
		}
		e.shown <- p
	case "window/logMessage", "window/showMessage":
		var p logMessage
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			e.Error(err)
		}
		e.said <- p
	case "client/registerCapability":
		e.asked <- string(*r.Params)
		go conn.Reply(ctx, r.ID, nil) // the pipe holds nothing: who reads must not wait for who writes
	}
}

func (e *editor) call(method string, params, result any) {
	e.Helper()
	if err := e.conn.Call(context.Background(), method, params, result); err != nil {
		e.Fatal(err)
	}
}

func (e *editor) notify(method string, params any) {
	e.Helper()
	if err := e.conn.Notify(context.Background(), method, params); err != nil {
		e.Fatal(err)
	}
}

type object = map[string]any

// begin does what every editor does first.
func (e *editor) begin(encodings ...string) initializeResult {
	e.Helper()
	var r initializeResult
	e.call("initialize", object{"processId": 1, "rootUri": nil, "workspaceFolders": []object{{"uri": uriOf(e.root), "name": "x"}}, "capabilities": object{
		"general": object{"positionEncodings": encodings}, "workspace": object{"didChangeWatchedFiles": object{"dynamicRegistration": true}}}}, &r)
	e.notify("initialized", object{})
	wait(e.T, e.asked)
	return r
}

func (e *editor) uri(name string) string {
	return uriOf(filepath.Join(e.root, filepath.FromSlash(name)))
}

func (e *editor) open(name, language, text string) {
	e.Helper()
	e.notify("textDocument/didOpen", object{"textDocument": object{"uri": e.uri(name), "languageId": language, "version": 1, "text": text}})
}

func (e *editor) change(name string, version int, changes ...object) {
	e.Helper()
	e.notify("textDocument/didChange", object{"textDocument": object{"uri": e.uri(name), "version": version}, "contentChanges": changes})
}

// insert is a change that writes text at a place.
func insert(line, character int, text string) object {
	at := object{"line": line, "character": character}
	return object{"range": object{"start": at, "end": at}, "text": text}
}

// next is what is shown next; it must be of that document.
func (e *editor) next(name string) publishParams {
	e.Helper()
	p := wait(e.T, e.shown)
	if p.URI != e.uri(name) {
		e.Fatalf("shown is %s, want %s", p.URI, name)
	}
	return p
}

// codes are the rules of what is shown.
func codes(p publishParams) string {
	var out []string
	for _, d := range p.Diagnostics {
		out = append(out, d.Code)
	}
	return strings.Join(out, " ")
}

func (e *editor) actions(name string, at span) []codeAction {
	e.Helper()
	var out []codeAction
	e.call("textDocument/codeAction", object{"textDocument": object{"uri": e.uri(name)}, "range": at, "context": object{"diagnostics": []any{}}}, &out)
	return out
}

// leave ends the conversation as the protocol wants it.
func (e *editor) leave() {
	e.Helper()
	e.call("shutdown", nil, nil)
	e.notify("exit", nil)
	if err := wait(e.T, e.ended); err != nil {
		e.Error(err)
	}
}

// ownRules are what the tests look for in code: a call that has a fix, and data that reaches a shell.
const ownRules = `rules:
  - id: unsafe-load
    languages: [python]
    severity: ERROR
    message: yaml.load runs what a document says
    metadata: {references: [https://docs.example/load]}
    pattern: yaml.load($X)
    fix: yaml.safe_load($X)
  - id: shell
    mode: taint
    languages: [python]
    severity: ERROR
    message: what a user wrote reaches a shell
    pattern-sources: [{pattern: "request.args.get(...)"}]
    pattern-sinks: [{pattern: "os.system(...)"}]
`

// prepared is what holds in a folder: the rules for secrets, those above, and of its reeve.yaml what names excluded paths and waivers.
func prepared(root string) (gate.Options, error) {
	c := config.Default()
	if root != "" {
		read, err := config.Load(filepath.Join(root, "reeve.yaml"))
		if err == nil {
			c = read
		} else if !errors.Is(err, fs.ErrNotExist) {
			return gate.Options{}, err
		}
	}
	secrets, err := secret.New(rules.Of("secret"), secret.Options{Key: c.Key()})
	if err != nil {
		return gate.Options{}, err
	}
	foreign, err := semgrep.Load("own.yaml", []byte(ownRules))
	if err != nil {
		return gate.Options{}, err
	}
	code, err := sast.New(nil, sast.Options{Key: c.Key(), Foreign: foreign.Rules})
	if err != nil {
		return gate.Options{}, err
	}
	var excluded []ignore.Glob
	for _, g := range c.Scan.Exclude {
		excluded = append(excluded, g.Glob)
	}
	return gate.Options{Pass: engine.NewPass([]engine.Engine{secrets, code}, archive.Limits{}), Workers: 1, Policy: c.Policy(), Waivers: c.Waived(),
		Key: c.Key(), Clock: func() time.Time { return day }, Tool: finding.Tool{Name: "reeve"}, Source: target.Options{Exclude: excluded}}, nil
}

// token is a value as a provider makes them; no file of this repository holds one.
func token(t testing.TB) string {
	t.Helper()
	filled, err := rule.Case{Path: "token", Text: "{{token github-crc32 ghp_}}"}.Fill("lsp", secret.Sample)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(filled.Data))
}
