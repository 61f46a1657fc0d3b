package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/sourcegraph/jsonrpc2"
)

// The bounds of what an editor sends, in bytes: a message, and a line of its header.
const (
	maxMessage = 32 << 20
	maxHeader  = 1 << 10
)

// missed is the notification that stands for a message which could not be read, so that the server learns of it in its place.
const missed = "$/reeve/missed"

// codec frames messages as the protocol wants it (https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#baseProtocol).
// It writes as jsonrpc2 does and reads within bounds: a message that is too long or no message at all is passed over and leaves a notification in its place.
type codec struct{ jsonrpc2.VSCodeObjectCodec }

var _ jsonrpc2.ObjectCodec = codec{}

// ReadObject reads one message into v. An error means that nobody can tell any more where a message begins.
func (codec) ReadObject(r *bufio.Reader, v any) error {
	length, err := readHeader(r)
	if err != nil {
		return err
	}
	if length > maxMessage {
		if _, err := io.CopyN(io.Discard, r, length); err != nil {
			return err
		}
		return leave(v, fmt.Sprintf("a message of %d bytes is longer than %d and was passed over", length, maxMessage))
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(r, data); err != nil {
		return err
	}
	if err := json.Unmarshal(data, v); err != nil {
		return leave(v, "a message could not be read: "+err.Error())
	}
	return nil
}

// leave puts the notification about a missed message into v.
func leave(v any, why string) error {
	data, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "method": missed, "params": logMessage{Type: levelWarning, Message: why}})
	if err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}

// readHeader reads the lines before a message and gives its length in bytes.
func readHeader(r *bufio.Reader) (length int64, err error) {
	length = -1
	for {
		line, err := readLine(r)
		if err != nil {
			return 0, err
		}
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(name, "Content-Length") {
			continue
		}
		if length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64); err != nil || length < 0 {
			return 0, fmt.Errorf("read header: Content-Length %q is no length", value)
		}
	}
	if length < 0 {
		return 0, errors.New("read header: it has no Content-Length")
	}
	return length, nil
}

func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for len(line) <= maxHeader {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err == nil && len(line) <= maxHeader {
			return strings.TrimRight(string(line), "\r\n"), nil
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return "", err
		}
	}
	return "", fmt.Errorf("read header: a line is longer than %d bytes", maxHeader)
}
