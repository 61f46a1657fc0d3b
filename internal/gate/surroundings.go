package gate

import (
	"github.com/reevehq/reeve/internal/engine"
	"github.com/reevehq/reeve/internal/exposure"
)

// Surroundings is the name of the noter that learns where the parts of a target run.
const Surroundings = "surroundings"

// Noters are those who take notes on a pass beside the engines: what they learn is context, and no finding.
func Noters() []engine.Named {
	return []engine.Named{{Name: Surroundings, Noter: surroundings{}}}
}

// surroundings takes down what deployment files say.
type surroundings struct{}

var _ engine.Noter = surroundings{}

// Wants takes the files of folders: an image does not say how it is run.
func (surroundings) Wants(c *engine.Content) bool {
	return c.Layer == 0 && c.Surface == "" && exposure.Wants(c.Path, c.Data)
}

// Note reads one file. One that cannot be read tells nothing: context that is missing is unknown, and no fault of the look.
func (surroundings) Note(c *engine.Content) (any, error) {
	facts, err := exposure.Read(c.Path, c.Data)
	if err != nil || facts == nil {
		return nil, nil
	}
	return facts, nil
}
