package cli

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// advisoryServer serves two ecosystems as OSV's bucket does; what fails does.
func advisoryServer(t *testing.T, fails *string) *httptest.Server {
	t.Helper()
	record := func(ecosystem, id string) []byte {
		return fmt.Appendf(nil, `{"id":%q,"modified":"2026-08-01T00:00:00Z","affected":[{"package":{"ecosystem":%q,"name":"x"},"versions":["1.0.0"]}]}`, id, ecosystem)
	}
	files := map[string][]byte{
		"/ecosystems.txt":      []byte("Go\nnpm\n"),
		"/threat/epss.csv.gz":  []byte("#score_date:2026-08-20T00:00:00Z\ncve,epss,percentile\nCVE-2024-0001,0.5,0.9\n"),
		"/threat/kev.json":     []byte(`{"dateReleased":"2026-08-20T10:00:00Z","vulnerabilities":[]}`),
		"/Go/modified_id.csv":  []byte("2026-08-01T00:00:00Z,GO-1\n"),
		"/npm/modified_id.csv": []byte("2026-08-01T00:00:00Z,GHSA-1\n"),
	}
	for ecosystem, id := range map[string]string{"Go": "GO-1", "npm": "GHSA-1"} {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		w, _ := z.Create(id + ".json")
		_, _ = w.Write(record(ecosystem, id))
		z.Close()
		files["/"+ecosystem+"/all.zip"] = b.Bytes()
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, ok := files[r.URL.Path]
		switch {
		case *fails != "" && strings.HasPrefix(r.URL.Path, *fails):
			http.Error(w, "no", http.StatusBadRequest)
		case !ok:
			http.NotFound(w, r)
		default:
			_, _ = w.Write(data)
		}
	}))
	t.Cleanup(server.Close)
	return server
}

// call runs the program in a world of its own.
func call(t *testing.T, arguments ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	w := &World{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Now: func() time.Time {
		return time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)
	}}
	code = Run(t.Context(), w, arguments)
	return code, out.String(), errs.String()
}

func TestAdvisoriesUpdate_saysWhatFailed(t *testing.T) {
	t.Setenv("NO_PROXY", "*")
	fails := "/Go/"
	server := advisoryServer(t, &fails)
	database := filepath.Join(t.TempDir(), "a.db")
	code, stdout, stderr := call(t, "advisories", "update", "--source", server.URL, "--database", database)
	if code != ExitIncomplete {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"osv/npm: 1 taken.\n", "epss: 1 taken.\n", "kev: taken as a whole.\n", "the database now holds 1 records about 1 packages"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not in %s", want, stdout)
		}
	}
	for _, want := range []string{"fetched without TLS", "reeve: osv/Go: fetch " + server.URL + "/Go/modified_id.csv: the source answers 400", "1 of 4 sources could not be brought up to date, and stand as they were: osv/Go\n"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("%q is not in %s", want, stderr)
		}
	}
	fails = ""
	code, stdout, _ = call(t, "advisories", "update", "--source", server.URL, "--database", database, "--ecosystem", "Go", "--epss", "none", "--kev", "none")
	if code != ExitClean || !strings.Contains(stdout, "osv/Go: 1 taken.\n") || !strings.Contains(stdout, "holds 2 records") {
		t.Errorf("%d: %s", code, stdout)
	}
	code, stdout, _ = call(t, "advisories", "status", "--database", database)
	if code != ExitClean || !strings.Contains(stdout, "up to date today") || strings.Contains(stdout, "OLD") {
		t.Errorf("%d: %s", code, stdout)
	}
	code, stdout, _ = call(t, "advisories", "update", "--source", server.URL, "--database", database)
	if code != ExitClean || !strings.Contains(stdout, "sources: nothing new.") {
		t.Errorf("%d: %s", code, stdout)
	}
}

func TestWrapWords(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "a b": "a b", "aaa bbb": "aaa|bbb", "aaaaaaaa b": "aaaaaaaa|b", "  a   b  c ": "a b c", "éé éé": "éé éé",
	} {
		if got := strings.Join(wrapWords(s, 5), "|"); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
