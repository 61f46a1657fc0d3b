package remedy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const npmManifest = `{
  "name": "shop",
  "version": "1.0.0",
  "dependencies": {
    "brew": "1.0.0",
    "leaf": "^1.0.0"
  },
  "devDependencies": {
    "steep": "~2.1.0"
  }
}
`

// npmEntry writes an entry of a lock file as npm does.
func npmEntry(place, name, version, more string) string {
	return `    "` + place + `": {
      "version": "` + version + `",
      "resolved": "https://registry.npmjs.org/` + name + `/-/` + name + `-` + version + `.tgz",
      "integrity": "` + sri(name, version) + `"` + more + `
    }`
}

func npmLockOf(entries ...string) string {
	return `{
  "name": "shop",
  "version": "1.0.0",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": {
      "name": "shop",
      "version": "1.0.0",
      "dependencies": {
        "brew": "1.0.0",
        "leaf": "^1.0.0"
      },
      "devDependencies": {
        "steep": "~2.1.0"
      }
    },
` + strings.Join(entries, ",\n") + `
  }
}
`
}

func needs(list string) string {
	return `,
      "license": "MIT",
      "dependencies": {
        ` + list + `
      }`
}

const onlyLicence = `,
      "license": "MIT"`

func npmShop() tree {
	return tree{"package.json": npmManifest, "package-lock.json": npmLockOf(
		npmEntry("node_modules/brew", "brew", "1.0.0", needs(`"kettle": "1.0.0"`)),
		npmEntry("node_modules/kettle", "kettle", "1.0.0", onlyLicence),
		npmEntry("node_modules/leaf", "leaf", "1.0.1", onlyLicence),
		npmEntry("node_modules/steep", "steep", "2.1.0", `,
      "dev": true`+onlyLicence),
	)}
}

func npmShelf(t *testing.T) *shelf {
	s := newShelf(t)
	s.npm("brew", map[string]string{"1.0.0": `{"dependencies":{"kettle":"1.0.0"}}`, "1.1.0": `{"dependencies":{"kettle":"^1.1.0","whistle":"^3.0.0"}}`, "2.0.0": `{}`})
	s.npm("kettle", map[string]string{"1.0.0": `{}`, "1.1.0": `{}`, "1.1.1": `{}`})
	s.npm("leaf", map[string]string{"1.0.1": `{}`, "1.0.2": `{"dependencies":{"kettle":"^0.9.0"}}`, "1.0.3": `{}`, "2.0.0": `{}`})
	s.npm("steep", map[string]string{"2.1.0": `{}`, "2.2.0": `{}`})
	s.npm("whistle", map[string]string{"3.0.0": `{}`, "3.0.1": `{"bin":"./cli.js","engines":{"node":">=18"}}`})
	s.pages["/npm/kettle"] = strings.Replace(s.pages["/npm/kettle"], `"versions":{`, `"versions":{"0.9.0":{"name":"kettle","version":"0.9.0","license":"MIT","dist":{"tarball":"https://registry.npmjs.org/kettle/-/kettle-0.9.0.tgz","integrity":"`+sri("kettle", "0.9.0")+`"}},`, 1)
	return s
}

func TestNpm_anInRangeUpgradeChangesThreeLines(t *testing.T) {
	files := npmShop()
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}})
	p := makePlan(t, request(t, files, db, npmShelf(t).client(t)))
	if len(p.Steps) != 1 || p.Steps[0].How != InRange || p.Steps[0].To != "1.0.3" || p.Steps[0].Jump != Patch || len(p.Changes) != 1 {
		t.Fatalf("plan %+v", p)
	}
	want := []string{
		`-      "version": "1.0.1",`, `-      "resolved": "https://registry.npmjs.org/leaf/-/leaf-1.0.1.tgz",`, `-      "integrity": "` + sri("leaf", "1.0.1") + `",`,
		`+      "version": "1.0.3",`, `+      "resolved": "https://registry.npmjs.org/leaf/-/leaf-1.0.3.tgz",`, `+      "integrity": "` + sri("leaf", "1.0.3") + `",`,
	}
	if diff := cmp.Diff(want, changedLines(files["package-lock.json"], after(t, p, "package-lock.json"))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestNpm_aPinThatIsInTheWayIsChangedInBothFiles(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "steep", [][2]string{{"0", "2.2.0"}}})
	p := makePlan(t, request(t, npmShop(), db, npmShelf(t).client(t)))
	if len(p.Steps) != 1 || p.Steps[0].How != Direct {
		t.Fatalf("plan %+v", p)
	}
	for _, file := range []string{"package.json", "package-lock.json"} {
		if text := after(t, p, file); strings.Count(text, `"steep": "~2.2.0"`) != 1 || strings.Contains(text, "~2.1.0") {
			t.Errorf("%s:\n%s", file, text)
		}
	}
	if text := after(t, p, "package-lock.json"); !strings.Contains(text, "\"integrity\": \""+sri("steep", "2.2.0")+"\",\n      \"dev\": true,\n      \"license\": \"MIT\"") {
		t.Errorf("the entry's flags moved:\n%s", text)
	}
}

