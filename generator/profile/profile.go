// Package profile measures what a program costs while it runs: the CPU time of each of its functions, by sampling, and what the operating
// system counts for the whole process. It stands beside the walk and knows none of the rooms it measures.
package profile

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime/pprof"
	"time"
)

// Recording is a measurement that has begun. A process has one at a time.
type Recording struct{ data bytes.Buffer }

// Start begins to take samples: a hundred in a second of CPU time, whatever the number of processors. That costs about one per cent.
func Start() (*Recording, error) {
	r := &Recording{}
	if err := pprof.StartCPUProfile(&r.data); err != nil {
		return nil, fmt.Errorf("measuring the time of each room: %w", err)
	}
	return r, nil
}

// Stop ends the measurement and calls visit for every kind of sample: the names of the functions that were running, the innermost first, and the
// CPU time that the samples stand for. The stack may not be kept.
func (r *Recording) Stop(visit func(stack []string, cpu time.Duration)) error {
	pprof.StopCPUProfile()
	packed, err := gzip.NewReader(&r.data)
	if err != nil {
		return fmt.Errorf("reading the samples: %w", err)
	}
	data, err := io.ReadAll(packed)
	if err != nil {
		return fmt.Errorf("reading the samples: %w", err)
	}
	return read(data, visit)
}

// The fields of the messages in a profile that are of use here. The format is that of
// https://github.com/google/pprof/blob/main/proto/profile.proto; the library for it compiles a dozen regular expressions when any program
// that has it starts.
const (
	profileSample, profileLocation, profileFunction, profileString = 2, 4, 5, 6

	sampleLocation, sampleValue = 1, 2
	locationID, locationLine    = 1, 4
	lineFunction                = 1
	functionID, functionName    = 1, 2
)

var errDamaged = errors.New("the samples are not a profile")

// read reads a profile whose samples have two values, a count and nanoseconds, as those of Go have.
func read(data []byte, visit func([]string, time.Duration)) error {
	var (
		names     []string
		functions = map[uint64]uint64{}   // the name's index
		places    = map[uint64][]uint64{} // the functions at a place in the program, the innermost first: calls may be inlined
		samples   [][]byte
	)
	ok := each(data, func(field int, value uint64, message []byte) bool {
		switch field {
		case profileString:
			names = append(names, string(message))
		case profileSample:
			samples = append(samples, message)
		case profileFunction:
			var id, name uint64
			ok := each(message, func(field int, value uint64, _ []byte) bool {
				switch field {
				case functionID:
					id = value
				case functionName:
					name = value
				}
				return true
			})
			functions[id] = name
			return ok
		case profileLocation:
			var id uint64
			var lines []uint64
			ok := each(message, func(field int, value uint64, line []byte) bool {
				switch field {
				case locationID:
					id = value
				case locationLine:
					return each(line, func(field int, value uint64, _ []byte) bool {
						if field == lineFunction {
							lines = append(lines, value)
						}
						return true
					})
				}
				return true
			})
			places[id] = lines
			return ok
		}
		return true
	})
	if !ok {
		return errDamaged
	}
	var stack []string
	for _, sample := range samples {
		var values []uint64
		stack = stack[:0]
		ok := each(sample, func(field int, value uint64, packed []byte) bool {
			list, ok := []uint64{value}, true
			if packed != nil {
				list, ok = numbers(packed)
			}
			switch field {
			case sampleValue:
				values = append(values, list...)
			case sampleLocation:
				for _, place := range list {
					for _, function := range places[place] {
						if name := functions[function]; name < uint64(len(names)) {
							stack = append(stack, names[name])
						}
					}
				}
			}
			return ok
		})
		if !ok || len(values) != 2 {
			return errDamaged
		}
		visit(stack, time.Duration(values[1]))
	}
	return nil
}

// each calls visit for the fields of a message in the format of protocol buffers; a field has a number or bytes. It reports whether all of
// the message could be read.
func each(data []byte, visit func(field int, number uint64, bytes []byte) bool) bool {
	const number, fixed64, text, fixed32 = 0, 1, 2, 5
	for len(data) > 0 {
		tag, n := binary.Uvarint(data)
		if n <= 0 {
			return false
		}
		data = data[n:]
		var value uint64
		var content []byte
		switch tag & 7 {
		case number:
			if value, n = binary.Uvarint(data); n <= 0 {
				return false
			}
			data = data[n:]
		case text:
			size, n := binary.Uvarint(data)
			if n <= 0 || size > uint64(len(data)-n) {
				return false
			}
			content, data = data[n:n+int(size)], data[n+int(size):]
		case fixed64, fixed32:
			size := 8
			if tag&7 == fixed32 {
				size = 4
			}
			if len(data) < size {
				return false
			}
			data = data[size:]
			continue
		default:
			return false
		}
		if !visit(int(tag>>3), value, content) {
			return false
		}
	}
	return true
}

// numbers reads a list of numbers that is packed into one field.
func numbers(data []byte) (list []uint64, ok bool) {
	for len(data) > 0 {
		value, n := binary.Uvarint(data)
		if n <= 0 {
			return nil, false
		}
		list, data = append(list, value), data[n:]
	}
	return list, true
}
