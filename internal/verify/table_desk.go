package verify

func desks() []entry {
	return []entry{
		{
			name: "atlassian", title: "Atlassian Cloud",
			docs: "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/#api-rest-api-3-myself-get",
			note: "A token with scopes is only known under the id of the cloud site; without it a refused token of the new form stays unknown.",
			parts: []part{
				beside("email", "the user's e-mail address", emailForm),
				beside("site", "the host of the site", `[a-z0-9][a-z0-9-]{0,62}\.atlassian\.net`).asHost(),
				told("cloud-id", "the id of the cloud site", uuidForm).found(`(?i)cloud[_-]?id["'\s:=]{1,6}(` + uuidForm + `)\b`).maybe(),
			},
			asks: []ask{
				{
					form: form(`^(?:ATATT|[A-Za-z0-9]{24}$)`), bases: []string{"https://{site}"}, path: "/rest/api/3/myself", basic: "{email}:{secret}",
					read:  []reading{live(200, "accountId"), dead(401, "")},
					facts: []pick{{"account", "emailAddress"}, {"name", "displayName"}},
				},
				{
					form: form(`^ATATT`), needs: []string{"cloud-id"},
					bases: []string{"https://api.atlassian.com"}, path: "/ex/jira/{cloud-id}/rest/api/3/myself", basic: "{email}:{secret}",
					read:  []reading{live(200, "accountId"), live(401, "message", "*scope does not match*").because(mayNot), dead(401, "")},
					facts: []pick{{"account", "emailAddress"}, {"name", "displayName"}},
				},
			},
		},
		{
			name: "notion", title: "Notion",
			docs: "https://developers.notion.com/reference/get-self",
			asks: []ask{{
				bases: []string{"https://api.notion.com"}, path: "/v1/users/me", header: header("Authorization", "Bearer {secret}", "Notion-Version", "2022-06-28"),
				read:  []reading{live(200, "id"), live(403, "code", "restricted_resource").because(mayNot), dead(401, "code", "unauthorized")},
				facts: []pick{{"workspace", "bot.workspace_name"}, {"name", "name"}},
			}},
		},
		{
			name: "linear", title: "Linear",
			docs: "https://linear.app/developers/graphql",
			asks: []ask{
				linearAsk(`^lin_api_`, "{secret}"),
				linearAsk(`^lin_oauth_`, "Bearer {secret}"),
			},
		},
		{
			name: "asana", title: "Asana",
			docs: "https://developers.asana.com/reference/getuser",
			asks: []ask{{
				bases: []string{"https://app.asana.com"}, path: "/api/1.0/users/me", header: bearer(),
				read:  []reading{live(200, "data.gid"), live(403, "errors").because(mayNot), dead(401, "errors")},
				facts: []pick{{"account", "data.email"}, {"name", "data.name"}, {"workspaces", "data.workspaces.*.name"}},
			}},
		},
		{
			name: "figma", title: "Figma",
			docs: "https://developers.figma.com/docs/rest-api/users-endpoints/",
			asks: []ask{{
				bases: []string{"https://api.figma.com"}, path: "/v1/me", header: header("X-Figma-Token", "{secret}"),
				read: []reading{
					live(200, "id"),
					live(403, "err", "Invalid scope*").because(mayNot),
					dead(403, "err", "Invalid token", "Token expired"),
				},
				facts: []pick{{"account", "email"}, {"name", "handle"}},
			}},
		},
		{
			name: "airtable", title: "Airtable",
			docs: "https://airtable.com/developers/web/api/get-user-id-scopes",
			asks: []ask{{
				bases: []string{"https://api.airtable.com"}, path: "/v0/meta/whoami", header: bearer(),
				read:  []reading{live(200, "id"), dead(401, "error.type", "AUTHENTICATION_REQUIRED", "UNAUTHORIZED", "INVALID_AUTHENTICATION*")},
				facts: []pick{{"user", "id"}, {"account", "email"}, {"scopes", "scopes"}},
			}},
		},
		{
			name: "dropbox", title: "Dropbox",
			docs: "https://www.dropbox.com/developers/documentation/http/documentation#users-get_current_account",
			asks: []ask{{
				bases:  []string{"https://api.dropboxapi.com"},
				method: "POST", path: "/2/users/get_current_account", header: header("Authorization", "Bearer {secret}", "Content-Type", "application/json"),
				body: "null",
				read: []reading{
					live(200, "account_id"),
					live(401, "error_summary", "missing_scope*").because(mayNot),
					dead(401, "error_summary", "invalid_access_token*", "expired_access_token*"),
				},
				facts: []pick{{"account", "email"}, {"name", "name.display_name"}},
			}},
		},
		{
			name: "hubspot", title: "HubSpot",
			docs: "https://developers.hubspot.com/docs/api-reference/account-account-info-v3/details/get-account-info-v3-details",
			asks: []ask{{
				form:  form(`^pat-(?:na|eu|ap)[0-9]`),
				bases: []string{"https://api.hubapi.com"}, path: "/account-info/v3/details", header: bearer(),
				read: []reading{
					live(200, "portalId"),
					live(403, "category", "MISSING_SCOPES").because(mayNot),
					dead(401, "category", "INVALID_AUTHENTICATION", "EXPIRED_AUTHENTICATION"),
				},
				facts: []pick{{"account", "portalId"}, {"kind", "accountType"}, {"url", "uiDomain"}},
			}},
		},
		{
			name: "postman", title: "Postman",
			docs: "https://learning.postman.com/docs/developer/postman-api/authentication/",
			asks: []ask{{
				bases: []string{"https://api.getpostman.com", "https://api.eu.postman.com"}, path: "/me", header: header("X-Api-Key", "{secret}"),
				read:  []reading{live(200, "user.id"), dead(401, "error.name", "AuthenticationError")},
				facts: []pick{{"account", "user.email"}, {"name", "user.username"}, {"team", "user.teamName"}},
			}},
		},
	}
}

const uuidForm = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`

func linearAsk(tokens, authorization string) ask {
	return ask{
		form:   form(tokens),
		bases:  []string{"https://api.linear.app"},
		method: "POST", path: "/graphql", header: header("Authorization", authorization, "Content-Type", "application/json"),
		body: `{"query":"{ viewer { id name email } organization { name urlKey } }"}`,
		read: []reading{
			live(200, "data.viewer.id"),
			dead(401, "errors.*.extensions.code", "AUTHENTICATION_ERROR"),
			dead(400, "errors.*.extensions.code", "AUTHENTICATION_ERROR"),
		},
		facts: []pick{{"account", "data.viewer.email"}, {"name", "data.viewer.name"}, {"organisation", "data.organization.name"}},
	}
}
