package notify

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// jira makes issues by the REST API of Jira (v2), in the cloud with a user and an API token, elsewhere with a personal access token.
type jira struct {
	*call
	base string
}

func (j *jira) do(ctx context.Context, method, path string, body, into any) error {
	auth := "Bearer " + j.secret.Password
	if j.secret.User != "" {
		auth = "Basic " + base64.StdEncoding.EncodeToString([]byte(j.secret.User+":"+j.secret.Password))
	}
	return j.worker.client.do(ctx, request{method: method, url: j.base + "/rest/api/2" + path, body: body, into: into,
		header: map[string]string{"Authorization": auth, "Accept": "application/json"}})
}

func (j *jira) check(ctx context.Context) error {
	return j.do(ctx, http.MethodGet, "/project/"+url.PathEscape(j.hook.Project), nil, nil)
}

// find looks for the mark among labels.
func (j *jira) find(ctx context.Context, mark string, _ time.Time) (string, string, error) {
	path := "/search"
	if j.secret.User != "" {
		path = "/search/jql" // the cloud has no other
	}
	q := url.Values{"jql": {fmt.Sprintf(`project = "%s" AND labels = "%s"`, j.hook.Project, mark)}, "fields": {"labels"}, "maxResults": {"1"}}
	var found struct {
		Issues []struct {
			Key string `json:"key"`
		} `json:"issues"`
	}
	if err := j.do(ctx, http.MethodGet, path+"?"+q.Encode(), nil, &found); err != nil || len(found.Issues) == 0 {
		return "", "", err
	}
	key := found.Issues[0].Key
	return key, j.browse(key), jiraKey(key)
}

func (j *jira) browse(key string) string { return j.base + "/browse/" + key }

// jiraKey checks a key before it becomes part of an address.
func jiraKey(key string) error {
	project, n, ok := strings.Cut(key, "-")
	if _, err := strconv.ParseUint(n, 10, 63); !ok || err != nil || project == "" || strings.ContainsAny(project, "/?#%.") {
		return errors.New("the answer names no issue")
	}
	return nil
}

func (j *jira) create(ctx context.Context, d draft) (string, string, error) {
	labels := []string{d.mark}
	for _, l := range j.hook.Labels {
		labels = append(labels, strings.ReplaceAll(l, " ", "-")) // labels of Jira have no spaces
	}
	var made struct {
		Key string `json:"key"`
	}
	err := j.do(ctx, http.MethodPost, "/issue", map[string]any{"fields": map[string]any{
		"project": map[string]string{"key": j.hook.Project}, "issuetype": map[string]string{"name": cmp.Or(j.hook.Type, "Task")},
		"summary": d.title, "description": d.wiki(), "labels": labels,
	}}, &made)
	if err == nil {
		err = jiraKey(made.Key)
	}
	if err != nil {
		return "", "", err
	}
	return made.Key, j.browse(made.Key), nil
}

func (j *jira) commented(ctx context.Context, name, mark string, _ time.Time) (bool, error) {
	var all struct {
		Comments []struct {
			Body string `json:"body"`
		} `json:"comments"`
	}
	err := j.do(ctx, http.MethodGet, "/issue/"+name+"/comment?orderBy=-created&maxResults="+strconv.Itoa(perPage), nil, &all)
	for _, one := range all.Comments {
		if strings.Contains(one.Body, mark) {
			return true, err
		}
	}
	return false, err
}

func (j *jira) comment(ctx context.Context, name string, d draft) error {
	return j.do(ctx, http.MethodPost, "/issue/"+name+"/comment", map[string]any{"body": "*" + d.title + "*\n" + d.wiki() + d.mark + "\n"}, nil)
}

// move takes the transition that the hook names, else the first that ends in a state of the wanted category.
func (j *jira) move(ctx context.Context, name string, closed bool) error {
	type state struct {
		Category struct {
			Key string `json:"key"`
		} `json:"statusCategory"`
	}
	var now struct {
		Fields struct {
			Status state `json:"status"`
		} `json:"fields"`
	}
	if err := j.do(ctx, http.MethodGet, "/issue/"+name+"?fields=status", nil, &now); err != nil {
		return err
	}
	if (now.Fields.Status.Category.Key == "done") == closed {
		return nil
	}
	var ways struct {
		Transitions []struct {
			ID   string `json:"id"`
			Name string `json:"name"`
			To   state  `json:"to"`
		} `json:"transitions"`
	}
	if err := j.do(ctx, http.MethodGet, "/issue/"+name+"/transitions", nil, &ways); err != nil {
		return err
	}
	for _, t := range ways.Transitions {
		named := closed && j.hook.Done != ""
		if named && strings.EqualFold(t.Name, j.hook.Done) || !named && (t.To.Category.Key == "done") == closed {
			return j.do(ctx, http.MethodPost, "/issue/"+name+"/transitions", map[string]any{"transition": map[string]string{"id": t.ID}}, nil)
		}
	}
	if closed {
		return dead{"the issue has no transition that closes it: name one in the hook"}
	}
	return dead{"the issue has no transition that opens it again"}
}

// wiki writes a draft in Jira's markup. What comes from outside stands where nothing is parsed, and cannot end that.
func (d *draft) wiki() string {
	var b strings.Builder
	b.WriteString("{noformat}\n")
	for _, f := range d.lines {
		b.WriteString(f.name + ": " + strings.ReplaceAll(f.value, "{noformat", "{"+gap+"noformat") + "\n")
	}
	b.WriteString("{noformat}\n")
	if d.link != "" {
		b.WriteString(d.link + "\n")
	}
	return b.String()
}
