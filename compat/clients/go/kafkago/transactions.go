package main

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

// fencedProducer needs no records: this client has the requests around a transaction, and the second one fences the first.
func fencedProducer(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	var producers [2]*kafka.ProducerSession
	for i := range producers {
		err := patiently(ctx, func() (err error) {
			producers[i], err = w.initProducer(ctx)
			return err
		})
		if err != nil {
			return err
		}
		if err := w.transaction(ctx, producers[i]); err != nil {
			return err
		}
	}
	err := patiently(ctx, func() error { return w.transaction(ctx, producers[0]) })
	return scenario.Expect(err, kafka.ProducerFenced, kafka.InvalidProducerEpoch)
}

func (w *work) initProducer(ctx context.Context) (*kafka.ProducerSession, error) {
	response, err := w.client.InitProducerID(ctx, &kafka.InitProducerIDRequest{
		TransactionalID: w.Name, TransactionTimeoutMs: 30_000, ProducerID: -1, ProducerEpoch: -1,
	})
	if err != nil {
		return nil, fmt.Errorf("init producer id: %w", err)
	}
	if response.Error != nil {
		return nil, fmt.Errorf("init producer id: %w", response.Error)
	}
	return response.Producer, nil
}

// transaction is one with a partition, but without records, committed.
func (w *work) transaction(ctx context.Context, producer *kafka.ProducerSession) error {
	added, err := w.client.AddPartitionsToTxn(ctx, &kafka.AddPartitionsToTxnRequest{
		TransactionalID: w.Name, ProducerID: producer.ProducerID, ProducerEpoch: producer.ProducerEpoch,
		Topics: map[string][]kafka.AddPartitionToTxn{w.Name: {{Partition: 0}}},
	})
	if err != nil {
		return fmt.Errorf("add partitions: %w", err)
	}
	for _, partition := range added.Topics[w.Name] {
		if partition.Error != nil {
			return fmt.Errorf("add partitions: %w", partition.Error)
		}
	}
	ended, err := w.client.EndTxn(ctx, &kafka.EndTxnRequest{
		TransactionalID: w.Name, ProducerID: producer.ProducerID, ProducerEpoch: producer.ProducerEpoch, Committed: true,
	})
	if err != nil {
		return fmt.Errorf("end of the transaction: %w", err)
	}
	if ended.Error != nil {
		return fmt.Errorf("end of the transaction: %w", ended.Error)
	}
	return nil
}
