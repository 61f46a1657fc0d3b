package treesitter

import (
	"sync"

	hcl "github.com/tree-sitter-grammars/tree-sitter-hcl/bindings/go"
	kotlin "github.com/tree-sitter-grammars/tree-sitter-kotlin/bindings/go"
	yaml "github.com/tree-sitter-grammars/tree-sitter-yaml/bindings/go"
	bash "github.com/tree-sitter/tree-sitter-bash/bindings/go"
	csharp "github.com/tree-sitter/tree-sitter-c-sharp/bindings/go"
	c "github.com/tree-sitter/tree-sitter-c/bindings/go"
	cpp "github.com/tree-sitter/tree-sitter-cpp/bindings/go"
	golang "github.com/tree-sitter/tree-sitter-go/bindings/go"
	html "github.com/tree-sitter/tree-sitter-html/bindings/go"
	java "github.com/tree-sitter/tree-sitter-java/bindings/go"
	javascript "github.com/tree-sitter/tree-sitter-javascript/bindings/go"
	php "github.com/tree-sitter/tree-sitter-php/bindings/go"
	python "github.com/tree-sitter/tree-sitter-python/bindings/go"
	ruby "github.com/tree-sitter/tree-sitter-ruby/bindings/go"
	rust "github.com/tree-sitter/tree-sitter-rust/bindings/go"
	scala "github.com/tree-sitter/tree-sitter-scala/bindings/go"
	typescript "github.com/tree-sitter/tree-sitter-typescript/bindings/go"

	"github.com/reevehq/reeve/internal/treesitter/swift"
)

// HasSwift tells that this build has the grammar of Swift.
func HasSwift() bool { return swift.Language() != nil }

// The grammars. JavaScript and TSX know JSX; TypeScript knows the casts that look like it. JSON is read as YAML, of which it is a part.
var (
	Bash       = sync.OnceValue(func() *Grammar { return load(bash.Language()) })
	C          = sync.OnceValue(func() *Grammar { return load(c.Language()) })
	CPP        = sync.OnceValue(func() *Grammar { return load(cpp.Language()) })
	CSharp     = sync.OnceValue(func() *Grammar { return load(csharp.Language()) })
	Go         = sync.OnceValue(func() *Grammar { return load(golang.Language()) })
	HCL        = sync.OnceValue(func() *Grammar { return load(hcl.Language()) })
	HTML       = sync.OnceValue(func() *Grammar { return load(html.Language()) })
	Java       = sync.OnceValue(func() *Grammar { return load(java.Language()) })
	JavaScript = sync.OnceValue(func() *Grammar { return load(javascript.Language()) })
	Kotlin     = sync.OnceValue(func() *Grammar { return load(kotlin.Language()) })
	PHP        = sync.OnceValue(func() *Grammar { return load(php.LanguagePHP()) })
	Python     = sync.OnceValue(func() *Grammar { return load(python.Language()) })
	Ruby       = sync.OnceValue(func() *Grammar { return load(ruby.Language()) })
	Rust       = sync.OnceValue(func() *Grammar { return load(rust.Language()) })
	Scala      = sync.OnceValue(func() *Grammar { return load(scala.Language()) })
	Swift      = sync.OnceValue(func() *Grammar { return load(swift.Language()) })
	TypeScript = sync.OnceValue(func() *Grammar { return load(typescript.LanguageTypescript()) })
	TSX        = sync.OnceValue(func() *Grammar { return load(typescript.LanguageTSX()) })
	YAML       = sync.OnceValue(func() *Grammar { return load(yaml.Language()) })
)
