package attachment_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"debrief/generator/attachment"
)

const secret = "zqsecretqz"

func picture() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 23, 17), color.Palette{color.Black, color.White, color.RGBA{200, 30, 30, 255}})
	for i := range m.Pix {
		m.Pix[i] = byte(i*7%11) % 3
	}
	return m
}

func pngFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	src := b.Bytes()
	chunk := func(name, data string) string {
		body := name + data
		return string(binary.BigEndian.AppendUint32(nil, uint32(len(data)))) + body + string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
	}
	after := 8 + 25 // the signature and IHDR
	extra := chunk("tEXt", "Author\x00"+secret) + chunk("iTXt", "XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret) + chunk("zTXt", "a\x00\x00"+secret) +
		chunk("eXIf", "MM\x00*"+secret) + chunk("tIME", "\x07\xe8\x03\x05\x0e\x02\x00") + chunk("prVt", secret) + chunk("pHYs", "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01")
	return []byte(string(src[:after]) + extra + string(src[after:]) + secret)
}

// exif is an EXIF block with a description and an orientation.
func exif(orientation byte) string {
	entry := func(tag, typ uint16, count uint32, value string) string {
		b := binary.LittleEndian.AppendUint16(nil, tag)
		b = binary.LittleEndian.AppendUint16(b, typ)
		b = binary.LittleEndian.AppendUint32(b, count)
		return string(b) + value
	}
	return "Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00" + entry(0x010e, 2, uint32(len(secret)), "\x26\x00\x00\x00") + entry(0x0112, 3, 1, string([]byte{orientation, 0, 0, 0})) +
		"\x00\x00\x00\x00" + secret
}

func jpegFile(t testing.TB, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	segment := func(marker byte, body string) string {
		return "\xff" + string([]byte{marker}) + string(binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))) + body
	}
	jfif := segment(0xe0, "JFIF\x00\x01\x02\x01\x00\x48\x00\x48\x01\x01\x00\x00\x00")
	extra := jfif + segment(0xe1, exif(orientation)) + segment(0xe1, "http://ns.adobe.com/xap/1.0/\x00"+secret) + segment(0xed, "Photoshop 3.0\x00"+secret) +
		segment(0xfe, secret) + segment(0xe2, "MPF\x00"+secret) + segment(0xe2, "ICC_PROFILE\x00\x01\x01profile")
	return []byte("\xff\xd8" + extra + string(b.Bytes()[2:]) + secret)
}

func gifFile(t testing.TB) []byte {
	t.Helper()
	frame := picture().(*image.Paletted)
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 9}}); err != nil {
		t.Fatal(err)
	}
	src := b.Bytes()
	after := 13 + 3<<(src[10]&7+1)
	if src[10]&0x80 == 0 {
		after = 13
	}
	comment := "\x21\xfe" + string([]byte{byte(len(secret))}) + secret + "\x00"
	application := "\x21\xff\x0bXMP DataXMP" + string([]byte{byte(len(secret))}) + secret + "\x00"
	return []byte(string(src[:after]) + comment + application + string(src[after:]) + secret)
}

func webpFile(t testing.TB) []byte {
	t.Helper()
	// The smallest lossless picture, between a header that promises EXIF and XMP, and both.
	tiny, err := base64.StdEncoding.DecodeString("UklGRh4AAABXRUJQVlA4TBEAAAAvAAAAAAfQ//73v/+BiOh/AAA=")
	if err != nil {
		t.Fatal(err)
	}
	chunk := func(name, data string) string {
		s := name + string(binary.LittleEndian.AppendUint32(nil, uint32(len(data)))) + data
		if len(data)%2 == 1 {
			s += "\x00"
		}
		return s
	}
	body := "WEBP" + chunk("VP8X", "\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00") + string(tiny[12:]) + chunk("EXIF", "MM\x00*"+secret) + chunk("XMP ", secret+"x")
	return []byte("RIFF" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + secret)
}

func clean(t *testing.T, name string, src []byte) []byte {
	t.Helper()
	if !bytes.Contains(src, []byte(secret)) {
		t.Fatalf("%s holds nothing to take out", name)
	}
	out, err := attachment.Clean(name, src)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out, []byte(secret)) {
		t.Errorf("%s still holds what is not shown", name)
	}
	again, err := attachment.Clean(name, out)
	if err != nil || !bytes.Equal(again, out) {
		t.Errorf("%s is another when it is cleaned twice (%v)", name, err)
	}
	return out
}

