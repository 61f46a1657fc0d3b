package remedy

import (
	"context"
	"testing"

	"github.com/reevehq/reeve/internal/finding"
)

func TestMake_whatIsWaivedOrBelowTheLevelIsNoReason(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, flaw{"CVE-2", "npm", "steep", [][2]string{{"0", "2.2.0"}}})
	r := request(t, npmShop(), db, npmShelf(t).client(t))
	for i := range r.Findings {
		if r.Findings[i].Rule == "CVE-1" {
			r.Findings[i].Verdict = &finding.Verdict{Action: finding.Waived}
		}
	}
	r.Least = finding.High
	if p := makePlan(t, r); len(p.Steps) != 1 || p.Steps[0].Name != "steep" {
		t.Errorf("steps %+v", p.Steps)
	}
	r.Least = finding.Critical
	if p := makePlan(t, r); len(p.Steps)+len(p.Left)+len(p.Changes) != 0 {
		t.Errorf("plan %+v", p)
	}
	r.Least, r.Package = finding.Info, "leaf"
	if p := makePlan(t, r); len(p.Steps) != 0 {
		t.Errorf("plan %+v", p)
	}
}

func TestMake_theLeastVersionThatClearsTheMost(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.2"}}}, flaw{"CVE-2", "npm", "leaf", [][2]string{{"0", "1.0.3"}}}, flaw{"CVE-3", "npm", "leaf", [][2]string{{"0", "2.0.0"}}})
	r := request(t, npmShop(), db, npmShelf(t).client(t))
	p := makePlan(t, r)
	if len(p.Steps) != 1 || p.Steps[0].To != "1.0.3" || len(p.Steps[0].Clears) != 2 || p.Steps[0].Score != 140 {
		t.Errorf("steps %+v", p.Steps)
	}
	if len(p.Left) != 1 || len(p.Left[0].Flaws) != 1 || p.Left[0].Flaws[0].ID != "CVE-3" {
		t.Errorf("left %+v", p.Left)
	}
	r.MaxJump = Major
	if p := makePlan(t, r); len(p.Steps) != 1 || p.Steps[0].To != "2.0.0" || len(p.Left) != 0 {
		t.Errorf("with major: steps %+v, left %+v", p.Steps, p.Left)
	}
}

func TestMake_upgradesThatStandInEachOthersWayAreMadeInTurn(t *testing.T) {
	s := newShelf(t)
	s.pypi("apple", map[string][]string{"1.0": nil, "1.1": {"zebra>=1.1"}})
	s.pypi("zebra", map[string][]string{"1.0": nil, "1.1": nil})
	db := openAdvisories(t, flaw{"PYSEC-1", "PyPI", "apple", [][2]string{{"0", "1.1"}}}, flaw{"PYSEC-2", "PyPI", "zebra", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, tree{"requirements.txt": "apple==1.0\nzebra==1.0\n"}, db, s.client(t)))
	if len(p.Left) != 0 || after(t, p, "requirements.txt") != "apple==1.1\nzebra==1.1\n" {
		t.Errorf("plan %+v", p)
	}
}

func TestMake_endsWhenItIsCancelled(t *testing.T) {
	db := openAdvisories(t, flaw{"CVE-1", "npm", "leaf", [][2]string{{"0", "1.0.3"}}})
	r := request(t, npmShop(), db, npmShelf(t).client(t))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if p, err := Make(ctx, r); err == nil || p != nil {
		t.Errorf("plan %+v, %v", p, err)
	}
}

func TestMake_filesThatAreNotWrittenComeWithTheCommandThatDoes(t *testing.T) {
	lock := "GEM\n  remote: https://rubygems.org/\n  specs:\n    leaf (1.0)\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  leaf\n"
	db := openAdvisories(t, flaw{"CVE-1", "RubyGems", "leaf", [][2]string{{"0", "1.1"}}})
	p := makePlan(t, request(t, tree{"Gemfile": "source 'https://rubygems.org'\ngem 'leaf'\n", "Gemfile.lock": lock}, db, nil))
	if len(p.Changes) != 0 || len(p.Left) != 1 || p.Left[0].Do != "Run bundle update --conservative leaf." {
		t.Errorf("plan %+v", p)
	}
}
