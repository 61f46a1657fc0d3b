package git

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// HooksDir is the folder git takes this repository's hooks from. It is asked of git, because core.hooksPath may move it;
// reading the setting runs nothing. The last value given is the one that keeps hooks from running here.
func (r *Repository) HooksDir(ctx context.Context) (string, error) {
	values, err := r.runner.text(ctx, "config", "--type=path", "--get-all", "core.hooksPath")
	if err != nil {
		return "", fmt.Errorf("find the hooks folder: %w", err)
	}
	dir := ""
	if lines := strings.Split(values, "\n"); len(lines) > 1 {
		dir = lines[len(lines)-2]
	}
	switch {
	case dir == "":
		return filepath.Join(r.CommonDir, "hooks"), nil
	case filepath.IsAbs(dir):
		return dir, nil
	}
	return filepath.Join(r.WorkTree, dir), nil
}

// Remotes gives the URLs of the remotes, without credentials.
func (r *Repository) Remotes(ctx context.Context) ([]string, error) {
	var urls []string
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		if _, url, ok := strings.Cut(string(line), " "); ok {
			urls = append(urls, PublicURL(url))
		}
		return nil
	}, "config", "--get-regexp", `^remote\..*\.url$`)
	if exit, ok := err.(*exitError); ok && exit.code == 1 {
		return nil, nil // none
	}
	if err != nil {
		return nil, fmt.Errorf("list remotes: %w", err)
	}
	return urls, nil
}

// Containing gives the names of the refs whose history holds a commit.
func (r *Repository) Containing(ctx context.Context, commit string) ([]string, error) {
	if err := checkRevision(commit); err != nil {
		return nil, err
	}
	var names []string
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		names = append(names, string(line))
		return nil
	}, "for-each-ref", "--contains="+commit, "--format=%(refname)")
	if err != nil {
		return nil, fmt.Errorf("find the refs that hold %s: %w", commit, err)
	}
	return names, nil
}

// AuthorsSince gives those who committed since a commit on any ref, each once, most active first.
func (r *Repository) AuthorsSince(ctx context.Context, commit string) ([]string, error) {
	if err := checkRevision(commit); err != nil {
		return nil, err
	}
	var people []string
	err := r.runner.records(ctx, '\n', func(line []byte) error {
		if _, who, ok := strings.Cut(string(line), "\t"); ok {
			people = append(people, who)
		}
		return nil
	}, "shortlog", "--summary", "--numbered", "--email", "--all", "--not", commit+"^@", "--")
	if err != nil {
		return nil, fmt.Errorf("list who committed since %s: %w", commit, err)
	}
	return people, nil
}

// PublicURL is a clone URL without the credentials that may stand in it.
func PublicURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.User == nil {
		return raw
	}
	u.User = nil
	return u.String()
}

// Message is the text of a commit or tag below its headers.
func Message(object []byte) []byte {
	if _, message, ok := bytes.Cut(object, []byte("\n\n")); ok {
		return message
	}
	return object
}
