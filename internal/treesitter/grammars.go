package treesitter

import (
	"sync"

	golang "github.com/tree-sitter/tree-sitter-go/bindings/go"
	java "github.com/tree-sitter/tree-sitter-java/bindings/go"
	javascript "github.com/tree-sitter/tree-sitter-javascript/bindings/go"
	python "github.com/tree-sitter/tree-sitter-python/bindings/go"
	typescript "github.com/tree-sitter/tree-sitter-typescript/bindings/go"
)

// The grammars. JavaScript and TSX know JSX; TypeScript knows the casts that look like it.
var (
	Go         = sync.OnceValue(func() *Grammar { return load(golang.Language()) })
	Java       = sync.OnceValue(func() *Grammar { return load(java.Language()) })
	JavaScript = sync.OnceValue(func() *Grammar { return load(javascript.Language()) })
	Python     = sync.OnceValue(func() *Grammar { return load(python.Language()) })
	TypeScript = sync.OnceValue(func() *Grammar { return load(typescript.LanguageTypescript()) })
	TSX        = sync.OnceValue(func() *Grammar { return load(typescript.LanguageTSX()) })
)
