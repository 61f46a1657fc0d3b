#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "guard.h"

// A guarded language is followed by the language that it is a copy of.
struct guarded {
	struct TSLanguage copy;
	const struct TSLanguage *of;
};

// most_state is how large the state of a scanner may be: the buffer that the library gives it, 1024 bytes. Not every scanner looks at that.
enum { most_state = 1024 };

// The parse on this thread.
static _Thread_local struct {
	const struct TSLanguage *language;
	char *state; // what a scanner writes its state to
	uint64_t work, most;
	bool refused;
	void (*advance)(TSLexer *, bool);
	uint32_t (*get_column)(TSLexer *);
	bool (*eof)(const TSLexer *);
} now;

// count counts what a scanner reads. Where it is too much the text seems to end, so that the scanner does too.
static bool count(uint64_t work) {
	now.work += work;
	now.refused |= now.work > now.most;
	return !now.refused;
}

static void advance(TSLexer *lexer, bool skip) {
	if (count(1)) {
		now.advance(lexer, skip);
	} else {
		lexer->lookahead = 0;
	}
}

// get_column goes back to the beginning of the line and reads up to where it was.
static uint32_t get_column(TSLexer *lexer) {
	if (now.refused) {
		return 0;
	}
	uint32_t column = now.get_column(lexer);
	count(column);
	return column;
}

static bool eof(const TSLexer *lexer) { return now.refused || now.eof(lexer); }

// watched puts what counts in the place of what reads.
static TSLexer *watched(TSLexer *lexer) {
	if (lexer->advance != advance) {
		now.advance = lexer->advance;
		now.get_column = lexer->get_column;
		now.eof = lexer->eof;
		lexer->advance = advance;
		lexer->get_column = get_column;
		lexer->eof = eof;
	}
	return lexer;
}

static bool lex(TSLexer *lexer, uint16_t state) { return now.language->lex(watched(lexer), state); }

static bool keyword_lex(TSLexer *lexer, uint16_t state) { return now.language->keyword_lex(watched(lexer), state); }

static bool scan(void *payload, TSLexer *lexer, const bool *wanted) { return now.language->scanner.scan(payload, watched(lexer), wanted); }

static unsigned serialize(void *payload, char *buffer) {
	unsigned size = now.language->scanner.serialize(payload, now.state);
	if (size > most_state) {
		now.refused = true;
		return 0;
	}
	memcpy(buffer, now.state, size);
	return size;
}

struct TSLanguage *reeve_guarded(const struct TSLanguage *language) {
	if (language->abi_version < 14 || language->abi_version > 15) {
		return NULL;
	}
	struct guarded *g = calloc(1, sizeof *g);
	if (!g) {
		return NULL;
	}
	memcpy(&g->copy, language, language->abi_version == 15 ? sizeof g->copy : offsetof(struct TSLanguage, name));
	g->of = language;
	g->copy.lex = lex;
	g->copy.keyword_lex = language->keyword_lex ? keyword_lex : NULL;
	if (language->external_token_count > 0) {
		g->copy.scanner.scan = scan;
		g->copy.scanner.serialize = serialize;
	}
	return &g->copy;
}

bool reeve_guard_begin(const struct TSLanguage *guarded, uint32_t length, uint64_t most) {
	memset(&now, 0, sizeof now);
	now.language = ((const struct guarded *)guarded)->of;
	now.most = most;
	// A scanner begins with a state that was not refused, and adds to it by what it reads at once: at most the text. An indent takes 4 bytes, a letter 4.
	now.state = malloc(16 * most_state + 16 * (size_t)length);
	return now.state;
}

void reeve_guard_end(void) {
	free(now.state);
	now.state = NULL;
}

bool reeve_guard_refused(void) { return now.refused; }
