package verify

func watchers() []entry {
	return []entry{
		{
			name: "grafana", title: "Grafana",
			docs: "https://grafana.com/docs/grafana/latest/developers/http_api/access_control/#list-your-permissions",
			note: "Service account tokens (glsa_…) are asked about where they belong; access policy tokens of Grafana Cloud (glc_…) at grafana.com.",
			parts: []part{
				beside("instance", "the host of the Grafana instance", `[a-z0-9][a-z0-9-]{0,62}\.grafana\.net`).asHost().maybe(),
			},
			asks: []ask{
				{
					form: form(`^glsa_`), needs: []string{"instance"},
					bases: []string{"https://{instance}"}, path: "/api/access-control/user/permissions", header: bearer(),
					read: []reading{live(200, "*.*"), live(200, "$", "{}"), live(403, "message").because(mayNot), dead(401, "message")},
				},
				{
					form:  form(`^glc_`),
					bases: []string{"https://grafana.com"}, path: "/api/v1/tokens?region=us", header: bearer(),
					read: []reading{
						live(200, "items"),
						live(401, "message", "*invalid permission*", "*required scope*").because(mayNot),
						live(403, "message", "*invalid permission*", "*required scope*").because(mayNot),
						dead(401, "code", "InvalidCredentials"),
					},
				},
			},
		},
		{
			name: "datadog", title: "Datadog",
			docs: "https://docs.datadoghq.com/api/latest/authentication/#validate-api-key",
			note: "Asks the sites of Datadog in turn until one knows the key. Application keys cannot be asked about alone.",
			asks: []ask{{
				bases: []string{
					"https://api.datadoghq.com", "https://api.us3.datadoghq.com", "https://api.us5.datadoghq.com", "https://api.datadoghq.eu",
					"https://api.ap1.datadoghq.com", "https://api.ap2.datadoghq.com", "https://api.ddog-gov.com",
				},
				path: "/api/v1/validate", header: header("DD-API-KEY", "{secret}"),
				read: []reading{live(200, "valid", "true"), dead(403, "errors.*", "Forbidden"), dead(401, "errors")},
			}},
		},
		{
			name: "newrelic", title: "New Relic",
			docs: "https://docs.newrelic.com/docs/apis/nerdgraph/get-started/introduction-new-relic-nerdgraph/",
			asks: []ask{{
				form:   form(`^NRAK-`),
				bases:  []string{"https://api.newrelic.com", "https://api.eu.newrelic.com"},
				method: "POST", path: "/graphql", header: header("API-Key", "{secret}", "Content-Type", "application/json"),
				body: `{"query":"{ actor { user { id name email } } }"}`,
				read: []reading{live(200, "data.actor.user.email"), live(200, "data.actor.user.id"), dead(401, ""), dead(403, "")},
				facts: []pick{
					{"account", "data.actor.user.email"}, {"name", "data.actor.user.name"},
				},
			}},
		},
		{
			name: "sentry", title: "Sentry",
			docs:      "https://docs.sentry.io/api/auth/",
			own:       []string{"us.sentry.io", "de.sentry.io"},
			installed: "https://{host}",
			spread:    true,
			asks: []ask{{
				bases: []string{"https://sentry.io", "https://de.sentry.io"}, path: "/api/0/organizations/", header: bearer(),
				read: []reading{
					live(200, "0.slug"), live(200, "$", "[]"),
					live(403, "detail", "You do not have permission*").because(mayNot),
					dead(401, "detail", "Invalid token*", "Token expired*", "Invalid org token*"),
				},
				facts: []pick{{"organisations", "*.slug"}},
			}},
		},
		{
			name: "pagerduty", title: "PagerDuty",
			docs: "https://developer.pagerduty.com/api-reference/a43b8a9b5c3e2-list-abilities",
			asks: []ask{{
				bases: []string{"https://api.pagerduty.com", "https://api.eu.pagerduty.com"}, path: "/abilities",
				header: header("Authorization", "Token token={secret}", "Accept", "application/vnd.pagerduty+json;version=2"),
				read:   []reading{live(200, "abilities"), live(403, "error").because(mayNot), dead(401, "")},
			}},
		},
		{
			name: "launchdarkly", title: "LaunchDarkly",
			docs: "https://launchdarkly.com/docs/api/other/get-caller-identity",
			note: "SDK and mobile keys are not asked about: their calls would count as a client.",
			asks: []ask{{
				form:  form(`^api-`),
				bases: []string{"https://app.launchdarkly.com", "https://app.eu.launchdarkly.com", "https://app.launchdarkly.us"},
				path:  "/api/v2/caller-identity", header: header("Authorization", "{secret}"),
				read:  []reading{live(200, "accountId"), dead(401, "code", "unauthorized")},
				facts: []pick{{"account", "accountId"}, {"token", "tokenName"}, {"kind", "tokenKind"}, {"service token", "serviceToken"}},
			}},
		},
		{
			name: "honeycomb", title: "Honeycomb",
			docs: "https://api-docs.honeycomb.io/api/auth/getauth",
			asks: []ask{{
				bases: []string{"https://api.honeycomb.io", "https://api.eu1.honeycomb.io"}, path: "/1/auth", header: header("X-Honeycomb-Team", "{secret}"),
				read:  []reading{live(200, "team.slug"), dead(401, "error")},
				facts: []pick{{"team", "team.name"}, {"environment", "environment.name"}},
			}},
		},
	}
}
