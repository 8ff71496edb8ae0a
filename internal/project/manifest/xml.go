package manifest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// XML returns a decoder for XML in UTF-8 or ISO 8859-1. Entities other than XML's own are errors,
// so that no document grows when it is read.
func XML(data []byte) *xml.Decoder {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(charset) {
		case "iso-8859-1", "latin1", "us-ascii":
			latin, err := io.ReadAll(in)
			text := make([]rune, len(latin))
			for i, b := range latin {
				text[i] = rune(b)
			}
			return strings.NewReader(string(text)), err
		}
		return nil, fmt.Errorf("the encoding %s is not understood", charset)
	}
	return d
}
