package ingest

import (
	"encoding/xml"
)

var zapXMLFormat = Format{
	Name: "zap-xml", Title: "OWASP ZAP XML", Tool: "OWASP ZAP",
	Is:   func(h *Head) bool { return h.Root() == "OWASPZAPReport" },
	Read: readZAPXML,
}

// readZAPXML reads the traditional XML reports of ZAP, without and with requests, from 2.4 (whose alerts have one place each) to 2.16.
func readZAPXML(in *Input, h *Header, out Sink) error {
	x := in.xml()
	var alert zapAlert
	fields := alert.fields()
	var failed error
	err := x.walk(func(start xml.StartElement) (bool, error) {
		if failed != nil {
			return false, failed
		}
		switch name := start.Name.Local; name {
		case "OWASPZAPReport":
			h.Tool.Version, h.At = attr(start, "version"), timeOf(attr(start, "generated"))
		case "alertitem":
			alert = zapAlert{}
		case "instance":
			return element(x, start, func(i *zapInstance) error { return alert.add(i) })
		default:
			if field := fields[name]; field != nil {
				return true, x.decode(field, start)
			}
		}
		return false, nil
	}, func(name string) {
		if name == "alertitem" && failed == nil {
			failed = alert.emit(out)
		}
	})
	if err == nil {
		err = failed
	}
	return err
}
