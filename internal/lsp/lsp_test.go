package lsp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/reevehq/reeve/internal/gate"
)

func TestServe_findsWhileTyping(t *testing.T) {
	e := start(t, nil, nil)
	if c := e.begin().Capabilities; c.PositionEncoding != "utf-16" || c.TextDocumentSync.Change != 2 || !c.HoverProvider {
		t.Errorf("capabilities %+v", c)
	}
	value := token(t)
	e.open("app.py", "python", "x = 1\n# \U0001F511\n")
	if p := e.next("app.py"); len(p.Diagnostics) != 0 || p.Version != 1 {
		t.Errorf("opened: %+v", p)
	}
	e.change("app.py", 2, insert(1, 4, ` token = "`+value+`"`))
	e.clock.pass(t, 1)
	p := e.next("app.py")
	if len(p.Diagnostics) != 1 || p.Version != 2 {
		t.Fatalf("typed: %+v", p)
	}
	d := p.Diagnostics[0]
	if want := (span{position{1, 14}, position{1, 14 + uint32(len(value))}}); d.Range != want || d.Severity != levelError || d.Source != "reeve" || d.Data == "" || d.CodeDescription == nil {
		t.Errorf("diagnostic %+v", d)
	}
	var h hoverResult
	e.call("textDocument/hover", object{"textDocument": object{"uri": e.uri("app.py")}, "position": position{1, 20}}, &h)
	if h.Range != d.Range || !strings.Contains(h.Contents.Value, "**Why**") || !strings.Contains(h.Contents.Value, "**Fix**") {
		t.Errorf("hover %+v", h)
	}
	if all := fmt.Sprint(p, h, e.actions("app.py", d.Range)); strings.Contains(all, value) {
		t.Error("the value is shown")
	}
	var none *hoverResult
	if e.call("textDocument/hover", object{"textDocument": object{"uri": e.uri("app.py")}, "position": position{0, 0}}, &none); none != nil {
		t.Errorf("hover beside it: %+v", none)
	}
	e.notify("textDocument/didClose", object{"textDocument": object{"uri": e.uri("app.py")}})
	if p := e.next("app.py"); len(p.Diagnostics) != 0 {
		t.Errorf("closed: %+v", p)
	}
	e.leave()
}

func TestServe_onlyTheNewestVersionIsLookedAt(t *testing.T) {
	e := start(t, nil, nil)
	e.begin("utf-32", "utf-8")
	e.open("a.py", "python", "")
	e.next("a.py")
	for version := 2; version <= 4; version++ {
		e.change("a.py", version, insert(0, 0, "yaml.load(ß)\n"))
	}
	if n := e.clock.pass(t, 3); n != 1 {
		t.Errorf("%d pauses end, want 1", n)
	}
	p := e.next("a.py")
	if p.Version != 4 || codes(p) != "unsafe-load unsafe-load unsafe-load" || p.Diagnostics[0].Range.End.Character != 13 {
		t.Errorf("shown %+v", p)
	}
	e.leave()
	if len(e.shown) != 0 {
		t.Errorf("more is shown: %+v", <-e.shown)
	}
}

func TestServe_overtakenLookShowsNothing(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	e := start(t, nil, func(root string) (gate.Options, error) {
		close(begun)
		<-goOn
		return prepared(root)
	})
	e.begin()
	e.open("a.py", "python", "yaml.load(y)\n")
	wait(t, begun)
	e.change("a.py", 2, object{"text": "x = 1\n"})
	e.clock.pass(t, 1)
	close(goOn)
	if p := e.next("a.py"); p.Version != 2 || len(p.Diagnostics) != 0 {
		t.Errorf("shown %+v", p)
	}
	e.leave()
	if len(e.shown)+len(e.said) != 0 {
		t.Errorf("%d more shown, %d said", len(e.shown), len(e.said))
	}
}

