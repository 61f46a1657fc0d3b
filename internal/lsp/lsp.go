// Package lsp is the door for editors: a server of the Language Server Protocol 3.17 that shows findings while people type, explains them, and
// offers their fixes.
//
// It knows the protocol and documents, and no rule: who looks is handed in. It must not write to files, run anything, or use the network;
// what it changes, the editor changes, when its user asks for it. What stands behind the limits in here is not looked at, and that is said.
package lsp

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/reevehq/reeve/internal/gate"
)

// Options are what the server needs from outside.
type Options struct {
	// Version is the program's, for the editor's logs.
	Version string
	// ConfigName is what the configuration file in the root of a folder is called. When it changes, Prepare is asked again.
	ConfigName string
	// Prepare reads what holds in a folder: configuration, rules, engines. The root is "" for documents that lie in no folder.
	Prepare func(root string) (gate.Options, error)
	// Now is the clock by which a proposed waiver ends.
	Now func() time.Time
	// After calls do after a pause, unless stop is called before. Nil means time.AfterFunc.
	After func(pause time.Duration, do func()) (stop func())
	// Log is told what is wrong with the connection itself.
	Log jsonrpc2.Logger
}

// pause is how long nobody must have typed before a document is looked at.
const pause = 150 * time.Millisecond

// ErrNoExit tells that the editor went away without taking leave as the protocol wants it (shutdown, then exit).
var ErrNoExit = errors.New("serve the editor: it went away without asking to shut down")

// Serve speaks with one editor until it says exit, the connection ends or the context is done.
func Serve(ctx context.Context, connection io.ReadWriteCloser, o Options) error {
	if o.After == nil {
		o.After = func(pause time.Duration, do func()) func() {
			timer := time.AfterFunc(pause, do)
			return func() { timer.Stop() }
		}
	}
	serving, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(serving, o)
	conn := jsonrpc2.NewConn(serving, jsonrpc2.NewBufferedStream(connection, codec{}), s, jsonrpc2.SetLogger(o.Log))
	go s.lookWhileNeeded(conn)
	select {
	case <-conn.DisconnectNotify():
	case <-s.exit:
	case <-ctx.Done():
	}
	conn.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != leaving && ctx.Err() == nil {
		return ErrNoExit
	}
	return ctx.Err()
}
