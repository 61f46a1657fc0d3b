package verify

func fakeChats() []*fakeProvider {
	hook := "https://hooks.slack" + ".com/services/T0AAAAAAA/B0BBBBBBB/" + fill(24)
	discordHook := "https://discord" + ".com/api/webhooks/" + digits(18) + "/" + fill(68)
	bot := digits(10) + ":" + fill(35)
	return []*fakeProvider{
		fake("slack", "xoxb-"+digits(11)+"-"+digits(12)+"-"+fill(24)).call("POST", "/api/auth.test").bearer().
			live(200, `{"ok":true,"url":"https://acme.slack.com/","team":"Acme","user":"bot","team_id":"T1","user_id":"U1"}`,
				"workspace", "Acme", "account", "bot", "url", "https://acme.slack.com/", "scopes", "chat:write").sends("X-OAuth-Scopes", "chat:write").
			dead(200, `{"ok":false,"error":"invalid_auth"}`).
			also(Dead, 200, `{"ok":false,"error":"token_revoked"}`).
			also(Dead, 200, `{"ok":false,"error":"account_inactive"}`).
			also(Unknown, 200, `{"ok":false,"error":"not_allowed_token_type"}`).
			also(Unknown, 200, `{"ok":false,"error":"fatal_error"}`),
		fake("slack-webhook", hook).post("/services/T0AAAAAAA/B0BBBBBBB/"+fill(24), "application/json", "").
			live(400, "invalid_payload").dead(404, "no_service").
			also(Live, 400, "no_text").also(Dead, 403, "invalid_token").also(Dead, 404, "no_team").
			also(Live, 403, "action_prohibited").also(Unknown, 404, "channel_not_found").also(Unknown, 410, "channel_is_archived"),
		fake("discord", fill(24)+"."+fill(6)+"."+fill(27)).get("/api/v10/users/@me").header("Authorization", "Bot "+fill(24)+"."+fill(6)+"."+fill(27)).
			live(200, `{"id":"80351110224678912","username":"Nelly","discriminator":"0","bot":true}`, "account", "Nelly", "user", "80351110224678912").
			dead(401, `{"message":"401: Unauthorized","code":0}`),
		fake("discord-webhook", discordHook).get("/api/webhooks/"+digits(18)+"/"+fill(68)).
			live(200, `{"name":"alerts","type":1,"channel_id":"199737254929760256","guild_id":"199737254929760257","application_id":null,"id":"1"}`,
				"name", "alerts", "server", "199737254929760257", "channel", "199737254929760256").
			dead(404, `{"message":"Unknown Webhook","code":10015}`).
			also(Dead, 401, `{"message":"Invalid Webhook Token","code":50027}`),
		fake("telegram", bot).get("/bot"+bot+"/getMe").
			live(200, `{"ok":true,"result":{"id":123,"is_bot":true,"first_name":"Shop","username":"shop_bot"}}`, "account", "shop_bot", "name", "Shop").
			dead(401, `{"ok":false,"error_code":401,"description":"Unauthorized"}`).
			also(Dead, 404, `{"ok":false,"error_code":404,"description":"Not Found"}`),
	}
}

