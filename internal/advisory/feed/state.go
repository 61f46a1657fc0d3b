package feed

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"
)

// state is what is remembered beside a database about where it came from, so that an update need not ask for it again. Losing it costs
// one long update and nothing else.
type state struct {
	// Source is the address or folder of the last update, without password.
	Source string `json:"source"`
	// Digest is that of the database that the state belongs to; for another one it says nothing about single records.
	Digest string `json:"digest"`
	// Fetched is when sources, by name, were last found to be up to date.
	Fetched map[string]time.Time `json:"fetched"`
	// Tags are those of files that were taken, by their place at the source.
	Tags map[string]string `json:"tags,omitempty"`
	// Ecosystems names the lists that follow, and how many lines each has.
	Ecosystems []stateList `json:"ecosystems,omitempty"`

	lists map[string][]listed
}

type stateList struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

const (
	stateMagic = "reeve-feed-state/1"
	maxState   = 1 << 30
)

func newState(source string) *state {
	return &state{Source: source, Fetched: map[string]time.Time{}, Tags: map[string]string{}, lists: map[string][]listed{}}
}

func statePath(database string) string { return database + ".state" }

// readState reads the state of a database; an empty one where there is none or it makes no sense.
func readState(database string) *state {
	s, err := loadState(statePath(database))
	if err != nil {
		return newState("")
	}
	return s
}

func loadState(path string) (*state, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	data, err := io.ReadAll(io.LimitReader(z, maxState+1))
	if err != nil || len(data) > maxState {
		return nil, errors.New("it cannot be unpacked")
	}
	return parseState(string(data))
}

func parseState(text string) (*state, error) {
	magic, text, _ := strings.Cut(text, "\n")
	head, text, _ := strings.Cut(text, "\n")
	s := newState("")
	if magic != stateMagic {
		return nil, errors.New("it is no state")
	}
	if err := json.Unmarshal([]byte(head), s); err != nil {
		return nil, err
	}
	for _, e := range s.Ecosystems {
		if e.Count < 0 || e.Count > maxRecords {
			return nil, errors.New("it makes no sense")
		}
		list := make([]listed, 0, min(e.Count, 1<<16))
		for range e.Count {
			line, rest, found := strings.Cut(text, "\n")
			at, id, comma := strings.Cut(line, ",")
			if !found || !comma || len(list) > 0 && id <= list[len(list)-1].id {
				return nil, errors.New("it was cut short")
			}
			list, text = append(list, listed{id, at}), rest
		}
		s.lists[e.Name] = list
	}
	if text != "" {
		return nil, errors.New("something follows")
	}
	return s, nil
}

// write puts the state beside a database in one step.
func (s *state) write(database string) error {
	s.Ecosystems = nil
	for _, name := range sortedKeys(s.lists) {
		s.Ecosystems = append(s.Ecosystems, stateList{name, len(s.lists[name])})
	}
	head, err := json.Marshal(s)
	if err != nil {
		return err
	}
	err = replaceFile(statePath(database), func(w io.Writer) error {
		z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
		if err != nil {
			return err
		}
		out := bufio.NewWriterSize(z, 64<<10)
		fmt.Fprintf(out, "%s\n%s\n", stateMagic, bytes.TrimSpace(head))
		for _, e := range s.Ecosystems {
			for _, l := range s.lists[e.Name] {
				out.WriteString(l.at)
				out.WriteByte(',')
				out.WriteString(l.id)
				out.WriteByte('\n')
			}
		}
		return errors.Join(out.Flush(), z.Close())
	})
	if err != nil {
		return fmt.Errorf("write state of advisory database: %w", err)
	}
	return nil
}

// forget takes out that records are known, so that they are fetched the next time.
func (s *state) forget(taken map[string]bool) {
	for _, list := range s.lists {
		for i := range list {
			if taken[list[i].id] {
				list[i].at = ""
			}
		}
	}
}

// replaceFile writes a file all at once: a reader never sees half of one.
func replaceFile(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), temporary)
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(write(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Fetched tells when the sources of the database at path, by name, were last found to be up to date, and from where the last update came.
func Fetched(path string) (from string, at map[string]time.Time) {
	s := readState(path)
	return s.Source, s.Fetched
}
