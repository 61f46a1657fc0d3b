package lockfile

import "strings"

// cratesIO is OSV's name for the packages of Rust.
const cratesIO = "crates.io"

// rustReaders read what Cargo writes and is told.
func rustReaders() []Reader {
	return checked([]Reader{
		{Format: "Cargo.lock", Names: []string{"Cargo.lock"}, Match: func(_, base string) bool { return base == "Cargo.lock" }, Read: readCargoLock},
		{Format: "Cargo.toml", Names: []string{"Cargo.toml"}, Match: func(_, base string) bool { return base == "Cargo.toml" }, Read: readCargoManifest},
		{Format: ".cargo/config.toml", Names: []string{"config.toml", "config"}, Match: func(path, base string) bool {
			return strings.HasSuffix("/"+path, "/.cargo/"+base)
		}, Read: readCargoConfig},
	})
}
