package target

import "strings"

// magic recognises a kind of file by bytes at a fixed offset.
type magic struct {
	at    int
	bytes string
	kind  string
}

// The kinds of media.
const (
	image = "image"
	font  = "font"
	audio = "audio"
	video = "video"
)

// magics hold at least one byte that no text has, or are checked for one by Media.
var magics = []magic{
	{0, "\x89PNG\r\n\x1a\n", image},
	{0, "\xff\xd8\xff", image}, // JPEG
	{0, "GIF87a", image},
	{0, "GIF89a", image},
	{0, "BM", image}, // with zeros at 6, see below
	{0, "II*\x00", image},
	{0, "MM\x00*", image},
	{0, "\x00\x00\x01\x00", image}, // ICO
	{0, "8BPS\x00", image},
	{0, "icns\x00", image},
	{0, "\x00\x00\x00\x0cJXL ", image},
	{0, "\x00\x00\x00\x0cjP  ", image},
	{8, "WEBP", image},
	{8, "WAVE", audio},
	{8, "AVI ", video},
	{4, "ftypavif", image},
	{4, "ftyphei", image},
	{4, "ftypM4A", audio},
	{4, "ftyp", video},
	{0, "ID3", audio},
	{0, "\xff\xfb", audio}, // MPEG layer 3
	{0, "\xff\xf3", audio},
	{0, "OggS\x00", audio},
	{0, "fLaC\x00", audio},
	{0, "MThd\x00", audio},
	{0, "\x1a\x45\xdf\xa3", video}, // Matroska, WebM
	{0, "\x30\x26\xb2\x75\x8e\x66\xcf\x11", video},
	{0, "FLV\x01", video},
	{0, "\x00\x00\x01\xba", video},
	{0, "wOFF\x00\x01\x00\x00", font},
	{0, "wOF2\x00\x01\x00\x00", font},
	{0, "OTTO\x00", font},
	{0, "ttcf\x00", font},
	{0, "\x00\x01\x00\x00\x00", font}, // TrueType
}

// mediaHead is how many bytes Media needs to see.
const mediaHead = 16

// Media recognises pictures, fonts, sound and films by their first bytes, 16 at most; "" for everything else.
// A text that merely begins with the letters of such a file is not taken for one.
func Media(head []byte) string {
	if len(head) < mediaHead {
		return ""
	}
	first := string(head[:mediaHead])
	if !strings.ContainsFunc(first, notText) {
		return ""
	}
	for i := range magics {
		m := &magics[i]
		if strings.HasPrefix(first[m.at:], m.bytes) && (m.bytes != "BM" || first[6:10] == "\x00\x00\x00\x00") &&
			(m.at != 8 || first[:4] == "RIFF") {
			return m.kind
		}
	}
	return ""
}

// notText tells of a character that stands in no text: a control character, or bytes that are not UTF-8.
func notText(r rune) bool { return r < '\t' || r == 0xfffd || '\r' < r && r < ' ' }
