package notify

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/mail"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reevehq/reeve/internal/access"
	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// evil is a text that means something in every channel.
const evil = "<!channel> @everyone [click](https://evil.example.com) *b* `c` {{DATE(x)}} {noformat}[~admin] #1 !2 </close>\r\nBcc: all@evil.example.com\n/close \u202e"

// message is one about a finding whose every text is hostile.
func message() *desk.Message {
	return &desk.Message{
		Event: 7, At: time.Unix(1_800_000_000, 0).UTC(), Title: "New: " + evil, Total: 3,
		Items: []desk.Item{{What: "opened", Why: evil, Finding: desk.Row{
			ID: 12, Title: evil, Rule: evil, Asset: evil, Place: evil + "``", Component: evil, Level: "high", Score: 80, State: "open", Team: evil, Tools: []string{evil},
		}}},
	}
}

// newCall is a delivery to a hook that reaches a receiver.
func newCall(t *testing.T, spec desk.HookSpec, secret desk.HookSecret, opt Options, c *client) *call {
	t.Helper()
	return &call{
		worker: &Worker{opt: opt, client: c, instance: "0f"}, hook: &desk.Hook{ID: 3, HookSpec: spec}, secret: secret,
		row: &store.Delivery{Hook: 3, Event: 7, Made: time.Unix(1_800_000_000, 0).UnixMicro()}, msg: message(), id: "msg_0f_3_7_0",
	}
}

// texts are all strings in a JSON value.
func texts(v any, out *[]string) {
	switch v := v.(type) {
	case string:
		*out = append(*out, v)
	case []any:
		for _, one := range v {
			texts(one, out)
		}
	case map[string]any:
		for _, one := range v {
			texts(one, out)
		}
	}
}

func TestSlack_showsTextAsItIs(t *testing.T) {
	to, roots := receive(t, nil)
	c := newCall(t, desk.HookSpec{Kind: desk.HookSlack}, desk.HookSecret{URL: to.URL}, Options{BaseURL: "https://reeve.example.com"}, newClient(true, roots))
	if err := c.send(t.Context()); err != nil {
		t.Fatal(err)
	}
	var body struct {
		Text   string
		Blocks []map[string]any
	}
	if err := json.Unmarshal(to.got()[0].body, &body); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<!", "@everyone", "](https", "*b*", "`c`", "https://", "\u202e"} {
		if strings.Contains(body.Text, bad) {
			t.Errorf("the text for others holds %q: %s", bad, body.Text)
		}
	}
	if len(body.Blocks) != 1 || body.Blocks[0]["type"] != "rich_text" {
		t.Fatalf("blocks %v: want one rich text, which nobody parses", body.Blocks)
	}
	for _, section := range body.Blocks[0]["elements"].([]any) {
		for _, e := range section.(map[string]any)["elements"].([]any) {
			element := e.(map[string]any)
			if kind := element["type"]; kind != "text" && kind != "link" {
				t.Errorf("an element of type %q", kind)
			}
			if link, ok := element["url"]; ok && link != "https://reeve.example.com/findings/12" {
				t.Errorf("a link to %q", link)
			}
		}
	}
	var all []string
	texts(body.Blocks[0], &all)
	if s := strings.Join(all, "|"); !strings.Contains(s, "and 2 more") || !strings.Contains(s, "<!channel> @everyone [click](https://evil.example.com)") {
		t.Error(s)
	}
	want(t, to.got()[0].header.Get("Idempotency-Key"), "msg_0f_3_7_0")
}

func TestTeams_hasNoMarkdown(t *testing.T) {
	to, roots := receive(t, nil)
	c := newCall(t, desk.HookSpec{Kind: desk.HookTeams}, desk.HookSecret{URL: to.URL}, Options{BaseURL: "https://reeve.example.com"}, newClient(true, roots))
	if err := c.send(t.Context()); err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal(to.got()[0].body, &body); err != nil {
		t.Fatal(err)
	}
	var all []string
	texts(body, &all)
	s := strings.Join(all, "|")
	for _, bad := range []string{"|TextBlock|", "{{DATE", "\u202e"} {
		if strings.Contains(s, bad) {
			t.Errorf("the card holds %q", bad)
		}
	}
	for _, good := range []string{"AdaptiveCard", "https://reeve.example.com/findings/12", "and 2 more", "[click](https://evil.example.com)"} {
		if !strings.Contains(s, good) {
			t.Errorf("the card lacks %q: %s", good, s)
		}
	}
}

