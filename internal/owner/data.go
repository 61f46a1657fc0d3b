package owner

import (
	"strings"

	"github.com/reevehq/reeve/internal/exposure"
)

// dataOf reads kinds of data out of tags, labels and annotations, by the words of package exposure.
func dataOf(e *Entity) []string { return exposure.Data(e.Tags, e.Labels, e.Annotations) }

// words parts a name at everything that is no letter or digit, in lower case.
func words(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}
