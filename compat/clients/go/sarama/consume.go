package main

import (
	"context"
	"fmt"
	"time"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

// reader consumes a partition by assignment; it is to be closed.
type reader struct {
	consumer  sarama.Consumer
	partition sarama.PartitionConsumer
}

func (w *work) from(topic string, partition int32, offset int64, settings ...setting) (*reader, error) {
	client, err := w.open(settings...)
	if err != nil {
		return nil, err
	}
	consumer, err := sarama.NewConsumerFromClient(client)
	if err != nil {
		return nil, fmt.Errorf("new consumer: %w", err)
	}
	assigned, err := consumer.ConsumePartition(topic, partition, offset)
	if err != nil {
		return nil, fmt.Errorf("consume partition: %w", err)
	}
	return &reader{consumer, assigned}, nil
}

// next are the next messages, exactly as many as asked for.
func (r *reader) next(ctx context.Context, count int) ([]*sarama.ConsumerMessage, error) {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	var messages []*sarama.ConsumerMessage
	for len(messages) < count {
		select {
		case message := <-r.partition.Messages():
			messages = append(messages, message)
		case err := <-r.partition.Errors():
			return nil, fmt.Errorf("after %d of %d records: %w", len(messages), count, err)
		case <-bounded.Done():
			return nil, fmt.Errorf("after %d of %d records: %w", len(messages), count, bounded.Err())
		}
	}
	return messages, nil
}

// close does not wait for the broker to answer the last fetch.
func (r *reader) close() {
	r.partition.AsyncClose()
}

func (w *work) read(
	ctx context.Context, topic string, partition int32, offset int64, count int, settings ...setting,
) ([]*sarama.ConsumerMessage, error) {
	reader, err := w.from(topic, partition, offset, settings...)
	if err != nil {
		return nil, err
	}
	defer reader.close()
	return reader.next(ctx, count)
}

// readSame reads as many records as were sent, and compares.
func (w *work) readSame(
	ctx context.Context, topic string, partition int32, sent []scenario.Record, settings ...setting,
) error {
	came, err := w.read(ctx, topic, partition, sarama.OffsetOldest, len(sent), settings...)
	if err != nil {
		return err
	}
	return scenario.Same(sent, decoded(came))
}

func assign(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 100)
	if err := send(w.producer, w.Name, 0, records); err != nil {
		return err
	}
	return w.readSame(ctx, w.Name, 0, records)
}

// seek, in this client, is to consume the partition anew.
func seek(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	for _, target := range []struct{ seek, next int64 }{{4, 4}, {sarama.OffsetOldest, 0}, {sarama.OffsetNewest, 10}} {
		reader, err := w.from(w.Name, 0, target.seek)
		if err != nil {
			return err
		}
		defer reader.close()
		if target.seek == sarama.OffsetNewest {
			if err := send(w.producer, w.Name, 0, scenario.Numbered(10, 1)); err != nil {
				return err
			}
		}
		came, err := reader.next(ctx, 1)
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
	reader, err := w.from(w.Name, 0, sarama.OffsetNewest, func(config *sarama.Config) {
		config.Consumer.MaxWaitTime = wait
		config.Net.Proxy.Enable = true
		config.Net.Proxy.Dialer = sent
	})
	if err != nil {
		return err
	}
	defer reader.close()
	if err := sent.Await(ctx); err != nil {
		return err
	}
	start := time.Now()
	if err := send(w.producer, w.Name, 0, scenario.Numbered(10, 1)); err != nil {
		return err
	}
	came, err := reader.next(ctx, 1)
	if err != nil {
		return err
	}
	if took := time.Since(start); took > wait*3/4 || came[0].Offset != 10 {
		return fmt.Errorf("offset %d after %v", came[0].Offset, took)
	}
	return nil
}

// outOfRange asks twice: this client compares with the log's bounds before it consumes; and by a fetch of its own.
func outOfRange(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	_, err := w.from(w.Name, 0, 1000)
	if err := scenario.Expect(err, sarama.ErrOffsetOutOfRange); err != nil {
		return err
	}
	leader, err := w.client.Leader(w.Name, 0)
	if err != nil {
		return fmt.Errorf("leader: %w", err)
	}
	request := &sarama.FetchRequest{Version: 11, MaxWaitTime: 100, MinBytes: 1, MaxBytes: 1 << 20}
	request.AddBlock(w.Name, 0, 1000, 1<<20, -1)
	response, err := leader.Fetch(request)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	return scenario.Expect(response.GetBlock(w.Name, 0).Err, sarama.ErrOffsetOutOfRange)
}
