package exposure

import (
	"slices"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// composed adds the services of a compose file. What it publishes is open to the internet only where the file is a production's: any other is taken
// to be for some machine of which nothing is known.
func (a *assembly) composed(f *Facts) {
	if len(f.compose) == 0 {
		return
	}
	var main []composeService
	for _, base := range []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"} {
		if at, _ := under(folder(f.Path), base); at != f.Path && a.byPath[at] != nil {
			main = a.byPath[at].compose
			break
		}
	}
	environment := composeEnvironment(f.Path)
	publishes := slices.ContainsFunc(f.compose, func(s composeService) bool { return s.published != "" })
	for _, s := range f.compose {
		s = s.completed(main)
		d := &deployed{platform: onLocal, file: f.Path, exposure: s.exposure(f.Path, environment, publishes)}
		if s.image != "" {
			d.images = append(d.images, image{name: s.image, file: f.Path, line: s.line})
		}
		a.deploy(d)
		if s.built {
			a.holdBuild(d, s.build())
		}
	}
}

func (s composeService) exposure(file, environment string, publishes bool) finding.Exposure {
	e := finding.Exposure{Workload: "compose service " + s.name, Environment: environment, Privileged: s.privileged != "", Data: Data(nil, s.labels)}
	switch {
	case s.published != "" && environment == production && s.signIn:
		e.Internet = "authenticated"
	case s.published != "" && environment == production:
		e.Internet = "open"
	case s.published == "" && environment == production && publishes:
		e.Internet = "no"
	}
	if s.published != "" {
		message := e.Workload + " is published on its host (" + s.published + ")"
		if e.Internet == "" {
			message += "; whether the internet gets at the host does not stand in the files"
		}
		e.Path = append(e.Path, step(file, s.publishedLine, message))
	}
	e.Path = append(e.Path, step(file, s.line, e.Workload+" runs it"))
	if environment != "" {
		e.Path = append(e.Path, step(file, 1, "the name of the file says "+environment))
	}
	switch {
	case s.stopped:
		e.Running = "no"
	case environment == production && !s.optional:
		e.Running = "yes"
	}
	return e
}

// processes adds what a Procfile runs. That a platform sends requests to "web" is known; where that platform stands is not.
func (a *assembly) processes(f *Facts) {
	if len(f.processes) == 0 {
		return
	}
	name, line := "", 0
	for process, at := range f.processes {
		if process == "web" {
			name, line = process, at
			break
		}
		if name == "" || at < line {
			name, line = process, at
		}
	}
	message := "the Procfile runs " + name
	if name == "web" {
		message += ", to which the platform sends requests; whether it is open to the internet does not stand in the files"
	}
	d := a.deploy(&deployed{platform: onLocal, file: f.Path, exposure: finding.Exposure{Workload: "Procfile " + name, Path: []finding.Step{step(f.Path, line, message)}}})
	a.bind(folder(f.Path), holding{of: d})
}

// functions adds what a serverless.yml deploys: one thing, as open as its most open function.
func (a *assembly) functions(f *Facts) {
	if f.functions == nil {
		return
	}
	e := finding.Exposure{Workload: "serverless service " + f.functions.name, Environment: environmentOf(f.functions.stage), Internet: "no"}
	if strings.Contains(f.functions.stage, "$") {
		e.Environment = "" // the default of a variable says nothing about where it ends up
	}
	if !f.functions.whole || len(f.functions.list) == 0 {
		e.Internet = ""
	}
	level := -1
	for _, fn := range f.functions.list {
		for _, ev := range fn.events {
			access, message := ev.access()
			if l := rank(access, "no", "authenticated", "open"); l > level {
				level = l
				e.Internet = access
				e.Path = []finding.Step{step(f.Path, max(ev.line, fn.line), "function "+fn.name+message)}
			}
		}
	}
	if e.Internet == "no" && !f.functions.whole {
		e.Internet = ""
	}
	e.Path = append(e.Path, step(f.Path, max(f.functions.line, 1), e.Workload+" runs it"))
	d := a.deploy(&deployed{platform: onCluster, file: f.Path, exposure: e})
	a.bind(folder(f.Path), holding{of: d})
}

func (ev event) access() (access, message string) {
	what := " answers " + ev.kind
	if ev.path != "" {
		what += " " + ev.path
	}
	switch {
	case ev.closed:
		return "authenticated", what + " for the cloud's own identities only"
	case ev.how != "":
		return "authenticated", what + " after signing in (" + ev.how + ")"
	}
	return "open", what
}
