package ingest

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jsonDecoder is where values that have several forms are decoded from.
type jsonDecoder = jsontext.Decoder

// decodeNext decodes the next value as jsonReader.value does, for types that decode themselves.
func decodeNext(dec *jsonDecoder, v any) error {
	return json.UnmarshalDecode(dec, v, json.MatchCaseInsensitiveNames(true))
}

// decodeHeld decodes a value that was held back.
func decodeHeld(data jsontext.Value, v any) error {
	return json.Unmarshal(data, v, json.MatchCaseInsensitiveNames(true), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// orNext is the error, or else what comes next.
func orNext(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}
