package ingest

// dependencyFormats are the tools that know flaws in packages, and bills of materials.
func dependencyFormats() []Format {
	return []Format{
		trivyFormat, trivyOperatorFormat, grypeFormat, osvScannerFormat, govulncheckFormat,
		snykFormat, pnpmAuditFormat, npmAuditFormat, yarnAuditFormat, pipAuditFormat, safetyFormat,
		dependencyCheckFormat, dependencyCheckXMLFormat, dependencyTrackFormat, dependabotFormat,
		cycloneDXFormat, cycloneDXXMLFormat, spdxFormat, openVEXFormat, csafFormat,
	}
}