func TestPicturesStayWhatTheyShow(t *testing.T) {
	for name, src := range map[string][]byte{"a.png": pngFile(t), "a.jpg": jpegFile(t, 1), "a.gif": gifFile(t)} {
		out := clean(t, name, src)
		before, _, err := image.Decode(bytes.NewReader(src))
		if err != nil {
			t.Fatal(err)
		}
		after, _, err := image.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if before.Bounds() != after.Bounds() {
			t.Fatalf("%s is of another size", name)
		}
		for y := range before.Bounds().Dy() {
			for x := range before.Bounds().Dx() {
				if before.At(x, y) != after.At(x, y) {
					t.Fatalf("%s shows something else at %d,%d", name, x, y)
				}
			}
		}
	}
	animation, err := gif.DecodeAll(bytes.NewReader(clean(t, "a.gif", gifFile(t))))
	if err != nil || len(animation.Image) != 2 || animation.Delay[1] != 9 || animation.LoopCount != 0 {
		t.Errorf("the animation is another: %v", err)
	}
	if out := clean(t, "a.png", pngFile(t)); !bytes.Contains(out, []byte("pHYs")) {
		t.Error("the picture's own size is lost")
	}
	if out := clean(t, "a.webp", webpFile(t)); out[20]&0x0c != 0 || !bytes.Contains(out, []byte("VP8L")) || int(binary.LittleEndian.Uint32(out[4:])) != len(out)-8 {
		t.Errorf("WebP: %q", out)
	}
}

func TestOrientationIsKept(t *testing.T) {
	for orientation := byte(1); orientation <= 8; orientation++ {
		out := clean(t, "a.jpg", jpegFile(t, orientation))
		want := orientation > 1
		at := bytes.Index(out, []byte("Exif\x00\x00MM\x00*"))
		if (at >= 0) != want || want && out[at+6+8+2+9] != orientation {
			t.Errorf("orientation %d: EXIF at %d", orientation, at)
		}
		if !bytes.Contains(out, []byte("ICC_PROFILE")) {
			t.Error("the colour profile is lost")
		}
	}
}

