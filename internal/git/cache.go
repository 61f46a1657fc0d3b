package git

import (
	"container/list"
	"sync"
)

// baseCacheSize is how many bytes of delta bases Read keeps for the next call.
const baseCacheSize = 16 << 20

// baseCache keeps the contents of delta bases that were used last. Contents in it are never changed.
type baseCache struct {
	mu     sync.Mutex
	most   int
	size   int
	places map[place]*list.Element
	recent list.List // of cached; the first was used last
}

type cached struct {
	at   place
	kind Kind
	data []byte
}

func newBaseCache(most int) *baseCache {
	return &baseCache{most: most, places: map[place]*list.Element{}}
}

// get returns the content of the object at a place, if it is kept.
func (c *baseCache) get(at place) (Kind, []byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.places[at]
	if !ok {
		return 0, nil, false
	}
	c.recent.MoveToFront(e)
	kept := e.Value.(*cached)
	return kept.kind, kept.data, true
}

// put keeps a content, and drops those used longest ago where it gets too much.
func (c *baseCache) put(at place, kind Kind, data []byte) {
	if len(data) > c.most/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.places[at]; ok {
		return
	}
	c.places[at] = c.recent.PushFront(&cached{at, kind, data})
	c.size += len(data)
	for c.size > c.most {
		e := c.recent.Back()
		old := c.recent.Remove(e).(*cached)
		delete(c.places, old.at)
		c.size -= len(old.data)
	}
}
