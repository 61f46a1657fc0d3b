package access

import (
	"errors"
	"slices"
	"testing"
)

func TestCheck_whatEachRoleMay(t *testing.T) {
	const ours, theirs = 1, 2
	for _, c := range []struct {
		role   Role
		team   int64
		action Action
		object int64
		want   error
	}{
		{Viewer, 0, Read, theirs, nil},
		{Viewer, 0, Triage, ours, ErrDenied},
		{Viewer, ours, Read, theirs, ErrHidden},
		{Developer, ours, Triage, ours, nil},
		{Developer, ours, Triage, theirs, ErrHidden},
		{Developer, ours, Decide, ours, ErrDenied},
		{Lead, ours, Decide, ours, nil},
		{Lead, ours, Decide, theirs, ErrHidden},
		{Lead, ours, Organise, ours, ErrDenied},
		{Security, 0, Decide, theirs, nil},
		{Security, 0, Govern, 0, ErrDenied},
		{Admin, 0, Govern, 0, nil},
		{Auditor, 0, Read, theirs, nil},
		{Auditor, 0, Inspect, 0, nil},
		{Auditor, 0, Triage, ours, ErrDenied},
		{Pipeline, 0, Import, ours, nil},
		{Pipeline, 0, Read, ours, ErrHidden},
		{"nobody", 0, Read, ours, ErrHidden},
	} {
		p := Principal{Grants: []Grant{{c.role, c.team}}}
		if err := p.Check(c.action, Object{Team: c.object}); !errors.Is(err, c.want) {
			t.Errorf("%s of team %d, %s of team %d: %v, want %v", c.role, c.team, c.action, c.object, err, c.want)
		}
	}
}

func TestCheck_tokensOnlyTakeAway(t *testing.T) {
	for _, r := range Roles() {
		for _, a := range Actions() {
			p := Principal{Grants: []Grant{{Role: r}}}
			whole := p.Check(a, Object{}) == nil
			p.Only = []Action{Read}
			if p.Check(a, Object{}) == nil && (!whole || a != Read) {
				t.Errorf("a token made for reading lets %s %s", r, a)
			}
			p = Principal{Grants: []Grant{{Role: r}}, Asset: "repository:shop"}
			if p.Check(a, Object{Asset: "repository:other"}) == nil {
				t.Errorf("a token for one asset lets %s %s another", r, a)
			}
		}
	}
}

func TestTable_auditorsWriteNothing(t *testing.T) {
	for _, a := range table[Auditor] {
		if !slices.Contains([]Action{Read, Inspect, Own}, a) {
			t.Errorf("an auditor may %s", a)
		}
	}
}

func TestGrant_wideRolesAreForAll(t *testing.T) {
	if (Grant{Admin, 3}).Valid() == nil || (Grant{"root", 0}).Valid() == nil || (Grant{Lead, 3}).Valid() != nil {
		t.Error("a grant is judged wrongly")
	}
}
