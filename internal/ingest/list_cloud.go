package ingest

// cloudFormats are the tools that look at cloud accounts.
func cloudFormats() []Format {
	return []Format{
		prowlerFormat, prowlerCSVFormat, prowlerOCSFFormat, ocsfFormat, scoutsuiteFormat,
		asffFormat, inspectorFormat, guarddutyFormat,
		azureDefenderFormat, azureDefenderCSVFormat,
		googleSCCFormat,
		wizFormat,
	}
}
