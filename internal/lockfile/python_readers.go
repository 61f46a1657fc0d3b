package lockfile

import (
	"strings"

	"github.com/reevehq/reeve/internal/inventory"
)

// pyPI is OSV's name for the packages of Python, conda the name used here for conda's, which OSV does not know.
const (
	pyPI  = "PyPI"
	conda = "conda"
)

// pythonReaders read what Python's package managers write and are told.
func pythonReaders() []Reader {
	named := func(names ...string) func(string, string) bool {
		return func(_, base string) bool {
			for _, name := range names {
				if base == name {
					return true
				}
			}
			return false
		}
	}
	return checked([]Reader{
		{Format: "poetry.lock", Names: []string{"poetry.lock"}, Match: named("poetry.lock"), Read: readPoetryLock},
		{Format: "uv.lock", Names: []string{"uv.lock"}, Match: named("uv.lock"), Read: readUVLock},
		{Format: "pdm.lock", Names: []string{"pdm.lock"}, Match: named("pdm.lock"), Read: readPDMLock},
		{Format: "pylock.toml", Names: []string{"*.toml"}, Match: func(_, base string) bool {
			return base == "pylock.toml" || strings.HasPrefix(base, "pylock.") && strings.Count(base, ".") == 2 && strings.HasSuffix(base, ".toml")
		}, Read: readPylock},
		{Format: "Pipfile.lock", Names: []string{"Pipfile.lock"}, Match: named("Pipfile.lock"), Read: readPipfileLock},
		{Format: "Pipfile", Names: []string{"Pipfile"}, Match: named("Pipfile"), Read: readPipfile},
		{Format: "pyproject.toml", Names: []string{"pyproject.toml"}, Match: named("pyproject.toml"), Read: readPyproject},
		{Format: "setup.cfg", Names: []string{"setup.cfg"}, Match: named("setup.cfg"), Read: readSetupCfg},
		{Format: "setup.py", Names: []string{"setup.py"}, Match: named("setup.py"), Read: readSetupPy},
		{Format: "constraints.txt", Names: []string{"*.txt", "*.in"}, Match: isConstraints, Read: readConstraints},
		{Format: "requirements.txt", Names: []string{"*.txt", "*.in", "*.pip"}, Match: isRequirements, Read: readRequirements},
		{Format: "conda-lock.yml", Names: []string{"*.yml", "*.yaml"}, Match: func(_, base string) bool {
			stem := strings.TrimSuffix(strings.TrimSuffix(base, ".yml"), ".yaml")
			return stem == "conda-lock" || strings.HasSuffix(stem, ".conda-lock")
		}, Read: readCondaLock},
		{Format: "environment.yml", Names: []string{"*.yml", "*.yaml"}, Match: isCondaEnvironment, Read: readCondaEnvironment},
		{Format: "pip.conf", Names: []string{"pip.conf", "pip.ini"}, Match: named("pip.conf", "pip.ini"), Read: readPipConf},
	})
}

// stemOf gives a base name in small letters without its extension.
func stemOf(base string) string {
	if dot := strings.LastIndexByte(base, '.'); dot > 0 {
		base = base[:dot]
	}
	return strings.ToLower(base)
}

func isRequirements(path, base string) bool {
	if isConstraints(path, base) {
		return false
	}
	dir := strings.TrimSuffix(path[:len(path)-len(base)], "/")
	dir = dir[strings.LastIndexByte(dir, '/')+1:]
	return strings.Contains(stemOf(base), "requirements") || strings.EqualFold(dir, "requirements")
}

func isConstraints(_, base string) bool {
	stem := stemOf(base)
	return stem == "constraints" || strings.HasPrefix(stem, "constraints-") || strings.HasPrefix(stem, "constraints_") ||
		strings.HasSuffix(stem, "-constraints") || strings.HasSuffix(stem, "_constraints")
}

func isCondaEnvironment(_, base string) bool {
	stem := stemOf(base)
	return stem == "environment" || strings.HasPrefix(stem, "environment-") || strings.HasPrefix(stem, "environment_") ||
		strings.HasSuffix(stem, "-environment") || strings.HasSuffix(stem, "_environment") || stem == "conda"
}

// requirementsScope tells from a file's name what its requirements are for.
func requirementsScope(path string) inventory.Scope {
	base := path[strings.LastIndexByte(path, '/')+1:]
	words := strings.FieldsFunc(stemOf(base), func(r rune) bool { return r == '-' || r == '_' || r == '.' || r == ' ' })
	for _, word := range words {
		switch word {
		case "dev", "devel", "develop", "development", "test", "tests", "testing", "lint", "linting", "doc", "docs", "ci", "typing", "mypy", "tox":
			return inventory.Development
		}
	}
	return inventory.Production
}

// groupScope gives the scope of a dependency group: groups are for working on the project unless their name says otherwise.
func groupScope(name string) inventory.Scope {
	switch strings.ToLower(name) {
	case "", "main", "default", "prod", "production", "runtime", "deploy", "deployment", "server", "app":
		return inventory.Production
	case "test", "tests", "testing":
		return inventory.Test
	}
	return inventory.Development
}

// devScope gives the scope of a group that is for working on the project, whatever its name.
func devScope(name string) inventory.Scope {
	if groupScope(name) == inventory.Test {
		return inventory.Test
	}
	return inventory.Development
}

// normalPyName writes a name as PEP 503 does: small letters, and one hyphen for each run of hyphens, underscores and dots.
func normalPyName(name string) string {
	clean := true
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c == '-' && i > 0 && name[i-1] == '-' {
			clean = false
			break
		}
	}
	if clean {
		return name
	}
	b := make([]byte, 0, len(name))
	for i := range len(name) {
		switch c := name[i]; {
		case c == '-' || c == '_' || c == '.':
			if len(b) == 0 || b[len(b)-1] != '-' {
				b = append(b, '-')
			}
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		default:
			b = append(b, c)
		}
	}
	return string(b)
}
