// Package swift is tree-sitter's grammar of Swift (https://github.com/alex-pinkus/tree-sitter-swift, MIT licence). Its tables are too large to be kept in
// this repository, and no Go module has them: "make swift" puts parser.c, scanner.c and their headers beside this file, and what is built from then on has
// the grammar. The package must not know anything else.
package swift

/*
#cgo CFLAGS: -std=c11 -fPIC
#if __has_include("parser.c")
const void *tree_sitter_swift(void);
static const void *language(void) { return tree_sitter_swift(); }
#else
static const void *language(void) { return 0; }
#endif
*/
import "C"

import "unsafe"

// Language is tree-sitter's TSLanguage of Swift; nil where the grammar was not there when this was built.
func Language() unsafe.Pointer { return unsafe.Pointer(C.language()) }
