package secret

import (
	"bytes"
	"strings"

	"github.com/reevehq/reeve/internal/finding"
)

// maxConnection is how far a connection string is followed to either side of its password, in bytes.
const maxConnection = 512

// readConnectionString reads the secret of an ADO.NET, ODBC or Azure connection string: "Key=value" pairs joined by ";" (Microsoft: "Connection
// String Syntax"). A pair alone is an assignment; it takes another pair that names a server to make a connection string.
func readConnectionString(l *look, m *matcher, at int) {
	keyAt := at
	if l.data[keyAt] == ';' {
		keyAt++
	}
	for keyAt > 0 && isLetter(l.data[keyAt-1]) && at-keyAt < 24 {
		keyAt--
	}
	equals := bytes.IndexByte(l.data[at:min(len(l.data), at+24)], '=')
	if equals < 0 {
		return
	}
	start, end := connectionValue(l.data, at+equals+1)
	key := strings.TrimSpace(string(l.data[keyAt : at+equals]))
	server, ok := connectionServer(l.data, keyAt, end)
	if start >= end || !ok {
		return
	}
	value := string(l.data[start:end])
	k := chosen
	if !strings.HasSuffix(strings.ToLower(key), "password") && !strings.EqualFold(key, "pwd") {
		k = generated
	}
	o := judge(value, k)
	if !o.ok {
		return
	}
	c := candidate{m: m, start: start, end: end, from: keyAt, to: end, value: value, name: key, step: o.step, reasons: o.reasons, document: true, judged: true}
	if server != "" {
		c.facts = append(c.facts, finding.Fact{Name: "server", Value: plain(server)})
	}
	l.offer(c)
}

// connectionValue gives the extent of a pair's value, without quotes and blanks.
func connectionValue(data []byte, at int) (start, end int) {
	for at < len(data) && data[at] == ' ' {
		at++
	}
	if at < len(data) && (data[at] == '"' || data[at] == '\'') {
		if i := bytes.IndexByte(data[at+1:min(len(data), at+maxConnection)], data[at]); i > 0 && at+1+i+1 < len(data) && data[at+i+2] == ';' {
			return at + 1, at + 1 + i
		}
		return at, at
	}
	end = at
	for end < len(data) && end-at < maxConnection && strings.IndexByte(";\"'`\n\r<>&", data[end]) < 0 {
		end++
	}
	for end > at && (data[end-1] == ' ' || data[end-1] == '\\') {
		end--
	}
	return at, end
}

// connectionServer looks for the pair that names the server among the pairs around the one at data[from:to].
func connectionServer(data []byte, from, to int) (server string, ok bool) {
	left := data[max(0, from-maxConnection):from]
	if i := bytes.LastIndexAny(left, "\"'`\n<>"); i >= 0 {
		left = left[i+1:]
	}
	right := data[to:min(len(data), to+maxConnection)]
	if i := bytes.IndexAny(right, "\"'`\n<>"); i >= 0 {
		right = right[:i]
	}
	for _, side := range [][]byte{left, right} {
		for pair := range strings.SplitSeq(string(side), ";") {
			key, value, found := strings.Cut(pair, "=")
			if !found {
				continue
			}
			switch strings.ToLower(strings.TrimSpace(key)) {
			case "server", "data source", "datasource", "host", "address", "addr", "network address", "endpoint", "hostname", "servername", "driver", "accountname", "defaultendpointsprotocol", "dsn":
				return strings.TrimSpace(value), true
			case "database", "initial catalog", "user id", "uid", "user", "username", "trusted_connection", "sharedaccesskeyname", "port", "dbname":
				ok = true
			}
		}
	}
	return "", ok
}
