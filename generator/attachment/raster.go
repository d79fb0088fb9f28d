package attachment

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The formats are cut into their parts, and the parts that make the picture are kept as they are: nothing is decoded, so that nothing is lost.

const pngSignature = "\x89PNG\r\n\x1a\n"

// pngChunks are the chunks that make the picture, by "Portable Network Graphics (PNG) Specification (Third Edition)", W3C 2025; those of text, time and
// EXIF are not among them.
var pngChunks = map[string]bool{
	"IHDR": true, "PLTE": true, "IDAT": true, "IEND": true, "tRNS": true, "gAMA": true, "cHRM": true, "sRGB": true, "iCCP": true, "cICP": true, "mDCV": true,
	"cLLI": true, "sBIT": true, "bKGD": true, "pHYs": true, "acTL": true, "fcTL": true, "fdAT": true,
}

func cleanPNG(src []byte) ([]byte, error) {
	if !bytes.HasPrefix(src, []byte(pngSignature)) {
		return nil, errDamaged
	}
	out := []byte(pngSignature)
	for at := len(pngSignature); ; {
		if len(src)-at < 12 {
			return nil, errDamaged
		}
		length := int(binary.BigEndian.Uint32(src[at:]))
		name := string(src[at+4 : at+8])
		end := at + 12 + length
		if length < 0 || end < at || end > len(src) {
			return nil, errDamaged
		}
		if pngChunks[name] {
			out = append(out, src[at:end]...)
		}
		if name == "IEND" {
			return out, nil // what is appended is not shown
		}
		at = end
	}
}

// cleanJPEG keeps the segments that make the picture (ITU-T T.81, annex B), the colour profile (ICC.1, annex B.4) and Adobe's mark of the colour model. Of
// EXIF only the orientation is kept, without which photographs lie on their side.
func cleanJPEG(src []byte) ([]byte, error) {
	if !bytes.HasPrefix(src, []byte{0xff, 0xd8}) {
		return nil, errDamaged
	}
	out := []byte{0xff, 0xd8}
	orientation, placed := byte(0), false
	for at := 2; ; {
		if at+1 >= len(src) || src[at] != 0xff {
			return nil, errDamaged
		}
		marker := src[at+1]
		if marker == 0xff { // fill
			at++
			continue
		}
		if marker == 0xd9 {
			return append(out, 0xff, 0xd9), nil
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 {
			out, at = append(out, src[at:at+2]...), at+2
			continue
		}
		if at+4 > len(src) {
			return nil, errDamaged
		}
		end := at + 2 + int(binary.BigEndian.Uint16(src[at+2:]))
		if end < at+4 || end > len(src) {
			return nil, errDamaged
		}
		segment, body := src[at:end], src[at+4:end]
		switch {
		case marker == 0xe0 && bytes.HasPrefix(body, []byte("JFIF\x00")) && len(body) >= 14:
			// Without its thumbnail.
			out = append(out, 0xff, 0xe0, 0, 16)
			out = append(out, body[:12]...)
			out = append(out, 0, 0)
		case marker == 0xe1:
			if bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
				orientation = exifOrientation(body[6:])
			}
		case marker == 0xe2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")), marker == 0xee && bytes.HasPrefix(body, []byte("Adobe")):
			out = append(out, segment...)
		case marker >= 0xe0 && marker <= 0xef, marker == 0xfe:
		default:
			if !placed && orientation > 1 {
				out = append(out, orientationSegment(orientation)...)
			}
			placed = true
			out = append(out, segment...)
		}
		at = end
		if marker == 0xda { // the scan: it goes on to the next marker that is none of its own
			from := at
			for at+1 < len(src) && (src[at] != 0xff || src[at+1] == 0 || src[at+1] >= 0xd0 && src[at+1] <= 0xd7) {
				at++
			}
			out = append(out, src[from:at]...)
		}
	}
}

// exifOrientation reads the orientation (tag 0x0112) of the first directory of an EXIF block (CIPA DC-008, section 4.6); 0 when it has none.
func exifOrientation(tiff []byte) byte {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 0
	}
	for n, entry := int(order.Uint16(tiff[at:])), at+2; n > 0 && entry+12 <= len(tiff); n, entry = n-1, entry+12 {
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if value := order.Uint16(tiff[entry+8:]); value >= 1 && value <= 8 {
				return byte(value)
			}
		}
	}
	return 0
}

// orientationSegment is an EXIF block that holds the orientation alone.
func orientationSegment(orientation byte) []byte {
	return append([]byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
}

// cleanGIF keeps what is drawn, how long each picture stays and how often they repeat (GIF89a specification, 1990).
func cleanGIF(src []byte) ([]byte, error) {
	if len(src) < 13 || string(src[:6]) != "GIF87a" && string(src[:6]) != "GIF89a" {
		return nil, errDamaged
	}
	colours := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	at := 13 + colours(src[10])
	if at > len(src) {
		return nil, errDamaged
	}
	out := bytes.Clone(src[:at])
	// blocks returns where a chain of data blocks ends.
	blocks := func(from int) int {
		for from < len(src) {
			size := int(src[from])
			from += 1 + size
			if size == 0 {
				return from
			}
		}
		return len(src) + 1
	}
	for at < len(src) {
		end := at
		keep := true
		switch src[at] {
		case 0x3b:
			return append(out, 0x3b), nil
		case 0x2c:
			if at+10 > len(src) {
				return nil, errDamaged
			}
			end = blocks(at + 10 + colours(src[at+9]) + 1)
		case 0x21:
			if at+2 > len(src) {
				return nil, errDamaged
			}
			end = blocks(at + 2)
			application := string(src[min(at+3, len(src)):min(at+14, len(src))])
			keep = src[at+1] == 0xf9 || src[at+1] == 0xff && (application == "NETSCAPE2.0" || application == "ANIMEXTS1.0")
		default:
			return nil, errDamaged
		}
		if end > len(src) {
			return nil, errDamaged
		}
		if keep {
			out = append(out, src[at:end]...)
		}
		at = end
	}
	return nil, errDamaged
}

// webpChunks are the chunks that make the picture (RFC 9649); those of EXIF and XMP are not among them.
const webpChunks = "VP8 VP8LVP8XALPHANIMANMFICCP"

func cleanWebP(src []byte) ([]byte, error) {
	if len(src) < 12 || string(src[:4]) != "RIFF" || string(src[8:12]) != "WEBP" {
		return nil, errDamaged
	}
	out := bytes.Clone(src[:12])
	total := min(len(src), 8+int(binary.LittleEndian.Uint32(src[4:])))
	pictures := 0
	for at := 12; at+8 <= total; {
		name := string(src[at : at+4])
		length := int(binary.LittleEndian.Uint32(src[at+4:]))
		end := at + 8 + length + length%2
		if length < 0 || end < at || at+8+length > total {
			return nil, errDamaged
		}
		end = min(end, total)
		if i := strings.Index(webpChunks, name); i >= 0 && i%4 == 0 {
			chunk := bytes.Clone(src[at:end])
			if name == "VP8X" && length >= 1 {
				chunk[8] &^= 0x08 | 0x04 // no EXIF, no XMP
			}
			if name[:3] == "VP8" && name != "VP8X" || name == "ANMF" {
				pictures++
			}
			out = append(out, chunk...)
		}
		at = end
	}
	if pictures == 0 {
		return nil, errDamaged
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, nil
}
