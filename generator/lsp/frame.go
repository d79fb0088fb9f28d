package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
)

// maxMessage is how long a message may be, in bytes. It must hold a whole document; what claims to be longer is no message.
const maxMessage = 64 << 20

// frames is a stream of messages, each behind a header that tells its length. It is a channel.Channel of jrpc2; the ones that come with that
// library allocate whatever a header claims, and mind how the content type is spelled.
type frames struct {
	in  *bufio.Reader
	out io.Writer
}

func newFrames(in io.Reader, out io.Writer) *frames { return &frames{bufio.NewReader(in), out} }

// Recv returns the next message.
func (f *frames) Recv() ([]byte, error) {
	length, err := f.header()
	if err != nil {
		return nil, err
	}
	// The message is read before room is made for all of it, so that a header alone takes no memory.
	var message bytes.Buffer
	if _, err := io.CopyN(&message, f.in, int64(length)); err != nil {
		return nil, err
	}
	return message.Bytes(), nil
}

var errNoLength = errors.New("a message does not tell its length")

// header reads the header of a message and returns the message's length. Unknown fields are passed over, a content type too: there is one.
func (f *frames) header() (int, error) {
	length := -1
	for {
		line, err := f.line()
		switch {
		case err != nil:
			return 0, err
		case line == "" && length < 0:
			return 0, errNoLength
		case line == "":
			return length, nil
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			return 0, fmt.Errorf("%q is not a line of a message's header", clip(line))
		}
		if textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)) != "Content-Length" {
			continue
		}
		length, err = strconv.Atoi(strings.TrimSpace(value))
		if err != nil || length < 0 || length > maxMessage {
			return 0, fmt.Errorf("a message cannot be %q bytes long", clip(strings.TrimSpace(value)))
		}
	}
}

// line reads a line of a header.
func (f *frames) line() (string, error) {
	line, err := f.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("%q is not a line of a message's header", clip(string(line)))
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}

// Send writes a message.
func (f *frames) Send(message []byte) error {
	_, err := f.out.Write(append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(message)), message...))
	return err
}

// Close does nothing: the streams are the program's.
func (f *frames) Close() error { return nil }
