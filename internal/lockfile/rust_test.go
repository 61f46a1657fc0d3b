package lockfile

import "testing"

func TestRust_documents(t *testing.T) { sketchCases(t, "rust") }

func FuzzRust(f *testing.F) {
	fuzzReader(f, "rust", "Cargo.lock", "Cargo.toml", ".cargo/config.toml")
}
