package verify

func fakeWatchers() []*fakeProvider {
	newrelic := `{"query":"{ actor { user { id name email } } }"}`
	return []*fakeProvider{
		fake("grafana", "glsa_"+fill(32)+"_"+hexes(8), "instance", "acme.grafana.net").get("/api/access-control/user/permissions").bearer().
			live(200, `{"dashboards:read":["dashboards:*"],"orgs:read":["orgs:*"]}`).
			dead(401, `{"message":"Invalid API key","messageId":"api-key.invalid","statusCode":401}`),
		fake("grafana", "glc_"+fill(120)).get("/api/v1/tokens?region=us").bearer().
			live(200, `{"items":[{"id":"1","name":"ci"}]}`).
			dead(401, `{"code":"InvalidCredentials","message":"Token could not be parsed"}`).
			also(Live, 401, `{"code":"Unauthorized","message":"invalid permission: access policy missing required scope [accesspolicies:read]"}`).
			also(Unknown, 401, `{"code":"Unauthorized","message":"something else"}`),
		fake("datadog", hexes(32)).get("/api/v1/validate").header("Dd-Api-Key", hexes(32)).
			live(200, `{"valid":true}`).dead(403, `{"errors":["Forbidden"]}`),
		fake("newrelic", "NRAK-"+repeated("A1B2C3", 27)).post("/graphql", "application/json", newrelic).header("Api-Key", "NRAK-"+repeated("A1B2C3", 27)).
			live(200, `{"data":{"actor":{"user":{"id":1,"name":"Ada L","email":"ada@example.com"}}}}`, "account", "ada@example.com", "name", "Ada L").
			dead(401, `{"errors":[{"extensions":{"errorClass":"UNAUTHORIZED"},"message":"API key is invalid"}]}`),
		fake("sentry", "sntryu_"+hexes(64)).get("/api/0/organizations/").bearer().
			live(200, `[{"id":"1","slug":"acme","name":"Acme"}]`, "organisations", "acme").
			dead(401, `{"detail":"Invalid token"}`).also(Live, 403, `{"detail":"You do not have permission to perform this action."}`),
		fake("pagerduty", "u+"+fill(18)).get("/abilities").header("Authorization", "Token token=u+"+fill(18)).header("Accept", "application/vnd.pagerduty+json;version=2").
			live(200, `{"abilities":["teams","sso"]}`).dead(401, `{"error":{"message":"Unauthorized","code":2006}}`),
		fake("launchdarkly", "api-"+uuid()).get("/api/v2/caller-identity").header("Authorization", "api-"+uuid()).
			live(200, `{"accountId":"1a","tokenName":"ci","tokenKind":"auth","serviceToken":true}`, "account", "1a", "token", "ci", "kind", "auth", "service token", "true").
			dead(401, `{"code":"unauthorized","message":"invalid access token"}`),
		fake("honeycomb", fill(32)).get("/1/auth").header("X-Honeycomb-Team", fill(32)).
			live(200, `{"id":"h","type":"configuration","team":{"name":"Acme","slug":"acme"},"environment":{"name":"prod","slug":"prod"}}`, "team", "Acme", "environment", "prod").
			dead(401, `{"error":"unknown API key - check your credentials"}`),
	}
}

