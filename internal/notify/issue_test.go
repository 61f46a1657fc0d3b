package notify

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/reevehq/reeve/internal/desk"
	"github.com/reevehq/reeve/internal/register"
	"github.com/reevehq/reeve/internal/store"
)

// trackers is a server that keeps issues as GitHub, GitLab and Jira say in their documentation of what this package asks. The first issue of each is made,
// and the connection is lost before the answer.
type trackers struct {
	*httptest.Server
	t    *testing.T
	mu   sync.Mutex
	made map[string][]*ticket
	lost map[string]bool
}

type ticket struct {
	title, body, labels string
	closed              bool
	comments            []string
}

func (s *trackers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	path := r.URL.EscapedPath()
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	auth := r.Header.Get("Authorization")
	switch {
	case strings.HasPrefix(path, "/repos/acme/shop/issues") && auth == "Bearer key":
		s.github(w, r, strings.Split(strings.TrimPrefix(path, "/repos/acme/shop/issues"), "/"), body)
	case strings.HasPrefix(path, "/api/v4/projects/acme%2Fshop/issues") && r.Header.Get("PRIVATE-TOKEN") == "key":
		s.gitlab(w, r, strings.Split(strings.TrimPrefix(path, "/api/v4/projects/acme%2Fshop/issues"), "/"), body)
	case strings.HasPrefix(path, "/rest/api/2/") && auth == "Basic "+base64.StdEncoding.EncodeToString([]byte("me@example.com:key")):
		s.jira(w, r, strings.Split(strings.TrimPrefix(path, "/rest/api/2/"), "/"), body)
	default:
		w.WriteHeader(http.StatusUnauthorized)
	}
}

// add makes an issue; it gives nil where the answer is lost.
func (s *trackers) add(w http.ResponseWriter, kind string, i *ticket) *ticket {
	s.made[kind] = append(s.made[kind], i)
	if s.lost[kind] {
		return i
	}
	s.lost[kind] = true
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		s.t.Error(err)
		return nil
	}
	_ = conn.Close()
	return nil
}

func (s *trackers) number(kind, text string) (int, *ticket) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(s.made[kind]) {
		return 0, &ticket{}
	}
	return n, s.made[kind][n-1]
}

