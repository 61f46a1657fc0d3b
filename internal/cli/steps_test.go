package cli

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/reevehq/reeve/internal/setup"
)

// stepFiles are the texts that init hands out.
var stepFiles = []string{"github.yml", "gitlab.yml", "jenkins.groovy", "pre-commit.yaml", "pre-commit.sh", "pre-receive.sh", "action.sh"}

var gateCall = regexp.MustCompile(`(?:reeve"?|arguments=\()\s*(gate [^'\n)]*)`)

// TestSteps_callTheGateAsItIs takes every call of the gate out of the steps and lets the command tree read it.
func TestSteps_callTheGateAsItIs(t *testing.T) {
	called := 0
	for _, name := range stepFiles {
		for _, m := range gateCall.FindAllStringSubmatch(setup.Step(name), -1) {
			called++
			var words []string
			for _, w := range strings.Fields(m[1]) {
				words = append(words, strings.Trim(w, `"`))
			}
			cmd, rest, err := Root(&World{}).Find(words)
			if err != nil || cmd.Name() != "gate" {
				t.Errorf("%s: %q is no command: %v", name, m[1], err)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", name, m[1], err)
			}
		}
	}
	if called < 5 {
		t.Errorf("found %d calls of the gate in the steps, want at least 5", called)
	}
}

func TestSteps_areWellFormed(t *testing.T) {
	for name, read := range map[string]func() ([]byte, error){
		"github.yml":             func() ([]byte, error) { return []byte(setup.Step("github.yml")), nil },
		"gitlab.yml":             func() ([]byte, error) { return []byte(setup.Step("gitlab.yml")), nil },
		"pre-commit.yaml":        func() ([]byte, error) { return []byte(setup.Step("pre-commit.yaml")), nil },
		"action.yml":             func() ([]byte, error) { return os.ReadFile("../../action.yml") },
		".pre-commit-hooks.yaml": func() ([]byte, error) { return os.ReadFile("../../.pre-commit-hooks.yaml") },
	} {
		data, err := read()
		if err != nil {
			t.Fatal(err)
		}
		var document any
		if err := yaml.Unmarshal(data, &document); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestSteps_actionsArePinned wants every action of others pinned by commit: a tag can be moved.
func TestSteps_actionsArePinned(t *testing.T) {
	action, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`^[a-z0-9/-]+@[0-9a-f]{40}$`)
	for line := range strings.Lines(setup.Step("github.yml") + string(action)) {
		fields := strings.Fields(strings.TrimLeft(line, " -"))
		if i := slices.Index(fields, "uses:"); i >= 0 && !strings.HasPrefix(fields[i+1], "reevehq/") && !pinned.MatchString(fields[i+1]) {
			t.Errorf("%q is not pinned by commit", fields[i+1])
		}
	}
}
