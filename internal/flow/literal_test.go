package flow_test

import "testing"

// TestFollow_literals holds code in which constants, sections, modules and tests of texts decide what arrives.
func TestFollow_literals(t *testing.T) {
	expect(t, map[string]map[string]string{
		"match":                     {"a.py": "def f(p=source()):\n    letters = 'ABC'\n    match letters[1]:\n        case 'A':\n            x = p\n        case 'B':\n            x = 'b'\n        case 'C' | 'D':\n            x = p\n        case _:\n            x = p\n    sink(x)\n\ndef g():\n    p = source()\n    match 'D':\n        case 'A':\n            x = 'a'\n        case 'C' | 'D':\n            x = p\n    sink(x) # yes\n    match 'X':\n        case 'A':\n            y = p\n        case _:\n            y = 'c'\n    sink(y)\n    match p:\n        case _ if p:\n            z = p\n        case _:\n            z = ''\n    sink(z) # yes\n"},
		"within a text":             {"a.py": "p = source()\nx = 'never'\nif 'eve' in x:\n    x = p\nsink(x) # yes\ny = 'never'\nif 'eve' not in y:\n    y = p\nsink(y)\n"},
		"configuration":             {"a.py": "import configparser\np = source()\nc = configparser.ConfigParser()\nc.add_section('s')\nc.set('s', 'a', 'x')\nc.set('s', 'b', p)\nsink(c.get('s', 'a'))\nsink(c.get('s', 'b')) # yes\nsink(c.get('t', 'b'))\nsink(c.get('s', p)) # yes\n"},
		"what a text must not hold": {"a.py": "def f():\n    p = source()\n    if 'x' in check(p):\n        sink(p) # yes\n        return\n    sink(p)\n"},
		"module by its whole name": {
			"app/main.py":  "import app.wrap\nimport app.other\n\nw = app.wrap.holder(source())\nsink(w.get_it()) # yes\nsink(app.other.fixed(source()))\n",
			"app/wrap.py":  "class holder:\n    def __init__(self, v):\n        self.v = v\n\n    def get_it(self):\n        return self.v\n",
			"app/other.py": "def fixed(v):\n    return 'x'\n",
		},
	})
}
