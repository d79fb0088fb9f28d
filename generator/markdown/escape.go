package markdown

import "github.com/yuin/goldmark/util"

// appendText appends text as the content of an element.
func appendText(html []byte, text string) []byte {
	done := 0
	for i := 0; i < len(text); i++ {
		escaped := ""
		switch text[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		default:
			continue
		}
		html = append(html, text[done:i]...)
		html = append(html, escaped...)
		done = i + 1
	}
	return append(html, text[done:]...)
}

// appendAttribute appends text as the value of an attribute in double quotation marks.
func appendAttribute(html []byte, text string) []byte {
	done := 0
	for i := 0; i < len(text); i++ {
		escaped := ""
		switch text[i] {
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '"':
			escaped = "&#34;"
		case '\'':
			escaped = "&#39;"
		default:
			continue
		}
		html = append(html, text[done:i]...)
		html = append(html, escaped...)
		done = i + 1
	}
	return append(html, text[done:]...)
}

// appendAddress appends an address as the value of an attribute; what may not stand in one is percent-encoded.
func appendAddress(html []byte, address string) []byte {
	return appendAttribute(html, string(util.URLEscape([]byte(address), false)))
}
