package sca

// checks are the checks that rules may name.
func checks() map[string]check {
	return map[string]check{
		"lock-missing":         lockMissing,
		"lock-out-of-step":     lockOutOfStep,
		"several-locks":        severalLocks,
		"integrity-missing":    integrityMissing,
		"integrity-weak":       integrityWeak,
		"registry-insecure":    registryInsecure,
		"registry-unapproved":  registryNotApproved,
		"dependency-confusion": dependencyConfusion,
		"extra-index-open":     extraIndexOpen,
		"git-not-pinned":       gitNotPinned,
		"install-script":       installScript,
		"script-fetches":       scriptFetches,
		"name-near-popular":    nameNearPopular,
		"deprecated":           deprecatedPackage,
		"base-image-moves":     baseImageMoves,
		"base-image-digest":    baseImageUndigested,
		"licence-denied":       licenceDenied,
		"licence-not-allowed":  licenceNotAllowed,
		"licence-of-tool":      licenceOfTool,
		"licence-unknown":      licenceUnknown,
	}
}
