package facet

import (
	"slices"
	"strconv"
	"strings"
)

// Field is what a query can ask for and a count can be split by. Its String is what people type.
type Field uint8

// The fields. Each says what its values are; names may hold stars ("shop/*"), and "none" and "any" say whether there is one.
const (
	// Text is free text, the field of words that stand alone: part of the title, component, place, rule, flaw, alias or asset's name.
	Text Field = iota
	// State is one of open, acknowledged, in-progress, fixed, verified, false-positive, accepted; also active (the first three: somebody
	// has to do something) and closed (the others).
	State
	// Level is the severity that the rank amounts to here: critical, high, medium, low, info; also ">=high".
	Level
	// Severity is how bad a fault of this kind is in general; values as Level's.
	Severity
	// Score is the rank, 0-100: "70", ">=70", "70..89".
	Score
	// Confidence is certain, high, medium, low; also ">=high".
	Confidence
	// Class is what was looked at: sast, sca, secret, iac…
	Class
	// Asset is an asset's name, Kind its kind (repository, image…) and Criticality its criticality.
	Asset
	Kind
	Criticality
	// Team is a team's name, Assignee a person's.
	Team
	Assignee
	// Rule is a rule's name, Flaw the name of a flaw or one of its aliases.
	Rule
	Flaw
	// Title is the whole title of the rule.
	Title
	// Path is a place or what lies below it: "src/pay", "src/**/*.py", "https://shop.example/api".
	Path
	// Component is a package with or without its version: "lodash", "lodash@4.17.20", "@babel/*".
	Component
	// Fix is what mends it; "any" for what can be mended.
	Fix
	// Tool is a tool that sees it, or saw it where it was decided about, Ref a branch or tag on which it is seen.
	Tool
	Ref
	// Reach is reachable, imported, not-reachable, unknown, or none where it has no meaning.
	Reach
	// Internet is open, authenticated, no or unknown.
	Internet
	// Environment is production, staging, development or unknown.
	Environment
	// Running is yes, no or unknown.
	Running
	// Data is a kind of data within reach: personal, health, card, credentials, financial; none, any.
	Data
	// Exploit is active, poc, none or unknown.
	Exploit
	// KEV tells that it is known to be exploited, Ransomware that it is by ransomware: yes, no.
	KEV
	Ransomware
	// Regression tells that it was fixed once: yes, no.
	Regression
	// EPSS is the probability of exploitation: ">=0.1", ">=10%", none, any.
	EPSS
	// Opened, Changed and Closed are times: "<7d" is less than seven days ago, "2026-11", ">=2026-11-01", "2026-01-01..2026-03-31", today.
	Opened
	Changed
	// Due is a time to come: "<7d" is less than seven days from now or past already, "<-3d" is overdue by more than three.
	Due
	Closed
	// Overdue tells that it is active and its time has run out, Late that it was closed after its time: yes, no.
	Overdue
	Late
	numFields
)

// kind is how a field's values are kept.
type kind uint8

const (
	kindText      kind = iota // free text
	kindEnum                  // a byte: a code of names
	kindScale                 // the same, where the order of names means something
	kindFlag                  // a bit of a byte
	kindBits                  // a byte of bits
	kindScore                 // a byte as a number
	kindName                  // a word: an id of a dictionary
	kindAttribute             // what the dictionary of assets says about one
	kindInterned              // a word: a number of a text
	kindTime                  // a word: seconds
	kindEPSS
	kindComputed // from several columns and the time
)

// The bits of byteFlags.
const (
	flagKEV = 1 << iota
	flagRansomware
	flagRegression
)

// field says what a field is called and where its values are.
type field struct {
	name   string
	kind   kind
	column int
	mask   uint8
}

// about gives what is known of a field.
func (f Field) about() field {
	if f >= numFields {
		return field{}
	}
	return fields[f]
}

