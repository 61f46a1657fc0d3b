package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// state is how far the conversation is.
type state int

const (
	waiting state = iota // for initialize
	running
	leaving // after shutdown
)

// server speaks with one editor. Messages are handled in their order, each in no time, from what the last look has found; looks go on beside
// that, one at a time (see lookWhileNeeded).
type server struct {
	options Options
	ctx     context.Context
	exit    chan struct{}
	// due wakes who looks.
	due chan struct{}

	mu    sync.Mutex
	state state
	// watches tells that the editor can watch files when asked to.
	watches bool
	// wide is as in text.
	wide      bool
	documents map[string]*document
	folders   []*folder
	// outside is what holds for documents that lie in no folder.
	outside *folder
	// queue are the documents to be looked at.
	queue     []string
	revisions uint64
	// said are the messages that are not said again.
	said map[string]bool
}

func newServer(ctx context.Context, o Options) *server {
	return &server{options: o, ctx: ctx, exit: make(chan struct{}), due: make(chan struct{}, 1), wide: true,
		documents: map[string]*document{}, outside: newFolder(""), said: map[string]bool{}}
}

// request is one message of the editor, with the connection to answer on.
type request struct {
	*jsonrpc2.Request
	conn *jsonrpc2.Conn
}

// read reads what the message says.
func (r request) read(params any) error {
	if r.Params == nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: r.Method + ": it says nothing"}
	}
	if err := json.Unmarshal(*r.Params, params); err != nil {
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: r.Method + ": " + err.Error()}
	}
	return nil
}

// Handle carries out one message and answers it if it is a request.
func (s *server) Handle(ctx context.Context, conn *jsonrpc2.Conn, message *jsonrpc2.Request) {
	r := request{message, conn}
	result, err := s.answer(ctx, r)
	if r.Notif {
		if err != nil {
			s.say(conn, levelWarning, err.Error())
		}
		return
	}
	var failure *jsonrpc2.Error
	switch {
	case err == nil:
		err = conn.Reply(ctx, r.ID, result)
	case errors.As(err, &failure):
		err = conn.ReplyWithError(ctx, r.ID, failure)
	default:
		err = conn.ReplyWithError(ctx, r.ID, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()})
	}
	if err != nil && !errors.Is(err, jsonrpc2.ErrClosed) {
		s.options.Log.Printf("answer the editor: %v", err)
	}
}

// answer carries out one message. A crash is an error of that message and no end of the conversation.
func (s *server) answer(ctx context.Context, r request) (result any, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		if crash := recover(); crash != nil {
			err = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("%s: reeve crashed: %v", r.Method, crash)}
			s.say(r.conn, levelError, err.Error())
		}
	}()
	if r.Method == "exit" {
		s.leave()
		return nil, nil
	}
	if refused := s.refuses(r); refused != nil {
		if r.Notif {
			refused = nil // there is nobody to be told
		}
		return nil, refused
	}
	if r.Notif {
		return nil, s.notified(ctx, r)
	}
	switch r.Method {
	case "initialize":
		return s.initialize(r)
	case "shutdown":
		s.state = leaving
		for _, d := range s.documents {
			d.rest()
		}
		return nil, nil
	case "textDocument/hover":
		return s.hover(r)
	case "textDocument/codeAction":
		return s.actions(r)
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: fmt.Sprintf("method %q is not known here", r.Method)}
}

// refuses tells why a message comes at a wrong time.
func (s *server) refuses(r request) error {
	isFirst := r.Method == "initialize"
	switch {
	case s.state == waiting && !isFirst:
		return &jsonrpc2.Error{Code: codeNotInitialized, Message: r.Method + ": initialize comes first"}
	case s.state == running && isFirst:
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "initialize: it was done before"}
	case s.state == leaving:
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: r.Method + ": after shutdown comes exit"}
	}
	return nil
}

// notified carries out a notification. Those that are not known are passed over, as the protocol wants it.
func (s *server) notified(ctx context.Context, r request) error {
	switch r.Method {
	case "initialized":
		return s.watch(ctx, r.conn)
	case "textDocument/didOpen":
		return s.opened(r)
	case "textDocument/didChange":
		return s.changed(r)
	case "textDocument/didSave":
		return s.saved(r)
	case "textDocument/didClose":
		return s.closed(r)
	case "workspace/didChangeWorkspaceFolders":
		return s.foldersChanged(r)
	case "workspace/didChangeWatchedFiles":
		return s.filesChanged(r)
	case missed:
		return s.missed(r)
	}
	return nil
}

func (s *server) initialize(r request) (any, error) {
	var p initializeParams
	if err := r.read(&p); err != nil {
		return nil, err
	}
	encoding := encodingOf(p.Capabilities.General.PositionEncodings)
	s.state, s.wide = running, encoding == utf16Encoding
	s.watches = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	for _, f := range p.WorkspaceFolders {
		s.addFolder(f.URI)
	}
	if len(p.WorkspaceFolders) == 0 {
		s.addFolder(p.RootURI)
	}
	result := initializeResult{ServerInfo: serverInfo{Name: "reeve", Version: s.options.Version}}
	c := &result.Capabilities
	c.PositionEncoding, c.HoverProvider = encoding, true
	c.TextDocumentSync = textDocumentSync{OpenClose: true, Change: 2, Save: true}
	c.CodeActionProvider.CodeActionKinds = []string{quickFix}
	c.Workspace.WorkspaceFolders.Supported, c.Workspace.WorkspaceFolders.ChangeNotifications = true, true
	return result, nil
}

// leave ends the conversation.
func (s *server) leave() {
	select {
	case <-s.exit:
	default:
		close(s.exit)
	}
}

// say writes to the editor's log.
func (s *server) say(conn *jsonrpc2.Conn, level int, message string) {
	s.send(conn, "window/logMessage", logMessage{Type: level, Message: message})
}

// sayOnce says what would else be said with every look.
func (s *server) sayOnce(conn *jsonrpc2.Conn, message string) {
	s.mu.Lock()
	known := s.said[message]
	if len(s.said) < maxSaid {
		s.said[message] = true
	}
	s.mu.Unlock()
	if !known {
		s.say(conn, levelWarning, message)
	}
}

// maxSaid bounds the messages that are kept in mind; beyond them some are said twice.
const maxSaid = 1000

// send notifies the editor. A connection that is gone is noticed elsewhere.
func (s *server) send(conn *jsonrpc2.Conn, method string, params any) {
	if err := conn.Notify(s.ctx, method, params); err != nil && !errors.Is(err, jsonrpc2.ErrClosed) {
		s.options.Log.Printf("tell the editor: %v", err)
	}
}
