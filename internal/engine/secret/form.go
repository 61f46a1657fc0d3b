package secret

// form is how a keyword stands in the text.
type form uint8

const (
	asIs form = iota
	base64Form
	hexForm
	hexEscapes     // \x41
	unicodeEscapes // \u0041
	percentForm    // %41
	slashEscapes   // \/
	formCount
)

var formNames = [formCount]string{"", "base64", "hex", "escape", "escape", "percent", "escape"}
