package ingest

// codeFormats are the tools that read source code.
func codeFormats() []Format {
	return []Format{
		semgrepFormat, semgrepPlatformFormat, banditFormat, gosecFormat, brakemanFormat, eslintFormat, bearerFormat, sonarFormat, sonarGenericFormat,
		spotbugsFormat, pmdFormat, pmdJSONFormat, pmdCSVFormat,
		checkmarxXMLFormat, checkmarxOneFormat, checkmarxReportFormat,
		veracodeXMLFormat, veracodePipelineFormat, veracodeAPIFormat, veracodeSCAFormat, veracodeSCACSVFormat,
		fortifyFPRFormat, fortifyFVDLFormat, fortifyReportFormat,
	}
}
