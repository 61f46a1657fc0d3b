package report

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/finding"
)

func TestFormats_listIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		if f.Name == "" || f.Title == "" || !strings.HasPrefix(f.Extension, ".") || f.Write == nil || seen[f.Name] {
			t.Errorf("format %+v", f)
		}
		seen[f.Name] = true
	}
	if _, ok := Lookup("pdf"); ok {
		t.Error("Lookup finds a format that does not exist")
	}
}

// full is a disk with room for n bytes.
type full struct{ n int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.n {
		return f.n, errFull
	}
	f.n -= len(p)
	return len(p), nil
}

func TestFormats_sayThatTheDiskIsFull(t *testing.T) {
	r := many(2000)
	for _, f := range Formats() {
		for _, room := range []int{0, 5000} {
			if err := f.Write(&full{room}, r, Options{Verbose: true}); !errors.Is(err, errFull) {
				t.Errorf("%s with room for %d bytes: error %v", f.Name, room, err)
			}
		}
	}
}

func TestFormats_leaveTheResultAlone(t *testing.T) {
	r := sample()
	slices.Reverse(r.Findings)
	want := sample()
	slices.Reverse(want.Findings)
	for _, f := range Formats() {
		render(t, f.Name, r, Options{Verbose: true})
	}
	if d := diff(want, written(r)); d != "" {
		t.Errorf("(-before +after):\n%s", d)
	}
}

func TestMarkdown_isBoundedAndSaysWhatIsLeftOut(t *testing.T) {
	out := string(render(t, "markdown", many(5000), Options{}))
	if len(out) > markdownLimit || len(out) < markdownLimit/2 {
		t.Errorf("%d bytes, want at most %d and not much less", len(out), markdownLimit)
	}
	left := regexp.MustCompile(`\*\*Left out here: ([0-9,]+) findings\*\* \(([^)]*)\)`).FindStringSubmatch(out)
	if left == nil {
		t.Fatal("nothing is said to be left out")
	}
	shown := strings.Count(out, "<details")
	s := surveyOf(many(5000), false)
	if want := thousands(int64(len(s.shown) - shown)); left[1] != want {
		t.Errorf("left out %s, want %s", left[1], want)
	}
	if strings.Contains(string(render(t, "markdown", sample(), Options{})), "Left out") {
		t.Error("the sample fits, yet something is left out")
	}
}

func TestGitLabSecret_validAgainstTheSchema(t *testing.T) {
	s := schema(t, "gitlab-secret-15.schema.json")
	long := sample()
	long.Rules[0].Title, long.Rules[0].Fix = strings.Repeat("long ", 200), strings.Repeat("step\n\n", 5000)
	for name, r := range map[string]*finding.Result{"sample": sample(), "empty": {}, "long": long, "poisoned": poisoned("\x00<b>")} {
		t.Run(name, func(t *testing.T) { validate(t, s, render(t, "gitlab-secret", r, Options{})) })
	}
}

func TestGitLabSecret_onlySecretsNotWaived(t *testing.T) {
	var report struct {
		Scan struct {
			Status   string
			End      string `json:"end_time"`
			Start    string `json:"start_time"`
			Messages []struct{ Value string }
		}
		Vulnerabilities []struct {
			ID       string
			Location struct {
				Commit struct{ SHA string }
			}
		}
	}
	finished := time.Date(2025, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))
	if err := json.Unmarshal(render(t, "gitlab-secret", sample(), Options{Finished: finished}), &report); err != nil {
		t.Fatal(err)
	}
	if n := len(report.Vulnerabilities); n != 3 {
		t.Fatalf("%d vulnerabilities, want 3", n)
	}
	if id := report.Vulnerabilities[0].ID; !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("id %q is no UUID", id)
	}
	if sha := report.Vulnerabilities[0].Location.Commit.SHA; sha != sampleCommit {
		t.Errorf("commit %q", sha)
	}
	if report.Scan.Status != "failure" || report.Scan.End != "2025-02-03T03:05:06" || report.Scan.Start != "2025-02-03T03:05:04" {
		t.Errorf("scan %+v", report.Scan)
	}
	var messages []string
	for _, m := range report.Scan.Messages {
		messages = append(messages, m.Value)
	}
	if !slices.Contains(messages, "5 findings of other engines are not part of this report") || !slices.Contains(messages, "1 waived finding is not part of this report") {
		t.Errorf("messages %q", messages)
	}
}

func TestGitLabQuality_unreadIsAnIssue(t *testing.T) {
	var issues []qualityIssue
	if err := json.Unmarshal(render(t, "gitlab-codequality", sample(), Options{}), &issues); err != nil {
		t.Fatal(err)
	}
	troubles, prints := 0, map[string]bool{}
	for _, i := range issues {
		if i.CheckName == "not-looked-at" {
			troubles++
		}
		if i.Location.Path == "" || i.Location.Lines.Begin < 1 || i.Fingerprint == "" || prints[i.Fingerprint] {
			t.Errorf("issue %+v", i)
		}
		prints[i.Fingerprint] = true
	}
	if troubles != 3 || len(issues) != 10 {
		t.Errorf("%d issues, %d of them troubles; want 10 and 3", len(issues), troubles)
	}
}

