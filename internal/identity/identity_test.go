package identity

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

var key = finding.Key("a key of the register")

// sast is a finding in code.
func sast(path string, line int, function, code string) *finding.Finding {
	f := &finding.Finding{
		Engine: "sast", Rule: "sql-injection", Message: "SQL built from input at line 12",
		Location: finding.Location{Path: path, Snippet: code, Region: finding.Region{StartLine: line, StartColumn: 5}},
	}
	if function != "" {
		f.Location.Logical = []finding.Logical{{Kind: "function", Name: function}}
	}
	return f
}

// sca is a flaw of a package.
func sca(rule, ecosystem, name, version, project string, aliases ...string) *finding.Finding {
	return &finding.Finding{
		Engine: "sca", Rule: rule, Aliases: aliases, Message: name + " " + version + " is vulnerable", Location: finding.Location{Path: project},
		Component: &finding.Component{Ecosystem: ecosystem, Name: name, Version: version, Project: project},
	}
}

func leak(rule, path string, line int, value string) *finding.Finding {
	f := &finding.Finding{Engine: "secret", Rule: rule, Location: finding.Location{Path: path, Region: finding.Region{StartLine: line}}}
	if value != "" {
		f.Secret, f.Evidence = finding.Conceal(value), finding.Mask(value)
	}
	return f
}

func page(rule, url, method, parameter string) *finding.Finding {
	return &finding.Finding{Engine: "dast", Rule: rule, Location: finding.Location{Logical: []finding.Logical{
		{Kind: "url", Name: url}, {Kind: "method", Name: method}, {Kind: "parameter", Name: parameter},
	}}}
}

// thing is a finding about something in the world; logical are kinds and names in turn.
func thing(engine, rule, message string, logical ...string) *finding.Finding {
	f := &finding.Finding{Engine: engine, Rule: rule, Message: message}
	for i := 0; i < len(logical); i += 2 {
		f.Location.Logical = append(f.Location.Logical, finding.Logical{Kind: logical[i], Name: logical[i+1]})
	}
	return f
}

func with(f *finding.Finding, change func(*finding.Finding)) *finding.Finding { change(f); return f }

// equal lists which keys two findings have in common, by letter: Exact, Print, Drift, Code, Spot, Twin, Line.
func equal(a, b Keys) string {
	var out strings.Builder
	if a.Exact == b.Exact {
		out.WriteByte('E')
	}
	for _, k := range []struct {
		name byte
		a, b uint64
	}{{'P', a.Print, b.Print}, {'D', a.Drift, b.Drift}, {'C', a.Code, b.Code}, {'S', a.Spot, b.Spot}, {'T', a.Twin, b.Twin}, {'L', a.Line, b.Line}} {
		if k.a == k.b && k.a != 0 {
			out.WriteByte(k.name)
		}
	}
	return out.String()
}

func options() Options {
	return Options{Key: key, Family: func(rule string) string {
		switch rule {
		case "sql-injection", "B608":
			return "cwe-89"
		case "CKV_1", "AVD-1":
			return "encryption at rest"
		}
		return ""
	}}
}

const query = `cursor.execute("select * from " + table)`

