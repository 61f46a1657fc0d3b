package remedy

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pythonShelf(t *testing.T) *shelf {
	s := newShelf(t)
	s.pypi("leaf", map[string][]string{"1.0": nil, "1.1": {"water>=2"}, "1.2": nil, "2.0": nil})
	s.pypi("water", map[string][]string{"1.5": nil, "1.6": nil})
	s.pypi("brew-it", map[string][]string{"3.0": {`Leaf <1.3 ; python_version >= "3.8"`, `leaf <1.1 ; extra == "old"`, "water"}})
	return s
}

func TestPython_aPinAndItsHashesAreReplacedWhereTheyStand(t *testing.T) {
	hashes := func(version string) string {
		sums := []string{sum256("leaf-" + version + "-py3-none-any.whl"), sum256("leaf" + version)}
		slices.Sort(sums)
		return "    --hash=sha256:" + sums[0] + " \\\r\n    --hash=sha256:" + sums[1]
	}
	text := "# ours\r\nbrew_it==3.0 \\\r\n    --hash=sha256:" + sum256("b") + "\r\nLeaf [ssl] == 1.0 ; python_version >= \"3.8\" \\\r\n" + hashes("1.0") + "\r\n    # via brew-it\r\nwater==1.5 --hash=sha256:" + sum256("w") + "\r\n"
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "leaf", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, tree{"requirements.txt": text}, db, pythonShelf(t).client(t)))
	// 1.1 needs another water than is pinned, so the least that goes is 1.2.
	want := strings.Replace(strings.Replace(text, "== 1.0 ;", "== 1.2 ;", 1), hashes("1.0"), hashes("1.2"), 1)
	if diff := cmp.Diff(want, after(t, p, "requirements.txt")); diff != "" {
		t.Errorf("requirements.txt (-want +got):\n%s", diff)
	}
}

func TestPython_anotherPinStandsInTheWay(t *testing.T) {
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "leaf", [][2]string{{"0", "2.0"}}})
	r := request(t, tree{"requirements.txt": "brew-it==3.0\nleaf==1.0\n"}, db, pythonShelf(t).client(t))
	r.MaxJump = Major
	p := makePlan(t, r)
	if len(p.Changes) != 0 || len(p.Left) != 1 || !strings.Contains(p.Left[0].Why, "brew-it 3.0 asks for leaf <1.3") {
		t.Errorf("plan %+v", p)
	}
}

func TestPython_includedFilesAreChangedWhereTheyPin(t *testing.T) {
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "leaf", [][2]string{{"0", "1.2"}}})
	files := tree{"requirements.txt": "-r base.txt\nwater==1.5\n", "base.txt": "leaf==1.0\n", "requirements/dev.txt": "leaf==1.0 # same\n"}
	p := makePlan(t, request(t, files, db, pythonShelf(t).client(t)))
	if after(t, p, "requirements/dev.txt") != "leaf==1.2 # same\n" {
		t.Errorf("plan %+v", p)
	}
}

func TestPython_offlineWritesPinsButNoHashes(t *testing.T) {
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "leaf", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, tree{"requirements.txt": "leaf==1.0\n"}, db, nil))
	if after(t, p, "requirements.txt") != "leaf==1.1\n" {
		t.Errorf("plan %+v", p)
	}
	p = makePlan(t, request(t, tree{"requirements.txt": "leaf==1.0 --hash=sha256:" + sum256("x") + "\n"}, db, nil))
	if len(p.Changes) != 0 || len(p.Left) != 1 || !strings.Contains(p.Left[0].Why, "hashes") {
		t.Errorf("plan %+v", p)
	}
}

func TestPython_pyprojectIsChangedAndItsLockNamed(t *testing.T) {
	manifest := "[project]\nname = \"shop\"\ndependencies = [\n    \"leaf[ssl]==1.0\",  # pinned\n    \"water>=1\",\n]\n"
	lock := "version = 1\n\n[[package]]\nname = \"leaf\"\nversion = \"1.0\"\nsource = { registry = \"https://pypi.org/simple\" }\n\n[[package]]\nname = \"shop\"\nversion = \"0\"\nsource = { virtual = \".\" }\ndependencies = [{ name = \"leaf\" }]\n"
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "leaf", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, tree{"pyproject.toml": manifest, "uv.lock": lock}, db, pythonShelf(t).client(t)))
	if diff := cmp.Diff(strings.Replace(manifest, "==1.0", "==1.1", 1), after(t, p, "pyproject.toml")); diff != "" {
		t.Error(diff)
	}
	if p.Steps[0].Refresh != "uv lock --upgrade-package leaf==1.1" {
		t.Errorf("steps %+v", p.Steps)
	}
}

func TestPythonAllows(t *testing.T) {
	for _, c := range []struct {
		spec, version string
		want          bool
	}{
		{">=1,<2", "1.5", true}, {"~=1.4.2", "1.4.9", true}, {"~=1.4.2", "1.5", false}, {"==1.*", "1.9", true}, {"!=1.5.*", "1.5.1", false}, {"==1.0", "1.0.0", true}, {"", "3", true}, {"<=1.0+local", "1.0", true},
	} {
		if in, ok := pythonAllows(c.spec, c.version); !ok || in != c.want {
			t.Errorf("%q allows %s: %v, %v", c.spec, c.version, in, ok)
		}
	}
}