func TestJUnit_countsFit(t *testing.T) {
	type counts struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	plain := sample()
	for i := range plain.Findings {
		plain.Findings[i].Verdict = nil
	}
	for name, r := range map[string]*finding.Result{"gate": sample(), "scan": plain, "empty": {}, "many": many(100)} {
		t.Run(name, func(t *testing.T) {
			var doc struct {
				counts
				Suites []struct {
					counts
					Cases []struct {
						Failure *struct{} `xml:"failure"`
						Error   *struct{} `xml:"error"`
						Skipped *struct{} `xml:"skipped"`
					} `xml:"testcase"`
				} `xml:"testsuite"`
			}
			if err := xml.Unmarshal(render(t, "junit", r, Options{}), &doc); err != nil {
				t.Fatal(err)
			}
			var all counts
			for _, s := range doc.Suites {
				var got counts
				for _, c := range s.Cases {
					got.Tests++
					for is, n := range map[*struct{}]*int{c.Failure: &got.Failures, c.Error: &got.Errors, c.Skipped: &got.Skipped} {
						if is != nil {
							*n++
						}
					}
				}
				if got != s.counts {
					t.Errorf("suite says %+v, has %+v", s.counts, got)
				}
				all.Tests += got.Tests
				all.Failures += got.Failures
				all.Errors += got.Errors
				all.Skipped += got.Skipped
			}
			if all != doc.counts {
				t.Errorf("document says %+v, has %+v", doc.counts, all)
			}
		})
	}
}

func TestHTML_policyAllowsOnlyItsOwn(t *testing.T) {
	out := string(render(t, "html", sample(), Options{}))
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindStringSubmatch(out)
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(out)
	if style == nil || script == nil {
		t.Fatal("no style or no script")
	}
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(out)
	want := "default-src 'none'; style-src " + cspHash(style[1]) + "; script-src " + cspHash(script[1]) + "; base-uri 'none'; form-action 'none'"
	if policy == nil || policy[1] != want {
		t.Errorf("policy %q, want %q", policy, want)
	}
	if loads := regexp.MustCompile(`(?i)\b(src=|@import|url\()`).FindString(out); loads != "" {
		t.Errorf("the page loads something: %q", loads)
	}
}

func TestHTML_longPageTellsEachRuleOnce(t *testing.T) {
	r := many(inlineRules + 1)
	out := string(render(t, "html", r, Options{}))
	if n := strings.Count(out, "Whoever holds the token"); n != 1 {
		t.Errorf("the rule is told %d times, want 1", n)
	}
	ids := regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(out, -1)
	seen := map[string]bool{}
	for _, id := range ids {
		if seen[id[1]] {
			t.Fatalf("id %q twice", id[1])
		}
		seen[id[1]] = true
	}
	for _, link := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(out, -1) {
		if !seen[link[1]] {
			t.Fatalf("link to #%s leads nowhere", link[1])
		}
	}
}

func TestText_fitsItsWidth(t *testing.T) {
	for _, columns := range []int{10, 40, 80, 120, 500} {
		opt := Options{Width: columns}
		for line := range strings.Lines(string(render(t, "text", many(200), opt))) {
			line = strings.TrimSuffix(line, "\n")
			limit := max(minWidth, min(columns, maxWidth))
			if textWidth(line) > limit && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("width %d: %d columns: %q", columns, textWidth(line), line)
			}
		}
	}
}

func TestText_longSourceLineShowsTheMark(t *testing.T) {
	line := strings.Repeat("x", 900) + "SECRET" + strings.Repeat("y", 900)
	f := &finding.Finding{
		Evidence: "SECRET",
		Location: finding.Location{Path: "a.min.js", Region: finding.Region{StartLine: 1, StartColumn: 901, EndLine: 1, EndColumn: 907}, Snippet: line},
	}
	page := newTextPage(io.Discard, Options{})
	from, to := markOf(line, f)
	text, under := page.source(line, from, to)
	at := strings.Index(text, "SECRET")
	if at < 0 || textWidth(text) > 80 {
		t.Fatalf("source %q", text)
	}
	before := textWidth(text[:at])
	if want := strings.Repeat(" ", before) + strings.Repeat("━", 6); under != want {
		t.Errorf("\n%s\n%s", text, under)
	}
}

func TestText_colourOnlyWhenAsked(t *testing.T) {
	coloured := string(render(t, "text", sample(), Options{Colour: true}))
	plain := string(render(t, "text", sample(), Options{}))
	if got := regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(coloured, ""); got != plain {
		t.Error("without its colours the text differs from the plain one")
	}
}
