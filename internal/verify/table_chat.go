package verify

func chats() []entry {
	return []entry{
		{
			name: "slack", title: "Slack",
			docs: "https://docs.slack.dev/reference/methods/auth.test",
			asks: []ask{{
				form:   form(`^xox[abceoprs]`),
				bases:  []string{"https://slack.com"},
				method: "POST", path: "/api/auth.test", header: bearer(),
				read: []reading{
					live(200, "ok", "true"),
					dead(200, "error", "invalid_auth", "token_revoked", "token_expired", "account_inactive"),
				},
				facts: []pick{{"workspace", "team"}, {"account", "user"}, {"url", "url"}, {"scopes", "@X-OAuth-Scopes"}},
			}},
		},
		{
			name: "slack-webhook", title: "Slack",
			docs: "https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/#handling_errors",
			note: "Sends an empty payload, which Slack refuses without posting anything. Workflow triggers are not asked, since asking would start them.",
			asks: []ask{{
				form:   form(`^https://hooks\.slack\.com/services/(?P<team>T[A-Za-z0-9]+)/(?P<hook>B[A-Za-z0-9]+)/(?P<secret>[A-Za-z0-9]+)$`),
				bases:  []string{"https://hooks.slack.com"},
				method: "POST", path: "/services/{team}/{hook}/{secret}", header: header("Content-Type", "application/json"),
				read: []reading{
					live(400, "$", "invalid_payload", "no_text", "missing_text_or_fallback_or_attachments"),
					live(403, "$", "action_prohibited", "posting_to_general_channel_denied").because(mayNot),
					dead(400, "$", "invalid_token"),
					dead(403, "$", "invalid_token", "team_disabled"),
					dead(404, "$", "no_service", "no_service_id", "no_team", "no_active_hooks", "team_disabled"),
					dead(410, "$", "no_service", "team_disabled"),
				},
			}},
		},
		{
			name: "discord", title: "Discord",
			docs: "https://discord.com/developers/docs/resources/user#get-current-user",
			note: "Asks as a bot; the token of a person, which looks alike, is refused.",
			asks: []ask{{
				bases: []string{"https://discord.com"}, path: "/api/v10/users/@me", header: header("Authorization", "Bot {secret}"),
				read:  []reading{live(200, "id"), dead(401, "message", "401: Unauthorized")},
				facts: []pick{{"account", "username"}, {"user", "id"}},
			}},
		},
		{
			name: "discord-webhook", title: "Discord",
			docs: "https://discord.com/developers/docs/resources/webhook#get-webhook-with-token",
			asks: []ask{{
				form:  form(`^https://(?:(?:canary|ptb)\.)?discord(?:app)?\.com/api(?:/v[0-9]+)?/webhooks/(?P<hook>[0-9]{17,20})/(?P<secret>[A-Za-z0-9_-]{60,80})`),
				bases: []string{"https://discord.com"}, path: "/api/webhooks/{hook}/{secret}",
				read: []reading{
					live(200, "channel_id"),
					dead(404, "code", "10015"),
					dead(401, "code", "50027"),
				},
				facts: []pick{{"name", "name"}, {"server", "guild_id"}, {"channel", "channel_id"}},
			}},
		},
		{
			name: "telegram", title: "Telegram",
			docs: "https://core.telegram.org/bots/api#getme",
			asks: []ask{{
				form:  form(`^[0-9]{5,16}:[A-Za-z0-9_-]{30,50}$`),
				bases: []string{"https://api.telegram.org"}, path: "/bot{secret}/getMe",
				read: []reading{
					live(200, "ok", "true"),
					dead(401, "ok", "false"),
					dead(404, "ok", "false"),
				},
				facts: []pick{{"account", "result.username"}, {"name", "result.first_name"}},
			}},
		},
	}
}
