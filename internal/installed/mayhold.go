package installed

import (
	"path"
	"strings"
)

// MayHold tells by its path alone whether a file may be a program or an archive, whose packages only its content can tell: one without
// an ending, or with one that programs and archives have.
func MayHold(file string) bool {
	switch strings.ToLower(path.Ext(file)) {
	case "", ".exe", ".dll", ".so", ".dylib", ".bin", ".run", ".out", ".elf", ".node",
		".jar", ".war", ".ear", ".aar", ".sar", ".jmod", ".hpi", ".jpi", ".nar", ".par", ".kar", ".apk",
		".zip", ".whl", ".egg", ".nupkg", ".tar", ".tgz", ".gz", ".xz", ".bz2", ".zst", ".gem":
		return true
	}
	return false
}
