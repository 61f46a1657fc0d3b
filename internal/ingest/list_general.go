package ingest

// generalFormats are formats that many tools write; they are asked last.
func generalFormats() []Format {
	return []Format{
		reeveFormat, sarifFormat, junitFormat, genericFormat,
	}
}