func fakePayments() []*fakeProvider {
	return []*fakeProvider{
		fake("stripe", "sk_live_"+fill(24)).get("/v1/account").bearer().
			live(200, `{"id":"acct_1","object":"account","business_profile":{"name":"Acme"},"country":"DE","email":"pay@example.com"}`,
				"account", "acct_1", "email", "pay@example.com", "name", "Acme", "country", "DE").
			dead(401, `{"error":{"message":"Invalid API Key provided: sk_live_****","type":"invalid_request_error"}}`).
			also(Dead, 401, `{"error":{"code":"api_key_expired","message":"Expired API Key provided: sk_live_****","type":"invalid_request_error"}}`).
			also(Live, 403, `{"error":{"message":"The provided key 'rk_live_***' does not have the required permissions for this endpoint","type":"invalid_request_error"}}`),
		fake("square", "EAAA"+fill(60)).get("/v2/merchants/me").bearer().
			live(200, `{"merchant":{"id":"DM7","business_name":"Acme","country":"US","status":"ACTIVE"}}`, "account", "DM7", "name", "Acme", "country", "US").
			dead(401, `{"errors":[{"category":"AUTHENTICATION_ERROR","code":"UNAUTHORIZED","detail":"This request could not be authorized."}]}`).
			also(Live, 403, `{"errors":[{"category":"AUTHENTICATION_ERROR","code":"INSUFFICIENT_SCOPES"}]}`),
		fake("paypal", "E"+fill(79), "client-id", "A"+fill(79)).post("/v1/oauth2/token", "application/x-www-form-urlencoded", "grant_type=client_credentials").basic("A"+fill(79), "E"+fill(79)).
			live(200, `{"scope":"openid","access_token":"A21","token_type":"Bearer","app_id":"APP-80","expires_in":31668}`, "account", "APP-80", "scopes", "openid").
			dead(401, `{"error":"invalid_client","error_description":"Client Authentication failed"}`),
		fake("shopify", "shpat_"+hexes(32), "shop", "acme.myshopify.com").get("/admin/oauth/access_scopes.json").header("X-Shopify-Access-Token", "shpat_"+hexes(32)).
			live(200, `{"access_scopes":[{"handle":"read_products"},{"handle":"write_orders"}]}`, "scopes", "read_products, write_orders").
			dead(401, `{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}`).
			also(Unknown, 404, `{"errors":"Not Found"}`),
	}
}

func fakeMails() []*fakeProvider {
	return []*fakeProvider{
		fake("sendgrid", "SG."+fill(22)+"."+fill(43)).get("/v3/scopes").bearer().
			live(200, `{"scopes":["mail.send","user.profile.read"]}`, "scopes", "mail.send, user.profile.read").
			dead(401, `{"errors":[{"field":null,"message":"authorization required"}]}`).
			also(Live, 403, `{"errors":[{"field":null,"message":"access forbidden"}]}`),
		fake("mailgun", "key-"+hexes(32)).get("/v4/domains?limit=1").basic("api", "key-"+hexes(32)).
			live(200, `{"total_count":1,"items":[{"id":"1","name":"mg.example.com"}]}`, "domains", "mg.example.com").dead(401, "Forbidden"),
		fake("mailgun", hexes(32)+"-"+hexes(8)+"-"+hexes(8)).get("/v4/domains?limit=1").basic("api", hexes(32)+"-"+hexes(8)+"-"+hexes(8)).
			live(200, `{"total_count":0,"items":[]}`).dead(401, "Forbidden").neverDead(),
		fake("mailchimp", hexes(32)+"-us12").get("/3.0/").basic("reeve", hexes(32)+"-us12").
			live(200, `{"account_id":"8d","login_id":"1","account_name":"Acme","email":"ada@example.com","role":"owner"}`, "account", "ada@example.com", "name", "Acme", "role", "owner").
			dead(401, `{"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"API Key Invalid","status":401,"detail":"Your API key may be invalid"}`).
			also(Dead, 403, `{"title":"User Disabled","status":403}`),
		fake("postmark", uuid()).get("/server").header("X-Postmark-Server-Token", uuid()).
			live(200, `{"ID":1,"Name":"Staging","DeliveryType":"Live"}`).
			dead(401, `{"ErrorCode":10,"Message":"Request does not contain a valid Server token."}`).
			get("/servers?count=1&offset=0").header("X-Postmark-Account-Token", uuid()).
			live(200, `{"TotalCount":2,"Servers":[]}`).
			dead(401, `{"ErrorCode":10,"Message":"Request does not contain a valid Account token."}`),
		fake("brevo", "xkeysib-"+hexes(64)+"-"+fill(16)).get("/v3/account").header("Api-Key", "xkeysib-"+hexes(64)+"-"+fill(16)).
			live(200, `{"email":"ada@example.com","companyName":"Acme","plan":[]}`, "account", "ada@example.com", "name", "Acme").
			dead(401, `{"message":"Key not found","code":"unauthorized"}`).
			also(Live, 401, `{"message":"We have detected you are using an unrecognised IP address 192.0.2.1.","code":"unauthorized"}`),
		fake("resend", "re_"+fill(33)).get("/domains").bearer().
			live(200, `{"data":[{"id":"d9","name":"example.com"}]}`, "domains", "example.com").
			dead(403, `{"statusCode":403,"name":"invalid_api_key","message":"API key is invalid"}`).
			also(Dead, 400, `{"statusCode":400,"name":"validation_error","message":"API key is invalid"}`).
			also(Live, 401, `{"statusCode":401,"name":"restricted_api_key","message":"This API key is restricted to only send emails"}`),
		fake("twilio", hexes(32), "account-sid", "AC"+repeated("0123456789abcdef", 32)).get("/2010-04-01/Accounts/AC"+repeated("0123456789abcdef", 32)+".json").
			basic("AC"+repeated("0123456789abcdef", 32), hexes(32)).
			live(200, `{"sid":"AC1","friendly_name":"Acme","status":"active","type":"Full"}`, "account", "Acme", "status", "active", "kind", "Full").
			dead(401, `{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}`),
	}
}

