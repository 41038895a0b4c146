package scenario

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Header is one name and value; names may come twice.
type Header struct {
	Key   string
	Value []byte
}

// Record is what every client writes and reads. A nil key or value is null, one of length 0 is empty.
type Record struct {
	Key     []byte
	Value   []byte
	Headers []Header
	Time    time.Time
}

// FirstTimestamp is that of record 0, in milliseconds; the following ones are a second apart.
const FirstTimestamp = 1_600_000_000_000

// TenRecords are those of compat/README.md.
func TenRecords() []Record {
	records := make([]Record, 10)
	for i := range records {
		records[i] = Record{
			Key:   fmt.Appendf(nil, "key-%d", i),
			Value: fmt.Appendf(nil, "value-%d-%s", i, strings.Repeat("x", 200)),
			Headers: []Header{
				{"trace", fmt.Appendf(nil, "id-%d", i)},
				{"bin", []byte{0x00, 0xff}},
				{"trace", []byte("again")},
			},
			Time: time.UnixMilli(FirstTimestamp + 1000*int64(i)),
		}
	}
	records[7].Value, records[7].Headers = nil, nil
	records[8].Key, records[8].Value, records[8].Headers = nil, []byte("value-8"), nil
	records[9].Key, records[9].Value = []byte{}, []byte{}
	records[9].Headers = []Header{{"empty", []byte{}}}
	return records
}

// Numbered are count records that only differ by their number, from the given one on.
func Numbered(from, count int) []Record {
	records := make([]Record, count)
	for i := range records {
		records[i] = Record{Key: fmt.Appendf(nil, "key-%d", from+i), Value: fmt.Appendf(nil, "value-%d", from+i)}
	}
	return records
}

// Same says in what the records that came differ from those that were sent; a zero time is not compared.
func Same(sent, came []Record) error {
	if len(sent) != len(came) {
		return fmt.Errorf("%d records came, not %d", len(came), len(sent))
	}
	for i := range sent {
		if err := same(sent[i], came[i]); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
	}
	return nil
}

func same(sent, came Record) error {
	switch {
	case !sameBytes(sent.Key, came.Key):
		return fmt.Errorf("key %s, not %s", quoted(came.Key), quoted(sent.Key))
	case !sameBytes(sent.Value, came.Value):
		return fmt.Errorf("value %s, not %s", quoted(came.Value), quoted(sent.Value))
	case !slices.EqualFunc(sent.Headers, came.Headers, sameHeader):
		return fmt.Errorf("headers %q, not %q", came.Headers, sent.Headers)
	case !sent.Time.IsZero() && sent.Time.UnixMilli() != came.Time.UnixMilli():
		return fmt.Errorf("timestamp %d, not %d", came.Time.UnixMilli(), sent.Time.UnixMilli())
	}
	return nil
}

func sameBytes(one, other []byte) bool {
	return (one == nil) == (other == nil) && bytes.Equal(one, other)
}

func sameHeader(one, other Header) bool {
	return one.Key == other.Key && sameBytes(one.Value, other.Value)
}

func quoted(text []byte) string {
	if text == nil {
		return "null"
	}
	return fmt.Sprintf("%.40q", text)
}
