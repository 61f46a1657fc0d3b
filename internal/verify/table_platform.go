package verify

func platforms() []entry {
	return []entry{
		{
			name: "heroku", title: "Heroku",
			docs: "https://devcenter.heroku.com/articles/platform-api-reference#account-info",
			asks: []ask{{
				bases: []string{"https://api.heroku.com"}, path: "/account",
				header: header("Authorization", "Bearer {secret}", "Accept", "application/vnd.heroku+json; version=3"),
				read:   []reading{live(200, "email"), live(403, "id", "forbidden").because(mayNot), dead(401, "id", "unauthorized")},
				facts:  []pick{{"account", "email"}, {"user", "id"}},
			}},
		},
		{
			name: "netlify", title: "Netlify",
			docs: "https://open-api.netlify.com/#tag/user/operation/getCurrentUser",
			asks: []ask{{
				bases: []string{"https://api.netlify.com"}, path: "/api/v1/user", header: bearer(),
				read:  []reading{live(200, "id"), dead(401, "message", "Access Denied*")},
				facts: []pick{{"account", "email"}, {"name", "full_name"}, {"user", "id"}},
			}},
		},
		{
			name: "vercel", title: "Vercel",
			docs: "https://vercel.com/docs/rest-api/user/get-the-user",
			asks: []ask{{
				bases: []string{"https://api.vercel.com"}, path: "/v2/user", header: bearer(),
				read: []reading{
					live(200, "user.id"), live(200, "user.username"),
					dead(403, "error.invalidToken", "true"), dead(403, "invalidToken", "true"),
					dead(401, "error.code"),
				},
				facts: []pick{{"account", "user.username"}, {"email", "user.email"}, {"name", "user.name"}},
			}},
		},
		{
			name: "render", title: "Render",
			docs: "https://api-docs.render.com/reference/get-user",
			asks: []ask{{
				bases: []string{"https://api.render.com"}, path: "/v1/users", header: bearer(),
				read:  []reading{live(200, "email"), dead(401, "")},
				facts: []pick{{"account", "email"}, {"name", "name"}},
			}},
		},
		{
			name: "fly", title: "Fly.io",
			docs: "https://fly.io/docs/machines/api/working-with-machines-api/",
			note: "Asks for the apps of no organisation, which an accepted token answers with 400.",
			asks: []ask{
				flyAsk(`^fo1_`, "Bearer {secret}"),
				flyAsk(`^fm[12][ar]?_`, "FlyV1 {secret}"),
				flyAsk(`^FlyV1 fm[12][ar]?_`, "{secret}"),
			},
		},
		{
			name: "supabase", title: "Supabase",
			docs: "https://supabase.com/docs/reference/api/v1-list-all-organizations",
			asks: []ask{{
				form:  form(`^sbp_`),
				bases: []string{"https://api.supabase.com"}, path: "/v1/organizations", header: bearer(),
				read:  []reading{live(200, "0.id"), live(200, "$", "[]"), live(403, "message", "*scope*", "*permission*").because(mayNot), dead(401, "message")},
				facts: []pick{{"organisations", "*.name"}},
			}},
		},
		{
			name: "planetscale", title: "PlanetScale",
			docs:  "https://planetscale.com/docs/api/reference/list_organizations",
			parts: []part{told("token-id", "the id of the service token", `[a-z0-9]{12}`).found(`(?i)(?:token[_-]?id|planetscale[_-]?id)["'\s:=]{1,6}([a-z0-9]{12})\b`).maybe()},
			asks: []ask{
				{
					form: form(`^pscale_tkn_`), needs: []string{"token-id"},
					bases: []string{"https://api.planetscale.com"}, path: "/v1/organizations", header: header("Authorization", "{token-id}:{secret}"),
					read:  []reading{live(200, "data"), live(403, "code", "forbidden").because(mayNot), dead(401, "code", "unauthorized")},
					facts: []pick{{"organisations", "data.*.name"}},
				},
				{
					form:  form(`^pscale_oauth_`),
					bases: []string{"https://api.planetscale.com"}, path: "/v1/organizations", header: bearer(),
					read:  []reading{live(200, "data"), live(403, "code", "forbidden").because(mayNot), dead(401, "code", "unauthorized")},
					facts: []pick{{"organisations", "data.*.name"}},
				},
			},
		},
		{
			name: "databricks", title: "Databricks",
			docs: "https://docs.databricks.com/api/workspace/currentuser/me",
			parts: []part{beside("workspace", "the host of the workspace",
				`(?:[a-z0-9][a-z0-9.-]{0,60}\.cloud\.databricks\.com|adb-[0-9]{1,20}\.[0-9]{1,3}\.azuredatabricks\.net|[0-9]{1,20}\.[0-9]{1,3}\.gcp\.databricks\.com)`).asHost()},
			asks: []ask{{
				form:  form(`^dapi[0-9a-f]{32}(?:-\d)?$`),
				bases: []string{"https://{workspace}"}, path: "/api/2.0/preview/scim/v2/Me", header: bearer(),
				read: []reading{
					live(200, "userName"),
					dead(403, "error_code", "403"), dead(403, "message", "Invalid access token*"),
					dead(401, "message", "*Invalid*token*", "Invalid access token*", "*expired*"),
				},
				facts: []pick{{"account", "userName"}, {"name", "displayName"}, {"groups", "groups.*.display"}},
			}},
		},
		{
			name: "neon", title: "Neon",
			docs: "https://api-docs.neon.tech/reference/getauthdetails",
			asks: []ask{{
				bases: []string{"https://console.neon.tech"}, path: "/api/v2/auth", header: bearer(),
				read:  []reading{live(200, "account_id"), dead(401, "message")},
				facts: []pick{{"account", "account_id"}, {"kind", "auth_method"}},
			}},
		},
	}
}

func flyAsk(tokens, authorization string) ask {
	return ask{
		form:  form(tokens),
		bases: []string{"https://api.machines.dev"}, path: "/v1/apps?org_slug=", header: header("Authorization", authorization),
		read: []reading{live(200, "apps"), live(400, "error"), dead(401, "")},
	}
}
