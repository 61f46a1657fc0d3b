// What tree-sitter's generated parsers are made of, as its parser.h declares it for the versions 14 and 15 of that interface. It is the same in both but
// for its end, which only 15 has. The layout is checked by a test.
#include <stdbool.h>
#include <stdint.h>

typedef struct TSLexer TSLexer;
struct TSLexer {
	int32_t lookahead;
	uint16_t result_symbol;
	void (*advance)(TSLexer *, bool skip);
	void (*mark_end)(TSLexer *);
	uint32_t (*get_column)(TSLexer *);
	bool (*is_at_included_range_start)(const TSLexer *);
	bool (*eof)(const TSLexer *);
	void (*log)(const TSLexer *, const char *, ...);
};

struct TSLanguage {
	uint32_t abi_version, symbol_count, alias_count, token_count, external_token_count, state_count, large_state_count, production_id_count, field_count;
	uint16_t max_alias_sequence_length;
	const void *tables[13]; // of the parser, symbols and fields
	bool (*lex)(TSLexer *, uint16_t state);
	bool (*keyword_lex)(TSLexer *, uint16_t state);
	uint16_t keyword_capture_token;
	struct {
		const void *states, *symbols;
		void *(*create)(void);
		void (*destroy)(void *);
		bool (*scan)(void *, TSLexer *, const bool *wanted);
		unsigned (*serialize)(void *, char *);
		void (*deserialize)(void *, const char *, unsigned);
	} scanner;
	const uint16_t *primary_states;
	// From here on only in version 15.
	const char *name;
	const uint16_t *reserved_words;
	uint16_t most_reserved_words;
	uint32_t supertype_count;
	const void *supertypes[3];
	uint8_t version[3];
};

// reeve_guarded gives a copy of a language whose scanners are counted and cannot write where they must not; null where it is of a version that is not
// known, or memory is out.
struct TSLanguage *reeve_guarded(const struct TSLanguage *);

// reeve_guard_begin watches over the parses of this thread until reeve_guard_end: how much they may read is given in characters.
bool reeve_guard_begin(const struct TSLanguage *guarded, uint32_t length, uint64_t most);
void reeve_guard_end(void);
// reeve_guard_refused tells that the text took too much.
bool reeve_guard_refused(void);
