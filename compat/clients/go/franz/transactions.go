package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirebroker/compat/clients/go/scenario"
)

func (w *work) transactional() (*kgo.Client, error) {
	return w.open(kgo.TransactionalID(w.Name), kgo.TransactionTimeout(30*time.Second))
}

// transact writes the records to both partitions in one transaction.
func (w *work) transact(ctx context.Context, producer *kgo.Client, end kgo.TransactionEndTry, records []scenario.Record) error {
	if err := producer.BeginTransaction(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for partition := range int32(2) {
		if err := send(ctx, producer, w.Name, partition, records); err != nil {
			return err
		}
	}
	if err := producer.EndTransaction(ctx, end); err != nil {
		return fmt.Errorf("end of the transaction: %w", err)
	}
	return nil
}

// visible compares what a partition holds for a reader of that isolation, up to as many records as expected.
func (w *work) visible(ctx context.Context, isolation kgo.IsolationLevel, topic string, partition int32, want []scenario.Record) error {
	consumer, err := w.open(
		kgo.FetchIsolationLevel(isolation),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {partition: kgo.NewOffset().AtStart()}}),
	)
	if err != nil {
		return err
	}
	came, err := poll(ctx, consumer, len(want))
	if err != nil {
		return err
	}
	return scenario.Same(want, decoded(came))
}

func transactionCommit(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	producer, err := w.transactional()
	if err != nil {
		return err
	}
	records := scenario.Numbered(0, 10)
	if err := w.transact(ctx, producer, kgo.TryCommit, records); err != nil {
		return err
	}
	return errors.Join(
		w.visible(ctx, kgo.ReadCommitted(), w.Name, 0, records),
		w.visible(ctx, kgo.ReadCommitted(), w.Name, 1, records),
	)
}

func transactionAbort(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	producer, err := w.transactional()
	if err != nil {
		return err
	}
	records := scenario.Numbered(0, 20)
	if err := w.transact(ctx, producer, kgo.TryAbort, records[:10]); err != nil {
		return err
	}
	if err := w.transact(ctx, producer, kgo.TryCommit, records[10:]); err != nil {
		return err
	}
	return errors.Join(
		w.visible(ctx, kgo.ReadCommitted(), w.Name, 0, records[10:]),
		w.visible(ctx, kgo.ReadUncommitted(), w.Name, 0, records),
	)
}

func consumeTransformProduce(ctx context.Context, w *work) error {
	output := w.Sub("output")
	if err := errors.Join(w.newTopic(ctx, w.Name, 1, nil), w.newTopic(ctx, output, 1, nil)); err != nil {
		return err
	}
	session, err := kgo.NewGroupTransactSession(
		kgo.SeedBrokers(w.Bootstrap),
		kgo.TransactionalID(w.Name),
		kgo.TransactionTimeout(30*time.Second),
		kgo.ConsumerGroup(w.Name),
		kgo.ConsumeTopics(w.Name),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.RequireStableFetchOffsets(),
		kgo.SessionTimeout(10*time.Second),
		kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.MetadataMinAge(50*time.Millisecond),
	)
	if err != nil {
		return fmt.Errorf("new session: %w", err)
	}
	defer session.Close()
	var doubled []scenario.Record
	for i, end := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
		records := scenario.Numbered(10*i, 10)
		if err := send(ctx, w.client, w.Name, 0, records); err != nil {
			return err
		}
		transformed, err := transform(ctx, session, output, end)
		if err != nil {
			return err
		}
		if end == kgo.TryCommit {
			doubled = transformed
		}
		err = scenario.Eventually(ctx, "offset 10 is committed", func(ctx context.Context) (bool, error) {
			_, err := w.committedOffset(kadm.RequireStable(ctx), 10) // none, while the transaction is being completed
			return err == nil, err
		})
		if err != nil {
			return err
		}
	}
	last := scenario.Numbered(20, 1) // outside of any transaction, behind all that was aborted
	if err := send(ctx, w.client, output, 0, last); err != nil {
		return err
	}
	return w.visible(ctx, kgo.ReadCommitted(), output, 0, append(doubled, last...))
}

// transform reads ten records, writes each with its value twice, and ends the transaction.
func transform(ctx context.Context, session *kgo.GroupTransactSession, output string, end kgo.TransactionEndTry) ([]scenario.Record, error) {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	if err := session.Begin(); err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	var doubled []scenario.Record
	for len(doubled) < 10 {
		fetches := session.PollFetches(bounded)
		if err := fetches.Err(); err != nil {
			return nil, fmt.Errorf("poll: %w", err)
		}
		fetches.EachRecord(func(record *kgo.Record) {
			value := append(record.Value[:len(record.Value):len(record.Value)], record.Value...)
			doubled = append(doubled, scenario.Record{Key: record.Key, Value: value})
		})
	}
	if err := session.ProduceSync(bounded, encoded(output, 0, doubled)...).FirstErr(); err != nil {
		return nil, fmt.Errorf("produce: %w", err)
	}
	committed, err := session.End(bounded, end)
	if err != nil {
		return nil, fmt.Errorf("end of the transaction: %w", err)
	}
	if committed != bool(end) {
		return nil, fmt.Errorf("committed: %v, where %v was wanted", committed, bool(end))
	}
	return doubled, nil
}

func fencedProducer(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	var producers [2]*kgo.Client
	for i := range producers {
		producer, err := w.transactional()
		if err != nil {
			return err
		}
		if err := w.transact(ctx, producer, kgo.TryCommit, scenario.Numbered(i, 1)); err != nil {
			return err
		}
		producers[i] = producer
	}
	err := w.transact(ctx, producers[0], kgo.TryCommit, scenario.Numbered(2, 1))
	return scenario.Expect(err, kerr.ProducerFenced, kerr.InvalidProducerEpoch)
}