func TestMarkdown_hasNoCommandFromOutside(t *testing.T) {
	c := newCall(t, desk.HookSpec{Kind: desk.HookGitLab}, desk.HookSecret{}, Options{}, nil)
	d := draft{title: "New", lines: c.lines(&c.msg.Items[0]), link: "https://reeve.example.com/findings/12", mark: "reeve-0f-12"}
	text := d.markdown()
	for i, l := range strings.Split(strings.TrimSpace(text), "\n") {
		if l != "" && !strings.HasPrefix(l, "- **") && !strings.HasPrefix(l, "<https://reeve.example.com/") && l != "<!-- reeve-0f-12 -->" {
			t.Errorf("line %d begins with a text from outside: %q", i, l)
		}
		if strings.HasPrefix(l, "- **Why:**") {
			for _, bad := range []string{"<!", "@everyone", "](", "#1", "!2", " *b*", "https://"} {
				if strings.Contains(l, bad) {
					t.Errorf("%q is in %q", bad, l)
				}
			}
		}
		if strings.HasPrefix(l, "- **Place:**") && !strings.HasPrefix(l, "- **Place:** ``` <!channel>") {
			t.Errorf("a code span that its text can end: %q", l)
		}
	}
	wiki := d.wiki()
	if strings.Count(wiki, "{noformat") != 2 {
		t.Errorf("a text from outside ends what is not parsed: %s", wiki)
	}
}

// sink is a mail server (RFC 5321) that keeps what it is sent. It speaks TLS after STARTTLS only.
type sink struct {
	net.Listener
	config *tls.Config
	bare   bool // it knows no STARTTLS

	mu     sync.Mutex
	mails  []string
	rcpt   []string
	auth   []string
	refuse string
}

func newSink(t *testing.T, config *tls.Config) *sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sink{Listener: l, config: config}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(conn)
		}
	}()
	return s
}

