package verify

// offices lists what teams write, plan and talk with.
func offices() []entry {
	return []entry{
		{
			name: "clickup", title: "ClickUp",
			docs: "https://developer.clickup.com/reference/getauthorizeduser",
			asks: []ask{{
				bases: []string{"https://api.clickup.com"}, path: "/api/v2/user", header: header("Authorization", "{secret}"),
				read:  []reading{live(200, "user.id"), dead(401, "ECODE")},
				facts: []pick{{"account", "user.email"}, {"name", "user.username"}},
			}},
		},
		{
			name: "intercom", title: "Intercom",
			docs: "https://developers.intercom.com/docs/references/rest-api/api.intercom.io/admins/identifyadmin",
			asks: []ask{{
				bases: []string{"https://api.intercom.io", "https://api.eu.intercom.io", "https://api.au.intercom.io"}, path: "/me", header: bearer(),
				read:  []reading{live(200, "id"), dead(401, "errors.*.code", "unauthorized", "token_unauthorized", "token_revoked", "token_not_found", "token_suspended")},
				facts: []pick{{"account", "email"}, {"name", "name"}, {"app", "app.name"}},
			}},
		},
		{
			name: "monday", title: "monday.com",
			docs: "https://developer.monday.com/api-reference/reference/me",
			asks: []ask{{
				bases:  []string{"https://api.monday.com"},
				method: "POST", path: "/v2", header: header("Authorization", "{secret}", "Content-Type", "application/json"),
				body:  `{"query":"{ me { id name email } }"}`,
				read:  []reading{live(200, "data.me.id"), dead(401, "errors")},
				facts: []pick{{"account", "data.me.email"}, {"name", "data.me.name"}},
			}},
		},
		{
			name: "miro", title: "Miro",
			docs: "https://developers.miro.com/reference/token-info",
			asks: []ask{{
				bases: []string{"https://api.miro.com"}, path: "/v1/oauth-token", header: bearer(),
				read:  []reading{live(200, "user.id"), dead(401, "code"), dead(401, "status", "401")},
				facts: []pick{{"account", "user.name"}, {"team", "team.name"}, {"scopes", "scopes"}},
			}},
		},
		{
			name: "calendly", title: "Calendly",
			docs: "https://developer.calendly.com/api-docs/005832c83aeae-get-current-user",
			asks: []ask{{
				bases: []string{"https://api.calendly.com"}, path: "/users/me", header: bearer(),
				read:  []reading{live(200, "resource.uri"), dead(401, "title", "Unauthenticated")},
				facts: []pick{{"account", "resource.email"}, {"name", "resource.name"}},
			}},
		},
		{
			name: "webflow", title: "Webflow",
			docs: "https://developers.webflow.com/data/reference/token/introspect",
			asks: []ask{{
				bases: []string{"https://api.webflow.com"}, path: "/v2/token/introspect", header: bearer(),
				read:  []reading{live(200, "authorization.id"), dead(401, "message")},
				facts: []pick{{"scopes", "authorization.scope"}, {"app", "application.displayName"}},
			}},
		},
		{
			name: "twitch", title: "Twitch",
			docs: "https://dev.twitch.tv/docs/authentication/validate-tokens/",
			asks: []ask{{
				bases: []string{"https://id.twitch.tv"}, path: "/oauth2/validate", header: header("Authorization", "OAuth {secret}"),
				read:  []reading{live(200, "client_id"), dead(401, "message", "invalid access token")},
				facts: []pick{{"account", "login"}, {"scopes", "scopes"}, {"app", "client_id"}},
			}},
		},
		{
			name: "webex", title: "Webex",
			docs: "https://developer.webex.com/docs/api/v1/people/get-my-own-details",
			asks: []ask{{
				bases: []string{"https://webexapis.com"}, path: "/v1/people/me", header: bearer(),
				read:  []reading{live(200, "id"), live(403, "message").because(mayNot), dead(401, "message")},
				facts: []pick{{"account", "emails"}, {"name", "displayName"}, {"kind", "type"}},
			}},
		},
		{
			name: "zendesk", title: "Zendesk",
			docs: "https://developer.zendesk.com/api-reference/ticketing/users/users/#show-self",
			parts: []part{
				beside("email", "the user's e-mail address", emailForm),
				beside("site", "the host of the account", `[a-z0-9][a-z0-9-]{0,62}\.zendesk\.com`).asHost(),
			},
			asks: []ask{{
				bases: []string{"https://{site}"}, path: "/api/v2/users/me.json", basic: "{email}/token:{secret}",
				read:  []reading{live(200, "user.id"), dead(401, "error", "Couldn't authenticate you")},
				facts: []pick{{"account", "user.email"}, {"name", "user.name"}, {"role", "user.role"}},
			}},
		},
	}
}
