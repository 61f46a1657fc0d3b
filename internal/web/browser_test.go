package web

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	chromepage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// browser is a real Chromium that is signed in, and what went wrong in it.
type browser struct {
	t   *testing.T
	h   *house
	ctx context.Context

	mu     sync.Mutex
	faults []string
}

// newBrowser starts a browser with the session of the house's admin.
func newBrowser(t *testing.T, h *house) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("Chromium is not installed: run \"make deps\"")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.WindowSize(1440, 1000), chromedp.WSURLReadTimeout(time.Minute))
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewContext(allocator)
	t.Cleanup(stop)
	b := &browser{t: t, h: h, ctx: ctx}
	go b.read(chromedp.Console(ctx), chromedp.Events(ctx, chromepage.JavascriptDialogOpening))
	b.call(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: h.cookie.Name, Value: h.cookie.Value, URL: h.url})
		return err
	})
	b.theme("light")
	return b
}

// read notes what must not happen: errors on the console, exceptions, what the policy refused, dialogs.
func (b *browser) read(console iter.Seq2[chromedp.ConsoleMessage, error], dialogs iter.Seq2[chromepage.EventJavascriptDialogOpening, error]) {
	note := func(fault string) {
		b.mu.Lock()
		b.faults = append(b.faults, fault)
		b.mu.Unlock()
	}
	go func() {
		for d, err := range dialogs {
			if err != nil {
				return
			}
			note("dialog: " + d.Message)
			_, _ = chromedp.Call(b.ctx, chromepage.HandleJavaScriptDialog, chromepage.HandleJavaScriptDialogParams{Accept: true})
		}
	}()
	for m, err := range console {
		if err != nil {
			return
		}
		if m.Type != chromedp.ConsoleLog && m.Type != chromedp.ConsoleDebug && m.Type != chromedp.ConsoleInfo {
			note(m.String() + " " + m.URL)
		}
	}
}

// blame gives the faults since it was asked last.
func (b *browser) blame() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	faults := b.faults
	b.faults = nil
	return faults
}

// patience is how long anything may take. Nothing takes that long but on a machine that does much else.
const patience = 3 * time.Minute

// call acts in the browser.
func (b *browser) call(act func(ctx context.Context) error) {
	b.t.Helper()
	if err := b.try(act); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) try(act func(ctx context.Context) error) error {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Func(func(context.Context, *chromedp.Target) error { return nil })); err != nil {
		b.t.Fatal(err) // the browser does not start
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return act(ctx)
}

func (b *browser) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.call(func(ctx context.Context) error { return chromedp.Do(ctx, actions...) })
}

// open opens a page of the house and waits until its scripts listen.
func (b *browser) open(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.h.url + path))
	b.wait("it has loaded", `true`)
}

