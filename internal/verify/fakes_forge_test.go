package verify

func fakeForges() []*fakeProvider {
	bitbucketUser := `{"type":"user","uuid":"{0c5a}","username":"ada","display_name":"Ada L","account_id":"557058:1"}`
	return []*fakeProvider{
		fake("github", "ghp_"+fill(36)).get("/user").bearer().
			header("Accept", "application/vnd.github+json").header("X-Github-Api-Version", "2022-11-28").
			live(200, `{"login":"octocat","id":1,"name":"The Octocat","type":"User"}`, "account", "octocat", "name", "The Octocat", "scopes", "repo, user").sends("X-OAuth-Scopes", "repo, user").
			dead(401, `{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}`).
			also(Live, 403, `{"message":"Resource not accessible by integration","documentation_url":"https://docs.github.com/rest"}`).
			also(Unknown, 403, `{"message":"Sorry. Your account was suspended."}`).
			also(Unknown, 401, `{"message":"Requires authentication"}`),
		fake("gitlab", "glpat-"+fill(20)).get("/api/v4/personal_access_tokens/self").header("Private-Token", "glpat-"+fill(20)).
			live(200, `{"id":4,"name":"ci","revoked":false,"created_at":"2026-01-01T00:00:00.000Z","scopes":["api","read_user"],"user_id":3,"active":true,"expires_at":"2027-01-01"}`,
				"token", "ci", "user", "3", "scopes", "api, read_user", "expires", "2027-01-01").
			dead(401, `{"message":"401 Unauthorized"}`).
			also(Dead, 200, `{"id":4,"name":"ci","revoked":true,"active":false}`).
			also(Live, 403, `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}`).
			also(Unknown, 404, `{"message":"404 Not Found"}`),
		fake("bitbucket", "ATCTT3"+fill(40)).get("/2.0/user").bearer().
			live(200, bitbucketUser, "account", "ada", "name", "Ada L").
			dead(401, `{"type":"error","error":{"message":"Token is invalid, expired, or not supported for this endpoint."}}`).neverDead().
			also(Live, 403, `{"type":"error","error":{"message":"Your credentials lack one or more required privilege scopes.","detail":{"granted":["repository"],"required":["account"]}}}`),
		fake("bitbucket", "ATBB"+fill(32), "user", "ada").get("/2.0/user").basic("ada", "ATBB"+fill(32)).
			live(200, bitbucketUser, "account", "ada", "name", "Ada L").dead(401, ""),
		fake("bitbucket", "ATATT3x"+fill(60), "email", "ada@example.com").get("/2.0/user").basic("ada@example.com", "ATATT3x"+fill(60)).
			live(200, bitbucketUser, "account", "ada", "name", "Ada L").dead(401, ""),
		fake("azure-devops", fill(52), "organization", "acme").get("/acme/_apis/connectionData?api-version=7.1-preview.1").basic("", fill(52)).
			live(200, `{"authenticatedUser":{"id":"d6245f20","providerDisplayName":"Ada L"},"instanceId":"9b"}`, "account", "Ada L").
			dead(401, "").
			also(Unknown, 200, `{"authenticatedUser":{"id":"aaaaaaaa","providerDisplayName":"Anonymous"}}`).
			also(Unknown, 203, `<html>Sign in</html>`),
		fake("gitea", hexes(40)).get("/api/v1/user").header("Authorization", "token "+hexes(40)).
			live(200, `{"id":1,"login":"ada","email":"ada@example.com","is_admin":true}`, "account", "ada", "email", "ada@example.com", "admin", "true").
			dead(401, `{"message":"user does not exist [uid: 0, name: ]","url":"https://example.com/api/swagger"}`).
			also(Live, 403, `{"message":"token does not have at least one of required scope(s): [read:user]"}`),
	}
}

func fakeRegistries() []*fakeProvider {
	docker := `{"identifier":"acme","secret":"dckr_pat_` + fill(27) + `"}`
	return []*fakeProvider{
		fake("dockerhub", "dckr_pat_"+fill(27), "user", "acme").post("/v2/auth/token", "application/json", docker).
			live(200, `{"access_token":"eyJhbGciOi"}`).
			dead(401, `{"detail":"incorrect authentication credentials"}`).
			also(Live, 401, `{"detail":"Require secondary authentication on MFA enabled account","login_2fa_token":"x"}`),
		fake("npm", "npm_"+fill(36)).get("/-/whoami").bearer().live(200, `{"username":"ada"}`, "account", "ada").dead(401, `{"message":"Unauthorized"}`),
		fake("pypi", "pypi-"+fill(120)).post("/legacy/", "application/x-www-form-urlencoded", "%3Aaction=file_upload&protocol_version=1").
			basic("__token__", "pypi-"+fill(120)).
			live(400, "<html><head><title>400 '' is an invalid value for Metadata-Version. Error: This field is required.</title></head><body>see https://packaging.python.org/specifications/core-metadata</body></html>").
			dead(403, "<html><head><title>403 Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information.</title></head></html>").
			also(Unknown, 403, "<html>The user isn't allowed</html>"),
		fake("rubygems", "rubygems_"+hexes(48)).get("/api/v1/gems.json").header("Authorization", "rubygems_"+hexes(48)).
			live(200, `[{"name":"shop","downloads":3},{"name":"cart"}]`, "gems", "shop, cart").
			dead(401, "HTTP Basic: Access denied.\n").
			also(Live, 403, "This API key cannot perform the specified action on this gem.").
			also(Live, 200, "[]").
			also(Dead, 403, "An invalid API key cannot be used. Please delete it and create a new one."),
	}
}

