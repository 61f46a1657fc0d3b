package ingest

// dynamicFormats are the tools that attack running applications.
func dynamicFormats() []Format {
	return []Format{
		zapFormat, zapXMLFormat, burpFormat, burpJSONFormat, nucleiFormat,
		niktoFormat, niktoXMLFormat, niktoCSVFormat, wapitiFormat, wapitiXMLFormat,
		arachniFormat, acunetixFormat, invictiFormat, stackhawkFormat,
	}
}
