package sca

import (
	"strings"
	"sync"
	"unicode"
)

// licenceCalled gives the SPDX identifier of a licence that is named in other words, "" where the words leave open which it is
// ("BSD", "GPL", "Apache").
func licenceCalled(words string) string {
	return licenceWords()[plainWords(words)]
}

// plainWords makes small letters and single blanks of a text, and leaves out the words that say nothing.
func plainWords(words string) string {
	var out []string
	for word := range strings.FieldsFuncSeq(strings.ToLower(words), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '+' }) {
		switch word = strings.Trim(word, "."); word {
		case "", "the", "license", "licence", "licensed", "under", "software", "version", "v", "public", "osi", "approved":
			continue
		}
		if len(word) > 1 && word[0] == 'v' && unicode.IsDigit(rune(word[1])) {
			word = word[1:]
		}
		if len(word) > 2 && strings.HasSuffix(word, ".0") {
			word = strings.TrimSuffix(word, ".0")
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

// licenceWords are names of licences as plainWords leaves them.
var licenceWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"mit": "MIT", "mit mit": "MIT", "expat": "MIT", "mit expat": "MIT", "mit x11": "MIT", "mit x": "MIT", "x11": "X11", "isc": "ISC", "isc iscl": "ISC", "iscl": "ISC", "unlicense unlicense": "Unlicense",
		"apache 2": "Apache-2.0", "apache2": "Apache-2.0", "asl 2": "Apache-2.0", "al 2": "Apache-2.0", "apachev2": "Apache-2.0", "apache foundation 2": "Apache-2.0",
		"bsd 2": "BSD-2-Clause", "bsd 2 clause": "BSD-2-Clause", "2 clause bsd": "BSD-2-Clause", "simplified bsd": "BSD-2-Clause", "freebsd": "BSD-2-Clause", "bsd 2 clause simplified": "BSD-2-Clause",
		"bsd 3": "BSD-3-Clause", "bsd 3 clause": "BSD-3-Clause", "3 clause bsd": "BSD-3-Clause", "new bsd": "BSD-3-Clause", "modified bsd": "BSD-3-Clause", "revised bsd": "BSD-3-Clause", "bsd new": "BSD-3-Clause",
		"bsd 3 clause new or revised": "BSD-3-Clause", "0bsd": "0BSD", "zlib": "Zlib", "zlib libpng": "Zlib", "boost 1": "BSL-1.0",
		"mpl 2": "MPL-2.0", "mpl2": "MPL-2.0", "mozilla 2": "MPL-2.0", "mozilla 2 mpl 2": "MPL-2.0", "mpl 1.1": "MPL-1.1", "mozilla 1.1": "MPL-1.1", "mozilla 1.1 mpl 1.1": "MPL-1.1",
		"epl 1": "EPL-1.0", "eclipse 1": "EPL-1.0", "eclipse 1 epl 1": "EPL-1.0", "epl 2": "EPL-2.0", "eclipse 2": "EPL-2.0", "eclipse 2 epl 2": "EPL-2.0",
		"cddl 1": "CDDL-1.0", "cddl 1.1": "CDDL-1.1", "cddl1.1": "CDDL-1.1", "edl 1": "BSD-3-Clause", "eclipse distribution 1": "BSD-3-Clause",
		"gpl 2": "GPL-2.0-only", "gpl2": "GPL-2.0-only", "gnu gpl 2": "GPL-2.0-only", "gnu general 2 gpl 2": "GPL-2.0-only", "gnu general 2": "GPL-2.0-only", "gplv2": "GPL-2.0-only", "gnu gplv2": "GPL-2.0-only", "gnu general 2 gplv2": "GPL-2.0-only",
		"gpl 2+": "GPL-2.0-or-later", "gplv2+": "GPL-2.0-or-later", "gpl2+": "GPL-2.0-or-later", "gpl 2 or later": "GPL-2.0-or-later", "gplv2 or later": "GPL-2.0-or-later", "gnu general 2 or later": "GPL-2.0-or-later", "gnu general 2 or later gplv2+": "GPL-2.0-or-later",
		"gpl 3": "GPL-3.0-only", "gpl3": "GPL-3.0-only", "gnu gpl 3": "GPL-3.0-only", "gnu general 3": "GPL-3.0-only", "gnu general 3 gpl 3": "GPL-3.0-only", "gplv3": "GPL-3.0-only", "gnu gplv3": "GPL-3.0-only", "gnu general 3 gplv3": "GPL-3.0-only",
		"gpl 3+": "GPL-3.0-or-later", "gplv3+": "GPL-3.0-or-later", "gpl3+": "GPL-3.0-or-later", "gpl 3 or later": "GPL-3.0-or-later", "gplv3 or later": "GPL-3.0-or-later", "gnu general 3 or later": "GPL-3.0-or-later", "gnu general 3 or later gplv3+": "GPL-3.0-or-later",
		"lgpl 2.1": "LGPL-2.1-only", "lgplv2.1": "LGPL-2.1-only", "gnu lgpl 2.1": "LGPL-2.1-only", "gnu lesser general 2.1": "LGPL-2.1-only", "lgpl 2.1+": "LGPL-2.1-or-later", "lgplv2.1+": "LGPL-2.1-or-later",
		"lgpl 3": "LGPL-3.0-only", "lgplv3": "LGPL-3.0-only", "lgpl3": "LGPL-3.0-only", "gnu lesser general 3": "LGPL-3.0-only", "gnu lesser general 3 lgplv3": "LGPL-3.0-only", "gnu lgpl 3": "LGPL-3.0-only", "lgplv3+": "LGPL-3.0-or-later", "lgpl 3+": "LGPL-3.0-or-later",
		"gnu lesser general 2.1 or later": "LGPL-2.1-or-later", "gnu lesser general 2 or later lgplv2+": "LGPL-2.0-or-later", "lgplv2+": "LGPL-2.0-or-later", "gnu lesser general 3 or later lgplv3+": "LGPL-3.0-or-later", "gnu lesser general 3 or later": "LGPL-3.0-or-later",
		"agpl 3": "AGPL-3.0-only", "agplv3": "AGPL-3.0-only", "agpl3": "AGPL-3.0-only", "gnu agpl 3": "AGPL-3.0-only", "gnu agplv3": "AGPL-3.0-only", "gnu affero general 3": "AGPL-3.0-only", "gnu affero general 3 agplv3": "AGPL-3.0-only",
		"agpl 3+": "AGPL-3.0-or-later", "agplv3+": "AGPL-3.0-or-later", "gnu affero general 3 or later": "AGPL-3.0-or-later", "gnu affero general 3 or later agplv3+": "AGPL-3.0-or-later",
		"wtfpl": "WTFPL", "do what fuck you want to": "WTFPL", "cc0": "CC0-1.0", "cc0 1": "CC0-1.0", "cc0 1 universal": "CC0-1.0", "cc0 1 universal cc0 1 domain dedication": "CC0-1.0", "cc by 4": "CC-BY-4.0", "cc by sa 4": "CC-BY-SA-4.0", "cc by 3": "CC-BY-3.0",
		"python foundation": "PSF-2.0", "psf": "PSF-2.0", "psf 2": "PSF-2.0", "psfl": "PSF-2.0", "artistic 2": "Artistic-2.0", "hpnd": "HPND", "historical permission notice and disclaimer hpnd": "HPND", "zope": "ZPL-2.1", "zpl 2.1": "ZPL-2.1",
		"sspl 1": "SSPL-1.0", "server side 1": "SSPL-1.0", "busl 1.1": "BUSL-1.1", "business source 1.1": "BUSL-1.1", "elastic 2": "Elastic-2.0", "eupl 1.2": "EUPL-1.2", "ofl 1.1": "OFL-1.1", "sil open font 1.1": "OFL-1.1", "ncsa": "NCSA", "upl 1": "UPL-1.0", "universal permissive 1": "UPL-1.0", "ms pl": "MS-PL", "microsoft ms pl": "MS-PL",
	}
})
