package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

func (w *work) transactional() (sarama.SyncProducer, error) {
	return w.newProducer(idempotent, func(config *sarama.Config) {
		config.Producer.Transaction.ID = w.Name
		config.Producer.Transaction.Timeout = 30 * time.Second
	})
}

func readCommitted(config *sarama.Config) {
	config.Consumer.IsolationLevel = sarama.ReadCommitted
}

// transact writes the records to both partitions in one transaction, and ends it.
func (w *work) transact(producer sarama.SyncProducer, end func() error, records []scenario.Record) error {
	if err := producer.BeginTxn(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	for partition := range int32(2) {
		if err := send(producer, w.Name, partition, records); err != nil {
			return err
		}
	}
	if err := end(); err != nil {
		return fmt.Errorf("end of the transaction: %w", err)
	}
	return nil
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
	if err := w.transact(producer, producer.CommitTxn, records); err != nil {
		return err
	}
	return errors.Join(
		w.readSame(ctx, w.Name, 0, records, readCommitted),
		w.readSame(ctx, w.Name, 1, records, readCommitted),
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
	if err := w.transact(producer, producer.AbortTxn, records[:10]); err != nil {
		return err
	}
	if err := w.transact(producer, producer.CommitTxn, records[10:]); err != nil {
		return err
	}
	return errors.Join(
		w.readSame(ctx, w.Name, 0, records[10:], readCommitted),
		w.readSame(ctx, w.Name, 0, records),
	)
}

// doubler is a member that reads ten records, writes each with its value twice in a transaction, and ends this.
type doubler struct {
	group    string
	output   string
	producer sarama.SyncProducer
	end      func() error
	doubled  []scenario.Record
}

func (*doubler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*doubler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (d *doubler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	var last *sarama.ConsumerMessage
	for len(d.doubled) < 10 {
		select {
		case message, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			value := slices.Concat(message.Value, message.Value)
			d.doubled = append(d.doubled, scenario.Record{Key: message.Key, Value: value})
			last = message
		case <-session.Context().Done():
			return nil
		}
	}
	if err := d.producer.BeginTxn(); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := send(d.producer, d.output, 0, d.doubled); err != nil {
		return err
	}
	metadata := sarama.NewConsumerGroupMetadataFromSession(session, d.group, nil)
	if err := d.producer.AddMessageToTxnWithGroupMetadata(last, metadata, nil); err != nil {
		return fmt.Errorf("add the offset: %w", err)
	}
	return d.end()
}

// transform is one session of a member that doubles.
func (w *work) transform(ctx context.Context, producer sarama.SyncProducer, output string, end func() error) ([]scenario.Record, error) {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	group, err := w.newGroup(readCommitted)
	if err != nil {
		return nil, err
	}
	var failed error
	work := &doubler{group: w.Name, output: output, producer: producer}
	work.end = func() error {
		failed = end()
		return failed
	}
	if err := errors.Join(group.Consume(bounded, []string{w.Name}, work), failed); err != nil {
		return nil, fmt.Errorf("consume: %w", err)
	}
	if err := group.Close(); err != nil {
		return nil, fmt.Errorf("leave: %w", err)
	}
	if len(work.doubled) != 10 {
		return nil, fmt.Errorf("the session ended after %d of 10 records", len(work.doubled))
	}
	return work.doubled, nil
}

func consumeTransformProduce(ctx context.Context, w *work) error {
	output := w.Sub("output")
	if err := errors.Join(w.newTopic(ctx, w.Name, 1, nil), w.newTopic(ctx, output, 1, nil)); err != nil {
		return err
	}
	producer, err := w.transactional()
	if err != nil {
		return err
	}
	var doubled []scenario.Record
	for round, end := range []func() error{producer.CommitTxn, producer.AbortTxn} {
		if err := send(w.producer, w.Name, 0, scenario.Numbered(10*round, 10)); err != nil {
			return err
		}
		transformed, err := w.transform(ctx, producer, output, end)
		if err != nil {
			return err
		}
		if round == 0 {
			doubled = transformed
		}
		err = scenario.Eventually(ctx, "offset 10 is committed", func(context.Context) (bool, error) {
			_, err := w.committedOffset(10) // none, while the transaction is being completed
			return err == nil, err
		})
		if err != nil {
			return err
		}
	}
	last := scenario.Numbered(20, 1) // outside of any transaction, behind all that was aborted
	if err := send(w.producer, output, 0, last); err != nil {
		return err
	}
	return w.readSame(ctx, output, 0, append(doubled, last...), readCommitted)
}

func fencedProducer(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	var producers [2]sarama.SyncProducer
	for i := range producers {
		producer, err := w.transactional()
		if err != nil {
			return err
		}
		if err := w.transact(producer, producer.CommitTxn, scenario.Numbered(i, 1)); err != nil {
			return err
		}
		producers[i] = producer
	}
	err := w.transact(producers[0], producers[0].CommitTxn, scenario.Numbered(2, 1))
	return scenario.Expect(err, sarama.ErrProducerFenced, sarama.ErrInvalidProducerEpoch)
}
