package verify

import (
	"strings"
	"testing"
)

func TestOptions_Validate(t *testing.T) {
	good := Options{
		BaseURL: map[string]string{"github": "https://github.acme.example/api/v3", "gitlab": "http://127.0.0.1:8080", "npm": "http://localhost:4873/x", "aws": "http://[::1]:1"},
		Hosts:   map[string][]string{"gitlab": {"git.acme.example", "*.acme.example", "git.acme.example:8443"}, "okta": {"login.acme.example"}},
	}
	if err := good.Validate(); err != nil {
		t.Errorf("good options: %v", err)
	}
	for want, opt := range map[string]Options{
		`base URL: there is no verifier named "gihub"`:                        {BaseURL: map[string]string{"gihub": "https://x.example"}},
		`base URL of verifier "github": want https`:                           {BaseURL: map[string]string{"github": "http://github.acme.example"}},
		`base URL of verifier "npm": want a URL such as`:                      {BaseURL: map[string]string{"npm": "https://user:pass@x.example"}},
		`base URL of verifier "pypi": want a URL such as`:                     {BaseURL: map[string]string{"pypi": "https://x.example/?q=1"}},
		`base URL of verifier "slack": want a URL such as`:                    {BaseURL: map[string]string{"slack": "slack.example"}},
		`base URL of verifier "stripe": want a URL such as https://host/path`: {BaseURL: map[string]string{"stripe": ":"}},
		`hosts: there is no verifier named "nobody"`:                          {Hosts: map[string][]string{"nobody": {"x.example"}}},
		`hosts of verifier "stripe": it only runs at its provider`:            {Hosts: map[string][]string{"stripe": {"x.example"}}},
		`hosts of verifier "gitlab": "*" is not a host`:                       {Hosts: map[string][]string{"gitlab": {"*"}}},
		`hosts of verifier "gitlab": "a b" is not a host`:                     {Hosts: map[string][]string{"gitlab": {"a b"}}},
	} {
		if err := opt.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestOptions_allowsHost(t *testing.T) {
	opt := Options{Hosts: map[string][]string{"gitlab": {"Git.Acme.Example", "*.beta.example", "*", "*."}}}
	for host, want := range map[string]bool{
		"git.acme.example": true, "git.acme.example:8443": true, "x.beta.example": true, "x.y.beta.example:1": true,
		"beta.example": false, "evilbeta.example": false, "gamma.example": false, "": false,
	} {
		if got := opt.allowsHost("gitlab", host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
		if opt.allowsHost("github", host) {
			t.Errorf("%q is allowed for another verifier", host)
		}
	}
}

func FuzzCleanHost(f *testing.F) {
	for _, seed := range []string{"a.example", "https://a.example/x", "A.EXAMPLE:443", "a@b", "a/b", "a\x00b", "[::1]", "a..b", strings.Repeat("a.", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		host, err := cleanHost(text)
		if err == nil && (strings.ContainsAny(host, "/@#?%\\ \t\r\n[]") || len(host) > 253 || host == "") {
			t.Errorf("%q became the host %q", text, host)
		}
	})
}
