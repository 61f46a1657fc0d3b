package ingest

import "strings"

// eslintWeakness tells whether an ESLint rule is about security, and which weaknesses it finds. The numbers are those of the rules' own
// documentation where it names them, else of the weakness it describes.
func eslintWeakness(id string) (cwe []int, security bool) {
	if n, ok := eslintCWE(id); ok {
		return []int{n}, true
	}
	for _, prefix := range []string{"security/", "security-node/", "no-unsanitized/", "no-secrets/", "@microsoft/sdl/", "xss/", "scanjs-rules/",
		"anti-trojan-source/", "redos/", "redos-detector/", "no-wildcard-postmessage/", "pii/", "@html-eslint/require-csp", "secure-coding/"} {
		if strings.HasPrefix(id, prefix) {
			return nil, true
		}
	}
	return nil, false
}

func eslintCWE(id string) (int, bool) {
	switch id {
	case "security/detect-child-process", "security-node/detect-child-process":
		return 78, true
	case "security-node/detect-sql-injection", "security-node/detect-option-multiplestatements-in-mysql":
		return 89, true
	case "security-node/detect-nosql-injection":
		return 943, true
	case "security/detect-eval-with-expression", "security-node/detect-eval-with-expr", "no-eval", "no-implied-eval", "no-new-func",
		"@typescript-eslint/no-implied-eval", "security-node/detect-runinthiscontext-method-in-nodejs", "sonarjs/code-eval":
		return 95, true
	case "security/detect-disable-mustache-escape", "no-unsanitized/method", "no-unsanitized/property", "react/no-danger", "react/no-danger-with-children",
		"react/jsx-no-script-url", "vue/no-v-html", "svelte/no-at-html-tags", "lit/no-template-html", "no-script-url", "xss/no-mixed-html", "xss/no-location-href-assign",
		"@microsoft/sdl/no-inner-html", "@microsoft/sdl/no-html-method", "@microsoft/sdl/no-document-write", "@microsoft/sdl/no-angular-bypass-sanitizer",
		"@microsoft/sdl/no-winjs-html-unsafe", "security-node/detect-html-injection", "security-node/detect-option-unsafe-in-serialize-javascript-npm-package":
		return 79, true
	case "security/detect-non-literal-fs-filename":
		return 22, true
	case "security/detect-non-literal-require", "security-node/non-literal-reg-expr", "security-node/detect-non-literal-require-calls":
		return 829, true
	case "security/detect-non-literal-regexp", "security/detect-unsafe-regex", "regexp/no-super-linear-backtracking", "regexp/no-super-linear-move",
		"redos/no-vulnerable", "redos-detector/no-unsafe-regex", "sonarjs/slow-regex":
		return 1333, true
	case "security/detect-object-injection":
		return 1321, true
	case "security/detect-possible-timing-attacks", "security-node/detect-possible-timing-attacks":
		return 208, true
	case "security/detect-pseudoRandomBytes", "security-node/detect-insecure-randomness", "@microsoft/sdl/no-insecure-random", "sonarjs/pseudo-random":
		return 338, true
	case "security/detect-no-csrf-before-method-override":
		return 352, true
	case "security/detect-bidi-characters", "anti-trojan-source/no-bidi":
		return 1007, true
	case "security/detect-buffer-noassert":
		return 787, true
	case "security/detect-new-buffer", "@microsoft/sdl/no-unsafe-alloc":
		return 908, true
	case "react/jsx-no-target-blank", "sonarjs/link-with-target-blank":
		return 1022, true
	case "no-secrets/no-secrets", "no-secrets/no-pattern-match", "sonarjs/no-hardcoded-passwords", "sonarjs/no-hardcoded-secrets":
		return 798, true
	case "@microsoft/sdl/no-insecure-url", "sonarjs/no-clear-text-protocols":
		return 319, true
	case "@microsoft/sdl/no-postmessage-star-origin", "@microsoft/sdl/no-document-domain", "sonarjs/post-message":
		return 346, true
	case "security-node/detect-dangerous-redirects":
		return 601, true
	case "security-node/detect-option-rejectunauthorized-in-nodejs-httpsrequest", "sonarjs/unverified-certificate", "@microsoft/sdl/no-insecure-tls":
		return 295, true
	case "security-node/detect-crlf":
		return 93, true
	}
	return 0, false
}
