package lockfile

import "testing"

func TestPython_documents(t *testing.T) { sketchCases(t, "python") }

func FuzzPython(f *testing.F) {
	fuzzReader(f, "python", "requirements.txt", "Pipfile", "setup.cfg", "setup.py", "environment.yml", "pip.conf")
}

func FuzzPythonLocks(f *testing.F) {
	fuzzReader(f, "python", "poetry.lock", "uv.lock", "pdm.lock", "pylock.toml", "Pipfile.lock", "conda-lock.yml", "pyproject.toml")
}

func TestNormalPyName(t *testing.T) {
	for name, want := range map[string]string{
		"Friendly-_.Bard": "friendly-bard", "a": "a", "A.B_C": "a-b-c", "a--b": "a-b", "zope.interface": "zope-interface", "": "",
	} {
		got := normalPyName(name)
		if got != want || normalPyName(got) != got {
			t.Errorf("%s: got %q and then %q, want %q", name, got, normalPyName(got), want)
		}
	}
}

func TestPyArchive(t *testing.T) {
	tests := []struct{ base, name, version string }{
		{"torch-2.1.0%2Bcu118-cp311-cp311-linux_x86_64.whl", "torch", "2.1.0+cu118"},
		{"My_Pkg-1.0-1-py3-none-any.whl", "my-pkg", "1.0"},
		{"my-pkg-1.0.post1.tar.gz", "my-pkg", "1.0.post1"},
		{"my-pkg-main.zip", "", ""},
		{"22.0.2.zip", "", ""},
		{"broken.whl", "", ""},
		{"pkg.exe", "", ""},
	}
	for _, test := range tests {
		if name, version := pyArchive(test.base); name != test.name || version != test.version {
			t.Errorf("%s: got %q %q", test.base, name, version)
		}
	}
}

func TestPythonMatch(t *testing.T) {
	for path, want := range map[string]string{
		"requirements.txt": "requirements.txt", "a/requirements_dev.txt": "requirements.txt", "requirements/base.in": "requirements.txt",
		"dev-requirements.pip": "requirements.txt", "a/constraints.txt": "constraints.txt", "requirements/constraints.txt": "constraints.txt",
		"pylock.prod.toml": "pylock.toml", "environment.yaml": "environment.yml", "environment-dev.yml": "environment.yml",
		"conda-lock.yml": "conda-lock.yml", "pip.ini": "pip.conf",
		"readme.txt": "", "pylock.a.b.toml": "", "my-environments.yml": "", "Pipfile.bak": "",
	} {
		got := ""
		if reader := Match(path); reader != nil {
			got = reader.Format
		}
		if got != want {
			t.Errorf("%s: read as %q, want %q", path, got, want)
		}
	}
}
