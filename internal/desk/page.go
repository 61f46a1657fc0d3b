package desk

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Page is a part of a list of anything but findings, which have List.
type Page[T any] struct {
	Items []T `json:"items"`
	// Next is the cursor of the next page, "" where this is the last.
	Next string `json:"next,omitempty"`
	// Total is how many there are on all pages.
	Total int `json:"total"`
}

// Slice says which part of a list is wanted.
type Slice struct {
	// After is the cursor of the page before, "" for the first.
	After string
	// Limit is how many, 1 to 500; 0 is 50.
	Limit int
}

// size is how many are wanted.
func (s Slice) size() (int, error) {
	if s.Limit < 0 || s.Limit > MaxPage {
		return 0, fmt.Errorf("%w: a page holds 1 to %d", ErrInvalid, MaxPage)
	}
	if s.Limit == 0 {
		return 50, nil
	}
	return s.Limit, nil
}

// checkText tells whether a text of several lines can be kept and shown: PostgreSQL keeps no zero bytes.
func checkText(what, text string, limit int) error {
	if len(text) > limit || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return fmt.Errorf("%w: %s: want text of at most %d bytes", ErrInvalid, what, limit)
	}
	return nil
}

// paged sorts all by a key that is unique and gives the part that is wanted. A cursor is the key of the last item before it, so that a page neither
// skips nor repeats what stays, whatever is added or taken away meanwhile.
func paged[T any](all []T, s Slice, key func(*T) string) (Page[T], error) {
	size, err := s.size()
	if err != nil {
		return Page[T]{}, err
	}
	last, err := base64.RawURLEncoding.DecodeString(s.After)
	if err != nil || len(last) > 2000 {
		return Page[T]{}, fmt.Errorf("%w: cursor: want the one that came with the page before", ErrInvalid)
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(&a), key(&b)) })
	out := Page[T]{Items: []T{}, Total: len(all)}
	for i := range all {
		if len(last) > 0 && key(&all[i]) <= string(last) {
			continue
		}
		if len(out.Items) == size {
			out.Next = base64.RawURLEncoding.EncodeToString([]byte(key(&out.Items[size-1])))
			break
		}
		out.Items = append(out.Items, all[i])
	}
	return out, nil
}
