package api

import (
	"fmt"
	"maps"

	"github.com/reevehq/reeve/internal/access"
)

// expectation is how an operation is asked about something of a team, and what the access table says to that.
type expectation struct {
	// path fills the address, body is what is sent.
	path, body func(f *fixture, team string) string
	// want is the table's answer; o is what the operation is about.
	want func(p access.Principal, o access.Object) error
}

// fixture is what the operations are about.
type fixture struct {
	*bench
	n    int
	kept int64
}

func fixed(text string) func(*fixture, string) string {
	return func(*fixture, string) string { return text }
}

// can is a right that is about no object, check one on the object, either any of several.
func can(actions ...access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, _ access.Object) error { return anyCan(p, actions...) }
}

func anyCan(p access.Principal, actions ...access.Action) error {
	for _, a := range actions {
		if p.Can(a) == nil {
			return nil
		}
	}
	return access.ErrDenied
}

func check(a access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error { return p.Check(a, o) }
}

// besides asks about the team's other asset.
func besides(a access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error {
		o.Asset += "-too"
		return p.Check(a, o)
	}
}

// first asks one thing after the other.
func first(all ...func(access.Principal, access.Object) error) func(access.Principal, access.Object) error {
	return func(p access.Principal, o access.Object) error {
		for _, one := range all {
			if err := one(p, o); err != nil {
				return err
			}
		}
		return nil
	}
}

// only tells all others that there is nothing.
func only(actions ...access.Action) func(access.Principal, access.Object) error {
	return func(p access.Principal, _ access.Object) error {
		if anyCan(p, actions...) != nil {
			return access.ErrHidden
		}
		return nil
	}
}

func everybody(access.Principal, access.Object) error { return nil }
func hiddenFromAll(access.Principal, access.Object) error {
	return access.ErrHidden
}

// importing is the right to bring in a report: a token for one asset brings in what is about that, whatever is asked.
func importing(p access.Principal, o access.Object) error {
	if p.Can(access.Import) != nil {
		return access.ErrDenied
	}
	if p.Asset != "" || p.Check(access.Import, access.Object{}) == nil {
		return nil
	}
	return p.Check(access.Import, o)
}

// seeing an import takes the log's right, or its assets'.
func seeing(p access.Principal, o access.Object) error {
	if err := anyCan(p, access.Inspect, access.Read, access.Import); err != nil {
		return err
	}
	if p.Can(access.Inspect) != nil && p.Check(access.Read, o) != nil {
		return access.ErrHidden
	}
	return nil
}

func finds(address string) func(*fixture, string) string {
	return func(f *fixture, team string) string { return fmt.Sprintf(address, f.finding(team, 0)) }
}

func ofAsset(address string) func(*fixture, string) string {
	return func(f *fixture, team string) string { return fmt.Sprintf(address, f.assets[team]) }
}

func ofTeam(address string) func(*fixture, string) string {
	return func(_ *fixture, team string) string { return fmt.Sprintf(address, team) }
}

// expectations has a line for every operation of the document: a new one without a line fails the test.
func expectations() map[string]expectation {
	all := aboutFindings()
	maps.Copy(all, aboutThings())
	maps.Copy(all, aboutPeople())
	return all
}

func aboutFindings() map[string]expectation {
	return map[string]expectation{
		"listFindings":   {fixed("/findings"), nil, can(access.Read)},
		"listFacets":     {fixed("/findings/facets?fields=level,team"), nil, can(access.Read)},
		"countFindings":  {fixed("/findings/counts?by=level"), nil, can(access.Read)},
		"suggestValues":  {fixed("/findings/suggest?field=team&text=o"), nil, can(access.Read)},
		"getFinding":     {finds("/findings/%d"), nil, check(access.Read)},
		"changeFinding":  {finds("/findings/%d"), fixed(`{"why":"seen"}`), first(can(access.Triage), check(access.Triage))},
		"changeFindings": {fixed("/findings"), finds(`{"findings":[%d],"why":"seen"}`), first(can(access.Triage), check(access.Triage))},
		"mergeFindings": {finds("/findings/%d/merge"), func(f *fixture, team string) string { // it is another asset's, so it is a conflict for who may
			return fmt.Sprintf(`{"others":[%d],"why":"alike"}`, f.finding(team+"-too", 0))
		}, first(can(access.Read), check(access.Decide), besides(access.Decide))},
		"splitFinding": {finds("/findings/%d/split"), (*fixture).sighting, first(can(access.Read), check(access.Decide))},

		"importReport": {ofTeam("/imports?asset=repository:%s"), fixed(report("app.py", "db.py")), importing},
		"listImports":  {fixed("/imports"), nil, can(access.Inspect, access.Read, access.Import)},
		"getImport":    {(*fixture).imported, nil, seeing},
		"listFormats":  {fixed("/formats"), nil, everybody},
	}
}