var fields = [numFields]field{
	Text: {"text", kindText, 0, 0}, State: {"state", kindEnum, byteState, 0},
	Level: {"level", kindScale, byteLevel, 0}, Severity: {"severity", kindScale, byteSeverity, 0}, Score: {"score", kindScore, byteScore, 0},
	Confidence: {"confidence", kindScale, byteConfidence, 0}, Class: {"class", kindEnum, byteClass, 0},
	Asset: {"asset", kindName, wordAsset, 0}, Kind: {"kind", kindAttribute, wordAsset, 0}, Criticality: {"criticality", kindAttribute, wordAsset, 0},
	Team: {"team", kindName, wordTeam, 0}, Assignee: {"assignee", kindName, wordAssignee, 0},
	Rule: {"rule", kindName, wordRule, 0}, Flaw: {"flaw", kindName, wordFlaw, 0},
	Title: {"title", kindInterned, wordTitle, 0}, Path: {"path", kindInterned, wordPlace, 0},
	Component: {"component", kindInterned, wordComponent, 0}, Fix: {"fix", kindInterned, wordFix, 0},
	Tool: {"tool", kindInterned, wordTools, 0}, Ref: {"ref", kindInterned, wordRefs, 0},
	Reach: {"reach", kindEnum, byteReach, 0}, Internet: {"internet", kindEnum, byteInternet, 0},
	Environment: {"environment", kindEnum, byteEnvironment, 0}, Running: {"running", kindEnum, byteRunning, 0},
	Data: {"data", kindBits, byteData, 0}, Exploit: {"exploit", kindEnum, byteExploit, 0},
	KEV: {"kev", kindFlag, byteFlags, flagKEV}, Ransomware: {"ransomware", kindFlag, byteFlags, flagRansomware},
	Regression: {"regression", kindFlag, byteFlags, flagRegression}, EPSS: {"epss", kindEPSS, wordEPSS, 0},
	Opened: {"opened", kindTime, wordOpened, 0}, Changed: {"changed", kindTime, wordChanged, 0},
	Due: {"due", kindTime, wordDue, 0}, Closed: {"closed", kindTime, wordClosed, 0},
	Overdue: {"overdue", kindComputed, 0, 0}, Late: {"late", kindComputed, 0, 0},
}

// The vocabularies, by code. What a row says beyond them counts as code 0; a state beyond them as open, so that nothing disappears.
var (
	stateNames       = []string{"", "open", "acknowledged", "in-progress", "fixed", "verified", "false-positive", "accepted"}
	levelNames       = []string{"info", "low", "medium", "high", "critical"}
	confidenceNames  = []string{"low", "medium", "high", "certain"}
	classNames       = []string{"other", "secret", "sast", "sca", "iac", "image", "pipeline", "dast", "network", "cluster", "cloud", "host", "licence", "test", "gate"}
	reachNames       = []string{"none", "unknown", "not-reachable", "imported", "reachable"}
	internetNames    = []string{"unknown", "no", "authenticated", "open"}
	environmentNames = []string{"unknown", "development", "staging", "production"}
	runningNames     = []string{"unknown", "no", "yes"}
	exploitNames     = []string{"unknown", "none", "poc", "active"}
	dataNames        = []string{"personal", "health", "card", "credentials", "financial"} // by bit
	flagNames        = []string{"no", "yes"}
)

// active is the last state in which somebody has to do something.
const active = 3

// names gives a field's vocabulary by code; nil where it has none.
func (f Field) names() []string {
	switch f {
	case State:
		return stateNames
	case Level, Severity:
		return levelNames
	case Confidence:
		return confidenceNames
	case Class:
		return classNames
	case Reach:
		return reachNames
	case Internet:
		return internetNames
	case Environment:
		return environmentNames
	case Running:
		return runningNames
	case Exploit:
		return exploitNames
	case Data:
		return dataNames
	case KEV, Ransomware, Regression, Overdue, Late:
		return flagNames
	}
	return nil
}

// Values gives the words that a field's values are, worst or first first, or nil where they are names, numbers or times.
func (f Field) Values() []string {
	names := slices.Clone(f.names())
	switch f {
	case State:
		return append(names[1:], "active", "closed")
	case Data:
		return append(names, "none", "any")
	case Class:
		return append(names[1:], names[0])
	}
	slices.Reverse(names)
	return names
}

func (f Field) String() string { return f.about().name }

// Fields lists every field but Text, in the order in which they are explained.
func Fields() []Field {
	all := make([]Field, 0, numFields)
	for f := State; f < numFields; f++ {
		all = append(all, f)
	}
	return all
}

// ParseField reads a field's name, in any case, or one of the short forms env, place, package and branch.
func ParseField(s string) (Field, bool) {
	s = strings.ToLower(s)
	switch s {
	case "env":
		return Environment, true
	case "place":
		return Path, true
	case "package":
		return Component, true
	case "branch":
		return Ref, true
	}
	for f := State; f < numFields; f++ {
		if fields[f].name == s {
			return f, true
		}
	}
	return Text, false
}

// code gives the code of a name, 0 for what is not in the vocabulary.
func code(names []string, s string) uint8 {
	return uint8(max(0, slices.Index(names, s)))
}

// wordsOf gives what a byte of the field's column means, as values of the field.
func (f Field) wordsOf(b uint8) []string {
	about := f.about()
	switch about.kind {
	case kindEnum, kindScale:
		if names := f.names(); int(b) < len(names) {
			return []string{names[b]}
		}
	case kindFlag:
		if b&about.mask != 0 {
			return []string{"yes"}
		}
		return []string{"no"}
	case kindScore:
		return []string{strconv.Itoa(int(b))}
	case kindBits:
		var words []string
		for bit, name := range f.names() {
			if b>>bit&1 != 0 {
				words = append(words, name)
			}
		}
		if words == nil {
			return []string{"none"}
		}
		return words
	}
	return nil
}
