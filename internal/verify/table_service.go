package verify

func services() []entry {
	return []entry{
		{
			name: "algolia", title: "Algolia",
			docs:  "https://www.algolia.com/doc/rest-api/search/get-api-key",
			form:  form(`[0-9a-f]{32}`),
			parts: []part{told("app-id", "the id of the application", `[A-Z0-9]{10}`).found(`(?:(?i:app(?:lication)?[_-]?id)["'\s:=]{1,6}|https?://)([A-Z0-9]{10})\b`)},
			asks: []ask{{
				bases: []string{"https://{app-id}.algolia.net"}, path: "/1/keys/{secret}",
				header: header("X-Algolia-Application-Id", "{app-id}", "X-Algolia-API-Key", "{secret}"),
				read: []reading{
					live(200, "acl"),
					dead(403, "message", "Invalid Application-ID or API key"),
				},
				facts: []pick{{"scopes", "acl"}, {"indexes", "indexes"}, {"name", "description"}},
			}},
		},
		{
			name: "mapbox", title: "Mapbox",
			docs: "https://docs.mapbox.com/api/accounts/tokens/#retrieve-a-token",
			asks: []ask{{
				form:  form(`^[ps]k\.`),
				bases: []string{"https://api.mapbox.com"}, path: "/tokens/v2?access_token={secret}",
				read: []reading{
					live(200, "code", "TokenValid"),
					dead(200, "code", "TokenMalformed", "TokenInvalid", "TokenExpired", "TokenRevoked"),
				},
				facts: []pick{{"account", "token.user"}, {"kind", "token.usage"}},
			}},
		},
		{
			name: "contentful", title: "Contentful",
			docs: "https://www.contentful.com/developers/docs/references/user-management-api/#/reference/users/user",
			asks: []ask{{
				form:  form(`^CFPAT-`),
				bases: []string{"https://api.contentful.com", "https://api.eu.contentful.com"}, path: "/users/me", header: bearer(),
				read:  []reading{live(200, "sys.id"), live(403, "sys.id", "AccessDenied").because(mayNot), dead(401, "sys.id", "AccessTokenInvalid")},
				facts: []pick{{"account", "email"}, {"user", "sys.id"}},
			}},
		},
		{
			name: "tailscale", title: "Tailscale",
			docs: "https://tailscale.com/api#tag/devices/GET/tailnet/{tailnet}/devices",
			note: "Auth keys (tskey-auth-…) have no call that would not use them up and are not asked about.",
			asks: []ask{
				{
					form:  form(`^tskey-api-`),
					bases: []string{"https://api.tailscale.com"}, path: "/api/v2/tailnet/-/devices", basic: "{secret}:",
					read:  []reading{live(200, "devices"), live(403, "message").because(mayNot), dead(401, "message")},
					facts: []pick{{"devices", "devices.*.name"}},
				},
				{
					form:   form(`^tskey-client-(?P<client>[A-Za-z0-9]{8,32})-`),
					bases:  []string{"https://api.tailscale.com"},
					method: "POST", path: "/api/v2/oauth/token", header: header("Content-Type", "application/x-www-form-urlencoded"),
					body:  "client_id={client}&client_secret={secret}",
					read:  []reading{live(200, "access_token"), dead(401, "message"), dead(401, "error")},
					facts: []pick{{"scopes", "scope"}},
				},
			},
		},
	}
}
