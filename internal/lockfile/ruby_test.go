package lockfile

import (
	"testing"

	"github.com/reevehq/reeve/internal/inventory"
)

func TestRuby_documents(t *testing.T) { sketchCases(t, "ruby") }

func FuzzRuby(f *testing.F) {
	fuzzReader(f, "ruby", "Gemfile", "Gemfile.lock", "x.gemspec")
}

func TestRubyScope(t *testing.T) {
	tests := []struct {
		groups []string
		want   inventory.Scope
	}{
		{nil, inventory.Production},
		{[]string{"default"}, inventory.Production},
		{[]string{"test"}, inventory.Test},
		{[]string{"development", "test"}, inventory.Development},
		{[]string{"test", "production"}, inventory.Production},
		{[]string{"something"}, inventory.Production},
	}
	for _, test := range tests {
		if got := rubyScope(test.groups); got != test.want {
			t.Errorf("%v: got %q, want %q", test.groups, got, test.want)
		}
	}
}