func TestServe_fixes(t *testing.T) {
	e := start(t, nil, nil)
	e.begin()
	e.open("a.py", "python", "import yaml\r\n\r\nif x:\r\n\tyaml.load(y)\r\n")
	p := e.next("a.py")
	if codes(p) != "unsafe-load" || p.Diagnostics[0].CodeDescription.Href != "https://docs.example/load" {
		t.Fatalf("shown %+v", p)
	}
	all := e.actions("a.py", p.Diagnostics[0].Range)
	if len(all) != 2 || all[0].Title != "Fix: write `yaml.safe_load(y)`" || !strings.HasPrefix(all[1].Title, "Ignore") || all[0].Diagnostics[0].Code != "unsafe-load" {
		t.Fatalf("actions %+v", all)
	}
	fix := all[0].Edit.Changes[e.uri("a.py")]
	if len(fix) != 1 || fix[0] != (textEdit{span{position{3, 1}, position{3, 13}}, "yaml.safe_load(y)"}) {
		t.Errorf("fix %+v", fix)
	}
	ignore := all[1].Edit.Changes[e.uri("a.py")]
	if len(ignore) != 1 || ignore[0] != (textEdit{span{position{3, 0}, position{3, 0}}, "\t# reeve:ignore unsafe-load WHY? until=2026-06-02\r\n"}) {
		t.Fatalf("ignore %+v", ignore)
	}
	if other := e.actions("a.py", span{}); len(other) != 0 {
		t.Errorf("actions elsewhere %+v", other)
	}
	// A waiver holds when somebody has written why, and not before.
	e.change("a.py", 2, object{"range": ignore[0].Range, "text": ignore[0].NewText})
	e.clock.pass(t, 1)
	if p := e.next("a.py"); !strings.Contains(codes(p), "unsafe-load") || !strings.Contains(codes(p), "waiver-invalid") {
		t.Errorf("without a reason: %+v", p)
	}
	e.change("a.py", 3, object{"text": "# reeve:ignore unsafe-load the document is ours until=2026-06-02\nyaml.load(y)\n"})
	e.clock.pass(t, 1)
	if p := e.next("a.py"); len(p.Diagnostics) != 0 {
		t.Errorf("with a reason: %+v", p)
	}
	e.leave()
}

func TestServe_followsDataThroughOtherFiles(t *testing.T) {
	e := start(t, map[string]string{
		"web.py": "from run import go\n", "run.py": "import os\n\ndef go(command):\n    pass\n", "far.py": "x = 1\n",
	}, nil)
	e.begin()
	e.open("run.py", "python", "import os\nfrom web import read\n\ndef go(request):\n    os.system(read(request))\n")
	e.next("run.py")
	e.open("web.py", "python", "def read(request):\n    return request.args.get('c')\n")
	e.next("web.py")
	e.notify("textDocument/didSave", object{"textDocument": object{"uri": e.uri("run.py")}})
	p := e.next("run.py")
	if codes(p) != "shell" || p.Diagnostics[0].Range.Start.Line != 4 || len(p.Diagnostics[0].RelatedInformation) == 0 {
		t.Fatalf("shown %+v", p)
	}
	if from := p.Diagnostics[0].RelatedInformation[0]; from.Location.URI != e.uri("web.py") || from.Location.Range.Start != (position{1, 11}) || from.Message == "" {
		t.Errorf("it comes from %+v", from)
	}
	e.leave()
}

func TestServe_configurationCounts(t *testing.T) {
	bad := "yaml.load(y)\n"
	e := start(t, map[string]string{"reeve.yaml": "version: 1\nscan:\n  exclude: [old/]\n", ".gitignore": "made/\n", "old/a.py": bad, "made/b.py": bad, "c.py": bad}, nil)
	e.begin()
	for name, want := range map[string]string{"old/a.py": "", "made/b.py": "", "c.py": "unsafe-load", "new.py": "unsafe-load"} {
		e.open(name, "python", bad)
		if p := e.next(name); codes(p) != want {
			t.Errorf("%s: %q, want %q", name, codes(p), want)
		}
		e.notify("textDocument/didClose", object{"textDocument": object{"uri": e.uri(name)}})
		e.next(name)
	}
	e.open("c.py", "python", bad)
	e.next("c.py")
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(e.root, "reeve.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		e.notify("workspace/didChangeWatchedFiles", object{"changes": []object{{"uri": e.uri("reeve.yaml"), "type": 2}}})
	}
	write("version: 1\nscan:\n  exclude: ['*.py']\n")
	if p := e.next("c.py"); codes(p) != "" {
		t.Errorf("excluded: %q", codes(p))
	}
	write("version: 1\nscam: 1\n")
	if m := wait(t, e.said); m.Type != levelError || !strings.Contains(m.Message, `unknown key "scam"`) {
		t.Errorf("said %+v", m)
	}
	if p := e.next("c.py"); codes(p) != "" {
		t.Errorf("with a wrong configuration the former holds: %q", codes(p))
	}
	write("version: 1\n")
	if p := e.next("c.py"); codes(p) != "unsafe-load" {
		t.Errorf("not excluded any more: %q", codes(p))
	}
	e.leave()
}

