package image

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/reevehq/reeve/internal/archive"
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/finding"
	"github.com/reevehq/reeve/internal/rule"
)

func TestNew_refusesWhatItCannotRun(t *testing.T) {
	good := rule.Rule{Rule: finding.Rule{ID: "a"}, Match: `{"check":"user"}`}
	for match, words := range map[string]string{`{"check":"usr"}`: `check "usr": want one of admin-port`, `{}`: `check ""`, `{"check":"user","ports":[1]}`: "ports", `[`: "match"} {
		bad := good
		bad.Match = match
		if err := Validate(bad); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v", match, err)
		}
		if _, err := New([]rule.Rule{bad}, Options{}); err == nil {
			t.Errorf("%s is taken", match)
		}
	}
	if _, err := New([]rule.Rule{good, good}, Options{}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Error(err)
	}
}

func TestInfo_digestFollowsRulesAndDay(t *testing.T) {
	rules := ruled(t)
	a := made(t, rules, day).Info()
	if a.Name != "image" || a.Title != "Images" || a.Permanent || a.Always {
		t.Errorf("%+v", a)
	}
	reversed := slices.Clone(rules)
	slices.Reverse(reversed)
	if made(t, reversed, day).Info().Digest != a.Digest {
		t.Error("the digest depends on the order of the rules")
	}
	if made(t, rules[1:], day).Info().Digest == a.Digest || made(t, rules, day.AddDate(0, 0, 1)).Info().Digest == a.Digest {
		t.Error("the digest misses a change")
	}
}

func TestConclude_throughThePass(t *testing.T) {
	e := made(t, ruled(t), day)
	w := engine.NewPass([]engine.Engine{e}, archive.Limits{}).Worker()
	w.Noting = true
	for _, c := range []engine.Content{
		{Path: "image configuration", Surface: finding.ImageConfig, Data: []byte(`{"os":"linux","config":{"User":"app"}}`)},
		{Path: "opt/x", Layer: 1, Mode: 0o104755, Data: []byte("\x7fELF"), Gone: true},
		{Path: "opt/x", Layer: 2, Mode: 0o104755, Data: []byte("\x7fELF")},
		{Path: "app/.git/HEAD", Layer: 1, Mode: 0o100644, Data: []byte("ref: x\n"), Gone: true},
	} {
		if found, _ := w.Look(context.Background(), &c); len(found) > 0 {
			t.Errorf("found in a single content: %v", found)
		}
	}
	layers := map[int][]finding.Logical{2: {{Kind: "layer", Name: "sha256:abc"}, {Kind: "instruction", Name: "COPY x /opt"}}}
	var found []finding.Finding
	err := e.Conclude(context.Background(), &engine.Target{Asset: finding.Asset{Kind: "image", Name: "r.example/a/b:1@sha256:0"}, Notes: w.Notes[0], Layers: layers},
		func(f finding.Finding) { found = append(found, f) })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"image-holds-git-history", "image-setuid-file"}, byRule(found)); diff != "" {
		t.Fatal(diff)
	}
	for _, f := range found {
		switch f.Rule {
		case "image-setuid-file":
			if diff := cmp.Diff(finding.Location{Path: "opt/x", Logical: layers[2]}, f.Location); diff != "" || f.Fact("mode") != "4755" {
				t.Error(diff, f.Facts)
			}
		default:
			if len(f.Reasons) != 1 || !strings.Contains(f.Reasons[0], "later layer removed it") {
				t.Error(f.Reasons)
			}
		}
	}
}

func TestNote_nothingOutsideImages(t *testing.T) {
	e := made(t, ruled(t), day)
	for _, c := range []engine.Content{
		{Path: "bin/x", Mode: 0o104777}, {Path: "etc/os-release", Data: []byte("ID=debian\nVERSION_ID=7\n")}, {Path: ".git/HEAD"}, {Surface: finding.CommitMessage, Layer: 1, Path: ".env"},
	} {
		if v, err := e.Note(&c); v != nil || err != nil {
			t.Errorf("%q: %v, %v", c.Path, v, err)
		}
	}
	if _, err := e.Note(&engine.Content{Surface: finding.ImageConfig, Data: []byte("{")}); err == nil {
		t.Error("a broken configuration is taken")
	}
	var found []finding.Finding
	if err := e.Conclude(context.Background(), &engine.Target{}, func(f finding.Finding) { found = append(found, f) }); err != nil || found != nil {
		t.Error(err, found)
	}
}

