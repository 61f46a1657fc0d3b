#include <pthread.h>
#include <stdlib.h>
#if defined(__APPLE__)
#include <malloc/malloc.h>
#define size_of malloc_size
#elif defined(_WIN32)
#include <malloc.h>
#define size_of _msize
#else
#include <malloc.h>
#define size_of malloc_usable_size
#endif
#include "guard.h"
#include "parse.h"

// held is what the parse on this thread holds of memory, in bytes: an ambiguous text can take very much.
static _Thread_local int64_t held, most_held;

// taken is what it took in all, also what it gave back: to mend errors, lists of what was read are copied again and again. Code takes less
// than 130 bytes for each of its own.
static _Thread_local int64_t taken, most_taken;

static void *take(size_t n) {
	taken += n;
	void *p = malloc(n);
	held += p ? (int64_t)size_of(p) : 0;
	return p;
}

static void *take_clear(size_t n, size_t size) {
	taken += n * size;
	void *p = calloc(n, size);
	held += p ? (int64_t)size_of(p) : 0;
	return p;
}

static void *take_more(void *p, size_t n) {
	int64_t before = p ? (int64_t)size_of(p) : 0;
	taken += n;
	void *more = realloc(p, n);
	held += more ? (int64_t)size_of(more) - before : 0;
	return more;
}

static void give(void *p) {
	held -= p ? (int64_t)size_of(p) : 0;
	free(p);
}

void reeve_allocator(void) { ts_set_allocator(take, take_clear, take_more, give); }

struct input { const char *text; uint32_t length; };

static const char *read_text(void *payload, uint32_t byte, TSPoint at, uint32_t *length) {
	struct input *in = payload;
	(void)at;
	if (byte >= in->length) {
		*length = 0;
		return "";
	}
	*length = in->length - byte;
	return in->text + byte;
}

// spend is asked by the parser again and again; the work that it may still do is counted, not the time.
static bool spend(TSParseState *state) {
	uint32_t *left = state->payload;
	if (*left == 0 || held > most_held || taken > most_taken || reeve_guard_refused()) {
		return true;
	}
	--*left;
	return false;
}

static int flatten(TSTree *tree, uint32_t most, reeve_node **nodes, uint32_t *count) {
	uint32_t room = 1024, n = 0, parent = UINT32_MAX;
	reeve_node *out = malloc(room * sizeof *out);
	if (!out) {
		return reeve_no_memory;
	}
	TSTreeCursor at = ts_tree_cursor_new(ts_tree_root_node(tree));
	int result = reeve_ok;
	for (;;) {
		if (n == most) {
			result = reeve_too_long;
			break;
		}
		if (n == room) {
			reeve_node *more = realloc(out, 2 * (size_t)room * sizeof *out);
			if (!more) {
				result = reeve_no_memory;
				break;
			}
			out = more;
			room *= 2;
		}
		TSNode node = ts_tree_cursor_current_node(&at);
		out[n] = (reeve_node){
			.start = ts_node_start_byte(node), .end = ts_node_end_byte(node), .next = 0, .parent = parent,
			.symbol = ts_node_symbol(node), .field = ts_tree_cursor_current_field_id(&at),
			.flags = (ts_node_is_named(node) ? reeve_named : 0) | (ts_node_is_missing(node) ? reeve_missing : 0) | (ts_node_is_extra(node) && ts_node_symbol(node) != UINT16_MAX ? reeve_extra : 0),
		};
		uint32_t here = n++;
		if (ts_tree_cursor_goto_first_child(&at)) {
			parent = here;
			continue;
		}
		out[here].next = n;
		while (!ts_tree_cursor_goto_next_sibling(&at)) {
			if (parent == UINT32_MAX || !ts_tree_cursor_goto_parent(&at)) {
				goto done;
			}
			out[parent].next = n;
			parent = out[parent].parent;
		}
	}
done:
	ts_tree_cursor_delete(&at);
	if (result != reeve_ok) {
		free(out);
		return result;
	}
	*nodes = out;
	*count = n;
	return reeve_ok;
}

// How many characters may be read for a text: code is read less than 8 times.
static const uint64_t reads_base = 30000000, reads_each = 30;

// job is a parse on a thread of its own.
struct job {
	const void *language;
	struct input in;
	uint32_t steps, most;
	reeve_node **nodes;
	uint32_t *count;
	int result;
};

static void *work(void *argument) {
	struct job *job = argument;
	held = taken = 0;
	most_held = (24 << 20) + 300 * (int64_t)job->in.length;
	most_taken = (32 << 20) + 256 * (int64_t)job->in.length;
	TSParser *parser = ts_parser_new();
	if (!parser || !reeve_guard_begin(job->language, job->in.length, reads_base + reads_each * (uint64_t)job->in.length)) {
		ts_parser_delete(parser);
		job->result = reeve_no_memory;
		return NULL;
	}
	if (!ts_parser_set_language(parser, job->language)) {
		ts_parser_delete(parser);
		reeve_guard_end();
		job->result = reeve_no_language;
		return NULL;
	}
	TSTree *tree = ts_parser_parse_with_options(parser, NULL, (TSInput){&job->in, read_text, 0, NULL}, (TSParseOptions){&job->steps, spend});
	job->result = reeve_too_long;
	if (tree && !reeve_guard_refused()) {
		job->result = flatten(tree, job->most, job->nodes, job->count);
	}
	ts_tree_delete(tree);
	ts_parser_delete(parser);
	reeve_guard_end();
	return NULL;
}

int reeve_parse(const void *language, const char *text, uint32_t length, uint32_t steps, uint32_t most, reeve_node **nodes, uint32_t *count) {
	struct job job = {language, {text, length}, steps, most, nodes, count, reeve_no_memory};
	// The library gives its stack of open brackets back by recursion, about 100 bytes for each: a long text gets a stack that holds that.
	if (length <= 4096) {
		work(&job);
		return job.result;
	}
	pthread_attr_t attributes;
	pthread_t thread;
	if (pthread_attr_init(&attributes)) {
		return reeve_no_memory;
	}
	if (pthread_attr_setstacksize(&attributes, (1 << 20) + (size_t)length * 160 / 4096 * 4096) || pthread_create(&thread, &attributes, work, &job)) {
		pthread_attr_destroy(&attributes);
		return reeve_no_memory;
	}
	pthread_attr_destroy(&attributes);
	pthread_join(thread, NULL);
	return job.result;
}
