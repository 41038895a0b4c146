package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

// next are the next messages, exactly as many as asked for; a group does not commit them.
func next(ctx context.Context, reader *kafka.Reader, count int) ([]kafka.Message, error) {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	var messages []kafka.Message
	for len(messages) < count {
		message, err := reader.FetchMessage(bounded)
		if temporary(err) { // which the reader tells, and goes on
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("after %d of %d records: %w", len(messages), count, err)
		}
		messages = append(messages, message)
	}
	return messages, nil
}

// readSame reads as many records as were sent to partition 0, and compares.
func (w *work) readSame(ctx context.Context, sent []scenario.Record) error {
	came, err := next(ctx, w.newReader(kafka.ReaderConfig{Topic: w.Name}), len(sent))
	if err != nil {
		return err
	}
	return scenario.Same(nulled(sent), decoded(came))
}

// nulled are records as a reader has them, which does not know empty from null.
func nulled(records []scenario.Record) []scenario.Record {
	null := func(content []byte) []byte {
		if len(content) == 0 {
			return nil
		}
		return content
	}
	var all []scenario.Record
	for _, record := range records {
		record.Key, record.Value = null(record.Key), null(record.Value)
		headers := slices.Clone(record.Headers)
		for i := range headers {
			headers[i].Value = null(headers[i].Value)
		}
		record.Headers = headers
		all = append(all, record)
	}
	return all
}

// fetchSame reads the records of partition 0 by one request, and compares: it has a codec of its own, that knows empty
// from null.
func (w *work) fetchSame(ctx context.Context, sent []scenario.Record) error {
	response, err := w.client.Fetch(ctx, &kafka.FetchRequest{
		Topic: w.Name, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: scenario.Patience,
	})
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	if response.Error != nil {
		return fmt.Errorf("fetch: %w", response.Error)
	}
	var came []scenario.Record
	for {
		record, err := response.Records.ReadRecord()
		if errors.Is(err, io.EOF) {
			return scenario.Same(sent, came)
		}
		if err != nil {
			return fmt.Errorf("read record: %w", err)
		}
		one := scenario.Record{Time: record.Time}
		if one.Key, err = kafka.ReadAll(record.Key); err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		if one.Value, err = kafka.ReadAll(record.Value); err != nil {
			return fmt.Errorf("read value: %w", err)
		}
		for _, header := range record.Headers {
			one.Headers = append(one.Headers, scenario.Header(header))
		}
		came = append(came, one)
	}
}

func assign(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 100)
	if err := w.send(ctx, w.writer, 0, records); err != nil {
		return err
	}
	return w.readSame(ctx, records)
}

func seek(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	reader := w.newReader(kafka.ReaderConfig{Topic: w.Name})
	for _, target := range []struct{ seek, next int64 }{{4, 4}, {kafka.FirstOffset, 0}, {10, 10}} {
		if err := reader.SetOffset(target.seek); err != nil {
			return fmt.Errorf("set offset: %w", err)
		}
		if target.next == 10 {
			if err := w.send(ctx, w.writer, 0, scenario.Numbered(10, 1)); err != nil {
				return err
			}
		}
		came, err := next(ctx, reader, 1)
		if err != nil {
			return err
		}
		if came[0].Offset != target.next {
			return fmt.Errorf("offset %d after a seek to %d", came[0].Offset, target.seek)
		}
	}
	return nil
}

func longPoll(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	const wait = 10 * time.Second
	sent := scenario.NewFetchSent()
	dialer := w.dialer()
	dialer.DialFunc = sent.DialContext
	reader := kafka.NewReader(w.config(kafka.ReaderConfig{Topic: w.Name, Dialer: dialer, MaxWait: wait}))
	defer func() { go reader.Close() }() // which waits until the last fetch is answered
	if err := reader.SetOffset(kafka.LastOffset); err != nil {
		return fmt.Errorf("set offset: %w", err)
	}
	type outcome struct {
		messages []kafka.Message
		err      error
	}
	came := make(chan outcome, 1)
	go func() { // a reader fetches from when it is first asked
		messages, err := next(ctx, reader, 1)
		came <- outcome{messages, err}
	}()
	if err := sent.Await(ctx); err != nil {
		return err
	}
	start := time.Now()
	if err := w.send(ctx, w.writer, 0, scenario.Numbered(10, 1)); err != nil {
		return err
	}
	got := <-came
	if got.err != nil {
		return got.err
	}
	if took := time.Since(start); took > wait*3/4 || got.messages[0].Offset != 10 {
		return fmt.Errorf("offset %d after %v", got.messages[0].Offset, took)
	}
	return nil
}

func outOfRange(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	reader := w.newReader(kafka.ReaderConfig{Topic: w.Name})
	if err := reader.SetOffset(1000); err != nil {
		return fmt.Errorf("set offset: %w", err)
	}
	_, err := next(ctx, reader, 1)
	return scenario.Expect(err, kafka.OffsetOutOfRange)
}

// offsets asks for those of one partition of the topic.
func (w *work) offsets(ctx context.Context, requests ...kafka.OffsetRequest) (kafka.PartitionOffsets, error) {
	response, err := w.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{w.Name: requests},
	})
	if err != nil {
		return kafka.PartitionOffsets{}, fmt.Errorf("list offsets: %w", err)
	}
	listed := response.Topics[w.Name]
	if len(listed) != 1 || listed[0].Error != nil {
		return kafka.PartitionOffsets{}, fmt.Errorf("list offsets: %+v", listed)
	}
	return listed[0], nil
}

func listOffsets(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	listed, err := w.offsets(ctx, kafka.FirstOffsetOf(0), kafka.LastOffsetOf(0))
	if err != nil {
		return err
	}
	if listed.FirstOffset != 0 || listed.LastOffset != 10 {
		return fmt.Errorf("offsets from %d to %d, not from 0 to 10", listed.FirstOffset, listed.LastOffset)
	}
	return nil
}

func offsetsForTimes(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	found, err := w.offsets(ctx, kafka.TimeOffsetOf(0, time.UnixMilli(scenario.FirstTimestamp+4500)))
	if err != nil {
		return err
	}
	if _, ok := found.Offsets[5]; !ok || len(found.Offsets) != 1 { // the times are those that were asked for
		return fmt.Errorf("offsets %v", found.Offsets)
	}
	none, err := w.offsets(ctx, kafka.TimeOffsetOf(0, time.UnixMilli(scenario.FirstTimestamp+9001)))
	if err != nil {
		return err
	}
	for offset := range none.Offsets {
		if offset != -1 {
			return fmt.Errorf("offset %d after the last record", offset)
		}
	}
	return nil
}
