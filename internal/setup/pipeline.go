package setup

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// forge is where pipelines run: how it is recognised, and where its step goes.
type forge struct {
	name string
	// files in the work tree, or a word in a remote's host, tell the forge.
	files []string
	host  string
	step  string
	where string
}

var forges = []forge{
	{"GitHub Actions", []string{".github"}, "github", "github.yml", "put this into .github/workflows/reeve.yml"},
	{"GitLab CI", []string{".gitlab-ci.yml"}, "gitlab", "gitlab.yml", "add this to .gitlab-ci.yml"},
	{"Jenkins", []string{"Jenkinsfile"}, "", "jenkins.groovy", "add this stage to the Jenkinsfile"},
}

// pipeline gives the step for each forge that is seen; where none is, the one line that works everywhere.
func pipeline(p Place) []Done {
	var done []Done
	for _, f := range forges {
		if f.seen(p) {
			done = append(done, Done{What: f.name, How: f.where, Text: Step(f.step)})
		}
	}
	if len(done) == 0 {
		done = append(done, Done{What: "pipeline", How: "no forge was recognised: in any pipeline, run", Text: "reeve gate --base origin/main --output reeve.sarif\n"})
	}
	return done
}

func (f forge) seen(p Place) bool {
	for _, file := range f.files {
		if _, err := os.Stat(filepath.Join(p.Root, file)); err == nil {
			return true
		}
	}
	return f.host != "" && slices.ContainsFunc(p.Remotes, func(url string) bool { return strings.Contains(host(url), f.host) })
}

// host is the host of a clone URL, in either of git's two notations.
func host(url string) string {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	if _, rest, ok := strings.Cut(url, "@"); ok {
		url = rest
	}
	return strings.ToLower(url[:strings.IndexAny(url+"/", "/:")])
}