func fakeModels() []*fakeProvider {
	viewer := `{"query":"query Viewer { viewer { id username email } }"}`
	anthropicDead := `{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}`
	return []*fakeProvider{
		fake("openai", "sk-proj-"+fill(80)).get("/v1/models").bearer().
			live(200, `{"object":"list","data":[{"id":"m","object":"model"}]}`, "organisation", "acme").sends("Openai-Organization", "acme").
			dead(401, `{"error":{"message":"Incorrect API key provided: sk-proj-****","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}`).
			also(Live, 403, `{"error":{"message":"You have insufficient permissions for this operation. Missing scopes: api.model.read.","type":"invalid_request_error","param":null,"code":null}}`).
			also(Unknown, 401, `{"error":{"message":"You must be a member of an organization to use the API","code":null}}`),
		fake("anthropic", "sk-ant-"+"api03-"+fill(90)).get("/v1/models?limit=1").header("X-Api-Key", "sk-ant-"+"api03-"+fill(90)).header("Anthropic-Version", "2023-06-01").
			live(200, `{"data":[{"id":"m","type":"model"}],"has_more":true}`).dead(401, anthropicDead).
			also(Live, 403, `{"type":"error","error":{"type":"permission_error","message":"no"}}`),
		fake("anthropic", "sk-ant-"+"admin01-"+fill(90)).get("/v1/organizations/me").header("X-Api-Key", "sk-ant-"+"admin01-"+fill(90)).header("Anthropic-Version", "2023-06-01").
			live(200, `{"id":"o1","type":"organization","name":"Acme"}`, "organisation", "Acme").dead(401, anthropicDead),
		fake("cohere", fill(40)).get("/v1/models?page_size=1").bearer().
			live(200, `{"models":[{"name":"m"}],"next_page_token":"t"}`).dead(401, `{"message":"invalid api token"}`),
		fake("mistral", fill(32)).get("/v1/models").bearer().
			live(200, `{"object":"list","data":[]}`).dead(401, `{"message":"Unauthorized","request_id":"1"}`).also(Dead, 401, `{"detail":"Unauthorized"}`),
		fake("groq", "gsk_"+fill(52)).get("/openai/v1/models").bearer().
			live(200, `{"object":"list","data":[]}`).dead(401, `{"error":{"message":"Invalid API Key","type":"invalid_request_error","code":"invalid_api_key"}}`),
		fake("xai", "xai-"+fill(80)).get("/v1/api-key").bearer().
			live(200, `{"redacted_api_key":"xai-...b14o","user_id":"59fb","name":"ci","team_id":"5ea6","acls":["api-key:model:*"],"api_key_blocked":false,"api_key_disabled":false}`,
				"key", "ci", "team", "5ea6", "scopes", "api-key:model:*").
			dead(400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***YZ."}`).
			also(Dead, 200, `{"name":"ci","team_id":"5ea6","api_key_blocked":false,"api_key_disabled":true}`),
		fake("huggingface", "hf_"+fill(34)).get("/api/whoami-v2").bearer().
			live(200, `{"type":"user","id":"1","name":"ada","fullname":"Ada L","email":"ada@example.com","orgs":[{"name":"acme"}],"auth":{"type":"access_token","accessToken":{"displayName":"ci","role":"write"}}}`,
				"account", "ada", "email", "ada@example.com", "token", "ci", "scopes", "write", "organisations", "acme").
			dead(401, `{"error":"Invalid credentials in Authorization header"}`),
		fake("replicate", "r8_"+fill(37)).get("/v1/account").bearer().
			live(200, `{"type":"organization","username":"acme","name":"Acme","github_url":"https://github.com/acme"}`, "account", "acme", "name", "Acme", "kind", "organization").
			dead(401, `{"title":"Unauthenticated","detail":"You did not pass a valid authentication token","status":401}`),
		fake("openrouter", "sk-or-v1-"+hexes(64)).get("/api/v1/key").bearer().
			live(200, `{"data":{"label":"sk-or-v1-3f9...046","usage":12.5,"limit":100,"is_free_tier":false}}`, "usage", "12.5", "limit", "100", "free tier", "false").
			dead(401, `{"error":{"message":"User not found.","code":401}}`),
		fake("elevenlabs", "sk_"+hexes(48)).get("/v1/user").header("Xi-Api-Key", "sk_"+hexes(48)).
			live(200, `{"user_id":"u1","subscription":{"tier":"creator"},"first_name":"Ada","xi_api_key":"`+"sk_"+hexes(48)+`"}`, "account", "u1", "name", "Ada", "plan", "creator").
			dead(401, `{"detail":{"status":"invalid_api_key","message":"Invalid API key"}}`).
			also(Live, 401, `{"detail":{"status":"missing_permissions","message":"The API key you used is missing the permission user_read"}}`),
		fake("pinecone", "pcsk_"+fill(70)).get("/indexes").header("Api-Key", "pcsk_"+fill(70)).header("X-Pinecone-Api-Version", "2025-04").
			live(200, `{"indexes":[{"name":"docs","dimension":3}]}`, "indexes", "docs").dead(401, "Invalid API Key").also(Live, 403, "Forbidden"),
		fake("langsmith", "lsv2_pt_"+hexes(32)+"_"+hexes(10)).get("/api/v1/orgs/current").header("X-Api-Key", "lsv2_pt_"+hexes(32)+"_"+hexes(10)).
			live(200, `{"id":"o1","display_name":"Acme","is_personal":false}`, "organisation", "Acme").
			dead(401, `{"detail":"Invalid token"}`).also(Unknown, 403, `{"detail":"Forbidden"}`),
		fake("wandb", hexes(40)).post("/graphql", "application/json", viewer).basic("api", hexes(40)).
			live(200, `{"data":{"viewer":{"id":"1","username":"ada","email":"ada@example.com"}}}`, "account", "ada", "email", "ada@example.com").
			dead(401, `{"errors":[{"message":"user is not logged in"}]}`).also(Unknown, 200, `{"data":{"viewer":null}}`),
		fake("deepseek", "sk-"+hexes(32)).get("/user/balance").bearer().
			live(200, `{"is_available":true,"balance_infos":[{"currency":"USD","total_balance":"110.00"}]}`, "balance", "110.00").
			dead(401, `{"error":{"message":"Authentication Fails","type":"authentication_error","param":null,"code":"invalid_request_error"}}`),
	}
}
