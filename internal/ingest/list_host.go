package ingest

// hostFormats are the tools that look at hosts and networks.
func hostFormats() []Format {
	return []Format{
		nmapFormat, sslyzeFormat, testsslFormat, testsslCSVFormat, nessusFormat, nessusCSVFormat, openvasFormat, openvasCSVFormat,
		qualysFormat, qualysCSVFormat, qualysWASFormat, sshAuditFormat, nexposeFormat, lynisFormat,
	}
}
