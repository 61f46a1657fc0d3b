package lockfile

import (
	"fmt"
	"strings"
	"testing"
)

// manyPackages are files of n packages each, by the path they are read as.
func manyPackages(n int) map[string][]byte {
	hash := strings.Repeat("0123456789abcdef", 4)
	var cargo, poetry, requirements, gomod, uv, gems strings.Builder
	cargo.WriteString("version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"crate-0\",\n]\n\n")
	gomod.WriteString("module example.com/app\n\ngo 1.22\n\nrequire (\n")
	uv.WriteString("version = 1\nrequires-python = \">=3.11\"\n\n")
	gems.WriteString("GEM\n  remote: https://rubygems.org/\n  specs:\n")
	for i := range n {
		a, b := (i+1)%n, (i*6+4)%n
		fmt.Fprintf(&cargo, "[[package]]\nname = \"crate-%d\"\nversion = \"1.%d.0\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"%s\"\ndependencies = [\n \"crate-%d\",\n \"crate-%d\",\n]\n\n", i, i, hash, a, b)
		fmt.Fprintf(&poetry, "[[package]]\nname = \"package-%d\"\nversion = \"1.%d.0\"\ndescription = \"What it is good for\"\noptional = false\npython-versions = \">=3.8\"\ngroups = [\"main\"]\nfiles = [\n", i, i)
		fmt.Fprintf(&uv, "[[package]]\nname = \"package-%d\"\nversion = \"1.%d.0\"\nsource = { registry = \"https://pypi.org/simple\" }\ndependencies = [\n    { name = \"package-%d\" },\n    { name = \"package-%d\", marker = \"sys_platform == 'linux'\" },\n]\nwheels = [\n", i, i, a, b)
		for w := range 5 {
			fmt.Fprintf(&poetry, "    {file = \"package_%d-1.%d.0-cp31%d-manylinux_2_17_x86_64.whl\", hash = \"sha256:%s\"},\n", i, i, w, hash)
			fmt.Fprintf(&uv, "    { url = \"https://files.pythonhosted.org/packages/aa/bb/package_%d-1.%d.0-cp31%d-manylinux_2_17_x86_64.whl\", hash = \"sha256:%s\", size = 12345 },\n", i, i, w, hash)
		}
		fmt.Fprintf(&poetry, "]\n\n[package.dependencies]\npackage-%d = \">=1.0\"\npackage-%d = {version = \">=1.0\", markers = \"python_version > \\\"3\\\"\"}\n\n", a, b)
		uv.WriteString("]\n\n")
		fmt.Fprintf(&requirements, "package-%d==1.%d.0 \\\n    --hash=sha256:%s \\\n    --hash=sha256:%s\n    # via package-%d\n", i, i, hash, hash, a)
		fmt.Fprintf(&gomod, "\tgithub.com/owner-%d/module-%d v1.%d.0 // indirect\n", i, i, i)
		fmt.Fprintf(&gems, "    gem-%d (1.%d.0)\n      gem-%d (>= 1)\n      gem-%d (>= 1)\n", i, i, a, b)
	}
	poetry.WriteString("[metadata]\nlock-version = \"2.1\"\ncontent-hash = \"" + hash + "\"\n")
	gomod.WriteString(")\n")
	gems.WriteString("\nDEPENDENCIES\n  gem-0\n")
	return map[string][]byte{
		"Cargo.lock": []byte(cargo.String()), "poetry.lock": []byte(poetry.String()), "requirements.txt": []byte(requirements.String()),
		"go.mod": []byte(gomod.String()), "uv.lock": []byte(uv.String()), "Gemfile.lock": []byte(gems.String()),
	}
}

func benchmarkMany(b *testing.B, path string) {
	const n = 1000
	data := manyPackages(n)[path]
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := Read(path, data)
		if err != nil || len(doc.Packages) < n {
			b.Fatalf("%v, %+v", err, doc)
		}
	}
}

func BenchmarkCargoLock(b *testing.B)    { benchmarkMany(b, "Cargo.lock") }
func BenchmarkPoetryLock(b *testing.B)   { benchmarkMany(b, "poetry.lock") }
func BenchmarkRequirements(b *testing.B) { benchmarkMany(b, "requirements.txt") }
func BenchmarkGoMod(b *testing.B)        { benchmarkMany(b, "go.mod") }
func BenchmarkUVLock(b *testing.B)       { benchmarkMany(b, "uv.lock") }
func BenchmarkGemfileLock(b *testing.B)  { benchmarkMany(b, "Gemfile.lock") }

// Cut anywhere, a lock file is either read as far as whole packages go or refused with a sentence; it never panics.
func TestRead_cutAnywhere(t *testing.T) {
	for path, data := range manyPackages(3) {
		for end := range data {
			doc, err := Read(path, data[:end])
			if err == nil {
				sound(t, doc)
			} else if !strings.Contains(err.Error(), path) {
				t.Errorf("%s cut at %d: %v does not say where", path, end, err)
			}
		}
	}
}
