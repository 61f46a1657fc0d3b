package lockfile

// keySet tells which keys of an object came before: a short list first, a map where there are many.
type keySet struct {
	few  [12][]byte
	n    int
	many map[string]struct{}
}

// add notes a key and tells whether it was there already; of very many keys only the first are noted. The first keys are kept as they are: they must not change while the set is used.
func (s *keySet) add(key []byte) bool {
	if s.many != nil {
		if _, ok := s.many[string(key)]; ok {
			return true
		}
		if len(s.many) >= maxPackages {
			return false
		}
		s.many[string(key)] = struct{}{}
		return false
	}
	for _, known := range s.few[:s.n] {
		if string(known) == string(key) {
			return true
		}
	}
	if s.n < len(s.few) {
		s.few[s.n] = key
		s.n++
		return false
	}
	s.many = make(map[string]struct{}, 64)
	for _, known := range s.few {
		s.many[string(known)] = struct{}{}
	}
	s.many[string(key)] = struct{}{}
	return false
}
