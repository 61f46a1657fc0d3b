package lockfile

import "testing"

func TestGo_documents(t *testing.T) { sketchCases(t, "go") }

func FuzzGo(f *testing.F) {
	fuzzReader(f, "go", "go.mod", "go.sum", "go.work", "vendor/modules.txt")
}

func TestGoSemver(t *testing.T) {
	for name, want := range map[string]string{
		"go1.21": "1.21.0", "go1.22.3": "1.22.3", "go1.22rc1": "1.22.0-rc.1", "go1.20beta2": "1.20.0-beta.2", "go1.9.7": "1.9.7",
		"go1.22.3-custom": "1.22.3", "": "", "default": "", "1.22": "", "go1.x": "", "go": "",
	} {
		if got := goSemver(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