func fakeDesks() []*fakeProvider {
	me := `{"self":"https://acme.atlassian.net/rest/api/3/user","accountId":"5b10","emailAddress":"ada@example.com","displayName":"Ada L"}`
	token := "ATATT3x" + fill(180)
	linear := `{"data":{"viewer":{"id":"1","name":"Ada L","email":"ada@example.com"},"organization":{"name":"Acme","urlKey":"acme"}}}`
	linearDead := `{"errors":[{"message":"Authentication required, not authenticated","extensions":{"type":"authentication error","code":"AUTHENTICATION_ERROR","statusCode":401}}]}`
	linearQuery := `{"query":"{ viewer { id name email } organization { name urlKey } }"}`
	return []*fakeProvider{
		fake("atlassian", fill(24), "email", "ada@example.com", "site", "acme.atlassian.net").get("/rest/api/3/myself").basic("ada@example.com", fill(24)).
			live(200, me, "account", "ada@example.com", "name", "Ada L").dead(401, "Client must be authenticated to access this resource."),
		fake("atlassian", token, "email", "ada@example.com", "site", "acme.atlassian.net", "cloud-id", uuid()).
			get("/rest/api/3/myself").basic("ada@example.com", token).live(200, me).dead(401, "Client must be authenticated to access this resource.").
			get("/ex/jira/"+uuid()+"/rest/api/3/myself").basic("ada@example.com", token).live(401, `{"code":401,"message":"Unauthorized; scope does not match"}`).dead(401, `{"code":401,"message":"Unauthorized"}`),
		fake("notion", "ntn_"+fill(46)).get("/v1/users/me").bearer().header("Notion-Version", "2022-06-28").
			live(200, `{"object":"user","id":"16d8","name":"Export","type":"bot","bot":{"owner":{"type":"workspace"},"workspace_name":"Acme"}}`, "workspace", "Acme", "name", "Export").
			dead(401, `{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}`).
			also(Live, 403, `{"object":"error","status":403,"code":"restricted_resource","message":"Insufficient permissions for this endpoint."}`),
		fake("linear", "lin_api_"+fill(40)).post("/graphql", "application/json", linearQuery).header("Authorization", "lin_api_"+fill(40)).
			live(200, linear, "account", "ada@example.com", "name", "Ada L", "organisation", "Acme").dead(401, linearDead).also(Dead, 400, linearDead),
		fake("linear", "lin_oauth_"+hexes(64)).post("/graphql", "application/json", linearQuery).bearer().
			live(200, linear, "account", "ada@example.com", "name", "Ada L", "organisation", "Acme").dead(401, linearDead),
		fake("asana", "2/"+digits(16)+"/"+digits(16)+":"+hexes(32)).get("/api/1.0/users/me").bearer().
			live(200, `{"data":{"gid":"1","email":"ada@example.com","name":"Ada L","workspaces":[{"gid":"2","name":"Acme"}]}}`,
				"account", "ada@example.com", "name", "Ada L", "workspaces", "Acme").
			dead(401, `{"errors":[{"message":"Not Authorized","help":"For more information on API status codes and how to handle them, read the docs"}]}`),
		fake("figma", "figd_"+fill(40)).get("/v1/me").header("X-Figma-Token", "figd_"+fill(40)).
			live(200, `{"id":"1","email":"ada@example.com","handle":"Ada","img_url":"https://example.com/a.png"}`, "account", "ada@example.com", "name", "Ada").
			dead(403, `{"status":403,"err":"Invalid token"}`).
			also(Live, 403, `{"status":403,"err":"Invalid scope(s): file_content:read. This endpoint requires the current_user:read scope"}`),
		fake("airtable", "pat"+fill(14)+"."+hexes(64)).get("/v0/meta/whoami").bearer().
			live(200, `{"id":"usrL2P","scopes":["data.records:read","user.email:read"],"email":"ada@example.com"}`,
				"user", "usrL2P", "account", "ada@example.com", "scopes", "data.records:read, user.email:read").
			dead(401, `{"error":{"type":"AUTHENTICATION_REQUIRED","message":"Authentication required"}}`),
		fake("dropbox", "sl."+fill(130)).post("/2/users/get_current_account", "application/json", "null").bearer().
			live(200, `{"account_id":"dbid:AA","name":{"display_name":"Ada L"},"email":"ada@example.com","disabled":false}`, "account", "ada@example.com", "name", "Ada L").
			dead(401, `{"error_summary":"invalid_access_token/..","error":{".tag":"invalid_access_token"}}`).
			also(Dead, 401, `{"error_summary":"expired_access_token/","error":{".tag":"expired_access_token"}}`).
			also(Live, 401, `{"error_summary":"missing_scope/..","error":{".tag":"missing_scope","required_scope":"account_info.read"}}`),
		fake("hubspot", "pat-na1-"+uuid()).get("/account-info/v3/details").bearer().
			live(200, `{"portalId":62515,"accountType":"STANDARD","timeZone":"US/Eastern","uiDomain":"app.hubspot.com"}`, "account", "62515", "kind", "STANDARD", "url", "app.hubspot.com").
			dead(401, `{"status":"error","message":"Authentication credentials not found.","category":"INVALID_AUTHENTICATION"}`).
			also(Live, 403, `{"status":"error","message":"This app hasn't been granted all required scopes","category":"MISSING_SCOPES"}`),
		fake("postman", "PMAK-"+hexes(24)+"-"+hexes(34)).get("/me").header("X-Api-Key", "PMAK-"+hexes(24)+"-"+hexes(34)).
			live(200, `{"user":{"id":1,"username":"ada","email":"ada@example.com","teamName":"Acme"}}`, "account", "ada@example.com", "name", "ada", "team", "Acme").
			dead(401, `{"error":{"name":"AuthenticationError","message":"Invalid API Key. Every request requires a valid API Key to be sent."}}`),
	}
}

