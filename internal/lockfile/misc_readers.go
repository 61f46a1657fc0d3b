package lockfile

import "strings"

// miscReaders lists the readers for R, Haskell, Julia, Conda, Perl and Lua.
func miscReaders() []Reader {
	return []Reader{
		{Format: "renv.lock", Names: []string{"renv.lock"}, Match: always, Read: readRenv},
		{Format: "cabal.project.freeze", Names: []string{"*.freeze"}, Match: isCabalFreeze, Read: readCabalFreeze},
		{Format: "stack.yaml.lock", Names: []string{"*.lock"}, Match: isStackLock, Read: readStackLock},
		{Format: "Manifest.toml", Names: []string{"*.toml"}, Match: isJuliaManifest, Read: readJulia},
		{Format: "conda-meta", Names: []string{"*.json"}, Match: inFolder("conda-meta"), Read: readCondaMeta},
		{Format: "cpanfile.snapshot", Names: []string{"cpanfile.snapshot"}, Match: always, Read: readCarton},
		{Format: "rockspec", Names: []string{"*.rockspec"}, Match: always, Read: readRockspec},
	}
}

func isCabalFreeze(_, base string) bool {
	return strings.HasPrefix(base, "cabal.") && strings.HasSuffix(base, ".freeze")
}

func isStackLock(_, base string) bool {
	return strings.HasPrefix(base, "stack") && (strings.HasSuffix(base, ".yaml.lock") || strings.HasSuffix(base, ".yml.lock"))
}

func isJuliaManifest(_, base string) bool {
	return base == "Manifest.toml" || base == "JuliaManifest.toml" || strings.HasPrefix(base, "Manifest-v") || strings.HasPrefix(base, "JuliaManifest-v")
}