func TestSVG(t *testing.T) {
	const head = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`
	for src, want := range map[string]string{
		`<rect width="3" fill="url(#g)"/>`:          `<rect width="3" fill="url(#g)"></rect>`,
		`<script>alert(1)</script><g/>`:             `<g></g>`,
		`<SCRIPT>alert(1)</SCRIPT><Script/>`:        ``,
		`<g onload="alert(1)" OnClick="x" id="a"/>`: `<g id="a"></g>`,
		`<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script/></body></foreignObject>`: ``,
		`<a xlink:href="javascript:alert(1)"><text>go</text></a>`:                                    `<a><text>go</text></a>`,
		`<a href="https://internal.example/x"><text>go</text></a>`:                                   `<a><text>go</text></a>`,
		`<use xlink:href="#p"/>`: `<use href="#p"></use>`,
		`<use href="other.svg#p"/><image href="https://x.example/a.png"/>`:                                          `<use></use><image></image>`,
		`<image href="data:text/html,&lt;script>"/>`:                                                                `<image></image>`,
		`<rect style="fill:url(https://x.example/a)"/>`:                                                             `<rect></rect>`,
		`<rect style="fill: red" fill="url('https://x.example/a')"/>`:                                               `<rect style="fill: red"></rect>`,
		`<style>.a{fill:red}</style>`:                                                                               `<style>.a{fill:red}</style>`,
		`<style>@import "https://x.example/a.css";</style>`:                                                         `<style></style>`,
		`<style>.a{fill:u\72l(//x.example/)}</style>`:                                                               `<style></style>`,
		`<set attributeName="href" to="javascript:alert(1)"/>`:                                                      ``,
		`<animate attributeName="xlink:href" values="javascript:alert(1)"/>`:                                        ``,
		`<animate attributeName="onload" to="alert(1)"/>`:                                                           ``,
		`<animate attributeName="cx" to="5"/>`:                                                                      `<animate attributeName="cx" to="5"></animate>`,
		`<!-- ` + secret + ` --><metadata>` + secret + `</metadata>`:                                                ``,
		`<g xmlns:inkscape="http://www.inkscape.org/" inkscape:label="` + secret + `" data-name="` + secret + `"/>`: `<g></g>`,
		`<x:rect xmlns:x="http://www.w3.org/2000/svg" width="1"/>`:                                                  `<rect width="1"></rect>`,
		`<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>`:                                        ``,
		`<text xml:space="preserve">a &lt; b &amp; c</text>`:                                                        `<text xml:space="preserve">a &lt; b &amp; c</text>`,
		`<text><![CDATA[<script>alert(1)</script>]]></text>`:                                                        `<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>`,
		`<?xml-stylesheet href="https://x.example/a.css"?><g/>`:                                                     `<g></g>`,
		`<handler type="application/ecmascript">alert(1)</handler>`:                                                 ``,
		`<g xml:base="https://x.example/"/>`:                                                                        `<g></g>`,
	} {
		got, err := attachment.Clean("a.svg", []byte(head+src+"</svg>"))
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if want := `<svg xmlns="http://www.w3.org/2000/svg">` + want + "</svg>\n"; string(got) != want {
			t.Errorf("%s\nbecame %s\nwant   %s", src, got, want)
		}
	}

	inner := "data:image/png;base64," + base64.StdEncoding.EncodeToString(pngFile(t))
	out, err := attachment.Clean("a.svg", []byte(head+`<image href="`+inner+`"/></svg>`))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(out), "base64,")
	decoded, err := base64.StdEncoding.DecodeString(after[:strings.IndexByte(after, '"')])
	if err != nil || !bytes.HasPrefix(decoded, []byte("\x89PNG")) || bytes.Contains(decoded, []byte(secret)) {
		t.Errorf("the picture in the drawing is not clean: %v", err)
	}
}

func TestDamaged(t *testing.T) {
	for name, src := range map[string][]byte{"a.png": pngFile(t), "a.jpg": jpegFile(t, 6), "a.gif": gifFile(t), "a.webp": webpFile(t)} {
		for _, wrong := range [][]byte{nil, []byte("<script>alert(1)</script>"), src[:20], src[:len(src)/2]} {
			if out, err := attachment.Clean(name, wrong); err == nil {
				t.Errorf("%s of %d bytes is taken as it is: %d bytes", name, len(wrong), len(out))
			}
		}
	}
	for _, wrong := range []string{
		"", "text", "<html><svg/></html>", "<svg>", "<svg></svg><svg/>", "<svg><g></svg></g>", `<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>`,
		"<svg>" + strings.Repeat("<g>", 300) + strings.Repeat("</g>", 300) + "</svg>", "\x1f\x8b compressed",
	} {
		if out, err := attachment.Clean("a.svg", []byte(wrong)); err == nil {
			t.Errorf("%.40q is taken: %.80s", wrong, out)
		}
	}
}

func TestOthersStay(t *testing.T) {
	for name, kind := range map[string]attachment.Kind{
		"a.log": attachment.Plain, "a.PNG": attachment.Picture, "a.pdf": attachment.Opaque, "a.avif": attachment.Opaque, "a.HTML": attachment.Active, "a.svgz": attachment.Active, "a": attachment.Opaque,
	} {
		if got := attachment.KindOf(name); got != kind {
			t.Errorf("%s is of kind %d, want %d", name, got, kind)
		}
	}
	if out, err := attachment.Clean("a.log", []byte(secret)); err != nil || string(out) != secret {
		t.Error("a text is changed")
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a.png", pngFile(f))
	f.Add("a.jpg", jpegFile(f, 3))
	f.Add("a.gif", gifFile(f))
	f.Add("a.webp", webpFile(f))
	f.Add("a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><a href="#x" onload="y"/><style>a{}</style></svg>`))
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		out, err := attachment.Clean(name, src)
		if err != nil || attachment.KindOf(name) != attachment.Picture {
			return
		}
		again, err := attachment.Clean(name, out)
		if err != nil || !bytes.Equal(again, out) {
			t.Errorf("what was cleaned is not clean: %v", err)
		}
	})
}
