package verify

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"sync"
)

func fakeClouds() []*fakeProvider {
	awsSecret := repeated("aB3/+xY9", 40)
	cloudflareLive := `{"result":{"id":"ed17","status":"active","expires_on":"2027-01-01T00:00:00Z"},"success":true,"errors":[],"messages":[]}`
	cloudflareDead := `{"success":false,"errors":[{"code":1000,"message":"Invalid API Token"}],"messages":[],"result":null}`
	aws := fake("aws", awsSecret, "key-id", "AKIA"+repeated("IOSFODNN7", 16)).
		post("/", "application/x-www-form-urlencoded; charset=utf-8", "Action=GetCallerIdentity&Version=2011-06-15").
		header("Authorization", "?").header("X-Amz-Date", "20260301T120000Z").header("Accept", "text/xml").
		live(200, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>01234567</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
			"account", "123456789012", "arn", "arn:aws:iam::123456789012:user/Alice", "user", "AIDA").
		dead(403, awsError("InvalidClientTokenId", "The security token included in the request is invalid.")).
		also(Dead, 403, awsError("ExpiredToken", "The security token included in the request is expired")).
		also(Unknown, 403, awsError("SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.")).
		also(Unknown, 400, awsError("RequestExpired", "Request has expired."))
	google := fake("gcp-service-account", serviceAccountFile()).post("/token", "application/x-www-form-urlencoded", "").
		live(200, `{"access_token":"ya29.x","expires_in":3599,"token_type":"Bearer"}`).
		dead(400, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`).
		also(Dead, 400, `{"error":"invalid_grant","error_description":"Invalid grant: account not found"}`).
		also(Dead, 401, `{"error":"disabled_client","error_description":"The OAuth client was disabled."}`).
		also(Unknown, 400, `{"error":"invalid_grant","error_description":"Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."}`)
	google.last().anyBody = true
	return []*fakeProvider{
		aws, google,
		fake("gcp-api-key", "AI"+"za"+fill(35)).get("/v1beta/models?pageSize=1").header("X-Goog-Api-Key", "AI"+"za"+fill(35)).
			live(200, `{"models":[{"name":"models/x","displayName":"X"}],"nextPageToken":"n"}`).
			dead(400, googleError(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")).
			also(Dead, 400, `{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT"}}`).
			also(Live, 403, googleError(403, "Generative Language API has not been used in project 123 before or it is disabled.", "SERVICE_DISABLED")).
			also(Live, 403, googleError(403, "Requests from referer <empty> are blocked.", "API_KEY_HTTP_REFERRER_BLOCKED")).
			also(Unknown, 403, googleError(403, "Permission denied: consumer suspended.", "CONSUMER_SUSPENDED")),
		fake("digitalocean", "dop_v1_"+hexes(64)).get("/v2/account").bearer().
			live(200, `{"account":{"droplet_limit":25,"email":"ada@example.com","uuid":"b6fr","email_verified":true,"status":"active","team":{"uuid":"5df3","name":"My Team"}}}`,
				"account", "ada@example.com", "team", "My Team", "status", "active").
			dead(401, `{"id":"Unauthorized","message":"Unable to authenticate you"}`).
			also(Live, 403, `{"id":"forbidden","message":"You are not authorized to perform this operation"}`),
		fake("linode", hexes(64)).get("/v4/profile").bearer().
			live(200, `{"uid":1,"username":"ada","email":"ada@example.com","restricted":false}`, "account", "ada", "email", "ada@example.com").
			dead(401, `{"errors":[{"reason":"Invalid Token"}]}`).
			also(Live, 401, `{"errors":[{"reason":"Your OAuth token is not authorized to use this endpoint."}]}`),
		fake("hetzner", fill(64)).get("/v1/locations?per_page=1").bearer().
			live(200, `{"locations":[{"id":1,"name":"fsn1"}],"meta":{}}`).
			dead(401, `{"error":{"code":"unauthorized","message":"unable to authenticate"}}`),
		fake("cloudflare", "cfut_"+fill(48)).get("/client/v4/user/tokens/verify").bearer().
			live(200, cloudflareLive, "token", "ed17", "expires", "2027-01-01T00:00:00Z").dead(401, cloudflareDead).
			also(Dead, 200, `{"result":{"id":"ed17","status":"disabled"},"success":true}`).
			also(Dead, 400, `{"success":false,"errors":[{"code":6003,"message":"Invalid request headers"}]}`),
		fake("cloudflare", fill(40), "account-id", hexes(32)).get("/client/v4/user/tokens/verify").bearer().live(200, cloudflareLive).dead(401, cloudflareDead).
			get("/client/v4/accounts/"+hexes(32)+"/tokens/verify").bearer().live(200, cloudflareLive).dead(401, cloudflareDead),
		fake("cloudflare", fill(40)).get("/client/v4/user/tokens/verify").bearer().
			live(200, cloudflareLive, "token", "ed17", "expires", "2027-01-01T00:00:00Z").dead(401, cloudflareDead).neverDead(),
		fake("fastly", fill(32)).get("/tokens/self").header("Fastly-Key", fill(32)).
			live(200, `{"id":"5Yo3","user_id":"4y5K","customer_id":"x4xC","name":"ci","scope":"global:read","expires_at":"2027-01-01T00:00:00Z"}`,
				"token", "ci", "account", "x4xC", "user", "4y5K", "scopes", "global:read", "expires", "2027-01-01T00:00:00Z").
			dead(401, `{"msg":"Provided credentials are missing or invalid"}`),
		fake("vultr", fill(36)).get("/v2/account").bearer().
			live(200, `{"account":{"balance":-5,"name":"Ada L","email":"ada@example.com","acls":["subscriptions","billing"]}}`,
				"account", "ada@example.com", "name", "Ada L", "scopes", "subscriptions, billing").
			dead(401, `{"error":"Invalid API token.","status":401}`).
			also(Live, 401, `{"error":"Unauthorized IP address: 192.0.2.1","status":401}`),
	}
}

func awsError(code, message string) string {
	return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` + code +
		`</Code><Message>` + message + `</Message></Error><RequestId>0123</RequestId></ErrorResponse>`
}

func googleError(code int, message, reason string) string {
	body, err := json.Marshal(map[string]any{"error": map[string]any{
		"code": code, "message": message, "status": "X",
		"details": []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}},
	}})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// testKey is made once: making it takes longer than all else here.
var testKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func testKeyPEM() string {
	der, err := x509.MarshalPKCS8PrivateKey(testKey())
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE" + " KEY", Bytes: der}))
}

// serviceAccountFile makes a key file whose token_uri must not be believed.
func serviceAccountFile() string {
	body, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "shop", "private_key_id": "k1", "private_key": testKeyPEM(),
		"client_email": "ci@shop.iam.gserviceaccount.com", "token_uri": "https://evil.example.com/token",
	})
	if err != nil {
		panic(err)
	}
	return string(body)
}

func fakePlatforms() []*fakeProvider {
	flyLive, flyDead := `{"error":"org_slug is required"}`, `{"error":"unauthorized"}`
	orgs := `{"type":"list","data":[{"id":"o1","name":"acme"},{"id":"o2","name":"beta"}]}`
	planetscaleDead := `{"code":"unauthorized","message":"You are not authorized to access this resource."}`
	macaroon := "fm2_" + fill(400)
	return []*fakeProvider{
		fake("heroku", "HRKU-"+fill(58)).get("/account").bearer().header("Accept", "application/vnd.heroku+json; version=3").
			live(200, `{"email":"ada@example.com","id":"01234567"}`, "account", "ada@example.com", "user", "01234567").
			dead(401, `{"id":"unauthorized","message":"Invalid credentials provided."}`).
			also(Live, 403, `{"id":"forbidden","message":"The scope of this OAuth authorization does not allow access to this resource."}`),
		fake("netlify", "nfp_"+fill(36)).get("/api/v1/user").bearer().
			live(200, `{"id":"5b","full_name":"Ada L","email":"ada@example.com"}`, "account", "ada@example.com", "name", "Ada L", "user", "5b").
			dead(401, `{"code":401,"message":"Access Denied: Invalid token"}`),
		fake("vercel", fill(24)).get("/v2/user").bearer().
			live(200, `{"user":{"id":"AEI","email":"ada@example.com","name":"Ada L","username":"ada"}}`, "account", "ada", "email", "ada@example.com", "name", "Ada L").
			dead(403, `{"error":{"code":"forbidden","message":"Not authorized","invalidToken":true}}`).
			also(Unknown, 403, `{"error":{"code":"forbidden","message":"Not authorized"}}`),
		fake("render", "rnd_"+fill(28)).get("/v1/users").bearer().
			live(200, `{"email":"ada@example.com","name":"Ada L"}`, "account", "ada@example.com", "name", "Ada L").dead(401, `{"message":"Unauthorized"}`),
		fake("fly", "fo1_"+fill(43)).get("/v1/apps?org_slug=").bearer().live(400, flyLive).dead(401, flyDead),
		fake("fly", macaroon).get("/v1/apps?org_slug=").header("Authorization", "FlyV1 "+macaroon).live(400, flyLive).dead(401, flyDead),
		fake("fly", "FlyV1 "+macaroon).get("/v1/apps?org_slug=").header("Authorization", "FlyV1 "+macaroon).live(400, flyLive).dead(401, flyDead),
		fake("supabase", "sbp_"+hexes(40)).get("/v1/organizations").bearer().
			live(200, `[{"id":"abc","name":"Acme"},{"id":"def","name":"Beta"}]`, "organisations", "Acme, Beta").
			dead(401, `{"message":"Unauthorized"}`).also(Live, 200, "[]"),
		fake("planetscale", "pscale_tkn_"+fill(43), "token-id", fill12()).get("/v1/organizations").header("Authorization", fill12()+":pscale_tkn_"+fill(43)).
			live(200, orgs, "organisations", "acme, beta").dead(401, planetscaleDead).also(Live, 403, `{"code":"forbidden","message":"no"}`),
		fake("planetscale", "pscale_oauth_"+fill(43)).get("/v1/organizations").bearer().
			live(200, orgs, "organisations", "acme, beta").dead(401, planetscaleDead),
		fake("databricks", "dapi"+hexes(32), "workspace", "dbc-a1b2345c-d6e7.cloud.databricks.com").get("/api/2.0/preview/scim/v2/Me").bearer().
			live(200, `{"id":"1","userName":"ada@example.com","displayName":"Ada L","groups":[{"display":"admins"},{"display":"users"}]}`,
				"account", "ada@example.com", "name", "Ada L", "groups", "admins, users").
			dead(403, `{"error_code":403,"message":"Invalid access token."}`),
		fake("neon", "napi_"+fill(64)).get("/api/v2/auth").bearer().
			live(200, `{"account_id":"a1","auth_method":"api_key_user","auth_data":"d"}`, "account", "a1", "kind", "api_key_user").
			dead(401, `{"code":"","message":"authorization failed"}`),
	}
}

func fill12() string { return repeated("q7w2e9r4t6y1", 12) }
