package flow

import "github.com/reevehq/reeve/internal/syntax"

// answers are where what a test says of its variables holds: where it is true, where it is false, or in both.
type answers int

const (
	both answers = iota
	yes
	no
)

// sense tells where what a test says of its variables holds: "x in allowed" where it is true, "!valid(x)" where it is false.
func sense(n *syntax.Node) answers {
	if n == nil {
		return both
	}
	switch n.Kind {
	case syntax.Call:
		return yes
	case syntax.Unary:
		if n.Text != "!" {
			return both
		}
		switch sense(n.Kid(syntax.AValue)) {
		case yes:
			return no
		case no:
			return yes
		}
	case syntax.Binary:
		switch n.Text {
		case "in", "==", "===", "is", "instanceof", "=~":
			return yes
		case "not in", "!=", "!==", "is not":
			return no
		case "&&":
			if sense(n.Kid(syntax.ALeft)) == yes && sense(n.Kid(syntax.ARight)) == yes {
				return yes
			}
		case "||":
			if sense(n.Kid(syntax.ALeft)) == no && sense(n.Kid(syntax.ARight)) == no {
				return no
			}
		}
	}
	return both
}

// ends tells of a call from which nothing comes back.
func ends(n *syntax.Node) bool {
	if n == nil || n.Kind != syntax.Call {
		return false
	}
	switch name := nameOf(n.Kid(syntax.ACallee)); name {
	case "abort", "flask.abort", "exit", "die", "panic", "sys.exit", "os._exit", "os.Exit", "System.exit", "process.exit", "Environment.Exit", "exitProcess",
		"log.Fatal", "log.Fatalf", "log.Fatalln", "notFound", "fail", "throwError":
		return true
	}
	return false
}