func TestServe_neverLeavesTheFolder(t *testing.T) {
	e := start(t, map[string]string{"run.py": ""}, nil)
	outside := filepath.Join(t.TempDir(), "web.py")
	if err := os.WriteFile(outside, []byte("def read(r):\n    return request.args.get('c')\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(e.root, "web.py")); err != nil {
		t.Skip(err)
	}
	f := newFolder(e.root)
	if _, err := f.prepare(t.Context(), Options{Prepare: prepared}); err != nil {
		t.Fatal(err)
	}
	if err := f.list(t.Context()); err != nil {
		t.Fatal(err)
	}
	tree := surroundings{f, newServer(t.Context(), Options{})}
	for _, name := range []string{"web.py", "../" + filepath.Base(e.root) + "/run.py", "/etc/passwd", "a/../../x", ""} {
		if data, err := tree.Read(name); err == nil {
			t.Errorf("%q gives %q", name, data)
		}
	}
	if _, err := tree.Read("run.py"); err != nil {
		t.Error(err)
	}
}

// code is the error code of a call.
func (e *editor) code(method string, params any) int64 {
	e.Helper()
	var failure *jsonrpc2.Error
	if err := e.conn.Call(e.Context(), method, params, nil); !errors.As(err, &failure) {
		e.Fatalf("%s: %v", method, err)
	}
	return failure.Code
}

func TestServe_wrongMessages(t *testing.T) {
	e := start(t, nil, nil)
	if c := e.code("textDocument/hover", object{}); c != codeNotInitialized {
		t.Errorf("before initialize: %d", c)
	}
	e.open("early.py", "python", "yaml.load(y)")
	if c := e.code("initialize", []int{1}); c != jsonrpc2.CodeInvalidParams {
		t.Errorf("initialize with a list: %d", c)
	}
	e.begin()
	for method, want := range map[string]int64{
		"initialize": jsonrpc2.CodeInvalidRequest, "textDocument/rename": jsonrpc2.CodeMethodNotFound, "$/unknown": jsonrpc2.CodeMethodNotFound,
		"textDocument/codeAction": jsonrpc2.CodeInvalidParams,
	} {
		if c := e.code(method, object{"textDocument": 7}); c != want {
			t.Errorf("%s: %d, want %d", method, c, want)
		}
	}
	e.notify("$/cancelRequest", object{"id": 7})
	e.notify("$/setTrace", object{"value": "verbose"})
	e.notify("textDocument/didChange", object{"textDocument": object{"uri": "file:///nowhere"}, "contentChanges": []object{insert(0, 0, "x")}})
	e.notify("textDocument/didClose", object{"textDocument": object{"uri": "git:/x"}})
	e.open("a.py", "python", "x\n")
	e.next("a.py")
	e.change("a.py", 2, object{"range": object{"start": position{9, 9}, "end": position{1, ^uint32(0)}}, "text": "yaml.load(y)"})
	e.clock.pass(t, 1)
	if p := e.next("a.py"); codes(p) != "unsafe-load" || p.Diagnostics[0].Range.Start != (position{1, 0}) {
		t.Errorf("wrong positions: %+v", p)
	}
	// What a document says is not known after a change that cannot be read, until it comes as a whole.
	e.change("a.py", 3, object{"range": object{"start": object{"line": -1}}, "text": ""})
	if p, m := e.next("a.py"), wait(t, e.said); codes(p) != "" || m.Type != levelWarning {
		t.Errorf("unreadable: %+v %+v", p, m)
	}
	e.change("a.py", 4, insert(0, 0, "lost"))
	e.change("a.py", 5, object{"text": "yaml.load(z)"})
	e.clock.pass(t, 1)
	if p := e.next("a.py"); codes(p) != "unsafe-load" || p.Version != 5 {
		t.Errorf("whole: %+v", p)
	}
	if _, err := io.WriteString(e.raw, framed("[]", "{")); err != nil {
		t.Fatal(err)
	}
	if p, m := e.next("a.py"), wait(t, e.said); codes(p) != "" || !strings.Contains(m.Message, "could not be read") {
		t.Errorf("no message: %+v %+v", p, m)
	}
	wait(t, e.said)
	e.call("shutdown", nil, nil)
	if c := e.code("textDocument/hover", object{}); c != jsonrpc2.CodeInvalidRequest {
		t.Errorf("after shutdown: %d", c)
	}
	e.notify("exit", nil)
	if err := wait(t, e.ended); err != nil {
		t.Error(err)
	}
}

func TestServe_anyDocument(t *testing.T) {
	e := start(t, nil, nil)
	e.begin()
	nasty := []string{"", "\x00\x00", "PK\x03\x04\x14\x00", "a\x00b\x00c\x00\n\x00", "\ufeffyaml.load(y)", "\xff\xfe\xfd", strings.Repeat("(", 100_000),
		strings.Repeat("yaml.load(y)\n", 2*maxShown), strings.Repeat("x", 100_000)}
	for i, text := range nasty {
		name := fmt.Sprintf("n%d.py", i)
		e.open(name, "python", text)
		if p := e.next(name); len(p.Diagnostics) > maxShown {
			t.Errorf("%d diagnostics", len(p.Diagnostics))
		}
	}
	e.open("long.py", "python", strings.Repeat("x = 1\n", 1+maxDocument/6))
	if p := e.next("long.py"); len(p.Diagnostics) != 0 {
		t.Errorf("too long: %+v", p)
	}
	for m := range e.said {
		if strings.Contains(m.Message, "too long") {
			break
		}
	}
	e.leave()
}

func TestServe_crashIsSaid(t *testing.T) {
	e := start(t, nil, func(string) (gate.Options, error) { panic("out of cheese") })
	e.begin()
	e.open("a.py", "python", "")
	if m := wait(t, e.said); m.Type != levelError || !strings.Contains(m.Message, "reeve crashed: out of cheese") {
		t.Errorf("said %+v", m)
	}
	e.leave()
}

func TestServe_endsWithoutLeave(t *testing.T) {
	for name, end := range map[string]func(*editor){
		"exit": func(e *editor) { e.notify("exit", nil) }, "gone": func(e *editor) { e.raw.Close() },
		"garbage": func(e *editor) { io.WriteString(e.raw, "GET / HTTP/1.1\r\n\r\n") },
	} {
		e := start(t, nil, nil)
		end(e)
		if err := wait(t, e.ended); !errors.Is(err, ErrNoExit) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestComment_byLanguageOrName(t *testing.T) {
	for _, c := range []struct{ language, name, want string }{
		{"typescriptreact", "a", "//"}, {"", "src/a.py", "#"}, {"", "Dockerfile.build", "#"}, {"", ".env.local", "#"}, {"sql", "x", "--"},
		{"html", "x", "<!--"}, {"json", "go.json", ""}, {"plaintext", "x.txt", ""}, {"", "", ""},
	} {
		if got, known := commentOf(c.language, c.name); got.open != c.want || known != (c.want != "") {
			t.Errorf("%q %q: %q", c.language, c.name, got.open)
		}
	}
}

func TestURI_thereAndBack(t *testing.T) {
	for _, path := range []string{"/a/b c/ü%20#?.py", "/x"} {
		if got, ok := fileOf(uriOf(path)); got != path || !ok {
			t.Errorf("%q comes back as %q", path, got)
		}
	}
	for _, uri := range []string{"", "git:/a", "file://host/a", "file:", "file:///%00", "%zz", "untitled:a"} {
		if got, ok := fileOf(uri); ok {
			t.Errorf("%q is %q", uri, got)
		}
	}
}

// BenchmarkLook looks at a file of 500 lines after a change, with what stands beside it known.
func BenchmarkLook(b *testing.B) {
	o, err := prepared("")
	if err != nil {
		b.Fatal(err)
	}
	drafts := gate.NewDrafts(o)
	text := strings.Repeat("def f(request):\n    x = request.args.get('a')\n    y = yaml.safe_load(x)\n    log(y)\n    return [x, y]\n", 100)
	for n := range b.N + 1 {
		if n == 1 {
			b.ResetTimer()
		}
		if _, err := drafts.Look(b.Context(), gate.Draft{Path: "a.py", Data: fmt.Appendf(nil, "%s# %d\n", text, n)}); err != nil {
			b.Fatal(err)
		}
	}
}