func TestOf_whatEachKeySurvives(t *testing.T) {
	print := func(p finding.Fingerprint) func(*finding.Finding) {
		return func(f *finding.Finding) { f.Fingerprint = p }
	}
	rule := func(id string) func(*finding.Finding) { return func(f *finding.Finding) { f.Rule = id } }
	evidence := func(shown string) func(*finding.Finding) { return func(f *finding.Finding) { f.Evidence = shown } }
	code := func() *finding.Finding { return sast("a.py", 12, "list", query) }
	for _, c := range []struct {
		name string
		a, b *finding.Finding
		want string
	}{
		{"nothing changed", code(), code(), "EDCSTL"},
		{"lines moved", code(), sast("a.py", 40, "list", query), "DCST"},
		{"reformatted", code(), sast("./a.py", 12, "list", "cursor.execute(\n    'select * from ' + table,\n)  # query"), "ECSDL"},
		{"file renamed", code(), sast("b.py", 12, "list", query), "C"},
		{"function renamed", code(), sast("a.py", 12, "show", query), "CTL"},
		{"edited", code(), sast("a.py", 12, "list", `cursor.execute("select id from " + table)`), "SL"},
		{"another rule", code(), with(code(), rule("B608")), "TL"},
		{"short code has no Code", sast("a.py", 1, "", "eval(x)"), sast("b.py", 1, "", "eval(x)"), ""},
		{"no code: numbers of the message", sast("a.py", 12, "f", ""), with(sast("a.py", 13, "f", ""), func(f *finding.Finding) { f.Message = "SQL built from input at line 13" }), "DS"},
		{"no code: another message", sast("a.py", 12, "f", ""), with(sast("a.py", 12, "f", ""), func(f *finding.Finding) { f.Message = "SQL built from a header" }), "SL"},
		{"the tool's fingerprint", with(code(), print("0011223344556677:1")), with(sast("b.py", 3, "g", "other()"), print("0011223344556677:2")), "P"},
		{"fingerprints of two rules", with(code(), print("00112233")), with(with(sast("b.py", 3, "g", "other()"), rule("B608")), print("00112233")), ""},

		{"version bump", sca("CVE-2021-1", "npm", "lodash", "4.1.0", "a/package-lock.json"), sca("CVE-2021-1", "npm", "lodash", "4.2.0", "a/package-lock.json"), "EDCT"},
		{"another name of the flaw", sca("CVE-2021-1", "npm", "lodash", "4.1.0", "a"), sca("GHSA-x", "npm", "lodash", "4.1.0", "a", "CVE-2021-1"), "EDCT"},
		{"another project", sca("CVE-2021-1", "npm", "lodash", "4.1.0", "a"), sca("CVE-2021-1", "npm", "lodash", "4.1.0", "b"), "CT"},
		{"another flaw", sca("CVE-2021-1", "npm", "lodash", "4.1.0", "a"), sca("CVE-2021-2", "npm", "lodash", "4.1.0", "a"), ""},
		{"another ecosystem", sca("CVE-2021-1", "npm", "lodash", "4.1.0", "a"), sca("CVE-2021-1", "PyPI", "lodash", "4.1.0", "a"), ""},
		{"a distribution upgraded", sca("CVE-2021-1", "Debian:11", "openssl", "1", "img:1.2 (debian 11)"), sca("CVE-2021-1", "Debian:12", "openssl", "3", "img:1.3 (debian 12)"), "EDCT"},

		{"one secret in two files, of two rules", leak("generic", "a.env", 1, "horse-battery-staple"), leak("password", "b.env", 9, "horse-battery-staple"), "EDCT"},
		{"a rotated secret", leak("generic", "a.env", 1, "horse-battery-staple"), leak("generic", "a.env", 1, "correct-battery-staple"), ""},
		{"a rotated secret that begins alike", leak("generic", "a.env", 1, "horse-battery-staple"), leak("generic", "a.env", 1, "horse-battery-maples"), "L"},
		{"a rotated secret with a fingerprint of its place", with(leak("generic", "a.env", 1, "horse-battery-staple"), print("a.env:generic:1")), with(leak("generic", "a.env", 2, "correct-horse"), print("a.env:generic:1")), ""},
		{"a masked secret that moved", with(leak("generic", "a.env", 1, ""), evidence("hors****")), with(leak("generic", "a.env", 5, ""), evidence("hors****")), "D"},
		{"a masked secret in another file", with(leak("generic", "a.env", 1, ""), evidence("hors****")), with(leak("generic", "b.env", 1, ""), evidence("hors****")), ""},
		{"a secret and its mask", leak("generic", "a.env", 1, "horse-battery-staple"), with(leak("pw", "a.env", 1, ""), evidence("hors****")), "L"},

		{"scheme and values", page("xss", "http://a.example/x?q=1", "GET", "q"), page("xss", "https://a.example:443/x?q=2", "get", "q"), "ED"},
		{"host and port", page("xss", "http://a.example/x?q=1", "GET", "q"), page("xss", "https://b.example:8443/x?q=1", "GET", "q"), "D"},
		{"parameter", page("xss", "http://a.example/x?q=1&r=1", "GET", "q"), page("xss", "http://a.example/x?q=1&r=1", "GET", "r"), ""},

		{"numbers about a resource", thing("cloud", "s3-1", "seen 2024-05-01 10:00:00", "resource", "logs"), thing("cloud", "s3-1", "seen 2025-05-01 10:00:00", "resource", "logs"), "EDS"},
		{"another resource", thing("cloud", "s3-1", "public", "resource", "logs-1"), thing("cloud", "s3-1", "public", "resource", "logs-2"), ""},
		{"two tools about a resource", thing("cloud", "CKV_1", "not encrypted", "resource", "aws_s3_bucket.logs"), thing("cloud", "AVD-1", "encrypt it", "resource", "aws_s3_bucket[logs]"), "T"},
		{"another port", thing("network", "weak-tls", "TLS 1.0", "host", "a.example", "port", "443"), thing("network", "weak-tls", "TLS 1.0", "host", "a.example", "port", "8443"), "S"},
		{"two tools about a host", with(thing("host", "19506", "x", "host", "A.example", "port", "443/tcp"), func(f *finding.Finding) { f.Aliases = []string{"CVE-2014-0160"} }), thing("network", "CVE-2014-0160", "heartbleed", "host", "a.example", "port", "443"), "T"},
	} {
		got := equal(Of(c.a, options()), Of(c.b, options()))
		if !sameLetters(got, c.want) {
			t.Errorf("%s: equal keys are %q, want %q", c.name, got, c.want)
		}
	}
}

