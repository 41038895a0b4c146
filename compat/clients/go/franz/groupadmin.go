package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"wirebroker/compat/clients/go/scenario"
)

const checkpoint = "checkpoint"

// committed is a topic with the ten records, and a group whose only member has read five, committed them, and left.
func (w *work) committed(ctx context.Context) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	consumer, err := w.member()
	if err != nil {
		return err
	}
	defer consumer.CloseAllowingRebalance()
	came, err := poll(ctx, consumer, 5)
	if err != nil {
		return err
	}
	described := kgo.PreCommitFnContext(ctx, func(request *kmsg.OffsetCommitRequest) error {
		metadata := checkpoint
		for _, topic := range request.Topics {
			for i := range topic.Partitions {
				topic.Partitions[i].Metadata = &metadata
			}
		}
		return nil
	})
	if err := consumer.CommitRecords(described, came...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// member is one of the topic's group, that commits when told to.
func (w *work) member() (*kgo.Client, error) {
	return w.open(
		kgo.ConsumerGroup(w.Name),
		kgo.ConsumeTopics(w.Name),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(10*time.Second),
		kgo.HeartbeatInterval(500*time.Millisecond),
		kgo.DisableAutoCommit(),
	)
}

// committedOffset compares what the group has committed, and returns the metadata that stands beside it.
func (w *work) committedOffset(ctx context.Context, offset int64) (string, error) {
	fetched, err := w.admin.FetchOffsets(ctx, w.Name)
	if err := errors.Join(err, fetched.Error()); err != nil {
		return "", fmt.Errorf("fetch offsets: %w", err)
	}
	one, ok := fetched.Lookup(w.Name, 0)
	if !ok {
		return "", errors.New("no committed offset")
	}
	if one.At != offset {
		return "", fmt.Errorf("offset %d is committed, not %d", one.At, offset)
	}
	return one.Metadata, nil
}

func commitResume(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	metadata, err := w.committedOffset(ctx, 5)
	if err != nil {
		return err
	}
	if metadata != checkpoint {
		return fmt.Errorf("metadata %q, not %q", metadata, checkpoint)
	}
	consumer, err := w.member()
	if err != nil {
		return err
	}
	came, err := poll(ctx, consumer, 5)
	if err != nil {
		return err
	}
	if came[0].Offset != 5 {
		return fmt.Errorf("goes on with offset %d, not 5", came[0].Offset)
	}
	return nil
}

func listGroups(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	groups, err := w.admin.ListGroups(ctx)
	if err != nil {
		return fmt.Errorf("list groups: %w", err)
	}
	if _, ok := groups[w.Name]; !ok {
		return fmt.Errorf("not one of %d groups", len(groups))
	}
	return nil
}

func describeGroup(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	ledger := scenario.NewLedger()
	if _, err := w.join(ledger, "one"); err != nil {
		return err
	}
	err := ledger.Await(ctx, "an assignment", func(s *scenario.State) bool { return len(s.Owned["one"]) == 2 })
	if err != nil {
		return err
	}
	described, err := w.admin.DescribeGroups(ctx, w.Name)
	if err := errors.Join(err, described.Error()); err != nil {
		return fmt.Errorf("describe groups: %w", err)
	}
	group := described[w.Name]
	if group.State != "Stable" || len(group.Members) != 1 || group.Members[0].ClientID != w.clientID() {
		return fmt.Errorf("state %s, members %+v", group.State, group.Members)
	}
	partitions := group.AssignedPartitions()[w.Name]
	if len(partitions) != 2 {
		return fmt.Errorf("the member's partitions are %v", partitions)
	}
	return nil
}

func groupOffsets(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	if _, err := w.committedOffset(ctx, 5); err != nil {
		return err
	}
	if err := w.admin.CommitAllOffsets(ctx, w.Name, offsets(w.Name, 2)); err != nil {
		return fmt.Errorf("commit by the admin client: %w", err)
	}
	_, err := w.committedOffset(ctx, 2)
	return err
}

func deleteGroup(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	if _, err := w.admin.DeleteGroup(ctx, w.Name); err != nil {
		return fmt.Errorf("delete group: %w", err)
	}
	groups, err := w.admin.ListGroups(ctx)
	if err != nil {
		return fmt.Errorf("list groups: %w", err)
	}
	if slices.Contains(groups.Groups(), w.Name) {
		return errors.New("the group is still listed")
	}
	return nil
}
