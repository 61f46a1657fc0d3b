package ingest

import (
	"strings"
	"testing"
)

func TestStableURL(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"https://shop.example.test/a?b=1#c", "https://shop.example.test/a"},
		{"HTTPS://Shop.Example.Test:443/A/", "https://shop.example.test/A/"},
		{"http://shop.example.test:80", "http://shop.example.test/"},
		{"http://shop.example.test:443/", "http://shop.example.test:443/"},
		{"https://anna:hidden@shop.example.test/x", "https://shop.example.test/x"},
		{"https://anna:p@ss@shop.example.test/x", "https://shop.example.test/x"},
		{"https://anna:p?ss@shop.example.test/x", "https://anna/"},
		{"https://anna:p" + "#ss@shop.example.test/x", "https://anna/"},
		{"https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443/x"},
		{"https://[2001:db8::1]/x", "https://[2001:db8::1]/x"},
		{"https://shop.example.test/a;jsessionid=0A1B/b", "https://shop.example.test/a/b"},
		{"/http://shop.example.test/", "http://shop.example.test/"},
		{"/search?q=http://other.example.test/", "/search"},
		{" /a ", "/a"},
		{"", ""},
		{"://", ":///"},
	} {
		if got := stableURL(c.in); got != c.want {
			t.Errorf("stableURL(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := stableURL("https://h/" + strings.Repeat("a", 9000)); len(got) > 2000 {
		t.Errorf("an address of 9000 bytes stays %d bytes long", len(got))
	}
}

func TestWebPlace_origin(t *testing.T) {
	for in, want := range map[string]string{
		"https://anna:hidden@shop.example.test:8443/a/b?c": "https://shop.example.test:8443",
		"/a/b": "",
	} {
		if got := webPlaceOf(in, "get", "").origin(); got != want {
			t.Errorf("origin of %q is %q, want %q", in, got, want)
		}
	}
}

func TestQuoted_hidesCredentials(t *testing.T) {
	const secret = "correct-horse-battery"
	for _, shown := range []string{
		"Authorization: Basic " + secret, "authorization: " + secret, "Bearer " + secret, `"authorization":"Bearer ` + secret + `"`,
		"Set-Cookie: sid=" + secret + "; Path=/", "Cookie: a=bbbb; JSESSIONID=" + secret, "ASP.NET_SessionId=" + secret,
		"user=anna&password=" + secret + "&x=1", `{"access_token": "` + secret + `"}`, "api-key=" + secret, "X-Api-Key: " + secret,
	} {
		if got := quoted(shown); strings.Contains(got, secret) {
			t.Errorf("quoted(%q) shows the credential: %q", shown, got)
		}
	}
	for _, plain := range []string{"Access-Control-Allow-Origin: *", "<script>alert(1);</script>", "Set-Cookie: theme", "4 AND 1=1"} {
		if got := quoted(plain); got != plain {
			t.Errorf("quoted(%q) = %q, want it unchanged", plain, got)
		}
	}
}
