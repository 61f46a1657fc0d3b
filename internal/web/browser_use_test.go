package web

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/finding"
)

// here is the place in the list of the row that keys act on.
const here = `[...document.querySelectorAll(".rows .row")].findIndex((r) => r.classList.contains("here"))`

// offered tells that the suggestions for what stands in the field have come and show.
const offered = `document.querySelector("#ways").dataset.of === document.querySelector("#q").value && !document.querySelector("#ways").hidden`

// stopClock stops the clock of the page that is open, so that nothing depends on how quick this machine is.
func (b *browser) stopClock() {
	b.t.Helper()
	ask[bool](b, `(() => { const now = Date.now(); Date.now = () => now; return true; })()`)
}

func TestBrowser_keys(t *testing.T) {
	h := newHouse(t)
	h.furnish()
	b := newBrowser(t, h)
	b.open("/findings")
	b.press("j", "j", "k", "j")
	b.wait("the second row is here", here+` === 1`)
	b.press("x")
	b.wait("the bar shows what is chosen", `document.querySelector("#chosen").value === "1 finding chosen" && document.querySelector(".act").checkVisibility()`)
	b.press("Escape")
	b.wait("nothing is chosen", `!document.querySelector(".act").checkVisibility()`)

	b.press("?")
	b.wait("the list of keys shows", `document.querySelector("#keys").open`)
	b.press("Escape")
	b.wait("the list of keys is gone", `!document.querySelector("#keys").open`)

	b.press("/")
	b.wait("the field has the focus", `document.activeElement.id === "q"`)
	b.write(" clas")
	b.wait("the field is offered", offered+` && [...document.querySelectorAll("#ways li")].map((li) => li.firstChild.textContent).join() === "class:"`)
	b.press("ArrowDown", "Enter")
	b.wait("values are offered", offered+` && document.querySelector("#q").value === "state:active class:" && [...document.querySelectorAll("#ways li")].some((li) => li.dataset.query.includes("class:sast"))`)
	b.write("sas")
	b.wait("the values are fewer", offered+` && document.querySelectorAll("#ways li").length === 1`)
	b.press("Tab")
	b.wait("the value is taken", offered+` && document.querySelector("#q").value.trim() === "state:active class:sast"`)
	b.press("Escape")
	b.wait("nothing is offered", `document.querySelector("#ways").hidden && document.activeElement.id === "q"`)
	b.press("Enter")
	b.wait("the list is narrowed and the address says so", `location.search.includes("class%3Asast") && document.querySelector(".facet[data-keep=class] a[aria-current]")`+` !== null`)

	before := h.ids("state:acknowledged class:sast", "")
	b.open("/findings?q=state%3Aopen+class%3Asast")
	b.press("j", "a")
	b.wait("the change is told", `document.querySelector("#notice")?.textContent.includes("1 finding changed: acknowledged") === true`)
	after := h.ids("state:acknowledged class:sast", "")
	if len(after) != len(before)+1 {
		t.Errorf("%d are acknowledged after the key a, want one more than %d", len(after), len(before))
	}

	b.press("j", "p")
	b.wait("a reason is asked for", `document.activeElement.name === "why" && document.querySelector("#act").elements.state.value === "false-positive"`)
	b.write("the input is a constant")
	b.press("Enter")
	b.wait("the decision is told", `document.querySelector("#notice")?.textContent.includes("false positive") === true`)

	b.stopClock() // two keys in a row are one only where the second comes soon
	b.press("g", "a")
	b.wait("the assets show", `location.pathname === "/assets"`)
	if faults := b.blame(); len(faults) > 0 {
		t.Errorf("it went wrong: %v", faults)
	}
}

func TestBrowser_themeSwitch(t *testing.T) {
	h := newHouse(t)
	b := newBrowser(t, h)
	b.open("/")
	for _, want := range []string{"dark", "light", ""} {
		b.do(chromedp.Click(chromedp.CSS("[data-theme-switch]")))
		b.wait("the theme is "+want, `(document.documentElement.dataset.theme || "") === "`+want+`"`)
		b.wait("the server has heard", `fetch("/").then((r) => r.text()).then((t) => t.includes('data-theme="`+want+`"') === `+map[bool]string{true: "true", false: "false"}[want != ""]+`)`)
	}
	if faults := b.blame(); len(faults) > 0 {
		t.Errorf("it went wrong: %v", faults)
	}
}

// hostile is in every text of the report below: what would do something if it were shown as anything but text.
const hostile = `"'><img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)><a href="javascript:alert(4)">x</a>{{.}}` + "\u202e" + `<style>*{display:none}</style>`

