package match

import (
	"slices"

	"github.com/reevehq/reeve/internal/syntax"
)

// holders are the nodes whose children statements are. In Terraform a block holds them too.
func holders(language *syntax.Language) []syntax.Kind {
	if language == syntax.HCL {
		return []syntax.Kind{syntax.File, syntax.Dict}
	}
	return []syntax.Kind{syntax.File, syntax.Block}
}

// withBlocks adds the blocks within those of a list: a block of Terraform may stand in one that the pattern does not name, as an expression may.
func withBlocks(all []*syntax.Node) []*syntax.Node {
	out := slices.Clone(all)
	var within func(all []*syntax.Node)
	within = func(all []*syntax.Node) {
		for _, k := range all {
			body := k.Kid(syntax.ABody)
			if k.Kind != syntax.New || body == nil {
				continue
			}
			for _, inner := range body.Kids {
				if inner.Kind == syntax.New {
					out = append(out, inner)
				}
			}
			within(body.Kids)
		}
	}
	within(all)
	return out
}
