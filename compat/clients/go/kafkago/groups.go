package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

func shared(balancer kafka.GroupBalancer) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
			return err
		}
		ledger := scenario.NewLedger()
		group := scenario.Group{
			Ledger: ledger,
			Join:   func(name, _ string) (func() error, error) { return w.join(ledger, name, balancer) },
			Send: func(ctx context.Context, partition int32, values []string) error {
				var records []scenario.Record
				for _, value := range values {
					records = append(records, scenario.Record{Value: []byte(value)})
				}
				return w.send(ctx, w.writer, int(partition), records)
			},
		}
		return group.Shared(ctx)
	}
}

// join starts a member that commits what it gets before it tells of it.
func (w *work) join(ledger *scenario.Ledger, name string, balancer kafka.GroupBalancer) (func() error, error) {
	group, err := kafka.NewConsumerGroup(kafka.ConsumerGroupConfig{
		ID:                w.Name,
		Brokers:           []string{w.Bootstrap},
		Dialer:            w.dialer(),
		Topics:            []string{w.Name},
		GroupBalancers:    []kafka.GroupBalancer{balancer},
		SessionTimeout:    10 * time.Second,
		RebalanceTimeout:  10 * time.Second,
		HeartbeatInterval: 500 * time.Millisecond,
		JoinGroupBackoff:  100 * time.Millisecond,
		StartOffset:       kafka.FirstOffset,
		Timeout:           scenario.Patience,
	})
	if err != nil {
		return nil, fmt.Errorf("new consumer group: %w", err)
	}
	w.closers = append(w.closers, group.Close)
	member := &member{work: w, ledger: ledger, name: name}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := member.run(group); err != nil {
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

type member struct {
	*work
	ledger *scenario.Ledger
	name   string
}

// run goes through the generations of a member until it is closed. What is temporary, the group tries again by itself.
func (m *member) run(group *kafka.ConsumerGroup) error {
	for {
		generation, err := group.Next(context.Background())
		switch {
		case errors.Is(err, kafka.ErrGroupClosed):
			return nil
		case temporary(err):
			continue
		case err != nil:
			return fmt.Errorf("next generation: %w", err)
		}
		for _, assignment := range generation.Assignments[m.Name] {
			generation.Start(func(ctx context.Context) { m.consume(ctx, generation, assignment) })
		}
	}
}

// consume owns a partition until the generation ends, which its context tells.
func (m *member) consume(ctx context.Context, generation *kafka.Generation, assignment kafka.PartitionAssignment) {
	partition := []int32{int32(assignment.ID)}
	m.ledger.Assigned(m.name, partition)
	defer m.ledger.Revoked(m.name, partition)
	if err := m.read(ctx, generation, assignment); err != nil && ctx.Err() == nil {
		m.ledger.Failed(m.name, err)
	}
}

func (m *member) read(ctx context.Context, generation *kafka.Generation, assignment kafka.PartitionAssignment) error {
	reader := kafka.NewReader(m.config(kafka.ReaderConfig{Topic: m.Name, Partition: assignment.ID}))
	defer reader.Close()
	if err := reader.SetOffset(assignment.Offset); err != nil {
		return fmt.Errorf("set offset: %w", err)
	}
	for {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
		offsets := map[string]map[int]int64{m.Name: {assignment.ID: message.Offset + 1}}
		if err := generation.CommitOffsets(offsets); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		m.ledger.Received(m.name, string(message.Value))
	}
}

// fencedInstance speaks of instance ids by bare requests, which is where this client has them. The first member learns of
// its end by a commit: this client's heartbeat response is read with its fields in the wrong order.
func fencedInstance(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	const instance = "instance"
	var first *kafka.JoinGroupResponse
	err := patiently(ctx, func() (err error) {
		first, err = w.joinAs(ctx, instance)
		return err
	})
	if err != nil {
		return err
	}
	commit := &kafka.OffsetCommitRequest{
		GroupID: w.Name, InstanceID: instance, MemberID: first.MemberID, GenerationID: first.GenerationID,
		Topics: map[string][]kafka.OffsetCommit{w.Name: {{Partition: 0, Offset: 0}}},
	}
	if err := w.commit(ctx, commit); err != nil {
		return err
	}
	if _, err := w.joinAs(ctx, instance); err != nil {
		return err
	}
	return scenario.Expect(w.commit(ctx, commit), kafka.FencedInstanceID)
}

// joinAs is a member that is alone in its group, and has the partition.
func (w *work) joinAs(ctx context.Context, instance string) (*kafka.JoinGroupResponse, error) {
	const protocol, balancer = "consumer", "range"
	subscription := kafka.GroupProtocolSubscription{Topics: []string{w.Name}}
	joined, err := w.client.JoinGroup(ctx, &kafka.JoinGroupRequest{
		GroupID: w.Name, GroupInstanceID: instance,
		SessionTimeout: 10 * time.Second, RebalanceTimeout: 10 * time.Second,
		ProtocolType: protocol, Protocols: []kafka.GroupProtocol{{Name: balancer, Metadata: subscription}},
	})
	if err != nil {
		return nil, fmt.Errorf("join group: %w", err)
	}
	if joined.Error != nil {
		return nil, fmt.Errorf("join group: %w", joined.Error)
	}
	synced, err := w.client.SyncGroup(ctx, &kafka.SyncGroupRequest{
		GroupID: w.Name, GroupInstanceID: instance, MemberID: joined.MemberID, GenerationID: joined.GenerationID,
		ProtocolType: protocol, ProtocolName: balancer,
		Assignments: []kafka.SyncGroupRequestAssignment{{
			MemberID:   joined.MemberID,
			Assignment: kafka.GroupProtocolAssignment{AssignedPartitions: map[string][]int{w.Name: {0}}},
		}},
	})
	if err != nil {
		return nil, fmt.Errorf("sync group: %w", err)
	}
	if synced.Error != nil {
		return nil, fmt.Errorf("sync group: %w", synced.Error)
	}
	return joined, nil
}
