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

// group is the topic's group, its members telling a ledger.
func (w *work) group(options ...kgo.Opt) scenario.Group {
	ledger := scenario.NewLedger()
	return scenario.Group{
		Ledger: ledger,
		Join: func(member, instance string) (func() error, error) {
			all := options
			if instance != "" {
				all = append([]kgo.Opt{kgo.InstanceID(instance)}, options...)
			}
			return w.join(ledger, member, all...)
		},
		Send: func(ctx context.Context, partition int32, values []string) error {
			var records []*kgo.Record
			for _, value := range values {
				records = append(records, &kgo.Record{Topic: w.Name, Partition: partition, Value: []byte(value)})
			}
			return w.client.ProduceSync(ctx, records...).FirstErr()
		},
	}
}

// join starts a member that commits what it has polled before it tells of it.
func (w *work) join(ledger *scenario.Ledger, name string, options ...kgo.Opt) (func() error, error) {
	taken := func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
		ledger.Revoked(name, partitions[w.Name])
	}
	member, err := w.open(append(options,
		kgo.ConsumerGroup(w.Name),
		kgo.ConsumeTopics(w.Name),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second),
		kgo.RebalanceTimeout(10*time.Second),
		kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.DisableAutoCommit(),
		kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsAssigned(func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
			ledger.Assigned(name, partitions[w.Name])
		}),
		kgo.OnPartitionsRevoked(taken),
		kgo.OnPartitionsLost(taken),
	)...)
	if err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := consume(member, ledger, name); err != nil {
			ledger.Failed(name, err)
		}
	}()
	leave := func() error {
		member.CloseAllowingRebalance()
		<-ended
		return nil
	}
	return leave, nil
}

// consume ends without an error when the member is closed.
func consume(member *kgo.Client, ledger *scenario.Ledger, name string) error {
	ctx := context.Background()
	for {
		fetches := member.PollFetches(ctx)
		if fetches.IsClientClosed() {
			return nil
		}
		if err := fetches.Err(); err != nil {
			return fmt.Errorf("poll: %w", err)
		}
		if err := member.CommitRecords(ctx, fetches.Records()...); err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		fetches.EachRecord(func(record *kgo.Record) { ledger.Received(name, string(record.Value)) })
		member.AllowRebalance()
	}
}

func shared(balancer kgo.GroupBalancer) func(context.Context, *work) error {
	return func(ctx context.Context, w *work) error {
		if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
			return err
		}
		return w.group(kgo.Balancers(balancer)).Shared(ctx)
	}
}

func consumerProtocol(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
		return err
	}
	group := w.group(kgo.ServerSideBalancer(), kgo.Balancers(kgo.RangeBalancer()))
	if err := group.Shared(ctx); err != nil {
		return err
	}
	// A client that is refused the new protocol goes back to the old one: only a group of the new one can be described so.
	described, err := w.admin.DescribeConsumerGroups(ctx, w.Name)
	if err := errors.Join(err, described.Error()); err != nil {
		return fmt.Errorf("describe the consumer group: %w", err)
	}
	if members := described[w.Name].Members; len(members) != 1 {
		return fmt.Errorf("a group of %d members", len(members))
	}
	return nil
}

func staticMembership(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
		return err
	}
	return w.group(kgo.Balancers(kgo.RangeBalancer())).Static(ctx)
}

func fencedInstance(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, scenario.Partitions, nil); err != nil {
		return err
	}
	return w.group(kgo.Balancers(kgo.RangeBalancer())).FencedInstance(ctx, kerr.FencedInstanceID)
}

func offsets(topic string, offset int64) kadm.Offsets {
	all := kadm.Offsets{}
	all.AddOffset(topic, 0, offset, -1)
	return all
}
