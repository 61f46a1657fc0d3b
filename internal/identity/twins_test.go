package identity

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

// by makes candidates of what a tool sees on a branch at a commit ("tool branch commit"), each of a finding of its own.
func seenBy(source string, number int64, list ...*finding.Finding) []Candidate {
	part := strings.Split(source, "|")
	out := plain(list...)
	for i := range out {
		out[i].Tool, out[i].Branch, out[i].Commit = part[0], part[1], part[2]
		if number != 0 {
			out[i].Finding = number + int64(i)
		}
	}
	return out
}

func TestTwins_saysWhyTwoAreOne(t *testing.T) {
	bandit := func(path string, line int, code string) *finding.Finding {
		return with(sast(path, line, "", code), func(f *finding.Finding) { f.Rule = "B608" })
	}
	masked := func(path string, line int) *finding.Finding {
		return with(leak("pw", path, line, ""), func(f *finding.Finding) { f.Evidence = "hors****" })
	}
	bucket := func(rule, address, path string) *finding.Finding {
		return with(thing("iac", rule, "x", "resource", address), func(f *finding.Finding) { f.Location.Path = path })
	}
	numbered := fmt.Sprintf("9 import os\n10 %s\n11 exit()\n", query)
	const semgrep, other = "Semgrep|main|c1", "Bandit|main|c1"
	for _, c := range []struct {
		name         string
		known, fresh []Candidate
		want         []string
	}{
		{"another branch", seenBy("Semgrep|main|c1", 1, at(10)), seenBy("Semgrep|feature|c2", 0, at(10)), []string{"0-0: the same code on branch main"}},
		{"another branch, lines moved", seenBy("Semgrep|main|c1", 1, at(10)), seenBy("Semgrep|feature|c2", 0, at(15)), []string{"0-0: the same code on branch main, 5 lines further down"}},
		{"another branch, two of which one moved to where the other stood", seenBy("Semgrep|main|c1", 1, at(10), at(20)), seenBy("Semgrep|feature|c2", 0, at(20), at(30)),
			[]string{"0-0: the same code on branch main, 10 lines further down", "1-1: the same code on branch main, 10 lines further down"}},
		{"a copy in another file of a branch", seenBy("Semgrep|main|c1", 1, at(10)), seenBy("Semgrep|feature|c2", 0, sast("b.py", 10, "", query)), nil},
		{"a copy in another file, with the hash of the line", seenBy("Semgrep|main|c1", 1, with(at(10), func(f *finding.Finding) { f.Fingerprint = "00112233" })),
			seenBy("Semgrep|feature|c2", 0, with(sast("b.py", 10, "", query), func(f *finding.Finding) { f.Fingerprint = "00112233" })), nil},
		{"one of two on another branch", seenBy("Semgrep|main|c1", 1, at(10), at(20)), seenBy("Semgrep|feature|c2", 0, at(13)), nil},
		{"known on two branches as one finding", slices.Concat(seenBy("Semgrep|main|c1", 1, at(10)), seenBy("Semgrep|rel|c0", 1, at(12))), seenBy("Semgrep|feature|c2", 0, at(14)), []string{"0-0: the same code on branch main, 4 lines further down"}},

		{"another tool, the same line of code", seenBy(semgrep, 1, at(10)), seenBy(other, 0, bandit("a.py", 10, numbered)), []string{"0-0: Semgrep and Bandit report the same kind of weakness in the same line of code"}},
		{"another tool at another commit", seenBy(semgrep, 1, at(10)), seenBy("Bandit|main|c2", 0, bandit("a.py", 17, query)), []string{"0-0: Semgrep and Bandit report the same kind of weakness in the same line of code"}},
		{"another tool, no code, one commit", seenBy(semgrep, 1, at(10)), seenBy(other, 0, bandit("a.py", 10, "")), []string{"0-0: Semgrep and Bandit report the same kind of weakness on the same line, 10"}},
		{"another tool, no code, another commit", seenBy(semgrep, 1, at(10)), seenBy("Bandit|main|c2", 0, bandit("a.py", 10, "")), nil},
		{"another tool, no code, another branch", seenBy("Semgrep|main|", 1, at(10)), seenBy("Bandit|feature|", 0, bandit("a.py", 10, "")), nil},
		{"another tool, other code on the line", seenBy(semgrep, 1, at(10)), seenBy(other, 0, bandit("a.py", 10, "run(x, y)")), nil},
		{"another tool, another file", seenBy(semgrep, 1, at(10)), seenBy(other, 0, bandit("b.py", 10, query)), nil},
		{"two rules of one tool on a line", seenBy(semgrep, 1, at(10)), seenBy(other, 0, bandit("a.py", 10, query), with(bandit("a.py", 10, query), func(f *finding.Finding) { f.Location.Region.StartColumn = 9 })), nil},
		{"a tool that sees the finding on another branch by other keys", slices.Concat(seenBy(semgrep, 1, at(10)), seenBy("Bandit|rel|c0", 1, bandit("a.py", 3, "other(1, 2)"))), seenBy(other, 0, bandit("a.py", 10, query)), nil},
		{"two tools, two equal lines each", seenBy(semgrep, 1, at(10), at(20)), seenBy(other, 0, bandit("a.py", 10, query), bandit("a.py", 20, query)),
			[]string{"0-0: Semgrep and Bandit report the same kind of weakness in the same line of code", "1-1: Semgrep and Bandit report the same kind of weakness in the same line of code"}},
		{"two tools, of two equal lines one each", seenBy(semgrep, 1, at(10), at(20)), seenBy(other, 0, bandit("a.py", 20, query)), []string{"1-0: Semgrep and Bandit report the same kind of weakness in the same line of code"}},

		{"two names of a flaw", seenBy("Trivy|main|", 1, sca("CVE-2021-44228", "Maven", "log4j", "2", "a/pom.xml")), seenBy("npm audit|main|", 0, sca("GHSA-jfh8-c2jp-5v3q", "Maven", "log4j", "2", "a/pom.lock", "CVE-2021-44228")),
			[]string{"0-0: Trivy calls it CVE-2021-44228, npm audit GHSA-jfh8-c2jp-5v3q"}},
		{"one name of a flaw", seenBy("Trivy|main|", 1, sca("CVE-2021-44228", "Maven", "log4j", "2", "pom.xml")), seenBy("Grype|main|", 0, sca("CVE-2021-44228", "Maven", "log4j", "2", "app/pom.xml")),
			[]string{"0-0: Trivy and Grype both report CVE-2021-44228"}},
		{"two projects told by their folders", seenBy("Trivy|main|", 1, sca("CVE-2021-1", "npm", "x", "1", "a/package-lock.json"), sca("CVE-2021-1", "npm", "x", "1", "b/package-lock.json")),
			seenBy("Dependabot|main|", 0, sca("CVE-2021-1", "npm", "x", "1", "b/package.json"), sca("CVE-2021-1", "npm", "x", "1", "a/package.json")),
			[]string{"1-0: Trivy and Dependabot both report CVE-2021-1", "0-1: Trivy and Dependabot both report CVE-2021-1"}},
		{"two projects, one seen by the other tool", seenBy("Trivy|main|", 1, sca("CVE-2021-1", "npm", "x", "1", "a/l.json"), sca("CVE-2021-1", "npm", "x", "1", "b/l.json")),
			seenBy("Snyk|main|", 0, sca("CVE-2021-1", "npm", "x", "1", "b/package.json")), []string{"1-0: Trivy and Snyk both report CVE-2021-1"}},
		{"two projects, none of them named", seenBy("Trivy|main|", 1, sca("CVE-2021-1", "npm", "x", "1", "a/l.json"), sca("CVE-2021-1", "npm", "x", "1", "b/l.json")),
			seenBy("Snyk|main|", 0, sca("CVE-2021-1", "npm", "x", "1", "")), nil},
		{"different projects", seenBy("Trivy|main|", 1, sca("CVE-2021-1", "npm", "x", "1", "a/l.json")), seenBy("Snyk|main|", 0, sca("CVE-2021-1", "npm", "x", "1", "b/package.json")), nil},

		{"one secret", seenBy("Gitleaks|main|", 1, leak("generic", "a.env", 1, "horse-battery-staple")), seenBy("TruffleHog|main|", 0, leak("pw", "b.env", 7, "horse-battery-staple")), []string{"0-0: Gitleaks and TruffleHog found the same secret"}},
		{"two secrets on one line", seenBy("Gitleaks|main|", 1, leak("generic", "a.env", 1, "horse-battery-staple")), seenBy("TruffleHog|main|", 0, leak("pw", "a.env", 1, "horse-battery-maples")), nil},
		{"a secret and its mask", seenBy("Gitleaks|main|", 1, leak("generic", "a.env", 1, "horse-battery-staple")), seenBy("reeve|main|", 0, masked("a.env", 1)), []string{"0-0: Gitleaks and reeve found the same secret"}},
		{"a secret and the mask on another line", seenBy("Gitleaks|main|", 1, leak("generic", "a.env", 1, "horse-battery-staple")), seenBy("reeve|main|", 0, masked("a.env", 2)), nil},

		{"one bucket", seenBy("Checkov|main|", 1, bucket("CKV_1", "aws_s3_bucket.logs", "infra/s3.tf")), seenBy("Trivy|main|", 0, bucket("AVD-1", "aws_s3_bucket[logs]", "s3.tf")),
			[]string{"0-0: Checkov's CKV_1 and Trivy's AVD-1 say the same of the same thing"}},
		{"a bucket of the same name in another module", seenBy("Checkov|main|", 1, bucket("CKV_1", "aws_s3_bucket.logs", "a/s3.tf")), seenBy("Trivy|main|", 0, bucket("AVD-1", "aws_s3_bucket.logs", "b/s3.tf")), nil},
	} {
		if got := told(Twins(c.known, c.fresh)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTwins_anotherBranchAndAnotherTool(t *testing.T) {
	was := newCorpus(seeded(1), 10)
	branch := newCorpus(seeded(1), 10)
	mutations()["lines inserted at the top"](branch, seeded(2))
	tool := newCorpus(seeded(1), 10)
	tool.functions, tool.numbers = false, true
	for _, p := range tool.projects {
		p.path = strings.Replace(p.path, "package-lock.json", "package.json", 1)
		for _, k := range p.packages {
			k.flaw, k.alias = k.alias, k.flaw
		}
	}
	family := func(rule string) string { return strings.TrimPrefix(rule, "other-") }
	rename := func(list []sighting) []sighting {
		for _, s := range list {
			if s.f.Engine != "sca" {
				s.f.Rule = "other-" + s.f.Rule
			}
		}
		return list
	}
	o := Options{Key: key, Family: family}
	main := was.see()
	known := candidates(main, o, "Semgrep", "main")
	for i := range known {
		known[i].Finding = int64(i + 1)
	}
	for name, c := range map[string]struct {
		now          []sighting
		tool, branch string
	}{
		"another branch": {branch.see(), "Semgrep", "feature"},
		"another tool":   {rename(tool.see()), "Bandit", "main"},
	} {
		kept := 0
		for _, p := range Twins(known, candidates(c.now, o, c.tool, c.branch)) {
			if main[p.Gone].truth == c.now[p.Fresh].truth {
				kept++
			} else {
				t.Errorf("%s: %q merged with %q: %s", name, main[p.Gone].truth, c.now[p.Fresh].truth, p.Why)
			}
		}
		t.Logf("%s: %d of %d are one", name, kept, len(main))
		if 1000*kept < 995*len(main) {
			t.Errorf("%s: %d of %d are one, want 99.5 %%", name, kept, len(main))
		}
	}
}
