package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// rubyGems is OSV's name for the packages of Ruby.
const rubyGems = "RubyGems"

// rubyReaders read what Bundler and RubyGems write and are told.
func rubyReaders() []Reader {
	return checked([]Reader{
		{Format: "Gemfile.lock", Names: []string{"Gemfile.lock", "gems.locked", "*.lock"}, Match: func(_, base string) bool {
			return base == "Gemfile.lock" || base == "gems.locked" || strings.HasSuffix(base, ".gemfile.lock")
		}, Read: readGemfileLock},
		{Format: "Gemfile", Names: []string{"Gemfile", "gems.rb", "*.gemfile"}, Match: func(_, base string) bool {
			return base == "Gemfile" || base == "gems.rb" || strings.HasSuffix(base, ".gemfile")
		}, Read: readGemfile},
		{Format: "gemspec", Names: []string{"*.gemspec"}, Match: func(_, base string) bool {
			return strings.HasSuffix(base, ".gemspec")
		}, Read: readGemspec},
	})
}

// rubyScope gives what the groups of a gem mean together: a group that is not known to be left out keeps it in production.
func rubyScope(groups []string) inventory.Scope {
	scope := inventory.Production
	for i, group := range groups {
		var s inventory.Scope
		switch strings.ToLower(group) {
		case "development", "dev", "local", "lint", "linting", "docs", "doc", "documentation", "debug", "ci", "tools", "tooling", "rubocop", "guard":
			s = inventory.Development
		case "test", "tests", "testing", "rspec", "cucumber", "integration_test", "spec":
			s = inventory.Test
		default:
			return inventory.Production
		}
		if i > 0 && s != scope {
			s = inventory.Development
		}
		scope = s
	}
	return scope
}

// exactGem gives the one version that a constraint allows, "" where it allows others.
func exactGem(constraint string) string {
	version := strings.TrimSpace(strings.TrimPrefix(constraint, "="))
	if version == "" || strings.ContainsAny(version, "<>~!=, ") || version[0] < '0' || version[0] > '9' {
		return ""
	}
	return version
}
