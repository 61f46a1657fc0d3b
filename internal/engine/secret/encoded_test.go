package secret

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
)

func encode64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func TestLook_encodedForms(t *testing.T) {
	token := acme('a')
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("url", `{"keywords":["https://hooks.acme.io/"],"exact":true,"pattern":"https://hooks\\.acme\\.io/([a-z0-9]{24})"}`))
	key := strings.TrimPrefix(token, "acme_")
	for name, c := range map[string]struct{ text, run, reason string }{
		"base64":          {"x: " + encode64("k="+token), encode64("k=" + token), "base64-encoded"},
		"base64_shifted":  {"x: " + encode64("kk="+token), encode64("kk=" + token), "base64-encoded"},
		"base64_shifted2": {"x: " + encode64("k9k="+token), encode64("k9k=" + token), "base64-encoded"},
		"base64_url":      {"x: " + base64.RawURLEncoding.EncodeToString([]byte(">>>?"+token)), base64.RawURLEncoding.EncodeToString([]byte(">>>?" + token)), "base64-encoded"},
		"hex":             {"x: " + hex.EncodeToString([]byte("k="+token)), hex.EncodeToString([]byte("k=" + token)), "hex-encoded"},
		"hex_capitals":    {"x: " + strings.ToUpper(hex.EncodeToString([]byte(token))), strings.ToUpper(hex.EncodeToString([]byte(token))), "hex-encoded"},
		"hex_escapes":     {`x: "` + escaped(token, `\x`) + `"`, escaped(token, `\x`), "escape-encoded"},
		"unicode_escapes": {`x: "` + escaped(token, `\u00`) + `"`, escaped(token, `\u00`), "escape-encoded"},
		"percent":         {`x: "` + escaped(token, `%`) + `"`, escaped(token, `%`), "percent-encoded"},
		"percent_marks":   {`x: "` + url.QueryEscape("https://hooks.acme.io/"+key) + `"`, url.QueryEscape("https://hooks.acme.io/" + key), "percent-encoded"},
		"json_slashes":    {`x: "https:\/\/hooks.acme.io\/` + key + `"`, `https:\/\/hooks.acme.io\/` + key, "escape-encoded"},
	} {
		t.Run(name, func(t *testing.T) {
			got := find(e, c.text)
			if len(got) != 1 || !strings.HasSuffix(got[0].Secret.Reveal(), key) {
				t.Fatalf("got %v", places(got))
			}
			r := got[0].Location.Region
			if run := c.text[r.Offset : r.Offset+r.Length]; run != c.run {
				t.Errorf("the region is %q, want the encoded run %q", run, c.run)
			}
			if len(got[0].Reasons) == 0 || !strings.Contains(strings.Join(got[0].Reasons, " "), c.reason) {
				t.Errorf("reasons %q do not say %q", got[0].Reasons, c.reason)
			}
		})
	}
}

func TestLook_twoSecretsInOneEncodedRun(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule), ruleOf("token", tokenRule))
	got := find(e, "x: "+encode64("first="+acme('a')+"\nsecond_token: \""+acme('b')+"\"\n"))
	if len(got) != 2 || got[0].Fingerprint == got[1].Fingerprint {
		t.Errorf("got %v", places(got))
	}
}

func TestEncodings_literalsAreStable(t *testing.T) {
	// Whatever stands around a keyword, one of the base64 literals stands in the encoded text.
	for _, before := range []string{"", "a", "ab", "abc"} {
		for _, after := range []string{"", "x", "xy", "xyz"} {
			s := stableBase64(base64.RawStdEncoding, "ghp_", len(before)%3)
			if full := encode64(before + "ghp_" + after); !strings.Contains(full, s) {
				t.Errorf("%q does not contain %q", full, s)
			}
		}
	}
}

func TestLiterals_plainAndShortKeywordsAreNotEncoded(t *testing.T) {
	if n := len(newEngine(t, ruleOf("r", `{"keywords":["abc"],"exact":true,"pattern":"abc(x+)"}`)).Literals()); n != 1 {
		t.Errorf("a keyword of three bytes gives %d literals", n)
	}
	if n := len(newEngine(t, ruleOf("r", strings.TrimSuffix(acmeRule, "}")+`,"plain":true}`)).Literals()); n != 1 {
		t.Errorf("a plain rule gives %d literals", n)
	}
	if n := len(newEngine(t, ruleOf("r", acmeRule)).Literals()); n < 7 || n > 12 {
		t.Errorf("a keyword gives %d literals", n)
	}
}

func TestRunAround_isBounded(t *testing.T) {
	e := newEngine(t, ruleOf("acme", acmeRule))
	blob := strings.Repeat("QUJD", 1<<16)
	got := find(e, blob+encode64(acme('a'))+blob)
	for _, f := range got {
		if f.Location.Region.Length > 2*maxRun+64 {
			t.Errorf("a run of %d bytes", f.Location.Region.Length)
		}
	}
}
