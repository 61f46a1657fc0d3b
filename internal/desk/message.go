package desk

import (
	"time"

	"github.com/reevehq/reeve/internal/register"
)

// The things that happen, by which hooks choose what they are told.
const (
	HappenedOpened   = "opened"
	HappenedReopened = "reopened"
	// HappenedRegression is that something comes back that was verified as fixed.
	HappenedRegression = "regression"
	// HappenedRaised is that something ranks on a worse level than before.
	HappenedRaised    = "raised"
	HappenedEscalated = "escalated"
	HappenedAssigned  = "assigned"
	// HappenedDue is that it is due on another day.
	HappenedDue    = "due"
	HappenedNoted  = "noted"
	HappenedJoined = "joined" // findings became one, or one became two
	// HappenedImport is that a report came in; it is about no finding.
	HappenedImport = "import"
)

// Happenings lists what a hook can be told of: the states that findings reach, and what else happens to them.
func Happenings() []string {
	return []string{
		HappenedOpened, HappenedRegression, HappenedReopened, HappenedRaised, HappenedEscalated,
		string(register.Acknowledged), string(register.InProgress), string(register.Fixed), string(register.Verified), string(register.FalsePositive), string(register.Accepted),
		HappenedAssigned, HappenedDue, register.StepPaused, register.StepResumed, register.StepReviewed, HappenedNoted, HappenedJoined, HappenedImport,
	}
}

// usualHappenings are what a hook is told that names nothing.
var usualHappenings = []string{HappenedOpened, HappenedRegression, HappenedRaised, HappenedEscalated}

// Message is what a hook tells: what one event did to findings, or what several did that were gathered.
type Message struct {
	// Event is the event in the log, the last of those gathered; 0 for a test.
	Event int64 `json:"event"`
	// At is when it was so, Actor who did it.
	At    time.Time `json:"at"`
	Actor string    `json:"actor"`
	// Title says it in one line.
	Title string `json:"title"`
	// Items are findings, the worst first; Total is how many there are, also those that the message does not hold.
	Items []Item `json:"items"`
	Total int    `json:"total"`
	// Counts are how many of each happening.
	Counts map[string]int `json:"counts,omitempty"`
	// Mail are addresses that are told besides those of a mail hook: owners, and contacts of their teams.
	Mail []string `json:"mail,omitempty"`
}

// Item is what happened to one finding.
type Item struct {
	// What is one of Happenings, Why the sentence about it.
	What string `json:"what"`
	Why  string `json:"why"`
	// Finding is as it was after the event.
	Finding Row `json:"finding"`
}
