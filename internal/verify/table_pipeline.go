package verify

func pipelines() []entry {
	return []entry{
		{
			name: "circleci", title: "CircleCI",
			docs: "https://circleci.com/docs/api/v2/index.html#tag/User/operation/getCurrentUser",
			note: "Tokens of a project (CCIPRJ_…) may not make this call and are not asked about.",
			asks: []ask{{
				form:  form(`^(?:CCIPAT_|[0-9a-f]{40}$)`),
				bases: []string{"https://circleci.com"}, path: "/api/v2/me", header: header("Circle-Token", "{secret}"),
				read: []reading{
					live(200, "login"),
					dead(401, "message").onlyFor(`^CCIPAT_`),
					unclear(401, "").because("refuses it, as it refuses tokens of a single project for this call"),
				},
				facts: []pick{{"account", "login"}, {"name", "name"}},
			}},
		},
		{
			name: "travis", title: "Travis CI",
			docs: "https://developer.travis-ci.com/resource/user#Current",
			asks: []ask{{
				bases: []string{"https://api.travis-ci.com"}, path: "/user",
				header: header("Authorization", "token {secret}", "Travis-API-Version", "3"),
				read:   []reading{live(200, "login"), dead(403, "error_type", "login_required"), dead(403, "$", "access denied")},
				facts:  []pick{{"account", "login"}, {"name", "name"}, {"email", "email"}},
			}},
		},
		{
			name: "buildkite", title: "Buildkite",
			docs: "https://buildkite.com/docs/apis/rest-api/access-token",
			asks: []ask{{
				bases: []string{"https://api.buildkite.com"}, path: "/v2/access-token", header: bearer(),
				read:  []reading{live(200, "uuid"), dead(401, "message")},
				facts: []pick{{"account", "user.email"}, {"name", "user.name"}, {"scopes", "scopes"}},
			}},
		},
		{
			name: "sonarqube", title: "SonarQube",
			docs:      "https://next.sonarqube.com/sonarqube/web_api/api/authentication",
			own:       []string{"sonarcloud.io", "sonarqube.us"},
			installed: "https://{host}",
			spread:    true,
			asks: []ask{{
				bases: []string{"https://sonarcloud.io", "https://sonarqube.us"}, path: "/api/authentication/validate", basic: "{secret}:",
				read: []reading{live(200, "valid", "true"), dead(200, "valid", "false"), dead(401, "")},
			}},
		},
		{
			name: "snyk", title: "Snyk",
			docs: "https://docs.snyk.io/snyk-api/reference/users",
			asks: []ask{{
				bases: []string{"https://api.snyk.io", "https://api.us.snyk.io", "https://api.eu.snyk.io", "https://api.au.snyk.io"},
				path:  "/rest/self?version=2024-06-10", header: header("Authorization", "token {secret}", "Accept", "application/vnd.api+json"),
				read:  []reading{live(200, "data.id"), live(403, "errors").because(mayNot), dead(401, "")},
				facts: []pick{{"account", "data.attributes.username"}, {"email", "data.attributes.email"}, {"name", "data.attributes.name"}},
			}},
		},
		{
			name: "terraform-cloud", title: "HCP Terraform",
			docs:      "https://developer.hashicorp.com/terraform/cloud-docs/api-docs/account",
			own:       []string{"app.terraform.io", "app.eu.terraform.io"},
			installed: "https://{host}",
			spread:    true,
			asks: []ask{{
				bases: []string{"https://app.terraform.io", "https://app.eu.terraform.io"}, path: "/api/v2/account/details",
				header: header("Authorization", "Bearer {secret}", "Accept", "application/vnd.api+json"),
				read:   []reading{live(200, "data.attributes.username"), dead(401, "errors.*.status", "401")},
				facts:  []pick{{"account", "data.attributes.username"}, {"email", "data.attributes.email"}},
			}},
		},
		{
			name: "pulumi", title: "Pulumi Cloud",
			docs:      "https://www.pulumi.com/docs/reference/cloud-rest-api/",
			own:       []string{"app.pulumi.com"},
			installed: "https://{host}",
			asks: []ask{{
				bases: []string{"https://api.pulumi.com"}, path: "/api/user",
				header: header("Authorization", "token {secret}", "Accept", "application/vnd.pulumi+8"),
				read:   []reading{live(200, "githubLogin"), live(200, "name"), dead(401, "message")},
				facts:  []pick{{"account", "githubLogin"}, {"email", "email"}, {"name", "name"}},
			}},
		},
		{
			name: "doppler", title: "Doppler",
			docs: "https://docs.doppler.com/reference/auth-me",
			asks: []ask{{
				bases: []string{"https://api.doppler.com"}, path: "/v3/me", header: bearer(),
				read:  []reading{live(200, "workplace.slug"), live(200, "workplace.name"), live(200, "slug"), dead(401, "success", "false")},
				facts: []pick{{"account", "workplace.name"}, {"token", "name"}, {"kind", "type"}},
			}},
		},
	}
}