func (s *sink) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	say := func(text string) { _, _ = io.WriteString(conn, text+"\r\n") }
	say("220 sink")
	secure := false
	for {
		text, err := r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		s.mu.Lock()
		refuse, bare := s.refuse, s.bare
		s.mu.Unlock()
		switch strings.ToUpper(verb) {
		case "EHLO":
			switch {
			case secure:
				say("250-sink\r\n250 AUTH PLAIN")
			case bare:
				say("250 sink")
			default:
				say("250-sink\r\n250 STARTTLS")
			}
		case "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, s.config)
			r, secure = bufio.NewReader(conn), true
		case "AUTH":
			s.mu.Lock()
			s.auth = append(s.auth, rest)
			s.mu.Unlock()
			say("235 ok")
		case "RCPT":
			if refuse != "" && strings.Contains(rest, refuse) {
				say("550 SECRET of the server")
				continue
			}
			s.mu.Lock()
			s.rcpt = append(s.rcpt, rest)
			s.mu.Unlock()
			say("250 ok")
		case "DATA":
			say("354 go")
			var b strings.Builder
			for {
				l, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if l == ".\r\n" {
					break
				}
				b.WriteString(strings.TrimPrefix(l, "."))
			}
			s.mu.Lock()
			s.mails = append(s.mails, b.String())
			s.mu.Unlock()
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func TestMail_isSafeAndSaysTheSame(t *testing.T) {
	to, roots := receive(t, nil) // for its certificate, which is for 127.0.0.1
	s := newSink(t, to.TLS.Clone())
	spec := desk.HookSpec{Kind: desk.HookMail, From: "reeve@example.com", To: []string{"a@example.com", "b@example.com"}}
	secret := desk.HookSecret{URL: "smtp://" + s.Addr().String(), User: "reeve", Password: "quite secret"}
	c := newCall(t, spec, secret, Options{BaseURL: "https://reeve.example.com"}, newClient(true, roots))
	if err := c.send(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(s.mails) != 1 || len(s.rcpt) != 2 || len(s.auth) != 1 {
		t.Fatalf("%d mails, %q, %q", len(s.mails), s.rcpt, s.auth)
	}
	m, err := mail.ReadMessage(strings.NewReader(s.mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	if m.Header.Get("Bcc") != "" || len(m.Header) != 9 {
		t.Errorf("headers %v", m.Header)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "New: <!channel>") || strings.ContainsAny(subject, "\r\n\u202e") {
		t.Errorf("subject %q (%v)", subject, err)
	}
	want(t, m.Header.Get("Message-ID"), "<msg_0f_3_7_0@example.com>")
	want(t, m.Header.Get("To"), "a@example.com, b@example.com")
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || !strings.Contains(string(text), "https://reeve.example.com/findings/12") || strings.Contains(string(text), "\nBcc:") {
		t.Errorf("%s (%v)", text, err)
	}
	s.refuse = "b@example.com"
	if err := c.send(t.Context()); err != nil || !strings.Contains(c.note, "b@example.com") {
		t.Errorf("one of two is refused: %v, note %q", err, c.note)
	}
	s.refuse = "example.com"
	if err := c.send(t.Context()); err == nil || strings.Contains(err.Error(), "SECRET") {
		t.Errorf("all are refused: %v", err)
	}
	s.bare = true
	if err := c.send(t.Context()); err == nil || !strings.Contains(err.Error(), "no TLS") {
		t.Errorf("a server without TLS that wants a password: %v", err)
	}
}

func TestRecipients_areOwnersAndWhomAnEscalationTells(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		to, roots := receive(t, nil)
		s := newSink(t, to.TLS.Clone())
		b := open(t, db, roots)
		ctx := t.Context()
		reg := b.desk.Register()
		team := func(name string) int64 {
			ids, err := reg.Put(ctx, "admin", "", register.Set{Kind: register.KindTeam, Name: name, Doc: register.Team{Name: name, Contact: []string{name + "@example.com"}}})
			if err != nil {
				t.Fatal(err)
			}
			return ids[0]
		}
		pay, web := team("pay"), team("web")
		person := func(name string, g access.Grant) {
			_, err := reg.Put(ctx, "admin", "", register.Set{Kind: register.KindPerson, Name: name, Doc: desk.Person{Email: name + "@example.com", Grants: []access.Grant{g}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		person("leader", access.Grant{Role: access.Lead, Team: pay})
		person("guard", access.Grant{Role: access.Security})
		b.run(b.worker)
		h := b.hook("mail", desk.HookSpec{Kind: desk.HookMail, From: "reeve@example.com", Contacts: true, Wants: []string{"assigned", "escalated"}}, desk.HookSecret{URL: "smtp://" + s.Addr().String()})
		b.look("shop", one, two)
		for id, team := range map[int64]int64{1: pay, 2: web} {
			if _, err := b.desk.Change(ctx, admin, "", register.Change{Findings: []int64{id}, Team: &team}); err != nil {
				t.Fatal(err)
			}
		}
		b.settled(h, 2)
		b.skew.Store(int64(30 * 24 * time.Hour))
		if _, err := reg.Tick(ctx); err != nil {
			t.Fatal(err)
		}
		b.settled(h, 4)
		s.mu.Lock()
		defer s.mu.Unlock()
		groups := map[string]int{}
		for _, text := range s.mails {
			m, err := mail.ReadMessage(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			groups[m.Header.Get("To")]++
		}
		want(t, groups, map[string]int{
			"pay@example.com": 1, "web@example.com": 1,
			"guard@example.com, leader@example.com, pay@example.com": 1, "guard@example.com, web@example.com": 1,
		})
	})
}

func TestClient_reachesNothingInside(t *testing.T) {
	to, roots := receive(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			w.Header().Set("Location", "https://169.254.169.254/latest")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}
	})
	public, private := newClient(false, roots), newClient(true, roots)
	for _, c := range []struct {
		client *client
		url    string
		want   string
	}{
		{public, to.URL, "no public address"},
		{public, strings.Replace(to.URL, "127.0.0.1", "localhost", 1), "no public address"},
		{public, strings.Replace(to.URL, "127.0.0.1", "[::ffff:127.0.0.1]", 1), "no public address"},
		{public, strings.Replace(to.URL, "https", "http", 1), "https://"},
		{private, to.URL, ""},
		{private, to.URL + "/away", "redirects are not followed"},
		{private, "https://169.254.169.254/latest", "no public address"},
		{private, "https://[fd00:ec2::254]/latest", "metadata"},
		{private, "gopher://127.0.0.1/", "https://"},
	} {
		err := c.client.do(t.Context(), request{method: http.MethodPost, url: c.url, body: []byte("{}")})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(plain(err), c.want)) {
			t.Errorf("%s: %v, want %q", c.url, err, c.want)
		}
		if err != nil && strings.Contains(plain(err), "latest") {
			t.Errorf("the error holds the address: %s", plain(err))
		}
	}
	if n := len(to.got()); n != 2 {
		t.Errorf("%d requests arrived, want 2", n)
	}
	for _, inside := range []string{"10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "127.0.0.1", "::1", "fe80::1", "fc00::1", "0.0.0.0", "169.254.169.254", "64:ff9b::7f00:1", "224.0.0.1"} {
		if public.guard.Allow("hook.example:443", netip.MustParseAddr(inside)) == nil {
			t.Errorf("%s may be reached", inside)
		}
	}
	if err := public.guard.Allow("hook.example:443", netip.MustParseAddr("1.1.1.1")); err != nil {
		t.Error(err)
	}
}

func TestClient_boundsWhatIsAnswered(t *testing.T) {
	to, roots := receive(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		chunk := strings.Repeat("x", 64<<10)
		for range 10_000 {
			if _, err := io.WriteString(w, chunk); err != nil {
				return
			}
		}
	})
	c := newClient(true, roots)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var into any
	for _, into := range []any{nil, &into} {
		began := time.Now()
		err := c.do(ctx, request{method: http.MethodGet, url: to.URL, into: into})
		if errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 15*time.Second || (into == nil) != (err == nil) {
			t.Errorf("into %v: %v after %s", into != nil, err, time.Since(began))
		}
	}
}

func TestLine_isOneLine(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"a\r\nb\tc", "a  b c"}, {"\x00\x1b[31mred\u202e\ufeff", "[31mred"}, {"\xff\xfe", ""}, {strings.Repeat("ä", 300), strings.Repeat("ä", 98) + "…"},
	} {
		if got := line(c.in, 199); got != c.want {
			t.Errorf("%q became %q, want %q", c.in, got, c.want)
		}
	}
}
