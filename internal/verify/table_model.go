package verify

func models() []entry {
	return []entry{
		{
			name: "openai", title: "OpenAI",
			docs: "https://platform.openai.com/docs/api-reference/models/list",
			asks: []ask{{
				form:  form(`^sk-`),
				bases: []string{"https://api.openai.com"}, path: "/v1/models", header: bearer(),
				read: []reading{
					live(200, "data"),
					live(403, "error.message", "*insufficient permissions*", "*Missing scopes*").because(mayNot),
					live(401, "error.message", "*insufficient permissions*", "*Missing scopes*").because(mayNot),
					live(401, "error.code", "ip_not_authorized").because("accepts it, though not from this address"),
					dead(401, "error.code", "invalid_api_key", "account_deactivated", "expired_api_key"),
				},
				facts: []pick{{"organisation", "@Openai-Organization"}, {"project", "@Openai-Project"}},
			}},
		},
		{
			name: "anthropic", title: "Anthropic",
			docs: "https://docs.anthropic.com/en/api/models-list",
			asks: []ask{
				anthropicAsk(`^sk-ant-api`, "/v1/models?limit=1", live(200, "data")),
				anthropicAsk(`^sk-ant-admin`, "/v1/organizations/me", live(200, "id"), pick{"organisation", "name"}),
			},
		},
		{
			name: "cohere", title: "Cohere",
			docs: "https://docs.cohere.com/reference/list-models",
			asks: []ask{{
				bases: []string{"https://api.cohere.com"}, path: "/v1/models?page_size=1", header: bearer(),
				read: []reading{live(200, "models"), dead(401, "message")},
			}},
		},
		{
			name: "mistral", title: "Mistral AI",
			docs: "https://docs.mistral.ai/api/#tag/models/operation/list_models_v1_models_get",
			asks: []ask{{
				bases: []string{"https://api.mistral.ai"}, path: "/v1/models", header: bearer(),
				read: []reading{live(200, "data"), dead(401, "message", "Unauthorized"), dead(401, "detail", "Unauthorized")},
			}},
		},
		{
			name: "groq", title: "Groq",
			docs: "https://console.groq.com/docs/api-reference#models-list",
			asks: []ask{{
				form:  form(`^gsk_`),
				bases: []string{"https://api.groq.com"}, path: "/openai/v1/models", header: bearer(),
				read: []reading{live(200, "data"), dead(401, "error.code", "invalid_api_key", "expired_api_key")},
			}},
		},
		{
			name: "xai", title: "xAI",
			docs: "https://docs.x.ai/docs/api-reference#api-key-info",
			asks: []ask{{
				form:  form(`^xai-`),
				bases: []string{"https://api.x.ai"}, path: "/v1/api-key", header: bearer(),
				read: []reading{
					dead(200, "api_key_disabled", "true").because("has disabled it"),
					dead(200, "api_key_blocked", "true").because("has blocked it"),
					live(200, "team_id"),
					dead(400, "error", "Incorrect API key provided*"), dead(401, "error"),
				},
				facts: []pick{{"key", "name"}, {"team", "team_id"}, {"scopes", "acls"}},
			}},
		},
		{
			name: "huggingface", title: "Hugging Face",
			docs: "https://huggingface.co/docs/hub/api#get-apiwhoami-v2",
			asks: []ask{{
				bases: []string{"https://huggingface.co"}, path: "/api/whoami-v2", header: bearer(),
				read:  []reading{live(200, "name"), dead(401, "error")},
				facts: []pick{{"account", "name"}, {"email", "email"}, {"token", "auth.accessToken.displayName"}, {"scopes", "auth.accessToken.role"}, {"organisations", "orgs.*.name"}},
			}},
		},
		{
			name: "replicate", title: "Replicate",
			docs: "https://replicate.com/docs/reference/http#account.get",
			asks: []ask{{
				form:  form(`^r8_`),
				bases: []string{"https://api.replicate.com"}, path: "/v1/account", header: bearer(),
				read:  []reading{live(200, "username"), dead(401, "status", "401"), dead(401, "detail")},
				facts: []pick{{"account", "username"}, {"name", "name"}, {"kind", "type"}},
			}},
		},
		{
			name: "openrouter", title: "OpenRouter",
			docs: "https://openrouter.ai/docs/api-reference/api-keys/get-current-api-key",
			asks: []ask{{
				form:  form(`^sk-or-`),
				bases: []string{"https://openrouter.ai"}, path: "/api/v1/key", header: bearer(),
				read:  []reading{live(200, "data.usage"), dead(401, "error.code", "401")},
				facts: []pick{{"usage", "data.usage"}, {"limit", "data.limit"}, {"free tier", "data.is_free_tier"}},
			}},
		},
		{
			name: "elevenlabs", title: "ElevenLabs",
			docs: "https://elevenlabs.io/docs/api-reference/user/get",
			asks: []ask{{
				bases: []string{"https://api.elevenlabs.io"}, path: "/v1/user", header: header("xi-api-key", "{secret}"),
				read: []reading{
					live(200, "subscription"),
					live(401, "detail.status", "missing_permissions").because(mayNot),
					dead(401, "detail.status", "invalid_api_key"),
				},
				facts: []pick{{"account", "user_id"}, {"name", "first_name"}, {"plan", "subscription.tier"}},
			}},
		},
		{
			name: "pinecone", title: "Pinecone",
			docs: "https://docs.pinecone.io/reference/api/latest/control-plane/list_indexes",
			asks: []ask{{
				form:  form(`^pcsk_|^` + uuidForm + `$`),
				bases: []string{"https://api.pinecone.io"}, path: "/indexes", header: header("Api-Key", "{secret}", "X-Pinecone-API-Version", "2025-04"),
				read:  []reading{live(200, "indexes"), live(403, "").because(mayNot), dead(401, "")},
				facts: []pick{{"indexes", "indexes.*.name"}},
			}},
		},
		{
			name: "langsmith", title: "LangSmith",
			docs:      "https://docs.langchain.com/langsmith/manage-organization-by-api",
			installed: "https://{host}",
			own:       []string{"smith.langchain.com", "eu.smith.langchain.com"},
			asks: []ask{{
				form:  form(`^lsv2_(?:pt|sk)_`),
				bases: []string{"https://api.smith.langchain.com", "https://eu.api.smith.langchain.com"}, path: "/api/v1/orgs/current", header: header("X-Api-Key", "{secret}"),
				read:  []reading{live(200, "id"), dead(401, "detail"), unclear(403, "detail").because("refuses it for this call, which may be for lack of permission")},
				facts: []pick{{"organisation", "display_name"}},
			}},
		},
		{
			name: "wandb", title: "Weights & Biases",
			docs:      "https://docs.wandb.ai/models/ref/python/public-api/api",
			installed: "https://{host}",
			own:       []string{"wandb.ai"},
			asks: []ask{{
				bases:  []string{"https://api.wandb.ai"},
				method: "POST", path: "/graphql", basic: "api:{secret}", header: header("Content-Type", "application/json"),
				body:  `{"query":"query Viewer { viewer { id username email } }"}`,
				read:  []reading{live(200, "data.viewer.username"), dead(401, "")},
				facts: []pick{{"account", "data.viewer.username"}, {"email", "data.viewer.email"}},
			}},
		},
		{
			name: "deepseek", title: "DeepSeek",
			docs: "https://api-docs.deepseek.com/api/get-user-balance",
			asks: []ask{{
				bases: []string{"https://api.deepseek.com"}, path: "/user/balance", header: bearer(),
				read:  []reading{live(200, "balance_infos"), dead(401, "error.type", "authentication_error")},
				facts: []pick{{"balance", "balance_infos.*.total_balance"}},
			}},
		},
	}
}

func anthropicAsk(keys, path string, good reading, facts ...pick) ask {
	return ask{
		form:  form(keys),
		bases: []string{"https://api.anthropic.com"}, path: path, header: header("x-api-key", "{secret}", "anthropic-version", "2023-06-01"),
		read:  []reading{good, live(403, "error.type", "permission_error").because(mayNot), dead(401, "error.type", "authentication_error")},
		facts: facts,
	}
}