func TestIdentity(t *testing.T) {
	e := made(t, ruled(t), day)
	of := func(asset, path string, layer int) finding.Fingerprint {
		var out finding.Fingerprint
		v, _ := e.Note(&engine.Content{Path: path, Layer: layer, Mode: 0o104755})
		e.Conclude(context.Background(), &engine.Target{Asset: finding.Asset{Name: asset}, Notes: []engine.Note{{Path: path, Layer: layer, Value: v}}}, func(f finding.Finding) { out = f.Fingerprint })
		return out
	}
	first := of("r.example:5000/a/b:1@sha256:00", "opt/x", 1)
	if first == "" || of("r.example:5000/a/b:2@sha256:11", "opt/x", 3) != first || of("r.example:5000/a/b", "opt/x", 1) != first {
		t.Error("a new build of the same image makes a new finding")
	}
	if of("r.example:5000/a/c:1", "opt/x", 1) == first || of("r.example:5000/a/b:1", "opt/y", 1) == first {
		t.Error("two findings have one identity")
	}
	if of("/images/one/image.tar", "opt/x", 1) != of("./image.tar", "opt/x", 1) {
		t.Error("where an archive lies changes the identity")
	}
}

func TestUser_whoChangesItLater(t *testing.T) {
	e := made(t, ruled(t), day)
	for entrypoint, want := range map[string]finding.Confidence{`["/entrypoint.sh"]`: finding.Tentative, `null`: finding.Firm} {
		found := e.LookCases(map[string][]byte{
			CaseConfig: []byte(`{"os":"linux","config":{"Entrypoint":` + entrypoint + `}}`), CaseModes: []byte(`{"usr/local/bin/gosu":"0755"}`), "usr/local/bin/gosu": []byte("ELF"),
		})
		if len(found) != 1 || found[0].Confidence != want {
			t.Errorf("%s: %+v", entrypoint, found)
		}
	}
}

func TestMessages_holdNoSecretOfAnInstruction(t *testing.T) {
	e := made(t, ruled(t), day)
	secret := "hunter" + "2hunter2"
	found := e.LookCase(CaseConfig, []byte(`{"os":"linux","config":{"User":"1"},"history":[
		{"created_by":"RUN /bin/sh -c curl -H 'X: `+secret+`' https://bob:`+secret+`@get.example/`+secret+`?t=`+secret+` | TOKEN=`+secret+` sh"},
		{"created_by":"RUN /bin/sh -c curl http://`+secret+`\u001b[31m/ | bash"},
		{"created_by":"ADD https://bob:`+secret+`@get.example/`+secret+` /x"}]}`))
	if diff := cmp.Diff([]string{"image-adds-remote-file", "image-pipes-download-to-shell", "image-pipes-download-to-shell"}, byRule(found)); diff != "" {
		t.Fatal(diff)
	}
	if text := fmt.Sprintf("%+v", found); strings.Contains(text, secret) || strings.Contains(text, "\x1b") {
		t.Error(text)
	}
}

func TestHostile_namesStayData(t *testing.T) {
	e := made(t, ruled(t), day)
	path := "opt/\x1b[31m\n::error::<b>/x"
	found := e.LookCases(map[string][]byte{CaseModes: []byte(`{"opt/\u001b[31m\n::error::<b>/x":"4777"}`), path: nil})
	if diff := cmp.Diff([]string{"image-setuid-file", "image-world-writable-file"}, byRule(found)); diff != "" {
		t.Fatal(diff)
	}
	for _, f := range found {
		if f.Location.Path != path {
			t.Errorf("%q", f.Location.Path)
		}
	}
}

func TestWritable_oneFindingForATree(t *testing.T) {
	e := made(t, ruled(t), day)
	var notes []engine.Note
	for n := range 10_000 {
		path := fmt.Sprintf("opt/app/d%d/f%d", n%7, n)
		v, _ := e.Note(&engine.Content{Path: path, Layer: 1, Mode: 0o100666})
		notes = append(notes, engine.Note{Path: path, Layer: 1, Value: v})
	}
	var found []finding.Finding
	e.Conclude(context.Background(), &engine.Target{Notes: notes}, func(f finding.Finding) { found = append(found, f) })
	if len(found) != 1 || found[0].Fact("files") != "10000" || len(found[0].Facts) != 1+shown || !strings.Contains(found[0].Message, "10000 files below /opt/app") {
		t.Errorf("%+v", found)
	}
}