func answer(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func (s *trackers) github(w http.ResponseWriter, r *http.Request, path []string, body map[string]any) {
	show := func(n int, i *ticket) any {
		return map[string]any{"number": n, "html_url": fmt.Sprintf("https://github.example.com/acme/shop/issues/%d", n), "body": i.body}
	}
	if len(path) == 1 {
		if r.Method == http.MethodGet {
			list := []any{}
			for n, i := range s.made["github"] {
				list = append(list, show(n+1, i))
			}
			answer(w, list)
		} else if i := s.add(w, "github", &ticket{title: fmt.Sprint(body["title"]), body: fmt.Sprint(body["body"]), labels: fmt.Sprint(body["labels"])}); i != nil {
			answer(w, show(len(s.made["github"]), i))
		}
		return
	}
	_, i := s.number("github", path[1])
	switch {
	case r.Method == http.MethodPatch:
		i.closed = body["state"] == "closed"
	case r.Method == http.MethodPost:
		i.comments = append(i.comments, fmt.Sprint(body["body"]))
	default:
		list := []any{}
		for _, c := range i.comments {
			list = append(list, map[string]any{"body": c})
		}
		answer(w, list)
	}
}

func (s *trackers) gitlab(w http.ResponseWriter, r *http.Request, path []string, body map[string]any) {
	show := func(n int, i *ticket) any {
		return map[string]any{"iid": n, "web_url": fmt.Sprintf("https://gitlab.example.com/acme/shop/-/issues/%d", n), "description": i.body,
			"state": map[bool]string{true: "closed", false: "opened"}[i.closed]}
	}
	if len(path) == 1 {
		if r.Method == http.MethodGet {
			list := []any{}
			for n, i := range s.made["gitlab"] {
				list = append(list, show(n+1, i))
			}
			answer(w, list)
		} else if i := s.add(w, "gitlab", &ticket{title: fmt.Sprint(body["title"]), body: fmt.Sprint(body["description"]), labels: fmt.Sprint(body["labels"])}); i != nil {
			answer(w, show(len(s.made["gitlab"]), i))
		}
		return
	}
	n, i := s.number("gitlab", path[1])
	switch {
	case r.Method == http.MethodPut:
		if i.closed == (body["state_event"] == "close") {
			w.WriteHeader(http.StatusBadRequest) // it refuses to close what is closed
		}
		i.closed = body["state_event"] == "close"
	case r.Method == http.MethodPost:
		i.comments = append(i.comments, fmt.Sprint(body["body"]))
	case len(path) == 3:
		list := []any{}
		for _, c := range i.comments {
			list = append(list, map[string]any{"body": c})
		}
		answer(w, list)
	default:
		answer(w, show(n, i))
	}
}

func (s *trackers) jira(w http.ResponseWriter, r *http.Request, path []string, body map[string]any) {
	key := func(n int) map[string]any { return map[string]any{"key": fmt.Sprintf("SEC-%d", n)} }
	status := func(closed bool) any {
		return map[string]any{"statusCategory": map[string]string{"key": map[bool]string{true: "done", false: "new"}[closed]}}
	}
	switch path[0] {
	case "project":
		answer(w, map[string]any{})
		return
	case "search":
		list := []any{}
		for n, i := range s.made["jira"] {
			for _, label := range strings.Fields(strings.Trim(i.labels, "[]")) {
				if strings.Contains(r.URL.Query().Get("jql"), `labels = "`+label+`"`) {
					list = append(list, key(n+1))
				}
			}
		}
		answer(w, map[string]any{"issues": list})
		return
	}
	if len(path) == 1 {
		fields := body["fields"].(map[string]any)
		if i := s.add(w, "jira", &ticket{title: fmt.Sprint(fields["summary"]), body: fmt.Sprint(fields["description"]), labels: fmt.Sprint(fields["labels"])}); i != nil {
			answer(w, key(len(s.made["jira"])))
		}
		return
	}
	_, i := s.number("jira", strings.TrimPrefix(path[1], "SEC-"))
	switch {
	case len(path) == 2:
		answer(w, map[string]any{"fields": map[string]any{"status": status(i.closed)}})
	case path[2] == "comment" && r.Method == http.MethodPost:
		i.comments = append(i.comments, fmt.Sprint(body["body"]))
	case path[2] == "comment":
		list := []any{}
		for _, c := range i.comments {
			list = append(list, map[string]any{"body": c})
		}
		answer(w, map[string]any{"comments": list})
	case r.Method == http.MethodPost:
		i.closed = body["transition"].(map[string]any)["id"] == "31"
		w.WriteHeader(http.StatusNoContent)
	default:
		answer(w, map[string]any{"transitions": []any{
			map[string]any{"id": "11", "name": "Reopen", "to": status(false)}, map[string]any{"id": "31", "name": "Close", "to": status(true)},
		}})
	}
}

func TestIssue_isMadeOnceAndFollowsItsFinding(t *testing.T) {
	both(t, func(t *testing.T, db *store.DB) {
		s := &trackers{t: t, made: map[string][]*ticket{}, lost: map[string]bool{}}
		s.Server = httptest.NewServer(s)
		t.Cleanup(s.Close)
		b := open(t, db, nil)
		b.run(b.worker)
		b.run(b.another(Options{AllowPrivate: true}))
		hooks := map[string]*desk.Hook{}
		for kind, project := range map[string]string{"github": "acme/shop", "gitlab": "acme/shop", "jira": "SEC"} {
			hooks[kind] = b.hook(kind, desk.HookSpec{Kind: kind, Project: project, Labels: []string{"security"}, Most: 1},
				desk.HookSecret{URL: s.URL, User: map[string]string{"jira": "me@example.com"}[kind], Password: "key"})
			if _, err := b.desk.TestHook(t.Context(), admin, hooks[kind].ID); err != nil {
				t.Fatal(err)
			}
		}
		b.look("shop", one, two)
		if _, err := b.desk.Change(t.Context(), admin, "", register.Change{Findings: []int64{1, 2}, State: register.Acknowledged}); err != nil {
			t.Fatal(err)
		}
		b.look("shop", two)
		for kind, h := range hooks {
			b.settled(h, 4)
			s.mu.Lock()
			if all := s.made[kind]; len(all) != 1 || !all[0].closed {
				t.Errorf("%s: %d issues, want one that is closed: %v", kind, len(all), b.deliveries(h))
			}
			s.mu.Unlock()
		}
		b.look("shop", one, two)
		for kind, h := range hooks {
			b.settled(h, 5)
			want(t, fmt.Sprint(b.deliveries(h)), "[sent sent sent sent sent]")
			s.mu.Lock()
			i := s.made[kind][0]
			if i.closed || len(s.made[kind]) != 1 || len(i.comments) != 3 || !strings.Contains(i.labels, "security") || !strings.Contains(i.title, "high (80)") {
				t.Errorf("%s: %+v", kind, i)
			}
			for n, what := range []string{"Acknowledged", "Verified", "Regression"} {
				if n < len(i.comments) && !strings.Contains(i.comments[n], what) {
					t.Errorf("%s: comment %d is %q, want %s: they follow one another as the events did", kind, n, i.comments[n], what)
				}
			}
			s.mu.Unlock()
		}
		if issues, err := db.IssuesOf(t.Context(), 1); err != nil || len(issues) != 3 || issues[0].Closed {
			t.Errorf("%+v, %v", issues, err)
		}
		if issues, err := db.IssuesOf(t.Context(), 2); err != nil || len(issues) != 0 {
			t.Errorf("the finding beyond the most: %+v, %v", issues, err)
		}
	})
}
