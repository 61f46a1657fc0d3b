// What is used of tree-sitter's C library (https://tree-sitter.github.io, MIT licence), as its api.h of version 0.25 declares it. The library itself comes
// with the Go module, whose header other modules cannot include. The layout is checked by a test.
#include <stdbool.h>
#include <stdint.h>

typedef struct TSLanguage TSLanguage;
typedef struct TSParser TSParser;
typedef struct TSTree TSTree;
typedef struct { uint32_t context[4]; const void *id; const TSTree *tree; } TSNode;
typedef struct { const void *tree; const void *id; uint32_t context[3]; } TSTreeCursor;
typedef struct { uint32_t row; uint32_t column; } TSPoint;
typedef struct {
	void *payload;
	const char *(*read)(void *payload, uint32_t byte, TSPoint at, uint32_t *length);
	int encoding; // 0 is UTF-8
	uint32_t (*decode)(const uint8_t *text, uint32_t length, int32_t *code);
} TSInput;
typedef struct { void *payload; uint32_t byte; bool broken; } TSParseState;
typedef struct { void *payload; bool (*progress)(TSParseState *state); } TSParseOptions;

void ts_set_allocator(void *(*)(size_t), void *(*)(size_t, size_t), void *(*)(void *, size_t), void (*)(void *));
TSParser *ts_parser_new(void);
void ts_parser_delete(TSParser *);
bool ts_parser_set_language(TSParser *, const TSLanguage *);
TSTree *ts_parser_parse_with_options(TSParser *, const TSTree *, TSInput, TSParseOptions);
void ts_tree_delete(TSTree *);
TSNode ts_tree_root_node(const TSTree *);
uint16_t ts_node_symbol(TSNode);
uint32_t ts_node_start_byte(TSNode);
uint32_t ts_node_end_byte(TSNode);
bool ts_node_is_named(TSNode);
bool ts_node_is_missing(TSNode);
bool ts_node_is_extra(TSNode);
TSTreeCursor ts_tree_cursor_new(TSNode);
void ts_tree_cursor_delete(TSTreeCursor *);
TSNode ts_tree_cursor_current_node(const TSTreeCursor *);
uint16_t ts_tree_cursor_current_field_id(const TSTreeCursor *);
bool ts_tree_cursor_goto_first_child(TSTreeCursor *);
bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *);
bool ts_tree_cursor_goto_parent(TSTreeCursor *);
uint32_t ts_language_symbol_count(const TSLanguage *);
const char *ts_language_symbol_name(const TSLanguage *, uint16_t);
uint32_t ts_language_state_count(const TSLanguage *);
uint32_t ts_language_field_count(const TSLanguage *);
const char *ts_language_field_name_for_id(const TSLanguage *, uint16_t);

// A node of a tree that was flattened in preorder. next is the number of the first node that is not below it.
typedef struct {
	uint32_t start, end, next, parent;
	uint16_t symbol, field;
	uint8_t flags;
} reeve_node;

enum { reeve_named = 1, reeve_missing = 2, reeve_extra = 4 };
enum { reeve_ok = 0, reeve_no_memory = 1, reeve_too_long = 2, reeve_no_language = 3 };

void reeve_allocator(void);
int reeve_parse(const void *language, const char *text, uint32_t length, uint32_t steps, uint32_t most, reeve_node **nodes, uint32_t *count);
