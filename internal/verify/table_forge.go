package verify

func forges() []entry {
	return []entry{
		{
			name: "github", title: "GitHub",
			docs:      "https://docs.github.com/en/rest/users/users#get-the-authenticated-user",
			note:      "Where tokens of an Enterprise Server are about, name its host: api.github.com refuses them.",
			own:       []string{"github.com", "www.github.com", "gist.github.com", "raw.githubusercontent.com"},
			installed: "https://{host}/api/v3",
			asks: []ask{{
				form:   form(`^(?:gh[opsu]_|github_pat_|[0-9a-f]{40}$)`),
				bases:  []string{"https://api.github.com"},
				path:   "/user",
				header: header("Authorization", "Bearer {secret}", "Accept", "application/vnd.github+json", "X-GitHub-Api-Version", "2022-11-28"),
				read: []reading{
					live(200, "login"),
					live(403, "message", "Resource not accessible by*").because(mayNot),
					dead(401, "message", "Bad credentials"),
				},
				facts: []pick{{"account", "login"}, {"name", "name"}, {"scopes", "@X-OAuth-Scopes"}, {"expires", "@GitHub-Authentication-Token-Expiration"}},
			}},
		},
		{
			name: "gitlab", title: "GitLab",
			docs:      "https://docs.gitlab.com/api/personal_access_tokens/#get-details-on-a-personal-access-token",
			own:       []string{"gitlab.com", "www.gitlab.com"},
			installed: "https://{host}",
			spread:    true,
			asks: []ask{{
				form:   form(`^(?:glpat-.+|[A-Za-z0-9_-]{20})$`),
				bases:  []string{"https://gitlab.com"},
				path:   "/api/v4/personal_access_tokens/self",
				header: header("PRIVATE-TOKEN", "{secret}"),
				read: []reading{
					live(200, "active", "true"),
					dead(200, "active", "false"),
					live(403, "error", "insufficient_scope").because(mayNot),
					dead(401, ""),
				},
				facts: []pick{{"token", "name"}, {"user", "user_id"}, {"scopes", "scopes"}, {"expires", "expires_at"}},
			}},
		},
		{
			name: "bitbucket", title: "Bitbucket",
			docs: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-users/#api-user-get",
			note: "A refused access token (ATCTT…) stays unknown: tokens of a repository may not make this call.",
			parts: []part{
				told("user", "the name of the user", `[A-Za-z0-9_-]{1,62}`).maybe(),
				beside("email", "the user's e-mail address", emailForm).maybe(),
			},
			asks: []ask{
				{
					form: form(`^ATCTT3`), bases: []string{"https://api.bitbucket.org"}, path: "/2.0/user", header: bearer(),
					read:  append(bitbucketLive(), unclear(401, "").because("refuses it, as it refuses access tokens of a single repository for this call")),
					facts: bitbucketFacts(),
				},
				{
					form: form(`^ATBB`), needs: []string{"user"}, bases: []string{"https://api.bitbucket.org"}, path: "/2.0/user", basic: "{user}:{secret}",
					read: append(bitbucketLive(), dead(401, "")), facts: bitbucketFacts(),
				},
				{
					form: form(`^ATATT`), needs: []string{"email"}, bases: []string{"https://api.bitbucket.org"}, path: "/2.0/user", basic: "{email}:{secret}",
					read: append(bitbucketLive(), dead(401, "")), facts: bitbucketFacts(),
				},
			},
		},
		{
			name: "azure-devops", title: "Azure DevOps",
			docs: "https://learn.microsoft.com/en-us/azure/devops/organizations/accounts/use-personal-access-tokens-to-authenticate",
			parts: []part{told("organization", "the name of the organisation", `[A-Za-z0-9][A-Za-z0-9-]{0,48}`).
				found(`(?:\bdev\.azure\.com/|\bssh\.dev\.azure\.com:v3/|\b)([A-Za-z0-9][A-Za-z0-9-]{0,48})(?:/_git\b|/_apis\b|/[^/\s"']+/_git\b|\.visualstudio\.com\b)`)},
			asks: []ask{{
				bases: []string{"https://dev.azure.com"},
				path:  "/{organization}/_apis/connectionData?api-version=7.1-preview.1",
				basic: ":{secret}",
				read: []reading{
					unclear(200, "authenticatedUser.providerDisplayName", "Anonymous").because("answers as to anybody"),
					live(200, "authenticatedUser.id"),
					dead(401, ""),
				},
				facts: []pick{{"account", "authenticatedUser.providerDisplayName"}},
			}},
		},
		{
			name: "gitea", title: "Gitea or Forgejo",
			docs:      "https://docs.gitea.com/api/1.20/#tag/user/operation/userGetCurrent",
			installed: "https://{host}",
			asks: []ask{{
				path:   "/api/v1/user",
				header: header("Authorization", "token {secret}"),
				read: []reading{
					live(200, "login"),
					live(403, "message", "token does not have at least one of required scope*").because(mayNot),
					dead(401, "message"),
				},
				facts: []pick{{"account", "login"}, {"email", "email"}, {"admin", "is_admin"}},
			}},
		},
	}
}

// emailForm is what e-mail addresses look like where accounts are named by them.
const emailForm = `[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,189}\.[A-Za-z]{2,24}`

func bitbucketLive() []reading {
	return []reading{live(200, "account_id"), live(200, "uuid"), live(403, "error.message", "*required privilege scopes*").because(mayNot)}
}

func bitbucketFacts() []pick {
	return []pick{{"account", "username"}, {"name", "display_name"}, {"scopes", "@X-OAuth-Scopes"}}
}
