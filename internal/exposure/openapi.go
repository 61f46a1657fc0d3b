package exposure

import "strings"

// api is what an OpenAPI document says about signing in (https://spec.openapis.org/oas/latest.html, "security").
type api struct {
	title string
	line  int
	// operations counts them, open those that need no sign-in; first is the first of these.
	operations, open int
	first            string
	firstLine        int
}

// readAPI reads an OpenAPI 3 or Swagger 2 document; nil where it has no operation.
func readAPI(doc node) *api {
	a := &api{title: doc.get("info", "title").str(), line: doc.line()}
	global, stated := demanded(doc.get("security"))
	paths := doc.get("paths")
	for path, item := range paths.pairs() {
		for e, operation := range item.entries() {
			switch e.key {
			case "get", "put", "post", "delete", "options", "head", "patch", "trace", "query":
			default:
				continue
			}
			needs := stated && global
			if own, says := demanded(operation.get("security")); says {
				needs = own
			}
			a.operations++
			if !needs {
				if a.open++; a.open == 1 {
					a.first, a.firstLine = strings.ToUpper(e.key)+" "+path, e.line
				}
			}
		}
	}
	if a.operations == 0 {
		return nil
	}
	return a
}

// demanded tells whether security requirements demand anything, and whether there are any: an empty one among the alternatives makes it optional.
func demanded(n node) (needs, stated bool) {
	if !n.isList() {
		return false, false
	}
	count := 0
	for requirement := range n.items() {
		count++
		empty := true
		for range requirement.pairs() {
			empty = false
		}
		if empty {
			return false, true
		}
	}
	return count > 0, true
}

// catalog is what a catalog-info.yaml of Backstage says about a component (https://backstage.io/docs/features/software-catalog/descriptor-format).
type catalog struct {
	name, environment string
	data              []string
	line, dataLine    int
}

// readCatalog reads an entity; nil where it says nothing that matters.
func readCatalog(doc node) *catalog {
	kind := doc.get("kind").str()
	if kind != "Component" && kind != "API" && kind != "Resource" {
		return nil
	}
	c := &catalog{name: doc.get("metadata", "name").str(), line: doc.get("spec", "lifecycle").line(), dataLine: doc.get("metadata").line()}
	switch doc.get("spec", "lifecycle").str() {
	case "production":
		c.environment = production
	case "experimental", "development":
		c.environment = development
	case "staging":
		c.environment = staging
	}
	data := Data(doc.get("metadata", "tags").strings(), doc.get("metadata", "labels").table(), doc.get("metadata", "annotations").table())
	c.data = kinds(append(c.data, data...))
	if c.environment == "" && len(c.data) == 0 {
		return nil
	}
	return c
}
