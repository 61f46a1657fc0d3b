package verify

func registries() []entry {
	return []entry{
		{
			name: "dockerhub", title: "Docker Hub",
			docs:  "https://docs.docker.com/reference/api/hub/latest/#tag/authentication-api",
			note:  "Asks for a short-lived access token, which is thrown away.",
			form:  form(`dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,64}`),
			parts: []part{told("user", "the name of the user or organisation", `[a-z0-9][a-z0-9_-]{2,38}`).found(`(?i)docker[a-z_-]{0,24}(?:user(?:name)?|login)["'\s:=]{1,6}([a-z0-9][a-z0-9_-]{2,38})\b`)},
			asks: []ask{{
				bases:  []string{"https://hub.docker.com"},
				method: "POST", path: "/v2/auth/token", header: header("Content-Type", "application/json"),
				body: `{"identifier":"{user}","secret":"{secret}"}`,
				read: []reading{
					live(200, "access_token"),
					live(401, "login_2fa_token").because("accepts it and asks for a second factor"),
					dead(401, "detail"), dead(401, "message"),
				},
			}},
		},
		{
			name: "npm", title: "npm",
			docs: "https://docs.npmjs.com/cli/commands/npm-whoami",
			asks: []ask{{
				bases: []string{"https://registry.npmjs.org"}, path: "/-/whoami", header: bearer(),
				read:  []reading{live(200, "username"), dead(401, "")},
				facts: []pick{{"account", "username"}},
			}},
		},
		{
			name: "pypi", title: "PyPI",
			docs: "https://docs.pypi.org/api/upload/",
			note: "Sends an upload without a file, which PyPI refuses for its missing metadata once it has accepted the token.",
			asks: []ask{{
				form: form(`^pypi-`), bases: []string{"https://upload.pypi.org"},
				method: "POST", path: "/legacy/", basic: "__token__:{secret}",
				header: header("Content-Type", "application/x-www-form-urlencoded"), body: "%3Aaction=file_upload&protocol_version=1",
				read: []reading{
					live(400, "$", "*metadata*", "*message digest*", "*verified*"),
					dead(403, "$", "*Invalid or non-existent authentication information*"),
				},
			}},
		},
		{
			name: "rubygems", title: "RubyGems.org",
			docs: "https://guides.rubygems.org/rubygems-org-api/#gem-methods",
			asks: []ask{{
				form:  form(`^rubygems_`),
				bases: []string{"https://rubygems.org"}, path: "/api/v1/gems.json", header: header("Authorization", "{secret}"),
				read: []reading{
					live(200, "0.name"), live(200, "$", "[]"),
					live(403, "$", "*API key cannot perform*", "*API key doesn't have access*").because(mayNot),
					dead(403, "$", "*invalid API key cannot be used*"),
					dead(401, "$", "*Access Denied*"),
				},
				facts: []pick{{"gems", "*.name"}},
			}},
		},
	}
}