func aboutThings() map[string]expectation {
	view, hook := filled((*fixture).view), filled((*fixture).hook)
	return map[string]expectation{
		"listAssets":  {fixed("/assets"), nil, can(access.Read)},
		"addAsset":    {fixed("/assets"), (*fixture).newName, can(access.Organise)},
		"getAsset":    {ofAsset("/assets/%d"), nil, check(access.Read)},
		"changeAsset": {ofAsset("/assets/%d"), fixed(`{"criticality":"high"}`), check(access.Configure)},

		"listTeams":    {fixed("/teams"), nil, can(access.Read)},
		"getTeam":      {ofTeam("/teams/%s"), nil, can(access.Read)},
		"setTeam":      {ofTeam("/teams/%s"), fixed(`{"name":"Team"}`), can(access.Organise)},
		"dropTeam":     {ofTeam("/teams/%s"), nil, can(access.Organise)}, // it owns something, so it is a conflict for who may
		"listPolicies": {fixed("/policies"), nil, can(access.Read)},
		"getPolicy":    {fixed("/policies/default"), nil, can(access.Read)},
		"setPolicy":    {fixed("/policies/strict"), fixed(policyText), can(access.Organise)},
		"dropPolicy":   {fixed("/policies/default"), nil, can(access.Organise)}, // it is built in, so it is a conflict for who may

		"listViews": {fixed("/views"), nil, can(access.Read)},
		"addView":   {fixed("/views"), (*fixture).newView, can(access.Own)},
		"getView":   {view("/views/%d"), nil, first(can(access.Read), hiddenFromAll)},
		"setView":   {view("/views/%d"), fixed(`{"name":"private","query":""}`), first(can(access.Own), can(access.Read), hiddenFromAll)},
		"dropView":  {view("/views/%d"), nil, first(can(access.Own), can(access.Read), hiddenFromAll)},

		"getOverview": {fixed("/overview"), nil, can(access.Read)},
		"getMetrics":  {fixed("/metrics"), nil, can(access.Read)},
		"getPast":     {fixed("/past"), nil, can(access.Read)},

		"listBills":    {ofAsset("/assets/%d/bills"), nil, check(access.Read)},
		"listPackages": {ofAsset("/assets/%d/packages"), nil, check(access.Read)},
		"listHolders":  {fixed("/holders?q=left-pad"), nil, can(access.Read)},

		"listHooks":      {fixed("/hooks"), nil, can(access.Organise)},
		"addHook":        {fixed("/hooks"), (*fixture).newHook, can(access.Organise)},
		"getHook":        {hook("/hooks/%d"), nil, can(access.Organise)},
		"setHook":        {hook("/hooks/%d"), fixed(hookText("kept")), can(access.Organise)},
		"dropHook":       {hook("/hooks/%d"), nil, can(access.Organise)},
		"listDeliveries": {hook("/hooks/%d/deliveries"), nil, can(access.Organise)},
		"testHook":       {hook("/hooks/%d/test"), nil, can(access.Organise)},
		"resendDelivery": {hook("/hooks/%d/deliveries/1/1/resend"), nil, can(access.Organise)}, // it was not given up, so it is a conflict for who may
	}
}

func aboutPeople() map[string]expectation {
	person, token, rule := filled((*fixture).person), filled((*fixture).token), filled((*fixture).rule)
	return map[string]expectation{
		"getMe":        {fixed("/me"), nil, everybody},
		"listPeople":   {fixed("/people"), nil, can(access.Inspect, access.Govern)},
		"addPerson":    {fixed("/people"), (*fixture).newLogin, can(access.Govern)},
		"getPerson":    {person("/people/%d"), nil, only(access.Inspect, access.Govern)},
		"changePerson": {person("/people/%d"), fixed(`{"disabled":false}`), can(access.Govern)},
		"listSessions": {person("/people/%d/sessions"), nil, can(access.Govern)},
		"endSessions":  {person("/people/%d/sessions"), nil, can(access.Govern)},
		"endSession":   {person("/people/%d/sessions/0123456789abcdef"), nil, first(can(access.Govern), hiddenFromAll)}, // there is none

		"listTokens":  {person("/tokens?person=%d"), nil, can(access.Govern)},
		"addToken":    {fixed("/tokens"), fixed(`{"title":"x","only":["own"]}`), noToken},
		"revokeToken": {token("/tokens/%d"), nil, only(access.Govern)},
		"listTrust":   {fixed("/trust"), nil, can(access.Inspect, access.Govern)},
		"addTrust":    {fixed("/trust"), (*fixture).newRule, can(access.Govern)},
		"setTrust":    {rule("/trust/%d"), (*fixture).newRule, can(access.Govern)},
		"dropTrust":   {rule("/trust/%d"), nil, can(access.Govern)},

		"listEvents": {fixed("/log/events"), nil, can(access.Inspect)},
		"getEvent":   {fixed("/log/events/1"), nil, can(access.Inspect)},
		"getSeal":    {fixed("/log/seal"), nil, can(access.Inspect)},
		"exportLog":  {fixed("/log/export"), nil, can(access.Inspect)},
	}
}