func TestNpm_whatBringsAFlawIsUpgradedAndWhatItNeedsComes(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "kettle", [][2]string{{"1.0.0", "1.1.0"}}})
	p := makePlan(t, request(t, npmShop(), db, npmShelf(t).client(t)))
	if len(p.Steps) != 1 || p.Steps[0].How != Parent || len(p.Left) != 0 {
		t.Fatalf("plan %+v", p)
	}
	if diff := cmp.Diff([]string{"brew 1.1.0"}, p.Steps[0].By); diff != "" {
		t.Error(diff)
	}
	want := npmLockOf(
		npmEntry("node_modules/brew", "brew", "1.1.0", needs("\"kettle\": \"^1.1.0\",\n        \"whistle\": \"^3.0.0\"")),
		npmEntry("node_modules/kettle", "kettle", "1.1.1", onlyLicence),
		npmEntry("node_modules/leaf", "leaf", "1.0.1", onlyLicence),
		npmEntry("node_modules/steep", "steep", "2.1.0", `,
      "dev": true`+onlyLicence),
		npmEntry("node_modules/whistle", "whistle", "3.0.1", onlyLicence+`,
      "bin": {
        "whistle": "cli.js"
      },
      "engines": {
        "node": ">=18"
      }`),
	)
	want = strings.Replace(want, `"brew": "1.0.0",`, `"brew": "1.1.0",`, 1)
	if diff := cmp.Diff(want, after(t, p, "package-lock.json")); diff != "" {
		t.Errorf("lock file (-want +got):\n%s", diff)
	}
}

func TestNpm_anOverrideIsTheLastWay(t *testing.T) {
	s := npmShelf(t)
	s.npm("brew", map[string]string{"1.0.0": `{"dependencies":{"kettle":"1.0.0"}}`})
	db := openAdvisories(t, flaw{"CVE-1", "npm", "kettle", [][2]string{{"1.0.0", "1.1.0"}}})
	p := makePlan(t, request(t, npmShop(), db, s.client(t)))
	if len(p.Steps) != 1 || p.Steps[0].How != Override || len(p.Steps[0].Risks) == 0 {
		t.Fatalf("plan %+v", p)
	}
	want := strings.Replace(npmManifest, "    \"steep\": \"~2.1.0\"\n  }\n}", "    \"steep\": \"~2.1.0\"\n  },\n  \"overrides\": {\n    \"kettle\": \"^1.1.0\"\n  }\n}", 1)
	if diff := cmp.Diff(want, after(t, p, "package.json")); diff != "" {
		t.Errorf("package.json (-want +got):\n%s", diff)
	}
}

func TestNpm_aVersionThatNeedsAnotherIsNestedWhereItDisturbsNobody(t *testing.T) {
	s := npmShelf(t)
	s.npm("leaf", map[string]string{"1.0.1": `{}`, "1.0.2": `{"dependencies":{"kettle":"^0.9.0"}}`})
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.2"}}})
	p := makePlan(t, request(t, npmShop(), db, s.client(t)))
	text := after(t, p, "package-lock.json")
	if !strings.Contains(text, `"node_modules/leaf/node_modules/kettle"`) || !strings.Contains(text, npmEntry("node_modules/kettle", "kettle", "1.0.0", onlyLicence)) {
		t.Errorf("lock file:\n%s", text)
	}
}

func TestNpm_whatNobodyNeedsAnyMoreGoes(t *testing.T) {
	s := npmShelf(t)
	s.npm("brew", map[string]string{"1.0.0": `{"dependencies":{"kettle":"1.0.0"}}`, "1.0.1": `{}`})
	db := openAdvisories(t, flaw{"CVE-1", "npm", "brew", [][2]string{{"0", "1.0.1"}}})
	p := makePlan(t, request(t, npmShop(), db, s.client(t)))
	if text := after(t, p, "package-lock.json"); strings.Contains(text, "kettle") {
		t.Errorf("kettle stays:\n%s", text)
	}
}