func sameLetters(a, b string) bool {
	for _, c := range a + b {
		if !strings.ContainsRune(a, c) || !strings.ContainsRune(b, c) {
			return false
		}
	}
	return true
}

func TestOf_reevesOwnFindingsAreTheirFingerprint(t *testing.T) {
	f := leak("aws", "a.env", 1, "")
	f.Evidence, f.Fingerprint = "hors****", finding.Identify(key, "secret", "horse-battery-staple")
	o := options()
	o.Own = true
	k := Of(f, o)
	if got := hex.EncodeToString(k.Exact[:]); got != string(f.Fingerprint) {
		t.Errorf("exact is %s, want the fingerprint %s", got, f.Fingerprint)
	}
	if k.Print|k.Drift|k.Code|k.Spot != 0 || k.Line == 0 {
		t.Errorf("own finding has keys %+v, want Exact and Line only", k)
	}
	if other := Of(leak("generic", "b.env", 3, "horse-battery-staple"), options()); other.Exact != k.Exact {
		t.Error("another tool's finding of the same value is another finding")
	}
	f.Fingerprint = "not hex, but thirty-two letters!"
	if k := Of(f, o); k.Drift == 0 {
		t.Error("a fingerprint that is none is taken for the identity")
	}
}

func TestOf_keyMatters(t *testing.T) {
	f := sast("a.py", 12, "list", query)
	f.Fingerprint = "0011223344"
	if got := equal(Of(f, options()), Of(f, Options{Key: finding.Key("another"), Family: options().Family})); got != "" {
		t.Errorf("keys %q do not depend on the key", got)
	}
}

func TestWithoutCounter(t *testing.T) {
	for in, want := range map[string]string{
		"39fa2ee980eb94b0:1": "39fa2ee980eb94b0", "abcdef0123_12": "abcdef0123", "1234567890": "1234567890", "a:1": "a:1", "": "", "abcdefghij:12345": "abcdefghij:12345",
	} {
		if got := withoutCounter(in); got != want {
			t.Errorf("withoutCounter(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	o := options()
	o.Canon = func(id string) string { return id }
	for name, f := range map[string]*finding.Finding{
		"sast":   with(sast("src/app/models/orders.py", 120, "Orders.list", "        "+query+"  # nosec"), func(f *finding.Finding) { f.Fingerprint = "39fa2ee980eb94b0:1" }),
		"sca":    sca("GHSA-jfh8-c2jp-5v3q", "Maven", "org.apache.logging.log4j:log4j-core", "2.14.1", "services/shop/pom.xml", "CVE-2021-44228"),
		"secret": leak("generic-api-key", "config/settings.env", 12, "correct-horse-battery-staple"),
		"dast":   page("40012", "https://shop.example/catalog/items?category=3&sort=price", "GET", "category"),
		"cloud":  thing("cloud", "s3_bucket_public_access", "S3 bucket logs has public access enabled (checked 2024-05-01T10:00:00Z)", "account", "123456789012", "region", "eu-west-1", "resource", "arn:aws:s3:::logs"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Of(f, o)
			}
		})
	}
}
