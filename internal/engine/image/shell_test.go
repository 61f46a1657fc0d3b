package image

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPipedDownloads(t *testing.T) {
	tests := []struct {
		command string
		want    []string
	}{
		{"curl https://a.example/x | sh", []string{"a.example sh"}},
		{"curl -sL https://a.example:8443/x |bash", []string{"a.example:8443 bash"}},
		{"set -eux; wget -O- http://a.example/x | sudo -E bash -s -- --yes; true", []string{"a.example bash"}},
		{"curl https://a.example/x 2>&1 | tee log | sh", []string{"a.example sh"}},
		{"FOO=1 /usr/bin/curl $URL | /bin/sh", []string{unnamedHost + " sh"}},
		{"curl https://$HOST/x | sh", []string{unnamedHost + " sh"}},
		{`bash -c "curl https://a.example/x | sh"`, []string{"a.example sh"}},
		{`bash -lc 'curl https://a.example/x | python3 -'`, []string{"a.example python"}},
		{`/bin/bash -c "$(curl -fsSL https://a.example/x)"`, []string{"a.example bash"}},
		{"eval \"$(wget -qO- https://a.example/x)\"", []string{"a.example eval"}},
		{"eval `curl https://a.example/x`", []string{"a.example eval"}},
		{"source <(curl -s https://a.example/x)", []string{"a.example source"}},
		{". <(curl -s https://a.example/x)", []string{"a.example the shell"}},
		{"bash <(curl -s https://a.example/x) -y", []string{"a.example bash"}},
		{"(curl https://a.example/x | sh) && (curl https://b.example/x | perl)", []string{"a.example sh", "b.example perl"}},
		{"curl https://a.example/x | node -", []string{"a.example node"}},
		{"curl https://a.example/x |& bash", []string{"a.example bash"}},

		{"curl https://a.example/x || sh y", nil},
		{"curl https://a.example/x | tar xz && sh install.sh", nil},
		{"curl https://a.example/x | python3 -m json.tool", nil},
		{"curl https://a.example/x | python -c 'import sys'", nil},
		{"curl https://a.example/x | perl -ne 'print'", nil},
		{"curl https://a.example/x | ruby -e 'x'", nil},
		{"curl https://a.example/x | grep 'a|sh'", nil},
		{"echo 'curl https://a.example/x | sh'", nil},
		{"curl https://a.example/x -o sh", nil},
		{"cat script | sh", nil},
		{"curl https://a.example/x | jq .sh", nil},
		{"V=$(curl https://a.example/x) && echo $V", nil},
		{"sh -c 'echo hello' $(cat x)", nil},
		{"", nil}, {"|", nil}, {"| sh", nil}, {"curl |", nil}, {"'", nil}, {`\`, nil}, {"bash <(", nil}, {"$(curl", nil},
	}
	for _, test := range tests {
		var got []string
		for _, p := range pipedDownloads(test.command, 0) {
			got = append(got, p.host+" "+p.shell)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s\n%s", test.command, diff)
		}
	}
}

func TestPipedDownloads_isLinear(t *testing.T) {
	for _, text := range []string{"curl x | sh;", "$(", "<(curl ", "bash -c '", "`", "a|", "sh -c \"$(curl x)\" "} {
		begun := time.Now()
		pipedDownloads(strings.Repeat(text, maxInstruction/len(text)), 0)
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("%q took %s", text, took)
		}
	}
}

func TestWritten(t *testing.T) {
	tests := []struct{ in, want string }{
		{"/bin/sh -c #(nop)  CMD [\"x\"]", `CMD ["x"]`}, {"/bin/sh -c make", "RUN make"}, {"RUN /bin/sh -c make # buildkit", "RUN make"},
		{"RUN |2 A=1 B=x /bin/bash -o pipefail -c make # buildkit", "RUN make"}, {"|1 A=1 /bin/sh -c make", "RUN make"}, {"COPY a b # buildkit", "COPY a b"}, {"RUN make", "RUN make"}, {"", ""},
	}
	for _, test := range tests {
		if got := written(test.in); got != test.want {
			t.Errorf("written(%q) = %q, want %q", test.in, got, test.want)
		}
	}
}

func TestHostOf(t *testing.T) {
	tests := map[string]string{
		"https://a.example/x": "a.example", "HTTP://x": "", "https://u:p@A.example:8/x?y": "a.example:8", "https://": unnamedHost, "https://${H}/x": unnamedHost,
		`"https://a.example/x",`: "a.example", "ftp://a.example": "", "https://a\x1b.example/": unnamedHost, "https://" + strings.Repeat("a", 300): unnamedHost,
	}
	for in, want := range tests {
		if got := hostOf(in); got != want {
			t.Errorf("hostOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTraits(t *testing.T) {
	tests := []struct {
		path string
		want trait
	}{
		{"var/lib/apt/lists/x_Packages", isCache}, {"var/lib/apt/lists/lock", 0}, {"var/cache/apt/archives/x.deb", isCache}, {"var/cache/debconf/x", 0},
		{"home/app/.npm/_cacache/index-v5/0", isCache}, {"go/pkg/mod/cache/download/x", isCache}, {"usr/local/cargo/registry/cache/x.crate", isCache}, {"cache/x", 0},
		{".git/HEAD", isGit}, {"a/.git/HEAD", isGit}, {"a/.git/config", 0}, {"a.git/HEAD", 0}, {"x.zip!/.git/HEAD", 0},
		{".env", isEnvFile}, {"a/.env.local", isEnvFile}, {"a/.env.local.example", 0}, {"a/.envrc", 0}, {"a/site-packages/x/.env", 0},
		{".idea/x", isDevelopment}, {"a/.idea", 0}, {"a/node_modules/.cache/x", isDevelopment}, {"a/b/Thumbs.db", isDevelopment}, {".terraform/x", isDevelopment},
	}
	for _, test := range tests {
		if got := pathTraits(test.path); got != test.want {
			t.Errorf("pathTraits(%q) = %b, want %b", test.path, got, test.want)
		}
	}
}

func FuzzPipedDownloads(f *testing.F) {
	for _, seed := range []string{"curl x | sh", `sh -c "$(curl x)"`, "bash <(wget x)", "a && b || c | d", `'\"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, command string) {
		for _, p := range pipedDownloads(command, 0) {
			if strings.ContainsAny(p.host+p.shell, "\x1b\n\r") {
				t.Errorf("%q", fmt.Sprint(p))
			}
		}
	})
}
