package ingest

import (
	"bytes"
	"strings"
)

var niktoCSVFormat = Format{
	Name: "nikto-csv", Title: "Nikto CSV", Tool: "Nikto",
	Is: func(h *Head) bool {
		return bytes.HasPrefix(bytes.TrimLeft(h.Data, "\" \r\n"), []byte("Nikto - v")) && h.Contains(`","`)
	},
	Read: readNiktoCSV,
}

// readNiktoCSV reads "nikto -Format csv": a line with the version, then host, address, port, reference, method, path and message of each item. As the
// check's id is not in it, the message stands for it.
func readNiktoCSV(in *Input, h *Header, out Sink) error {
	return in.cells(',', func(cells []string) error {
		if len(cells) < 7 {
			if version, found := strings.CutPrefix(cells[0], "Nikto - v"); found {
				h.Tool.Version, _, _ = strings.Cut(version, "/")
			}
			return nil
		}
		if cells[5] == "" || cells[0] == "Host" || cells[0] == "hostname" {
			return nil // the server's banner, or names of columns
		}
		i := niktoItem{Method: cells[4], URL: cells[5], Message: cells[6]}
		if number, found := strings.CutPrefix(cells[3], "OSVDB-"); found {
			i.OSVDB = number
		} else {
			i.References = texts(cells[3])
		}
		return i.emit(out, niktoSite{host: cells[0], ip: cells[1], port: cells[2]})
	})
}
