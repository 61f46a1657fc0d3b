package image

import "strings"

// pathTraits says what matters about a file's place.
func pathTraits(path string) trait {
	var is trait
	if cacheOf(path) != "" {
		is |= isCache
	}
	if repositoryOf(path) != noRepository {
		is |= isGit
	}
	if isEnv(path) {
		is |= isEnvFile
	}
	if _, kind := developmentOf(path); kind != "" {
		is |= isDevelopment
	}
	return is
}

// cacheOf names the package manager whose cache holds the path, "" for none. What managers need to work is no cache.
func cacheOf(path string) string {
	switch {
	case strings.HasPrefix(path, "var/lib/apt/lists/"):
		if name := strings.TrimPrefix(path, "var/lib/apt/lists/"); name != "lock" && !strings.HasPrefix(name, "partial/") && !strings.HasPrefix(name, "auxfiles/") {
			return "apt"
		}
	case strings.HasPrefix(path, "var/cache/apt/"):
		if strings.HasSuffix(path, ".deb") || strings.HasSuffix(path, "pkgcache.bin") {
			return "apt"
		}
	case strings.HasPrefix(path, "var/cache/apk/"), strings.HasPrefix(path, "etc/apk/cache/"):
		return "apk"
	case strings.HasPrefix(path, "var/cache/yum/"):
		return "yum"
	case strings.HasPrefix(path, "var/cache/dnf/"), strings.HasPrefix(path, "var/cache/libdnf5/"):
		return "dnf"
	case strings.HasPrefix(path, "var/cache/zypp/"):
		return "zypper"
	}
	if !strings.Contains(path, "cache") {
		return "" // as nearly every path
	}
	for _, c := range homeCaches() {
		if strings.HasPrefix(path, c.folder) || strings.Contains(path, "/"+c.folder) {
			return c.manager
		}
	}
	return ""
}

type homeCache struct{ folder, manager string }

// homeCaches are below the home of whoever built.
func homeCaches() []homeCache {
	return []homeCache{
		{".cache/pip/", "pip"}, {".cache/uv/", "uv"}, {".cache/pypoetry/", "poetry"}, {".npm/_cacache/", "npm"}, {".cache/yarn/", "yarn"},
		{".yarn/berry/cache/", "yarn"}, {".composer/cache/", "composer"}, {".cache/composer/", "composer"}, {".cache/go-build/", "go"},
		{"pkg/mod/cache/download/", "go"}, {"cargo/registry/cache/", "cargo"}, {".gradle/caches/", "gradle"},
	}
}

const noRepository = "\x00"

// repositoryOf gives the folder of a git repository ("" for the root) by the file that every repository has; noRepository for any other path.
func repositoryOf(path string) string {
	if strings.Contains(path, "!/") {
		return noRepository
	}
	if path == ".git/HEAD" {
		return ""
	}
	if dir, ok := strings.CutSuffix(path, "/.git/HEAD"); ok {
		return dir
	}
	return noRepository
}

// isPackaged tells folders that package managers fill: what packages ship in there, nobody copied.
func isPackaged(path string) bool {
	for _, folder := range []string{"node_modules/", "site-packages/", "dist-packages/", "vendor/bundle/", "gems/", "pkg/mod/", "usr/share/", "usr/lib/"} {
		if strings.HasPrefix(path, folder) || strings.Contains(path, "/"+folder) {
			return true
		}
	}
	return false
}

// isEnv tells a file of settings that was copied from where it was in use, and not the example of one.
func isEnv(path string) bool {
	_, name := split(path)
	if name != ".env" && !strings.HasPrefix(name, ".env.") || isPackaged(path) || strings.Contains(path, "!/") {
		return false
	}
	for _, part := range strings.Split(strings.ToLower(name), ".")[2:] {
		switch part {
		case "example", "examples", "sample", "template", "tpl", "tmpl", "dist", "default", "defaults", "schema", "vault", "enc", "j2":
			return false
		}
	}
	return true
}

// developmentOf names what a path has from a developer's machine, and the folder that was copied; "" for nothing.
func developmentOf(path string) (folder, kind string) {
	hidden := strings.HasPrefix(path, ".") || strings.Contains(path, "/.")
	if !hidden && !strings.HasSuffix(path, "Thumbs.db") || strings.Contains(path, "!/") {
		return "", ""
	}
	steps := strings.Split(path, "/")
	for n, step := range steps {
		folder := strings.Join(steps[:n], "/")
		last := n == len(steps)-1
		switch {
		case last && (step == ".DS_Store" || step == "Thumbs.db"):
			return folder, step
		case last:
		case step == ".cache" && n > 0 && steps[n-1] == "node_modules":
			return folder, "node_modules/.cache"
		case step == ".idea" || step == ".vscode" || step == ".terraform" || step == ".pytest_cache" || step == ".mypy_cache" || step == ".ruff_cache" || step == ".tox" || step == ".nyc_output":
			if !isPackaged(path) {
				return folder, step
			}
		}
	}
	return "", ""
}