// hostileReport has it in every text that a finding can have.
func hostileReport() *finding.Result {
	at := finding.Location{Path: "src/" + hostile, Region: finding.Region{StartLine: 3, StartColumn: 1, EndLine: 3, EndColumn: 9}, Commit: hostile, Snippet: hostile + "\n" + hostile,
		Logical: []finding.Logical{{Kind: "function", Name: hostile}}}
	steps := []finding.Step{{Location: at, Message: hostile}, {Location: at, Message: hostile}}
	score := 9.8
	f := finding.Finding{
		Fingerprint: finding.Identify(nil, "hostile"), Rule: "R" + hostile, Engine: "sca", Message: "M" + hostile, Severity: finding.Critical, Confidence: finding.Firm, Reasons: []string{hostile},
		Location: at, Also: []finding.Location{at}, Evidence: hostile, Facts: []finding.Fact{{Name: hostile, Value: hostile}}, Aliases: []string{"CVE-2020-1", hostile},
		Component: &finding.Component{PURL: "pkg:npm/x@1", Ecosystem: "npm", Name: hostile, Version: hostile, Project: hostile, Why: []string{hostile, hostile}, Fixed: []string{hostile}, Upgrade: hostile},
		Threat:    &finding.Threat{CVSS: []string{"CVSS:3.1/AV:N/" + hostile, hostile}, Score: &score, KEV: &finding.KEV{Added: hostile, Due: hostile}, Exploit: hostile, Automatable: hostile},
		Reach:     &finding.Reachability{State: finding.Reachable, Because: hostile, Symbols: []string{hostile}},
		Exposure:  &finding.Exposure{Internet: "open", Environment: "production", Workload: hostile, Data: []string{hostile}, Path: steps},
		Flow:      steps, Fix: finding.Fix{Text: hostile + "\n\n[x](javascript:alert(5)) [y](https://x.example/\"onmouseover=alert(6)) `" + hostile + "`", Edits: []finding.Edit{{Path: hostile, New: hostile}}},
	}
	rule := finding.Rule{ID: f.Rule, Engine: "sca", Title: "T" + hostile, Severity: finding.Critical, Why: f.Fix.Text, Fix: "**" + hostile + "**\n\n- " + hostile, Revoke: hostile, Opens: hostile,
		References: []string{"javascript:alert(7)", "https://x.example/" + hostile, "data:text/html," + hostile}, OWASP: []string{hostile}, Tags: []string{hostile}, FalsePositives: hostile}
	return &finding.Result{Tool: finding.Tool{Name: "Tool" + hostile, Version: hostile}, Assets: []finding.Asset{{Kind: "repository", Name: "A" + hostile}}, Rules: []finding.Rule{rule}, Findings: []finding.Finding{f}, Notes: []string{hostile}}
}

func TestBrowser_storedTextStaysText(t *testing.T) {
	h := newHouse(t)
	r := hostileReport()
	r.Findings[0].Asset = r.Assets[0]
	h.bring(r)
	h.openBills()
	h.bringComponents(r.Assets[0], hostile, []component{componentOf("one", hostile, hostile, "", hostile), componentOf("two", "x", hostile, "pkg:npm/x@1", hostile)})
	b := newBrowser(t, h)
	id := h.ids("", "")[0]
	list, err := h.desk.Findings(t.Context(), h.root, deskAsk())
	h.must(err)
	row := list.Items[0]
	bill := billURL(row.AssetID, hostile)
	shown := []string{"/", "/findings", findingURL(id), "/assets", assetURL(row.AssetID), bill, bill + "&text=" + escape(hostile), holdersURL(hostile), holdersURL("x"), "/imports", importURL(h.lastImport()), eventURL(h.lastImport()),
		"/past?on=2026-08-24", "/past?on=2026-08-24&asset=" + escape("repository:"+row.Asset), "/admin/hooks", h.hostileHook()}
	others := []string{"/teams", "/figures", "/log", "/findings?q=" + escape(`tool:"`+hostile+`"`), "/past?on=" + escape(hostile), "/past?team=" + escape(hostile), bill + escape(hostile),
		"/login?next=" + escape(hostile) + "&said=" + escape(hostile), "/first?link=" + escape(hostile), "/findings/suggest?q=asset%3A", "/findings/suggest?q=rule%3A"}
	for i, path := range append(shown, others...) {
		b.open(path)
		if text := ask[string](b, `document.body.textContent + [...document.querySelectorAll("input")].map((i) => i.value).join()`); i < len(shown) && !strings.Contains(text, "onerror=alert(1)") {
			t.Errorf("%s does not show the text at all", path)
		}
		if n := ask[int](b, `document.querySelectorAll("img, [onerror], [onload], [onmouseover], body style, script:not([src]), [href^='javascript:' i], [href^='data:' i]").length`); n > 0 {
			t.Errorf("%s has %d elements that came from the report", path, n)
		}
		if _, after, found := strings.Cut(ask[string](b, `document.body.textContent`), "\u202e"); found {
			t.Errorf("%s shows a mark that turns text round, before %.60q", path, after)
		}
		for _, fault := range b.blame() {
			if !strings.Contains(fault, "status of 4") {
				t.Errorf("%s: %s", path, fault)
			}
		}
	}
	b.open("/profile") // what was noted late is not lost
	for _, fault := range b.blame() {
		t.Error(fault)
	}
}

// hostileHook makes a hook that is called and labelled so, and gives its page.
func (h *house) hostileHook() string {
	h.t.Helper()
	text := strings.ReplaceAll(hostile, "\u202e", "") // names are one line that can be read
	spec := desk.HookSpec{Kind: desk.HookJira, Project: "X", Type: text[:60], Labels: []string{text[:90]}}
	made, _, err := h.desk.SetHook(h.t.Context(), h.root, 0, desk.HookChange{Name: "H" + text, HookSpec: spec, Secret: &desk.HookSecret{URL: "https://jira.example"}})
	h.must(err)
	return fmt.Sprintf("/admin/hooks/%d", made.ID)
}
