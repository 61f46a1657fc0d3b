package image

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
)

// dockerConfig is docker's config.json (and podman's auth.json) as far as it is used here.
type dockerConfig struct {
	Auths map[string]struct {
		Auth          string `json:"auth"`
		Username      string `json:"username"`
		Password      string `json:"password"`
		IdentityToken string `json:"identitytoken"`
		RegistryToken string `json:"registrytoken"`
	} `json:"auths"`
	CredHelpers map[string]string `json:"credHelpers"`
	CredsStore  string            `json:"credsStore"`
}

// credentials are what the registry of a repository is signed in to with. Helper names a program that may know better.
// No error here holds anything of what it read.
func (o Options) credentials(repo name.Repository) (auth authn.Authenticator, helper string, err error) {
	given := authn.AuthConfig{Username: o.Username, Password: o.Password, IdentityToken: o.IdentityToken, RegistryToken: o.RegistryToken}
	if given != (authn.AuthConfig{}) {
		return authn.FromConfig(given), "", nil
	}
	if len(o.DockerConfig) == 0 {
		return authn.Anonymous, "", nil
	}
	var c dockerConfig
	if err := json.Unmarshal(o.DockerConfig, &c); err != nil {
		return nil, "", errors.New("read docker's configuration: it is not the JSON of a config.json")
	}
	helper = c.CredsStore
	best := -1
	for key, entry := range c.Auths {
		covered := covers(key, repo)
		if covered <= best {
			continue
		}
		found := authn.AuthConfig{Username: entry.Username, Password: entry.Password, IdentityToken: entry.IdentityToken, RegistryToken: entry.RegistryToken}
		if entry.Auth != "" {
			raw, err := base64.StdEncoding.DecodeString(entry.Auth)
			user, password, ok := strings.Cut(strings.TrimRight(string(raw), "\x00"), ":")
			if err != nil || !ok {
				return nil, "", fmt.Errorf("read docker's configuration: the auth of %q is not the base64 of user:password", key)
			}
			found.Username, found.Password = user, password
		}
		if found == (authn.AuthConfig{}) {
			continue // what a credential helper leaves behind
		}
		best, given = covered, found
	}
	for key, name := range c.CredHelpers {
		if covers(key, repo) >= 0 {
			helper = name
		}
	}
	if best < 0 {
		return authn.Anonymous, helper, nil
	}
	return authn.FromConfig(given), helper, nil
}

// covers tells how much of a repository's name a key of the configuration names; -1 where it names another.
// Keys are hosts, hosts with the path of an old interface ("https://index.docker.io/v1/"), or the beginnings of repositories.
func covers(key string, repo name.Repository) int {
	key = strings.TrimPrefix(strings.TrimPrefix(key, "https://"), "http://")
	key = strings.TrimSuffix(key, "/")
	key = strings.TrimSuffix(strings.TrimSuffix(key, "/v1"), "/v2")
	host, path, _ := strings.Cut(key, "/")
	switch host {
	case "docker.io", "registry-1.docker.io":
		host = name.DefaultRegistry
	}
	if !strings.EqualFold(host, repo.RegistryStr()) {
		return -1
	}
	if path == "" || path == repo.RepositoryStr() || strings.HasPrefix(repo.RepositoryStr(), path+"/") {
		return len(path)
	}
	return -1
}
