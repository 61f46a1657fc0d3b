package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
)

func framed(messages ...string) string {
	var b strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", len(m), m)
	}
	return b.String()
}

type message struct {
	Method string
	Params json.RawMessage
}

func readAll(text string) (got []string, err error) {
	r := bufio.NewReader(strings.NewReader(text))
	for {
		var m message
		if err := (codec{}).ReadObject(r, &m); err != nil {
			return got, err
		}
		got = append(got, m.Method)
	}
}

func TestCodec_passesOverWhatCannotBeRead(t *testing.T) {
	long := `{"method":"long","params":"` + strings.Repeat("x", maxMessage) + `"}`
	text := "content-type: application/vscode-jsonrpc; charset=utf-8\r\n" + framed(`{"method":"a"}`, `{"method":`, "", long, `{"method":"b"}`)
	got, err := readAll(text)
	if want := fmt.Sprint([]string{"a", missed, missed, missed, "b"}); fmt.Sprint(got) != want || err != io.EOF {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCodec_endsWhereNobodyCanTellWhatComes(t *testing.T) {
	for _, text := range []string{"\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n", "Content-Length: 99999999999999999999\r\n\r\n",
		strings.Repeat("x", 5000) + "\r\n\r\n", "Content-Length: 10\r\n\r\n{}"} {
		if got, err := readAll(text); len(got) != 0 || err == nil || err == io.EOF {
			t.Errorf("%.40q: got %v, %v", text, got, err)
		}
	}
}

func FuzzCodec_read(f *testing.F) {
	f.Add([]byte(framed(`{"method":"a"}`, "{")))
	f.Add([]byte("Content-Length: 99999999\r\n\r\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		for {
			var m message
			if err := (codec{}).ReadObject(r, &m); err != nil {
				return
			}
		}
	})
}