func fakeIdentities() []*fakeProvider {
	oauth := `{"grant_type":"client_credentials","client_id":"` + repeated("aB3dE5", 32) + `","client_secret":"` + fill(64) + `","audience":"https://acme.eu.auth0.com/api/v2/"}`
	mapbox := "sk.eyJ1" + fill(60) + "." + fill(22)
	client := "tskey-client-" + repeated("kAbC1", 10) + "CNTRL-" + fill(32)
	return []*fakeProvider{
		fake("okta", "00"+fill(40), "domain", "acme.okta.com").get("/api/v1/users/me").header("Authorization", "SSWS 00"+fill(40)).
			live(200, `{"id":"00u1","status":"ACTIVE","profile":{"login":"ada@example.com","email":"ada@example.org"}}`, "account", "ada@example.com", "email", "ada@example.org", "status", "ACTIVE").
			dead(401, `{"errorCode":"E0000011","errorSummary":"Invalid token provided","errorId":"oae","errorCauses":[]}`),
		fake("auth0", fill(64), "domain", "acme.eu.auth0.com", "client-id", repeated("aB3dE5", 32)).post("/oauth/token", "application/json", oauth).
			live(200, `{"access_token":"eyJz","scope":"read:users","expires_in":86400,"token_type":"Bearer"}`, "scopes", "read:users").
			dead(401, `{"error":"access_denied","error_description":"Unauthorized"}`).
			also(Live, 403, `{"error":"access_denied","error_description":"Client is not authorized to access \"https://acme.eu.auth0.com/api/v2/\"."}`),
		fake("facebook", "EAA"+fill(120)).get("/me?fields=id,name").bearer().
			live(200, `{"id":"1","name":"Ada L"}`, "account", "Ada L", "user", "1").
			dead(400, `{"error":{"message":"Error validating access token: Session has expired","type":"OAuthException","code":190,"error_subcode":463}}`).
			also(Unknown, 400, `{"error":{"message":"checkpointed","type":"OAuthException","code":190,"error_subcode":459}}`).
			also(Unknown, 400, `{"error":{"message":"Application request limit reached","type":"OAuthException","code":4}}`),
		fake("algolia", hexes(32), "app-id", repeated("YRXZ7", 10)).get("/1/keys/"+hexes(32)).
			header("X-Algolia-Application-Id", repeated("YRXZ7", 10)).header("X-Algolia-Api-Key", hexes(32)).
			live(200, `{"createdAt":1,"acl":["search","browse"],"indexes":["dev_*"],"description":"site","validity":0}`, "scopes", "search, browse", "indexes", "dev_*", "name", "site").
			dead(403, `{"message":"Invalid Application-ID or API key","status":403}`).
			also(Unknown, 404, `{"message":"Key does not exist","status":404}`),
		fake("mapbox", mapbox).get("/tokens/v2?access_token="+mapbox).
			live(200, `{"code":"TokenValid","token":{"usage":"sk","user":"ada","authorization":"cj"}}`, "account", "ada", "kind", "sk").
			dead(200, `{"code":"TokenRevoked"}`).also(Dead, 200, `{"code":"TokenExpired"}`).also(Unknown, 200, `{"code":"New"}`),
		fake("contentful", "CFPAT-"+fill(43)).get("/users/me").bearer().
			live(200, `{"sys":{"type":"User","id":"7B"},"firstName":"Ada","email":"ada@example.com"}`, "account", "ada@example.com", "user", "7B").
			dead(401, `{"sys":{"type":"Error","id":"AccessTokenInvalid"},"message":"The access token you sent could not be found or is invalid."}`),
		fake("tailscale", "tskey-api-"+fill(12)+"-"+fill(32)).get("/api/v2/tailnet/-/devices").basic("tskey-api-"+fill(12)+"-"+fill(32), "").
			live(200, `{"devices":[{"name":"pi.acme.ts.net","id":"1"}]}`, "devices", "pi.acme.ts.net").
			dead(401, `{"message":"API token invalid"}`).also(Live, 403, `{"message":"calling actor does not have enough permissions"}`),
		fake("tailscale", client).post("/api/v2/oauth/token", "application/x-www-form-urlencoded", "client_id="+repeated("kAbC1", 10)+"CNTRL&client_secret="+client).
			live(200, `{"access_token":"tskey-x","token_type":"Bearer","expires_in":3600,"scope":"devices"}`, "scopes", "devices").
			dead(401, `{"message":"API token invalid"}`),
	}
}
