package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

// bytes keeps null apart from empty: only a missing encoder is null.
func bytes(content []byte) sarama.Encoder {
	if content == nil {
		return nil
	}
	return sarama.ByteEncoder(content)
}

func encoded(topic string, partition int32, records []scenario.Record) []*sarama.ProducerMessage {
	var messages []*sarama.ProducerMessage
	for _, record := range records {
		message := &sarama.ProducerMessage{
			Topic: topic, Partition: partition,
			Key: bytes(record.Key), Value: bytes(record.Value), Timestamp: record.Time,
		}
		for _, header := range record.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(header.Key), Value: header.Value})
		}
		messages = append(messages, message)
	}
	return messages
}

func decoded(messages []*sarama.ConsumerMessage) []scenario.Record {
	var records []scenario.Record
	for _, message := range messages {
		record := scenario.Record{Key: message.Key, Value: message.Value, Time: message.Timestamp}
		for _, header := range message.Headers {
			record.Headers = append(record.Headers, scenario.Header{Key: string(header.Key), Value: header.Value})
		}
		records = append(records, record)
	}
	return records
}

func send(producer sarama.SyncProducer, topic string, partition int32, records []scenario.Record) error {
	err := producer.SendMessages(encoded(topic, partition, records))
	var failed sarama.ProducerErrors
	if errors.As(err, &failed) && len(failed) > 0 {
		err = failed[0] // the list as such does not say why
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
	return send(w.producer, w.Name, 0, scenario.TenRecords())
}

func produce(codec sarama.CompressionCodec) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, 1, forever); err != nil {
			return err
		}
		producer, err := w.newProducer(func(config *sarama.Config) { config.Producer.Compression = codec })
		if err != nil {
			return err
		}
		records := scenario.TenRecords()
		if err := send(producer, w.Name, 0, records); err != nil {
			return err
		}
		return w.readSame(ctx, w.Name, 0, records)
	}
}

func acks(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 2)
	for i, acks := range []sarama.RequiredAcks{sarama.NoResponse, sarama.WaitForLocal} {
		producer, err := w.newProducer(func(config *sarama.Config) { config.Producer.RequiredAcks = acks })
		if err != nil {
			return err
		}
		if err := send(producer, w.Name, 0, records[i:i+1]); err != nil {
			return err
		}
		// Without acknowledgement only reading tells that the record is there, before the next one goes another way.
		if err := w.readSame(ctx, w.Name, 0, records[:i+1]); err != nil {
			return err
		}
	}
	return nil
}

func partitioner(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 4, nil); err != nil {
		return err
	}
	byKey := sarama.NewConfig().Producer.Partitioner // the default is what is asked for
	producer, err := w.newProducer(func(config *sarama.Config) { config.Producer.Partitioner = byKey })
	if err != nil {
		return err
	}
	partitions, used := map[string]int32{}, map[int32]bool{}
	for range 2 {
		for i, message := range encoded(w.Name, 0, scenario.Numbered(0, 40)) {
			key := fmt.Sprintf("key-%d", i)
			partition, _, err := producer.SendMessage(message)
			if err != nil {
				return fmt.Errorf("produce: %w", err)
			}
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
func (w *work) explicitly(ctx context.Context, partition int32) error {
	message := &sarama.ProducerMessage{Topic: w.Name, Partition: partition, Value: sarama.StringEncoder("here")}
	_, offset, err := w.producer.SendMessage(message)
	if err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	came, err := w.read(ctx, w.Name, partition, offset, 1)
	if err != nil {
		return err
	}
	if string(came[0].Value) != "here" {
		return fmt.Errorf("partition %d holds %q", partition, came[0].Value)
	}
	return nil
}

func idempotent(config *sarama.Config) {
	config.Producer.Idempotent = true
	config.Net.MaxOpenRequests = 1 // as this client asks for
}

func idempotence(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	producer, err := w.newProducer(idempotent)
	if err != nil {
		return err
	}
	records := scenario.Numbered(0, 100)
	for batch := range 10 { // several batches, so that sequences go on
		if err := send(producer, w.Name, 0, records[10*batch:10*batch+10]); err != nil {
			return err
		}
	}
	return w.readSame(ctx, w.Name, 0, records)
}

func tooLarge(ctx context.Context, w *work) error {
	limit := "1000"
	if err := w.newTopic(ctx, w.Name, 1, configs{"max.message.bytes": &limit}); err != nil {
		return err
	}
	err := send(w.producer, w.Name, 0, []scenario.Record{{Value: make([]byte, 2000)}})
	return scenario.Expect(err, sarama.ErrMessageSizeTooLarge)
}
