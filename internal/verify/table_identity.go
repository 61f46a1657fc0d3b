package verify

func identities() []entry {
	return []entry{
		{
			name: "okta", title: "Okta",
			docs:  "https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/getUser",
			parts: []part{beside("domain", "the host of the organisation", `[a-z0-9][a-z0-9-]{0,62}\.(?:okta|oktapreview|okta-emea|okta-gov)\.com`).asHost()},
			asks: []ask{{
				bases: []string{"https://{domain}"}, path: "/api/v1/users/me", header: header("Authorization", "SSWS {secret}"),
				read:  []reading{live(200, "id"), live(403, "errorCode", "E0000006").because(mayNot), dead(401, "errorCode", "E0000011")},
				facts: []pick{{"account", "profile.login"}, {"email", "profile.email"}, {"status", "status"}},
			}},
		},
		{
			name: "auth0", title: "Auth0",
			docs: "https://auth0.com/docs/api/authentication/client-credentials-flow/get-token",
			note: "Asks for a short-lived access token to the Management API, which is thrown away.",
			form: form(`[A-Za-z0-9_-]{64,}`),
			parts: []part{
				beside("domain", "the host of the tenant", `[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z]{2}(?:-[0-9])?)?\.auth0\.com`).asHost(),
				told("client-id", "the client id", `[A-Za-z0-9]{32}`).found(`(?i)client[_-]?id["'\s:=]{1,6}([A-Za-z0-9]{32})\b`),
			},
			asks: []ask{{
				bases:  []string{"https://{domain}"},
				method: "POST", path: "/oauth/token", header: header("Content-Type", "application/json"),
				body: `{"grant_type":"client_credentials","client_id":"{client-id}","client_secret":"{secret}","audience":"https://{domain}/api/v2/"}`,
				read: []reading{
					live(200, "access_token"),
					live(403, "error_description", "Client is not authorized to access*").because(mayNot),
					live(403, "error", "unauthorized_client").because(mayNot),
					dead(401, "error", "access_denied", "invalid_client"),
				},
				facts: []pick{{"scopes", "scope"}},
			}},
		},
		{
			name: "facebook", title: "Facebook",
			docs: "https://developers.facebook.com/docs/graph-api/overview#me",
			asks: []ask{{
				form:  form(`^EAA`),
				bases: []string{"https://graph.facebook.com"}, path: "/me?fields=id,name", header: bearer(),
				read: []reading{
					live(200, "id"),
					unclear(400, "error.error_subcode", "459", "464").because("wants its owner to log in first"),
					dead(400, "error.code", "190"), dead(401, "error.code", "190"),
				},
				facts: []pick{{"account", "name"}, {"user", "id"}},
			}},
		},
	}
}
