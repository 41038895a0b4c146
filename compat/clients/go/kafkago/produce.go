package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

func (w *work) encoded(partition int, records []scenario.Record) []kafka.Message {
	var messages []kafka.Message
	for _, record := range records {
		message := kafka.Message{
			Topic: w.Name, WriterData: partition, Key: record.Key, Value: record.Value, Time: record.Time,
		}
		for _, header := range record.Headers {
			message.Headers = append(message.Headers, kafka.Header(header))
		}
		messages = append(messages, message)
	}
	return messages
}

func decoded(messages []kafka.Message) []scenario.Record {
	var records []scenario.Record
	for _, message := range messages {
		record := scenario.Record{Key: message.Key, Value: message.Value, Time: message.Time}
		for _, header := range message.Headers {
			record.Headers = append(record.Headers, scenario.Header(header))
		}
		records = append(records, record)
	}
	return records
}

func (w *work) send(ctx context.Context, writer *kafka.Writer, partition int, records []scenario.Record) error {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	err := writer.WriteMessages(bounded, w.encoded(partition, records)...)
	var each kafka.WriteErrors // a list with an entry for every message, nil for those that were written
	if errors.As(err, &each) {
		err = errors.Join(each...)
	}
	if err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	return nil
}

// filled is a new topic of one partition with the ten records.
func (w *work) filled(ctx context.Context) error {
	if err := w.newTopic(ctx, w.Name, 1, forever); err != nil {
		return err
	}
	return w.send(ctx, w.writer, 0, scenario.TenRecords())
}

func produce(compression kafka.Compression) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, 1, forever); err != nil {
			return err
		}
		records := scenario.TenRecords()
		writer := w.newWriter(&kafka.Writer{Balancer: named, Compression: compression})
		if err := w.send(ctx, writer, 0, records); err != nil {
			return err
		}
		return errors.Join(w.readSame(ctx, records), w.fetchSame(ctx, records))
	}
}

func acks(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 2)
	for i, acks := range []kafka.RequiredAcks{kafka.RequireNone, kafka.RequireOne} {
		writer := w.newWriter(&kafka.Writer{Balancer: named})
		writer.RequiredAcks = acks
		if err := w.send(ctx, writer, 0, records[i:i+1]); err != nil {
			return err
		}
		// Without acknowledgement only reading tells that the record is there, before the next one goes another way.
		if err := w.readSame(ctx, records[:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// partitioner takes the balancer by hash: the default one goes round the partitions, whatever the key.
func partitioner(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 4, nil); err != nil {
		return err
	}
	var written []kafka.Message
	writer := w.newWriter(&kafka.Writer{
		Balancer: &kafka.Hash{},
		// Called with the messages of one partition after the other, but from a goroutine for each.
		Completion: func(messages []kafka.Message, _ error) { written = append(written, messages...) },
	})
	partitions, used := map[string]int{}, map[int]bool{}
	for range 2 {
		for _, record := range scenario.Numbered(0, 40) {
			written = nil
			if err := w.send(ctx, writer, 0, []scenario.Record{record}); err != nil {
				return err
			}
			key, partition := string(written[0].Key), written[0].Partition
			if before, known := partitions[key]; known && before != partition {
				return fmt.Errorf("%s lies in the partitions %d and %d", key, before, partition)
			}
			partitions[key], used[partition] = partition, true
		}
	}
	if len(used) < 2 {
		return fmt.Errorf("40 keys use the partitions %v alone", used)
	}
	return w.explicitly(ctx, 2)
}

// explicitly sends a record to a partition that the caller chose, and finds it at the end of that one.
func (w *work) explicitly(ctx context.Context, partition int) error {
	listed, err := w.offsets(ctx, kafka.LastOffsetOf(partition))
	if err != nil {
		return err
	}
	if err := w.send(ctx, w.writer, partition, scenario.Numbered(100, 1)); err != nil {
		return err
	}
	reader := w.newReader(kafka.ReaderConfig{Topic: w.Name, Partition: partition})
	if err := reader.SetOffset(listed.LastOffset); err != nil {
		return fmt.Errorf("set offset: %w", err)
	}
	came, err := next(ctx, reader, 1)
	if err != nil {
		return err
	}
	return scenario.Same(scenario.Numbered(100, 1), decoded(came))
}

func tooLarge(ctx context.Context, w *work) error {
	limit := []kafka.ConfigEntry{{ConfigName: "max.message.bytes", ConfigValue: "1000"}}
	if err := w.newTopic(ctx, w.Name, 1, limit); err != nil {
		return err
	}
	err := w.send(ctx, w.writer, 0, []scenario.Record{{Value: make([]byte, 2000)}})
	return scenario.Expect(err, kafka.MessageSizeTooLarge)
}
