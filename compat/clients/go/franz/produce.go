package main

import (
	"context"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirebroker/compat/clients/go/scenario"
)

// encoded are the records for a partition, as this client has them.
func encoded(topic string, partition int32, records []scenario.Record) []*kgo.Record {
	var all []*kgo.Record
	for _, record := range records {
		one := &kgo.Record{
			Topic: topic, Partition: partition, Key: record.Key, Value: record.Value, Timestamp: record.Time,
		}
		for _, header := range record.Headers {
			one.Headers = append(one.Headers, kgo.RecordHeader(header))
		}
		all = append(all, one)
	}
	return all
}

func decoded(records []*kgo.Record) []scenario.Record {
	var all []scenario.Record
	for _, record := range records {
		one := scenario.Record{Key: record.Key, Value: record.Value, Time: record.Timestamp}
		for _, header := range record.Headers {
			one.Headers = append(one.Headers, scenario.Header(header))
		}
		all = append(all, one)
	}
	return all
}

// filled is a new topic of one partition with the ten records.
func (w *work) filled(ctx context.Context) error {
	if err := w.newTopic(ctx, w.Name, 1, forever); err != nil {
		return err
	}
	return send(ctx, w.client, w.Name, 0, scenario.TenRecords())
}

func send(ctx context.Context, client *kgo.Client, topic string, partition int32, records []scenario.Record) error {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	if err := client.ProduceSync(bounded, encoded(topic, partition, records)...).FirstErr(); err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	return nil
}

func produce(codec kgo.CompressionCodec) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, 1, forever); err != nil {
			return err
		}
		producer, err := w.open(
			kgo.RecordPartitioner(kgo.ManualPartitioner()),
			kgo.ProducerBatchCompression(codec),
			kgo.RequiredAcks(kgo.AllISRAcks()),
		)
		if err != nil {
			return err
		}
		records := scenario.TenRecords()
		if err := send(ctx, producer, w.Name, 0, records); err != nil {
			return err
		}
		return w.readSame(ctx, records)
	}
}

// readSame reads as many records as were sent to partition 0 of the topic, and compares.
func (w *work) readSame(ctx context.Context, sent []scenario.Record) error {
	consumer, err := w.from(w.Name, kgo.NewOffset().AtStart())
	if err != nil {
		return err
	}
	came, err := poll(ctx, consumer, len(sent))
	if err != nil {
		return err
	}
	return scenario.Same(sent, decoded(came))
}

func acks(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 2)
	for i, acks := range []kgo.Acks{kgo.NoAck(), kgo.LeaderAck()} {
		producer, err := w.open(kgo.RequiredAcks(acks), kgo.DisableIdempotentWrite())
		if err != nil {
			return err
		}
		if err := send(ctx, producer, w.Name, 0, records[i:i+1]); err != nil {
			return err
		}
		// Without acknowledgement only reading tells that the record is there, before the next one goes another way.
		if err := w.readSame(ctx, records[:i+1]); err != nil {
			return err
		}
	}
	return nil
}

func partitioner(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 4, nil); err != nil {
		return err
	}
	producer, err := kgo.NewClient(kgo.SeedBrokers(w.Bootstrap)) // the defaults are what is asked for
	if err != nil {
		return err
	}
	defer producer.Close()
	partitions, used := map[string]int32{}, map[int32]bool{}
	for range 2 {
		for _, record := range encoded(w.Name, 0, scenario.Numbered(0, 40)) {
			sent, err := producer.ProduceSync(ctx, record).First()
			if err != nil {
				return fmt.Errorf("produce: %w", err)
			}
			key := string(sent.Key)
			if before, known := partitions[key]; known && before != sent.Partition {
				return fmt.Errorf("%s lies in the partitions %d and %d", key, before, sent.Partition)
			}
			partitions[key], used[sent.Partition] = sent.Partition, true
		}
	}
	if len(used) < 2 {
		return fmt.Errorf("40 keys use the partitions %v alone", used)
	}
	return w.explicitly(ctx, 2)
}

// explicitly sends a record to a partition that the caller chose, and finds it at the end of that one.
func (w *work) explicitly(ctx context.Context, partition int32) error {
	sent, err := w.client.ProduceSync(ctx, &kgo.Record{Topic: w.Name, Partition: partition, Value: []byte("here")}).First()
	if err != nil {
		return fmt.Errorf("produce: %w", err)
	}
	consumer, err := w.open(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{
		w.Name: {partition: kgo.NewOffset().At(sent.Offset)},
	}))
	if err != nil {
		return err
	}
	came, err := poll(ctx, consumer, 1)
	if err != nil {
		return err
	}
	if string(came[0].Value) != "here" {
		return fmt.Errorf("partition %d holds %q", partition, came[0].Value)
	}
	return nil
}

func idempotence(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 100)
	for batch := range 10 { // idempotent by default; several batches, so that sequences go on
		if err := send(ctx, w.client, w.Name, 0, records[10*batch:10*batch+10]); err != nil {
			return err
		}
	}
	return w.readSame(ctx, records)
}

func tooLarge(ctx context.Context, w *work) error {
	limit := "1000"
	if err := w.newTopic(ctx, w.Name, 1, configs{"max.message.bytes": &limit}); err != nil {
		return err
	}
	record := &kgo.Record{Topic: w.Name, Value: make([]byte, 2000)}
	return scenario.Expect(w.client.ProduceSync(ctx, record).FirstErr(), kerr.MessageTooLarge)
}
