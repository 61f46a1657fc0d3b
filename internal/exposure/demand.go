package exposure

import (
	"slices"
	"strings"
)

// readDemand reads an object that demands signing in. A RequestAuthentication alone does not: it refuses bad tokens and lets requests without one
// pass; the AuthorizationPolicy beside it demands one.
func (o *object) readDemand(doc, spec node) *demand {
	d := &demand{}
	switch o.kind {
	case "AuthorizationPolicy": // security.istio.io
		return o.readAuthorization(spec)
	case "SecurityPolicy": // gateway.envoyproxy.io
		d.how = firstOf(spec, "oidc", "jwt", "basicAuth", "extAuth", "apiKeyAuth")
		d.targets = readTargets(spec)
	case "Middleware": // traefik.io
		d.how = firstOf(spec, "forwardAuth", "basicAuth", "digestAuth")
	case "KongPlugin", "KongClusterPlugin": // configuration.konghq.com
		switch plugin := doc.get("plugin").str(); plugin {
		case "jwt", "key-auth", "basic-auth", "oauth2", "openid-connect", "hmac-auth", "ldap-auth", "mtls-auth", "saml":
			d.how = plugin
		}
	case "BackendConfig": // cloud.google.com
		if spec.get("iap", "enabled").isTrue() {
			d.how = "Identity-Aware Proxy"
		}
	case "GCPBackendPolicy": // networking.gke.io
		if spec.get("default", "iap", "enabled").isTrue() {
			d.how = "Identity-Aware Proxy"
		}
		d.targets = readTargets(spec)
	}
	if d.how == "" {
		return nil
	}
	return d
}

func firstOf(spec node, keys ...string) string {
	for _, key := range keys {
		if spec.get(key).present() {
			return key
		}
	}
	return ""
}

// readTargets reads what a policy is attached to.
func readTargets(spec node) []reference {
	var out []reference
	add := func(t node) {
		if t.get("name").str() != "" && t.get("sectionName").str() == "" {
			out = append(out, reference{t.get("kind").str(), t.get("namespace").str(), t.get("name").str()})
		}
	}
	add(spec.get("targetRef"))
	for t := range spec.get("targetRefs").items() {
		add(t)
	}
	return out
}

// readAuthorization reads Istio's AuthorizationPolicy (https://istio.io/latest/docs/reference/config/security/authorization-policy/).
func (o *object) readAuthorization(spec node) *demand {
	d := &demand{mesh: true, selector: spec.get("selector", "matchLabels").table(), targets: readTargets(spec)}
	switch spec.get("action").str() {
	case "", "ALLOW":
		d.allows = true
		for rule := range spec.get("rules").items() {
			d.allow(rule)
		}
	case "DENY":
		for rule := range spec.get("rules").items() {
			if !rule.get("to").present() && !rule.get("when").present() && everySource(rule, "notRequestPrincipals") {
				d.how = "a token"
			}
		}
	case "CUSTOM":
		for rule := range spec.get("rules").items() {
			if !rule.get("to").present() && !rule.get("from").present() && !rule.get("when").present() {
				d.how = "the provider " + spec.get("provider", "name").str()
			}
		}
	}
	return d
}

// allow reads one rule of a policy that allows. A rule for some paths only is taken as an exception (health checks), not as an open door.
func (d *demand) allow(rule node) {
	token := everySource(rule, "requestPrincipals")
	for when := range rule.get("when").items() {
		token = token || strings.HasPrefix(when.get("key").str(), "request.auth.") && when.get("values").isList()
	}
	switch {
	case token:
		d.how = "a token"
	case rule.get("to").present():
	case sourced(rule):
		d.limited = true
	default:
		d.free = true
	}
}

// everySource tells whether every source of a rule names the field.
func everySource(rule node, field string) bool {
	found := false
	for from := range rule.get("from").items() {
		if len(from.get("source", field).strings()) == 0 {
			return false
		}
		found = true
	}
	return found
}

// sourced tells whether a rule lets only certain workloads in, none of which is a gateway.
func sourced(rule node) bool {
	found := false
	for from := range rule.get("from").items() {
		names := slices.Concat(from.get("source", "principals").strings(), from.get("source", "namespaces").strings(), from.get("source", "serviceAccounts").strings())
		if len(names) == 0 {
			return false
		}
		for _, n := range names {
			if strings.Contains(n, "*") || strings.Contains(n, "ingress") || strings.Contains(n, "istio-system") || strings.Contains(n, "gateway") {
				return false
			}
		}
		found = true
	}
	return found
}
