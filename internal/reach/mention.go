package reach

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// maxSettings is the size in bytes above which a file is taken for data and not for settings.
const maxSettings = 1 << 20

// mention is the first file of the project that names the package and is neither its manifest's list of packages nor a lock file: settings
// can have a package loaded that no code loads. It is "" where there is none.
func (s *scriptQuestion) mention() (string, error) {
	words := append(slices.Clone(s.names), s.Name)
	for _, file := range s.p.a.tree.under(s.p.dir) {
		dir, name := split(file)
		source := s.p.lang.isSource(file)
		if !source && !isSettings(name) || isTest(relative(file, s.p.dir)) || s.p.elsewhere(dir, s.p.others) {
			continue
		}
		data, err := s.p.a.tree.read(file)
		if err != nil || len(data) > maxSettings && !source {
			continue
		}
		if err := s.p.b.spend(len(data), 1); err != nil {
			return "", err
		}
		switch {
		case source:
			if slices.ContainsFunc(words, func(w string) bool { return quotedWord(data, w) }) {
				return file, nil
			}
			continue
		case name == "package.json" || name == "composer.json":
			data = withoutLists(data)
		case isManifest(name):
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool { return hasWord(data, w) }) {
			return file, nil
		}
	}
	return "", nil
}

// isSettings tells by its name whether a file may hold settings.
func isSettings(name string) bool {
	switch path.Ext(name) {
	case ".json", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".xml", ".properties", ".sh", ".env", ".service", ".js", ".cjs", ".mjs", ".ts", ".py", ".html", ".gradle", ".json5", ".jsonc", ".bat", ".ps1":
		return !slices.Contains(lockFiles, name)
	}
	return strings.HasPrefix(name, "Dockerfile") || name == "Procfile" || name == "Makefile" || name == "crontab" || strings.HasPrefix(name, ".") && strings.HasSuffix(name, "rc")
}

var lockFiles = []string{"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "composer.lock", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "Cargo.lock", "packages.lock.json"}

// isManifest tells a file that lists the packages that a project asks for, and in which other words are rare.
func isManifest(name string) bool {
	return name == "pyproject.toml" || name == "setup.cfg" || name == "setup.py" || name == "Pipfile" || name == "pom.xml" || name == "Cargo.toml" || name == "pnpm-workspace.yaml" || name == ".pre-commit-config.yaml" ||
		strings.HasPrefix(name, "requirements") || strings.HasPrefix(name, "build.gradle") || name == "dependabot.yml" || name == "renovate.json"
}

// withoutLists is a package.json or composer.json without its lists of packages; what is no JSON stays as it is.
func withoutLists(data []byte) []byte {
	var m map[string]any
	if json.Unmarshal(data, &m) != nil {
		return data
	}
	for _, key := range []string{"name", "description", "keywords", "dependencies", "devDependencies", "peerDependencies", "peerDependenciesMeta", "optionalDependencies",
		"bundledDependencies", "bundleDependencies", "resolutions", "overrides", "require", "require-dev", "suggest", "conflict", "replace"} {
		delete(m, key)
	}
	out, err := json.Marshal(m)
	if err != nil {
		return data
	}
	return out
}

// hasWord tells whether a word stands in data by itself.
func hasWord(data []byte, w string) bool {
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte(w))
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(w)
		if (from == 0 || !isNamePart(data[from-1])) && (to == len(data) || !isNamePart(data[to])) {
			return true
		}
		at = from + 1
	}
}

func isNamePart(c byte) bool { return isWord(c) || c == '-' || c == '@' }

// quotedWord tells whether a word, alone or with something behind it, stands in quotes.
func quotedWord(data []byte, w string) bool {
	for _, quote := range []string{`"`, "'", "`"} {
		for at := 0; ; {
			i := bytes.Index(data[at:], []byte(quote+w))
			if i < 0 {
				break
			}
			to := at + i + len(quote) + len(w)
			if to == len(data) || !isNamePart(data[to]) {
				return true
			}
			at = to
		}
	}
	return false
}
