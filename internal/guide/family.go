package guide

import (
	"slices"

	"github.com/reevehq/reeve/internal/rule"
)

// family is a chapter: weaknesses of one kind, and the one thing to remember about them.
type family struct {
	title, remember string
	// cwe are numbers of the Common Weakness Enumeration, tag is one that all its rules have, whatever their numbers; "" for none.
	cwe []int
	tag string
}

// families are the chapters in the order of a guide. The last takes what no other does.
func families() []family {
	return []family{
		{title: "Injection", remember: "Text from outside is a value, never a part of a statement, a command, a template or a line.",
			cwe: []int{74, 77, 78, 88, 89, 90, 91, 93, 94, 95, 96, 97, 98, 113, 117, 134, 155, 470, 564, 643, 644, 652, 917, 943, 1236, 1321, 1336}},
		{title: "Cross-site scripting", remember: "What others wrote is shown as text. Escaping is left to the template, and not taken away from it.",
			cwe: []int{79, 80, 81, 83, 85, 87, 116}},
		{title: "Authentication and sessions", remember: "Who somebody is, is proven at every door, and the proof cannot be guessed, kept or forged.",
			cwe: []int{287, 290, 294, 306, 307, 345, 347, 348, 384, 521, 522, 613, 614, 620, 640, 757, 798, 1004}},
		{title: "Authorisation and data of others", remember: "Ask for every object whether it is theirs; take nothing from a request that decides it.",
			cwe: []int{200, 213, 269, 284, 285, 359, 501, 566, 602, 617, 639, 862, 863, 915, 922}},
		{title: "Cryptography", remember: "Take what the library offers today, with fresh randomness, and check who is at the other end.",
			cwe: []int{208, 259, 295, 296, 297, 298, 299, 310, 311, 319, 321, 322, 323, 325, 326, 327, 328, 329, 330, 331, 335, 336, 337, 338, 340, 523, 759, 760, 780, 916, 1204, 1241}},
		{title: "Deserialisation and XML", remember: "Read data as data: no format that makes objects or fetches files is for input from outside.",
			cwe: []int{502, 611, 776, 827, 829}},
		{title: "Files", remember: "A name from outside never becomes a path; what is written is not for everybody.",
			cwe: []int{22, 23, 35, 36, 59, 73, 276, 277, 362, 366, 367, 377, 378, 379, 409, 434, 552, 732}},
		{title: "Other sites and the browser", remember: "A browser sends cookies wherever it is told to: say who may ask, frame and lead away.",
			cwe: []int{346, 352, 601, 942, 1021, 1022, 1275, 1385}},
		{title: "Requests to other hosts", remember: "An address from outside is compared with a list before anything is asked there.", cwe: []int{441, 918}},
		{title: "Denial of service", remember: "Whatever somebody can send has a bound: size, time, number, depth.", cwe: []int{400, 674, 730, 770, 834, 835, 1050, 1333}},
		{title: "AI", tag: "llm", remember: "What a model reads may command it, and what it answers is input from outside.", cwe: []int{1426, 1427}},
		{title: "Configuration and information", remember: "What helps while developing helps attackers later: it is off unless it is asked for."},
	}
}

// familyOf gives the number of a rule's chapter: by its tag, else by the first of its numbers that any chapter has.
func familyOf(all []family, r *rule.Rule) int {
	for i := range all {
		if all[i].tag != "" && slices.Contains(r.Tags, all[i].tag) {
			return i
		}
	}
	for _, n := range r.CWE {
		for i := range all {
			if slices.Contains(all[i].cwe, n) {
				return i
			}
		}
	}
	return len(all) - 1
}
