package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/desk"
)

func TestNewLog_writesNoSecret(t *testing.T) {
	plain := "Zq7" + strings.Repeat("x9K", 8) // nothing but its place says that it is one
	jwt := "ey" + "JhbGciOiJSUzI1NiJ9." + "ey" + "JzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl"
	forge := "gh" + "p_" + strings.Repeat("a1B2", 9)
	var b bytes.Buffer
	log, err := NewLog(&b, LogOptions{Level: "debug"})
	if err != nil {
		t.Fatal(err)
	}
	type settings struct {
		Address, Password string
	}
	secrets := []string{plain, jwt[:30], forge, "hunter2"}
	for name, line := range map[string]func(){
		"keys": func() {
			log.Info("x", "token", plain, "Authorization", "Bearer "+plain, "set-cookie", "a="+plain, "client_secret", plain)
		},
		"any kind":   func() { log.Info("x", "password", []byte(plain), "secret", errors.New(plain), "apiKey", 7) },
		"group":      func() { log.WithGroup("credentials").Info("x", "value", plain) },
		"in a group": func() { log.Info("x", slog.Group("request", "path", "/", "cookie", plain)) },
		"with":       func() { log.With("db_password", plain).Info("x") },
		"address":    func() { log.Info("x", "database", "postgres://reeve:"+plain+"@db.example:5432/reeve?sslmode=require") },
		"message":    func() { log.Info("connect to postgres://reeve:" + plain + "@db") },
		"error": func() {
			log.Error("x", "error", fmt.Errorf("get %q: %w", "https://u:"+plain+"@host/", errors.New("refused")))
		},
		"pair":   func() { log.Info("x", "line", "user=alice password="+plain+" host=db") },
		"json":   func() { log.Info("x", "body", `{"client_secret": "`+plain+`", "access-token":"`+plain+`"}`) },
		"header": func() { log.Info("x", "headers", http.Header{"Authorization": {"Bearer " + plain}, "Accept": {"*/*"}}) },
		"struct": func() { log.Info("x", "settings", settings{"db", plain}) },
		"bearer": func() { log.Info("x", "said", "it sent Bearer "+plain) },
		"jwt":    func() { log.Info("x", "said", "it sent "+jwt) },
		"forge":  func() { log.Info("x", "path", "/hooks/"+forge+"/send") },
		"own":    func() { log.Info("x", "path", "/first/"+desk.NewSecret(desk.LinkPrefix)) },
		"short":  func() { log.Info("x", "line", "password: hunter2") },
		"key":    func() { log.Info("x", "pem", "-----BEGIN RSA PRIVATE "+"KEY-----\n"+plain) },
	} {
		b.Reset()
		line()
		text := b.String()
		for _, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%s: a secret is written: %s", name, text)
			}
		}
		if !strings.Contains(text, redacted) && !strings.Contains(text, "***") {
			t.Errorf("%s: nothing tells that something was hidden: %s", name, text)
		}
		if err := json.Unmarshal([]byte(text), &map[string]any{}); err != nil {
			t.Errorf("%s: not JSON: %v", name, err)
		}
	}
}

func TestNewLog_leavesTheRest(t *testing.T) {
	var b bytes.Buffer
	log, err := NewLog(&b, LogOptions{})
	if err != nil {
		t.Fatal(err)
	}
	log.Debug("not this")
	log.Info("request", "method", "GET", "path", "/api/v1/findings/7", "status", 200, "hash", strings.Repeat("0a", 32),
		"error", errors.New(`open register "a.db": permission denied`), "database", "postgres://db.example/reeve", "left", slog.GroupValue(slog.Int("n", 3)))
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	delete(got, "time")
	want := map[string]any{
		"level": "INFO", "msg": "request", "method": "GET", "path": "/api/v1/findings/7", "status": 200.0, "hash": strings.Repeat("0a", 32),
		"error": `open register "a.db": permission denied`, "database": "postgres://db.example/reeve", "left": map[string]any{"n": 3.0},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestNewLog_terminalAndLevels(t *testing.T) {
	var b bytes.Buffer
	log, err := NewLog(&b, LogOptions{Level: "warn", Terminal: true})
	if err != nil {
		t.Fatal(err)
	}
	log.Info("not this")
	log.Warn("not ready", "error", "away", "password", "hunter"+"2")
	if got := b.String(); !strings.Contains(got, `level=WARN msg="not ready" error=away password=[redacted]`) || strings.Contains(got, "T") && strings.Contains(got, "Z") {
		t.Errorf("got %q", got)
	}
	if _, err := NewLog(&b, LogOptions{Level: "loud"}); err == nil || !strings.Contains(err.Error(), "debug, info, warn, error") {
		t.Errorf("a level that is none: %v", err)
	}
	if got := Clean(strings.Repeat("ä", maxClean)); len(got) > maxClean+4 {
		t.Errorf("a text of %d bytes is written", len(got))
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "password=", "a://b:c@d", "Bearer " + strings.Repeat("a", 20), "token: \"", strings.Repeat("password=", 50)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once := Clean(text)
		if len(once) > 40*(len(text)+1) {
			t.Errorf("%d bytes became %d", len(text), len(once))
		}
	})
}
