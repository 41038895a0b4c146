package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

// group is the topic's group, its members telling a ledger.
func (w *work) group(strategy sarama.BalanceStrategy) scenario.Group {
	ledger := scenario.NewLedger()
	return scenario.Group{
		Ledger: ledger,
		Join: func(name, instance string) (func() error, error) {
			return w.join(ledger, name, func(config *sarama.Config) {
				config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{strategy}
				config.Consumer.Group.InstanceId = instance
			})
		},
		Send: func(_ context.Context, partition int32, values []string) error {
			var records []scenario.Record
			for _, value := range values {
				records = append(records, scenario.Record{Value: []byte(value)})
			}
			return send(w.producer, w.Name, partition, records)
		},
	}
}

// join starts a member that commits what it gets before it tells of it.
func (w *work) join(ledger *scenario.Ledger, name string, settings ...setting) (func() error, error) {
	group, err := w.newGroup(settings...)
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := consume(group, w.Name, &member{ledger, name}); err != nil {
			ledger.Failed(name, err)
		}
	}()
	leave := func() error {
		err := group.Close()
		<-ended
		return err
	}
	return leave, nil
}

// newGroup is a consumer of the topic's group; it must be asked to consume to become a member.
func (w *work) newGroup(settings ...setting) (sarama.ConsumerGroup, error) {
	client, err := w.open(settings...)
	if err != nil {
		return nil, err
	}
	group, err := sarama.NewConsumerGroupFromClient(w.Name, client)
	if err != nil {
		return nil, fmt.Errorf("new consumer group: %w", err)
	}
	w.closers = append(w.closers, group.Close)
	go func() {
		for range group.Errors() { // what matters ends a session; the rest is retried
		}
	}()
	return group, nil
}

// consume goes through the sessions of a member, one a generation, until it is closed.
func consume(group sarama.ConsumerGroup, topic string, handler sarama.ConsumerGroupHandler) error {
	for {
		err := group.Consume(context.Background(), []string{topic}, handler)
		if errors.Is(err, sarama.ErrClosedConsumerGroup) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("consume: %w", err)
		}
	}
}

// member owns a partition as long as its claim is consumed: so for eager and for cooperative strategies.
type member struct {
	ledger *scenario.Ledger
	name   string
}

func (m *member) Setup(sarama.ConsumerGroupSession) error { return nil }

// Cleanup ends a member that was fenced, which otherwise would join again and fence the other.
func (m *member) Cleanup(session sarama.ConsumerGroupSession) error {
	if cause := context.Cause(session.Context()); errors.Is(cause, sarama.ErrFencedInstancedId) {
		return cause
	}
	return nil
}

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	partition := []int32{claim.Partition()}
	m.ledger.Assigned(m.name, partition)
	defer m.ledger.Revoked(m.name, partition)
	for {
		select {
		case message, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			session.MarkMessage(message, "")
			session.Commit()
			m.ledger.Received(m.name, string(message.Value))
		case <-session.Context().Done():
			return nil
		}
	}
}

func shared(strategy sarama.BalanceStrategy) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
			return err
		}
		return w.group(strategy).Shared(ctx)
	}
}

func staticMembership(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
		return err
	}
	return w.group(sarama.NewBalanceStrategyRange()).Static(ctx)
}

func fencedInstance(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
		return err
	}
	return w.group(sarama.NewBalanceStrategyRange()).FencedInstance(ctx, sarama.ErrFencedInstancedId)
}
