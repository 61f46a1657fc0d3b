package sca

import (
	"strings"
	"testing"
)

func TestSpan_allowsWhatThePackageManagerWould(t *testing.T) {
	for _, c := range []struct {
		ecosystem, constraint string
		in, out               []string
	}{
		{"npm", "^1.2.3", []string{"1.2.3", "1.9.0"}, []string{"1.2.2", "2.0.0", "2.0.0-beta.1"}},
		{"npm", "^0.2.3", []string{"0.2.3", "0.2.9"}, []string{"0.3.0", "1.0.0"}},
		{"npm", "^0.0.3", []string{"0.0.3"}, []string{"0.0.4"}},
		{"npm", "^0", []string{"0.0.1", "0.9.0"}, []string{"1.0.0"}},
		{"npm", "^1.x", []string{"1.0.0", "1.9.0"}, []string{"2.0.0"}},
		{"npm", "~1.2.3", []string{"1.2.3", "1.2.9"}, []string{"1.3.0"}},
		{"npm", "~1", []string{"1.0.0", "1.9.9"}, []string{"2.0.0"}},
		{"npm", "1.2", []string{"1.2.0", "1.2.7"}, []string{"1.3.0"}},
		{"npm", "1.2.3", []string{"1.2.3"}, []string{"1.2.4"}},
		{"npm", "=v1.2.3", []string{"1.2.3"}, []string{"1.2.4"}},
		{"npm", "", []string{"0.0.1", "9.9.9"}, nil},
		{"npm", "*", []string{"0.0.1", "9.9.9"}, nil},
		{"npm", ">= 1.2 < 2 || 3.x", []string{"1.2.0", "1.9.9", "3.1.0"}, []string{"1.1.9", "2.0.0", "4.0.0"}},
		{"npm", ">1.2", []string{"1.3.0"}, []string{"1.2.9"}},
		{"npm", "<=1.2", []string{"1.2.9"}, []string{"1.3.0"}},
		{"npm", "1.2.3 - 2.3", []string{"1.2.3", "2.3.9"}, []string{"2.4.0", "1.2.2"}},
		{"npm", "^1.0.0-rc.1", []string{"1.0.0-rc.2", "1.0.0"}, []string{"1.0.0-beta.1"}},
		{"crates.io", "1.2.3", []string{"1.2.3", "1.9.0"}, []string{"1.2.2", "2.0.0"}},
		{"crates.io", "0.4", []string{"0.4.0", "0.4.38"}, []string{"0.5.0"}},
		{"crates.io", "=1.2", []string{"1.2.9"}, []string{"1.3.0"}},
		{"crates.io", "1.*", []string{"1.9.0"}, []string{"2.0.0"}},
		{"crates.io", ">=0.9, <0.12", []string{"0.11.4"}, []string{"0.12.0"}},
		{"Packagist", "^7.4|^8.0", []string{"v7.4.1", "8.2.0"}, []string{"7.3.0", "v9.0.0"}},
		{"Packagist", "~1.2", []string{"1.9.0"}, []string{"1.1.0", "2.0.0"}},
		{"Packagist", "~1.2.3", []string{"1.2.9"}, []string{"1.3.0"}},
		{"Packagist", "1.2.*", []string{"1.2.0"}, []string{"1.3.0"}},
		{"Packagist", ">=1.0 <2.0,!=1.5.0", []string{"1.4.0"}, []string{"1.5.0", "2.0.0"}},
		{"Packagist", "1.0 - 2.0.5", []string{"2.0.5"}, []string{"2.0.6"}},
		{"Packagist", "^1.0@dev", []string{"1.4.0"}, []string{"2.0.0"}},
		{"RubyGems", "~> 7.1.2", []string{"7.1.2", "7.1.9"}, []string{"7.2.0", "7.1.1"}},
		{"RubyGems", "~> 7.1", []string{"7.9"}, []string{"8.0.0", "7.0.9"}},
		{"RubyGems", "~> 2", []string{"2.9.1"}, []string{"3.0"}},
		{"RubyGems", ">= 1.0, < 3, != 2.1", []string{"2.0"}, []string{"2.1", "3"}},
		{"RubyGems", "1.2", []string{"1.2.0"}, []string{"1.2.1"}},
		{"PyPI", ">=5.0,<6", []string{"5.2.1"}, []string{"4.2", "6.0"}},
		{"PyPI", "~=1.4.2", []string{"1.4.9"}, []string{"1.5.0"}},
		{"PyPI", "~=1.4", []string{"1.9"}, []string{"2.0"}},
		{"PyPI", "==1.2.*", []string{"1.2.9", "1.2"}, []string{"1.20.0", "1.3"}},
		{"PyPI", "==1.0", []string{"1.0.0", "1.0+cu118"}, []string{"1.0.1"}},
		{"PyPI", "^2.3", []string{"2.9.0"}, []string{"3.0.0", "2.2"}},
		{"PyPI", "~2.3", []string{"2.3.9"}, []string{"2.4.0"}},
		{"PyPI", "^1.0 || ^2.0", []string{"2.5"}, []string{"3.0"}},
		{"PyPI", "1.2.3", []string{"1.2.3"}, []string{"1.2.4"}},
	} {
		s, ok := spanOf(c.ecosystem, c.constraint)
		if !ok {
			t.Errorf("%s %q is not decided", c.ecosystem, c.constraint)
			continue
		}
		for want, versions := range map[bool][]string{true: c.in, false: c.out} {
			for _, v := range versions {
				if in, decided := s.allows(v); in != want || !decided {
					t.Errorf("%s %q allows %s: %t (decided %t), want %t", c.ecosystem, c.constraint, v, in, decided, want)
				}
			}
		}
	}
}

func TestSpan_leavesOpenWhatItDoesNotKnow(t *testing.T) {
	for _, c := range [][2]string{
		{"npm", "latest"}, {"npm", "catalog:"}, {"npm", "github:a/b"}, {"npm", "1.2.3.4"}, {"npm", ">>1"}, {"npm", "1.x.3"}, {"npm", "99999999999999999999"}, {"crates.io", "a"}, {"crates.io", ""},
		{"Packagist", "dev-main"}, {"Packagist", "1.x-dev"}, {"Packagist", "dev-main as 1.0"}, {"Packagist", "self.version"}, {"RubyGems", "~> 1.0.pre"}, {"RubyGems", "= x"},
		{"PyPI", "!=1.2.*"}, {"PyPI", "==1.0+local"}, {"Maven", "[1,2)"}, {"npm", strings.Repeat("1 ", 400)},
	} {
		if s, ok := spanOf(c[0], c[1]); ok {
			if _, decided := s.allows("1.0.0"); decided {
				t.Errorf("%s %q is decided: %v", c[0], c[1], s)
			}
		}
	}
}

func FuzzSpan(f *testing.F) {
	for _, seed := range []string{"^1.2.3", ">= 1 <2 || ~3.x", "~> 7.1", "==1.2.*, !=1.3", "1.0 - 2", "^7|^8@dev", "v1.2.3-rc.1+b"} {
		f.Add(seed, "1.2.3")
	}
	f.Fuzz(func(t *testing.T, constraint, version string) {
		for _, ecosystem := range []string{"npm", "crates.io", "Packagist", "RubyGems", "PyPI"} {
			s, ok := spanOf(ecosystem, constraint)
			if !ok {
				continue
			}
			if in, decided := s.allows(version); in && !decided {
				t.Errorf("%s %q allows %q, and that is not decided", ecosystem, constraint, version)
			}
		}
	})
}
