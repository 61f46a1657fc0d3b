package exposure

import "strings"

// functions are what a serverless.yml deploys (https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml).
type functions struct {
	name, stage string
	line        int
	list        []function
	// whole is false where some functions stand in other files.
	whole bool
}

type function struct {
	name string
	line int
	// events are those that come over HTTP.
	events []event
}

type event struct {
	kind, path string
	line       int
	// how is what demands signing in, "" for nothing.
	how string
	// closed tells that only the cloud's own identities may call it.
	closed bool
}

func readServerless(doc node) *functions {
	f := &functions{name: doc.get("service").str(), stage: doc.get("provider", "stage").str(), line: doc.get("service").line(), whole: doc.get("functions").isMap()}
	if f.name == "" {
		f.name = doc.get("service", "name").str()
	}
	if !doc.get("provider").present() {
		return nil
	}
	for e, n := range doc.get("functions").entries() {
		fn := function{name: e.key, line: e.line}
		if !n.isMap() {
			f.whole = false
			continue
		}
		if url := n.get("url"); url.isTrue() || url.isMap() {
			fn.events = append(fn.events, event{kind: "function URL", line: url.line(), closed: url.get("authorizer").str() == "aws_iam"})
		}
		for e := range n.get("events").items() {
			fn.take(e)
		}
		f.list = append(f.list, fn)
	}
	return f
}

func (fn *function) take(n node) {
	for kind, e := range n.pairs() {
		switch kind {
		case "http", "httpApi", "websocket", "alb", "function_url":
		default:
			continue
		}
		out := event{kind: kind, path: e.get("path").str(), line: e.line()}
		if s := e.str(); s != "" {
			out.path = s
		} else if out.path == "" {
			out.path = e.get("route").str()
		}
		if a := e.get("authorizer"); a.present() {
			out.how = a.str()
			for _, key := range []string{"name", "arn", "type", "id"} {
				if v := a.get(key).str(); out.how == "" && v != "" {
					out.how = v
				}
			}
			if out.how == "" {
				out.how = "its own"
			}
			out.closed = strings.EqualFold(out.how, "aws_iam")
		}
		if e.get("private").isTrue() && out.how == "" {
			out.how = "an API key"
		}
		fn.events = append(fn.events, out)
	}
}

// readProcfile reads the processes of a Procfile by name, with the line each stands on.
func readProcfile(data []byte) map[string]int {
	out := map[string]int{}
	number := 0
	for l := range strings.Lines(string(data)) {
		number++
		name, command, ok := strings.Cut(l, ":")
		if ok && strings.TrimSpace(command) != "" && len(name) < 64 && strings.IndexFunc(name, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
		}) < 0 && name != "" {
			out[name] = number
		}
	}
	return out
}