func TestEnded(t *testing.T) {
	tests := []struct{ id, version, want string }{
		{"debian", "11", "2026-08-31"}, {"debian", "", ""}, {"debian", "12.5", "2028-06-30"}, {"ubuntu", "20.04", "2025-05-31"}, {"ubuntu", "20.04.6", "2025-05-31"},
		{"alpine", "3.20.3", "2026-04-01"}, {"alpine", "3.2", ""}, {"alpine", "edge", ""}, {"centos", "7", "2024-06-30"}, {"centos-stream", "8", "2024-05-31"}, {"rhel", "7.9", "2024-06-30"},
		{"rocky", "9.4", "2032-05-31"}, {"amzn", "2", "2026-06-30"}, {"amzn", "2018.03", "2023-12-31"}, {"opensuse-leap", "15.5", "2024-12-31"}, {"sles", "15.6", "2025-12-31"}, {"wolfi", "20230201", ""}, {"", "", ""},
	}
	for _, test := range tests {
		got, known := ended(&release{id: test.id, version: test.version})
		if known != (test.want != "") || known && got.Format(time.DateOnly) != test.want {
			t.Errorf("%s %s: %s %t", test.id, test.version, got, known)
		}
	}
	for _, id := range []string{"debian", "ubuntu", "alpine", "centos", "centos-stream", "rhel", "rocky", "almalinux", "ol", "amzn", "fedora", "opensuse-leap", "sles", "mariner"} {
		days, _ := endDays(id)
		for version := range days {
			if _, known := ended(&release{id: id, version: version}); !known {
				t.Errorf("%s %s is in the table and not found", id, version)
			}
		}
	}
}

func TestEndOfLife_theLastDayStillCounts(t *testing.T) {
	files := map[string][]byte{"etc/os-release": []byte("ID=debian\nVERSION_ID=\"11\"\nPRETTY_NAME=\"Debian GNU/Linux 11 (bullseye)\"\n")}
	for when, want := range map[string]int{"2026-08-31": 0, "2026-09-01": 1} {
		today, _ := time.Parse(time.DateOnly, when)
		found := made(t, ruled(t), today.Add(12*time.Hour)).LookCases(files)
		if len(found) != want {
			t.Errorf("%s: %d findings", when, len(found))
		}
		if want == 1 && (found[0].Fact("ended") != "2026-08-31" || !strings.Contains(found[0].Message, "bullseye")) {
			t.Errorf("%+v", found[0])
		}
	}
	if found := made(t, ruled(t), time.Time{}).LookCases(files); len(found) > 0 {
		t.Error("without a day nothing has ended")
	}
}

func TestCases_modes(t *testing.T) {
	e := made(t, ruled(t), day)
	for text, words := range map[string]string{`{`: "modes.json", `{"x":"9"}`: "want a mode", `{"x":"0644 away"}`: "want a mode", `{"y":"0644"}`: "none of the files"} {
		found := e.LookCases(map[string][]byte{CaseModes: []byte(text), "x": nil})
		if len(found) == 0 || found[0].Rule != "error" || !strings.Contains(found[0].Message, words) {
			t.Errorf("%s: %+v", text, found)
		}
	}
}

func FuzzConfiguration(f *testing.F) {
	f.Add([]byte(`{"os":"linux","config":{"User":"0","ExposedPorts":{"1-65535":{}},"Labels":{"org.opencontainers.image.base.name":"a:b@c"},"Cmd":"x"},"history":[{"created_by":"RUN curl x | sh"}]}`))
	f.Add([]byte(`{"config":{"Healthcheck":{"Test":"x"},"User":":"},"history":[{"created_by":"ADD https://@: /"},{"created_by":"|1 /bin/sh -c sh -c 'sh -c \"curl x|sh\"'"}]}`))
	e := made(f, ruled(f), day)
	f.Fuzz(func(t *testing.T, data []byte) {
		a, b := e.LookCase(CaseConfig, data), e.LookCase(CaseConfig, data)
		if diff := cmp.Diff(a, b, cmp.AllowUnexported(finding.Sensitive{})); diff != "" {
			t.Error(diff)
		}
	})
}

func BenchmarkNote(b *testing.B) {
	e := made(b, ruled(b), day)
	c := engine.Content{Path: "usr/share/doc/libexample1/examples/configuration/main.conf", Layer: 1, Mode: 0o100644, Data: []byte("x")}
	b.ReportAllocs()
	for b.Loop() {
		if v, _ := e.Note(&c); v != nil {
			b.Fatal(v)
		}
	}
}
