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

// set notes what Terraform's local values are and what its variables are if nobody sets them, by their dotted names.
func (f *facts) set(tree *syntax.Tree) {
	if tree.Language != syntax.HCL {
		return
	}
	f.settings = map[string]*syntax.Node{}
	for _, block := range tree.Root.Kids {
		callee, body := block.Kid(syntax.ACallee), block.Kid(syntax.ABody)
		if block.Kind != syntax.New || callee == nil || body == nil {
			continue
		}
		labels := elements(block)
		for _, k := range body.Kids {
			key, value := k.Kid(syntax.AKey), k.Kid(syntax.AValue)
			switch {
			case k.Kind != syntax.Pair || key == nil || value == nil:
			case callee.Text == "locals":
				f.settings["local."+key.Text] = value
			case callee.Text == "variable" && key.Text == "default" && len(labels) == 1:
				f.settings["var."+labels[0].Text] = value
			}
		}
	}
}

// setting gives what a local value or variable of Terraform is, nil where a node is none.
func (f *facts) setting(n *syntax.Node) *syntax.Node {
	if len(f.settings) == 0 {
		return nil
	}
	name, _ := n.Dotted()
	return f.settings[name]
}
