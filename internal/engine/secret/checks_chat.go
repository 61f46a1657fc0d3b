package secret

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"

	"github.com/reevehq/reeve/internal/entropy"
	"github.com/reevehq/reeve/internal/finding"
)

// testSlackToken follows Slack's documentation of token types: bot (xoxb), user (xoxp), workspace (xoxa, xoxr, xoxo, xoxs),
// configuration (xoxe) and app-level (xapp) tokens, made of parts joined by "-", the last of which is the secret.
func testSlackToken(value string) (proof, []finding.Fact) {
	parts := strings.Split(value, "-")
	kind, last := strings.TrimPrefix(parts[0], "xoxe."), parts[len(parts)-1]
	if len(parts) < 2 || !made(last, alnum, 24, 256) && len(parts) < 4 {
		return broken, nil
	}
	switch kind {
	case "xoxb", "xoxp", "xoxa", "xoxr", "xoxo", "xoxs", "xoxe", "xoxc", "xoxd":
		return slackParts(parts[1 : len(parts)-1])
	case "xapp":
		if len(parts) != 5 || !isHex(last, 64) || !made(parts[2], digits+upper, 9, 14) {
			return broken, nil
		}
		return shaped, []finding.Fact{{Name: "app", Value: parts[2]}}
	}
	return broken, nil
}

// slackParts judges what stands between a token's type and its secret: numbers of the workspace and the user or bot.
func slackParts(ids []string) (proof, []finding.Fact) {
	for _, id := range ids {
		if !made(id, alnum, 1, 16) {
			return broken, nil
		}
	}
	if len(ids) >= 2 && made(ids[0], digits, 9, 14) {
		return shaped, []finding.Fact{{Name: "workspace", Value: ids[0]}}
	}
	return shaped, nil
}

func sampleSlackToken(prefix string, r *rand.Rand) string {
	if strings.HasPrefix(prefix, "xapp") {
		return prefix + "1-A0" + pick(r, digits+upper, 9) + "-" + pick(r, digits, 13) + "-" + pick(r, hexLower, 64)
	}
	return prefix + "2" + pick(r, digits, 11) + "-3" + pick(r, digits, 12) + "-" + pick(r, alnum, 24)
}

// testSlackWebhook follows Slack's documentation of incoming webhooks: /services/T…/B…/ and 24 characters; workflows use /workflows/ and /triggers/.
func testSlackWebhook(value string) (proof, []finding.Fact) {
	_, path, ok := strings.Cut(value, "hooks.slack.com/")
	parts := strings.Split(path, "/")
	if !ok || len(parts) < 4 || !made(parts[len(parts)-1], alnum, 20, 48) {
		return broken, nil
	}
	team := parts[1]
	if parts[0] == "services" && (team == "" || team[0] != 'T' || !made(team, digits+upper, 8, 14) || entropy.Of(parts[3]) < 3) {
		return broken, nil
	}
	return shaped, []finding.Fact{{Name: "workspace", Value: team}}
}

func sampleSlackWebhook(prefix string, r *rand.Rand) string {
	return prefix + "T0" + pick(r, digits+upper, 8) + "/B0" + pick(r, digits+upper, 9) + "/" + pick(r, alnum, 24)
}

// testTelegram follows the Telegram Bot API's manual: the bot's number, ":", and 35 characters of base64url, which begin with "AA" in all known tokens.
func testTelegram(value string) (proof, []finding.Fact) {
	id, key, ok := strings.Cut(value, ":")
	if !ok || !made(id, digits, 8, 10) || !made(key, alphabet64URL, 35, 35) || key[:2] != "AA" || entropy.Of(key) < 3 {
		return broken, nil
	}
	return shaped, []finding.Fact{{Name: "bot", Value: id}}
}

func sampleTelegram(prefix string, r *rand.Rand) string {
	return prefix + pick(r, digits[1:], 10-min(10, len(prefix))) + ":AA" + pick(r, alphabet64URL, 33)
}

// testDiscord follows Discord's developer reference: the bot's number (a snowflake, 17 to 20 digits) in base64, a time and a signature, joined by dots.
// That the first part decodes to digits only does not happen by chance.
func testDiscord(value string) (proof, []finding.Fact) {
	parts := strings.Split(value, ".")
	if len(parts) != 3 || !made(parts[1], alphabet64URL, 6, 7) || !made(parts[2], alphabet64URL, 27, 40) {
		return broken, nil
	}
	id, ok := decode64(parts[0])
	if !ok || !made(string(id), digits, 17, 20) {
		return broken, nil
	}
	return proven, []finding.Fact{{Name: "bot", Value: string(id)}}
}

func sampleDiscord(prefix string, r *rand.Rand) string {
	id := base64.RawURLEncoding.EncodeToString([]byte(pick(r, digits[1:], 18)))
	return prefix + id + "." + pick(r, alphabet64URL, 6) + "." + pick(r, alphabet64URL, 38)
}