func TestNpm_leftWithItsReason(t *testing.T) {
	for name, c := range map[string]struct {
		change func(tree, *shelf)
		flaw   flaw
		want   string
	}{
		"major only": {nil, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "2.0.0"}}}, "--max-jump major"},
		"no fix":     {nil, flaw{"CVE-1", "npm", "steep", [][2]string{{"0", "9.0.0"}}}, "mends this yet"},
		"nested overrides": {func(f tree, _ *shelf) {
			f["package.json"] = strings.Replace(npmManifest, "{", `{"overrides": {"brew": {"kettle": "1"}},`, 1)
		}, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, "overrides that hold for parts"},
		"version 1": {func(f tree, _ *shelf) {
			f["package-lock.json"] = strings.Replace(f["package-lock.json"], `"lockfileVersion": 3`, `"lockfileVersion": 1`, 1)
		}, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, "lockfileVersion is 1"},
		"other registry": {func(f tree, _ *shelf) {
			f["package-lock.json"] = strings.ReplaceAll(f["package-lock.json"], "https://registry.npmjs.org/leaf", "https://npm.acme.example/leaf")
		}, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, "comes from npm.acme.example"},
		"no hash": {func(_ tree, s *shelf) {
			s.pages["/npm/leaf"] = strings.ReplaceAll(s.pages["/npm/leaf"], `"integrity"`, `"unknown"`)
		}, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, "tells no hash"},
		"peer missing": {func(_ tree, s *shelf) { s.npm("leaf", map[string]string{"1.0.3": `{"peerDependencies":{"cup":"^1"}}`}) }, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, "wants cup ^1 beside it"},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			files, s := npmShop(), npmShelf(t)
			if c.change != nil {
				c.change(files, s)
			}
			p := makePlan(t, request(t, files, openAdvisories(t, c.flaw), s.client(t)))
			if len(p.Changes) != 0 || len(p.Left) != 1 || !strings.Contains(p.Left[0].Why+p.Left[0].Do, c.want) {
				t.Errorf("plan %+v, want nothing written and %q", p, c.want)
			}
		})
	}
}

func TestNpm_anUpgradeThatBringsAFlawIsNotTaken(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.2"}}}, flaw{"CVE-2", "npm", "leaf", [][2]string{{"1.0.2", "1.0.3"}}})
	p := makePlan(t, request(t, npmShop(), db, npmShelf(t).client(t)))
	if len(p.Steps) != 1 || p.Steps[0].To != "1.0.3" {
		t.Errorf("steps %+v", p.Steps)
	}
}

func TestNpm_versionTwoKeepsBothHalvesInStep(t *testing.T) {
	files := npmShop()
	files["package-lock.json"] = strings.Replace(strings.Replace(files["package-lock.json"], `"lockfileVersion": 3`, `"lockfileVersion": 2`, 1), "\n  }\n}\n", `
  },
  "dependencies": {
    "brew": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/brew/-/brew-1.0.0.tgz",
      "integrity": "`+sri("brew", "1.0.0")+`",
      "requires": {
        "kettle": "1.0.0"
      }
    },
    "kettle": {
      "version": "1.0.0",
      "resolved": "https://registry.npmjs.org/kettle/-/kettle-1.0.0.tgz",
      "integrity": "`+sri("kettle", "1.0.0")+`"
    },
    "leaf": {
      "version": "1.0.1",
      "resolved": "https://registry.npmjs.org/leaf/-/leaf-1.0.1.tgz",
      "integrity": "`+sri("leaf", "1.0.1")+`"
    }
  }
}
`, 1)
	s := npmShelf(t)
	s.npm("leaf", map[string]string{"1.0.1": `{}`, "1.0.2": `{"dependencies":{"kettle":"^0.9.0"}}`})
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.2"}}})
	p := makePlan(t, request(t, files, db, s.client(t)))
	text := after(t, p, "package-lock.json")
	want := `    "leaf": {
      "version": "1.0.2",
      "resolved": "https://registry.npmjs.org/leaf/-/leaf-1.0.2.tgz",
      "integrity": "` + sri("leaf", "1.0.2") + `",
      "requires": {
        "kettle": "^0.9.0"
      },
      "dependencies": {
        "kettle": {
          "version": "0.9.0",
          "resolved": "https://registry.npmjs.org/kettle/-/kettle-0.9.0.tgz",
          "integrity": "` + sri("kettle", "0.9.0") + `"
        }
      }
    }
`
	if !strings.HasSuffix(text, want+"  }\n}\n") {
		t.Errorf("lock file:\n%s", text)
	}
}

func TestNpm_offlineChangesTheManifestAndSaysWhatToRun(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, flaw{"CVE-2", "npm", "kettle", [][2]string{{"0", "1.1.0"}}})
	p := makePlan(t, request(t, npmShop(), db, nil))
	if len(p.Steps) != 2 || p.Steps[0].Refresh == "" || p.Steps[0].How != Override || p.Steps[1].How != Direct {
		t.Fatalf("plan %+v", p)
	}
	if text := after(t, p, "package.json"); !strings.Contains(text, `"leaf": "^1.0.3"`) || !strings.Contains(text, `"kettle": "^1.1.0"`) || len(p.Changes) != 1 {
		t.Errorf("package.json:\n%s", text)
	}
}

func TestNpm_maliciousPackagesAreNotUpgraded(t *testing.T) {
	db := openAdvisories(t, flaw{"MAL-2026-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}})
	p := makePlan(t, request(t, npmShop(), db, npmShelf(t).client(t)))
	if len(p.Steps) != 0 || len(p.Left) != 1 || !strings.Contains(p.Left[0].Do, "Remove it now") {
		t.Errorf("plan %+v", p)
	}
}
