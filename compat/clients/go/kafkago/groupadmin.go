package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

// member is a reader of the topic's group, that commits when told to.
func (w *work) member() *kafka.Reader {
	return w.newReader(kafka.ReaderConfig{
		GroupID:           w.Name,
		Topic:             w.Name,
		StartOffset:       kafka.FirstOffset,
		SessionTimeout:    10 * time.Second,
		RebalanceTimeout:  10 * time.Second,
		HeartbeatInterval: 500 * time.Millisecond,
		JoinGroupBackoff:  100 * time.Millisecond,
	})
}

// committed is a topic with the ten records, and a group whose only member has read five, committed them, and left.
func (w *work) committed(ctx context.Context) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	reader := w.member()
	came, err := next(ctx, reader, 5)
	if err != nil {
		return err
	}
	if err := reader.CommitMessages(ctx, came...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	if err := reader.Close(); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}

// committedOffset compares what the group has committed, and returns the metadata that stands beside it.
func (w *work) committedOffset(ctx context.Context, offset int64) (string, error) {
	response, err := w.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: w.Name, Topics: map[string][]int{w.Name: {0}},
	})
	if err != nil {
		return "", fmt.Errorf("offset fetch: %w", err)
	}
	partitions := response.Topics[w.Name]
	if response.Error != nil || len(partitions) != 1 || partitions[0].Error != nil {
		return "", fmt.Errorf("offset fetch: %v, %+v", response.Error, partitions)
	}
	if partitions[0].CommittedOffset != offset {
		return "", fmt.Errorf("offset %d is committed, not %d", partitions[0].CommittedOffset, offset)
	}
	return partitions[0].Metadata, nil
}

// commitResume is without metadata: a reader commits none.
func commitResume(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	if _, err := w.committedOffset(ctx, 5); err != nil {
		return err
	}
	came, err := next(ctx, w.member(), 5)
	if err != nil {
		return err
	}
	if came[0].Offset != 5 {
		return fmt.Errorf("goes on with offset %d, not 5", came[0].Offset)
	}
	return nil
}

func (w *work) groupListed(ctx context.Context) (bool, error) {
	response, err := w.client.ListGroups(ctx, &kafka.ListGroupsRequest{})
	if err != nil {
		return false, fmt.Errorf("list groups: %w", err)
	}
	if response.Error != nil {
		return false, fmt.Errorf("list groups: %w", response.Error)
	}
	for _, group := range response.Groups {
		if group.GroupID == w.Name {
			return true, nil
		}
	}
	return false, nil
}

func listGroups(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	listed, err := w.groupListed(ctx)
	if err != nil {
		return err
	}
	if !listed {
		return errors.New("the group is not listed")
	}
	return nil
}

func describeGroup(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 2, nil); err != nil {
		return err
	}
	ledger := scenario.NewLedger()
	if _, err := w.join(ledger, "one", kafka.RangeGroupBalancer{}); err != nil {
		return err
	}
	err := ledger.Await(ctx, "an assignment", func(s *scenario.State) bool { return len(s.Owned["one"]) == 2 })
	if err != nil {
		return err
	}
	response, err := w.client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{w.Name}})
	if err != nil {
		return fmt.Errorf("describe groups: %w", err)
	}
	group := response.Groups[0]
	if group.Error != nil || group.GroupState != "Stable" || len(group.Members) != 1 {
		return fmt.Errorf("%v, state %s, %d members", group.Error, group.GroupState, len(group.Members))
	}
	member := group.Members[0]
	topics := member.MemberAssignments.Topics
	if member.ClientID != w.clientID() || len(topics) != 1 || len(topics[0].Partitions) != 2 {
		return fmt.Errorf("client id %q, assignment %v", member.ClientID, topics)
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
	err := w.commit(ctx, &kafka.OffsetCommitRequest{
		GroupID: w.Name, GenerationID: -1, // of nobody in the group
		Topics: map[string][]kafka.OffsetCommit{w.Name: {{Partition: 0, Offset: 2, Metadata: "set"}}},
	})
	if err != nil {
		return err
	}
	metadata, err := w.committedOffset(ctx, 2)
	if err != nil {
		return err
	}
	if metadata != "set" {
		return fmt.Errorf("metadata %q, not %q", metadata, "set")
	}
	return nil
}

// commit is of one partition.
func (w *work) commit(ctx context.Context, request *kafka.OffsetCommitRequest) error {
	response, err := w.client.OffsetCommit(ctx, request)
	if err != nil {
		return fmt.Errorf("offset commit: %w", err)
	}
	partitions := response.Topics[w.Name]
	if len(partitions) != 1 {
		return fmt.Errorf("offset commit: %+v", partitions)
	}
	if err := partitions[0].Error; err != nil {
		return fmt.Errorf("offset commit: %w", err)
	}
	return nil
}

func deleteGroup(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	response, err := w.client.DeleteGroups(ctx, &kafka.DeleteGroupsRequest{GroupIDs: []string{w.Name}})
	if err != nil {
		return fmt.Errorf("delete group: %w", err)
	}
	if err := response.Errors[w.Name]; err != nil {
		return fmt.Errorf("delete group: %w", err)
	}
	listed, err := w.groupListed(ctx)
	if err != nil {
		return err
	}
	if listed {
		return errors.New("the group is still listed")
	}
	return nil
}