// press presses keys one after another, as a keyboard does: what a page keeps from happening does not happen.
func (b *browser) press(keys ...string) {
	b.t.Helper()
	codes := map[string]int64{"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40}
	b.call(func(ctx context.Context) error {
		for _, key := range keys {
			text := key
			if code := codes[key]; code == 13 {
				text = "\r"
			} else if code != 0 {
				text = ""
			}
			for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
				p := input.DispatchKeyEventParams{Type: kind, Key: key, WindowsVirtualKeyCode: codes[key]}
				if kind == input.DispatchKeyEventTypeKeyDown {
					p.Text = text
				}
				if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, p); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// write types a text.
func (b *browser) write(text string) { b.press(strings.Split(text, "")...) }

// ask evaluates a script and gives its value.
func ask[T any](b *browser, script string) (value T) {
	b.t.Helper()
	b.call(func(ctx context.Context) (err error) {
		value, err = chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
		return err
	})
	return value
}

// wait waits until a script gives true on a page that has loaded whole: before that its keys are not heard. A page may go while it is asked, and what the
// script looks for may not be there yet: then it is asked again.
func (b *browser) wait(what, script string) {
	b.t.Helper()
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		so := false
		last = b.try(func(ctx context.Context) (err error) {
			so, err = chromedp.Run(ctx, chromedp.Evaluate[bool](`document.readyState === "complete" && (`+script+`)`, chromedp.EvalAwaitPromise))
			return err
		})
		if so && last == nil {
			return
		}
	}
	state := ask[string](b, `JSON.stringify({at: location.href, query: document.querySelector("#q")?.value, ways: [...document.querySelectorAll("#ways li")].map((li) => li.dataset.query), focus: document.activeElement?.outerHTML.slice(0, 200), notice: document.querySelector("#notice")?.textContent})`)
	b.t.Fatalf("it does not happen that %s: %s; faults: %v; %v", what, state, b.blame(), last)
}

// theme sets what the system prefers. Nothing moves: while pages glide over one another they hear no clicks.
func (b *browser) theme(name string) {
	b.t.Helper()
	b.call(func(ctx context.Context) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
		return err
	})
}

// axe is the accessibility checker, installed where it is missing.
var axe = sync.OnceValues(func() (string, error) {
	dir := filepath.Join("..", "..", "e2e", "axe")
	file := filepath.Join(dir, "node_modules", "axe-core", "axe.min.js")
	if _, err := os.Stat(file); err != nil {
		install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			return "", fmt.Errorf("install axe-core: %w: %s", err, out)
		}
	}
	text, err := os.ReadFile(file)
	return string(text), err
})

// inaccessible gives what axe finds on the page that is open, by all rules or by those that an option names.
func (b *browser) inaccessible(rules string) []string {
	b.t.Helper()
	script, err := axe()
	b.h.must(err)
	ask[bool](b, script+";true")
	found := ask[string](b, `axe.run(document, {resultTypes: ["violations"]`+rules+`}).then((r) => JSON.stringify(r.violations.map((v) => v.id + ": " + v.help + ": " + v.nodes.slice(0, 4).map((n) => n.target + " " + n.html.slice(0, 160) + " " + (n.any[0] ? n.any[0].message : "")).join(" | "))))`)
	var out []string
	b.h.must(json.Unmarshal([]byte(found), &out))
	return out
}

// shoot takes a picture of the whole page.
func (b *browser) shoot(file string) {
	b.t.Helper()
	b.call(func(ctx context.Context) error {
		picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			return err
		}
		return os.WriteFile(file, picture, 0o600)
	})
}

// pagesOf are the pages that there are, with something on each of them.
func (h *house) pagesOf() []string {
	w, err := h.reg.World(h.t.Context())
	h.must(err)
	asset := int64(0)
	for id, a := range w.Assets {
		if asset == 0 || len(a.Uses) > 0 && len(w.Assets[asset].Uses) == 0 {
			asset = id
		}
	}
	rich := h.ids("state:active reach:reachable", "score")
	return []string{
		"/", "/findings", "/findings?q=levl%3Acritical", "/findings?q=title%3Anothing", fmt.Sprintf("/findings/%d", rich[0]), fmt.Sprintf("/findings/%d", h.ids("class:sast", "")[0]),
		"/assets", fmt.Sprintf("/assets/%d", asset), billURL(asset, "main"), billURL(asset, "main") + "&text=nothing", "/packages", "/packages?q=log4j-core", "/packages?q=CVE-2021-44228", "/packages?q=nothing",
		"/past", "/past?on=2026-10-01&state=all&level=critical&team=payments", "/past?on=2026-10-01&level=info&then=yes", "/teams", "/teams/payments", "/figures", "/imports", fmt.Sprintf("/imports/%d", h.lastImport()),
		"/log", "/log/9", "/admin", "/admin/policies", "/admin/trust", "/admin/hooks", fmt.Sprintf("/admin/hooks/%d", h.hook("mail", "smtp://mail.example:587")), "/admin/tokens", "/profile", "/login", "/first", "/nowhere",
	}
}

func TestBrowser_everyPageIsAccessibleAndClean(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	b := newBrowser(t, h)
	pages := h.pagesOf()
	shots := os.Getenv("REEVE_WEB_SHOTS")                                                               // a folder for pictures of all pages
	for theme, rules := range map[string]string{"light": "", "dark": `, runOnly: ["color-contrast"]`} { // a theme changes nothing but colours
		b.theme(theme)
		for _, path := range pages {
			b.open(path)
			b.wait("charts are drawn", `[...document.querySelectorAll("figure.chart")].every((f) => f.querySelector("canvas"))`)
			for _, fault := range b.blame() {
				if !strings.Contains(fault, "status of 4") { // the pages that are no page, and the query that is none
					t.Errorf("%s in %s: %s", path, theme, fault)
				}
			}
			for _, fault := range b.inaccessible(rules) {
				t.Errorf("%s in %s: axe: %s", path, theme, fault)
			}
			if shots != "" {
				name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "%", "-").Replace(path), "-")
				b.shoot(filepath.Join(shots, name+"-"+theme+".png"))
			}
		}
	}
}