func fakePipelines() []*fakeProvider {
	circle := `{"id":"1","login":"ada","name":"Ada L"}`
	return []*fakeProvider{
		fake("circleci", "CCIPAT_"+fill(60)).get("/api/v2/me").header("Circle-Token", "CCIPAT_"+fill(60)).
			live(200, circle, "account", "ada", "name", "Ada L").dead(401, `{"message":"You must log in first."}`),
		fake("circleci", hexes(40)).get("/api/v2/me").header("Circle-Token", hexes(40)).
			live(200, circle, "account", "ada", "name", "Ada L").dead(401, `{"message":"You must log in first."}`).neverDead(),
		fake("travis", fill(22)).get("/user").header("Authorization", "token "+fill(22)).header("Travis-Api-Version", "3").
			live(200, `{"@type":"user","id":1,"login":"ada","name":"Ada L","email":"ada@example.com"}`, "account", "ada", "name", "Ada L", "email", "ada@example.com").
			dead(403, `{"@type":"error","error_type":"login_required","error_message":"login required"}`).
			also(Dead, 403, "access denied"),
		fake("buildkite", "bkua_"+hexes(40)).get("/v2/access-token").bearer().
			live(200, `{"uuid":"b6","scopes":["read_builds","write_builds"],"user":{"name":"Ada L","email":"ada@example.com"}}`,
				"account", "ada@example.com", "name", "Ada L", "scopes", "read_builds, write_builds").
			dead(401, `{"message":"Authentication required. Please supply a valid API Access Token: https://buildkite.com/docs/apis/rest-api#authentication"}`),
		fake("sonarqube", "squ_"+hexes(40)).get("/api/authentication/validate").basic("squ_"+hexes(40), "").
			live(200, `{"valid":true}`).dead(200, `{"valid":false}`).also(Dead, 401, ""),
		fake("snyk", uuid()).get("/rest/self?version=2024-06-10").header("Authorization", "token "+uuid()).header("Accept", "application/vnd.api+json").
			live(200, `{"jsonapi":{"version":"1.0"},"data":{"type":"user","id":"d5","attributes":{"name":"Ada L","username":"ada","email":"ada@example.com"}}}`,
				"account", "ada", "email", "ada@example.com", "name", "Ada L").
			dead(401, `{"jsonapi":{"version":"1.0"},"errors":[{"status":"401","detail":"Unauthorized"}]}`).
			also(Live, 403, `{"jsonapi":{"version":"1.0"},"errors":[{"status":"403","detail":"Forbidden"}]}`),
		fake("terraform-cloud", fill(14)+".atlasv1."+fill(67)).get("/api/v2/account/details").bearer().header("Accept", "application/vnd.api+json").
			live(200, `{"data":{"id":"user-1","type":"users","attributes":{"username":"ada","is-service-account":false,"email":"ada@example.com"}}}`, "account", "ada", "email", "ada@example.com").
			dead(401, `{"errors":[{"status":"401","title":"unauthorized"}]}`).
			also(Unknown, 404, `{"errors":[{"status":"404","title":"not found"}]}`),
		fake("pulumi", "pul-"+hexes(40)).get("/api/user").header("Authorization", "token pul-"+hexes(40)).header("Accept", "application/vnd.pulumi+8").
			live(200, `{"id":"1","githubLogin":"ada","name":"Ada L","email":"ada@example.com"}`, "account", "ada", "email", "ada@example.com", "name", "Ada L").
			dead(401, `{"code":401,"message":"Unauthorized: No credentials provided or are invalid."}`),
		fake("doppler", "dp.pt."+fill(43)).get("/v3/me").bearer().
			live(200, `{"workplace":{"name":"Acme","slug":"0fc2"},"type":"personal","token_preview":"dp.pt.ab...yz","slug":"99b1","created_at":"2026-01-01T00:00:00.000Z","name":"Laptop"}`,
				"account", "Acme", "token", "Laptop", "kind", "personal").
			dead(401, `{"messages":["Invalid Auth token"],"success":false}`),
	}
}

// uuid makes a UUID.
func uuid() string {
	h := hexes(32)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
