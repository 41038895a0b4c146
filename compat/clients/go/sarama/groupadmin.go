package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

const checkpoint = "checkpoint"

// firstFew reads some messages of a claim, and commits them; its session is over then.
type firstFew struct {
	count    int
	messages chan *sarama.ConsumerMessage
}

func (*firstFew) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*firstFew) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (f *firstFew) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for range f.count {
		select {
		case message, ok := <-claim.Messages():
			if !ok {
				return nil
			}
			session.MarkOffset(message.Topic, message.Partition, message.Offset+1, checkpoint)
			f.messages <- message
		case <-session.Context().Done():
			return nil
		}
	}
	session.Commit()
	return nil
}

// readAndCommit is a member of the topic's group that reads five records, commits them, and leaves.
func (w *work) readAndCommit(ctx context.Context) ([]*sarama.ConsumerMessage, error) {
	const count = 5
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	group, err := w.newGroup()
	if err != nil {
		return nil, err
	}
	few := &firstFew{count: count, messages: make(chan *sarama.ConsumerMessage, count)}
	if err := group.Consume(bounded, []string{w.Name}, few); err != nil {
		return nil, fmt.Errorf("consume: %w", err)
	}
	if err := group.Close(); err != nil {
		return nil, fmt.Errorf("leave: %w", err)
	}
	close(few.messages)
	var messages []*sarama.ConsumerMessage
	for message := range few.messages {
		messages = append(messages, message)
	}
	if len(messages) != count {
		return nil, fmt.Errorf("the session ended after %d of %d records", len(messages), count)
	}
	return messages, nil
}

// committed is a topic with the ten records, and a group whose only member has committed offset 5, and left.
func (w *work) committed(ctx context.Context) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	_, err := w.readAndCommit(ctx)
	return err
}

// committedOffset compares what the group has committed, and returns the metadata that stands beside it.
func (w *work) committedOffset(offset int64) (string, error) {
	response, err := w.admin.ListConsumerGroupOffsets(w.Name, map[string][]int32{w.Name: {0}})
	if err != nil {
		return "", fmt.Errorf("list group offsets: %w", err)
	}
	block := response.GetBlock(w.Name, 0)
	switch {
	case block == nil:
		return "", errors.New("no committed offset")
	case block.Err != sarama.ErrNoError:
		return "", fmt.Errorf("list group offsets: %w", block.Err)
	case block.Offset != offset:
		return "", fmt.Errorf("offset %d is committed, not %d", block.Offset, offset)
	}
	return block.Metadata, nil
}

func commitResume(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	metadata, err := w.committedOffset(5)
	if err != nil {
		return err
	}
	if metadata != checkpoint {
		return fmt.Errorf("metadata %q, not %q", metadata, checkpoint)
	}
	messages, err := w.readAndCommit(ctx)
	if err != nil {
		return err
	}
	if messages[0].Offset != 5 {
		return fmt.Errorf("goes on with offset %d, not 5", messages[0].Offset)
	}
	return nil
}

func listGroups(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	listed, err := w.groupListed()
	if err != nil {
		return err
	}
	if !listed {
		return errors.New("the group is not listed")
	}
	return nil
}

func (w *work) groupListed() (bool, error) {
	groups, err := w.admin.ListConsumerGroups()
	if err != nil {
		return false, fmt.Errorf("list groups: %w", err)
	}
	_, listed := groups[w.Name]
	return listed, nil
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
	described, err := w.admin.DescribeConsumerGroups([]string{w.Name})
	if err != nil {
		return fmt.Errorf("describe groups: %w", err)
	}
	group := described[0]
	if group.Err != sarama.ErrNoError || group.State != "Stable" || len(group.Members) != 1 {
		return fmt.Errorf("%v, state %s, %d members", group.Err, group.State, len(group.Members))
	}
	for _, member := range group.Members {
		assignment, err := member.GetMemberAssignment()
		if err != nil {
			return fmt.Errorf("assignment: %w", err)
		}
		if member.ClientId != w.clientID() || len(assignment.Topics[w.Name]) != 2 {
			return fmt.Errorf("client id %q, assignment %v", member.ClientId, assignment.Topics)
		}
	}
	return nil
}

func groupOffsets(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	if _, err := w.committedOffset(5); err != nil {
		return err
	}
	offsets := map[string]map[int32]sarama.OffsetAndMetadata{w.Name: {0: {Offset: 2, LeaderEpoch: -1}}}
	response, err := w.admin.AlterConsumerGroupOffsets(w.Name, offsets, nil)
	if err != nil {
		return fmt.Errorf("alter group offsets: %w", err)
	}
	if code := response.Errors[w.Name][0]; code != sarama.ErrNoError {
		return fmt.Errorf("alter group offsets: %w", code)
	}
	_, err = w.committedOffset(2)
	return err
}

func deleteGroup(ctx context.Context, w *work) error {
	if err := w.committed(ctx); err != nil {
		return err
	}
	if err := w.admin.DeleteConsumerGroup(w.Name); err != nil {
		return fmt.Errorf("delete group: %w", err)
	}
	listed, err := w.groupListed()
	if err != nil {
		return err
	}
	if listed {
		return errors.New("the group is still listed")
	}
	return nil
}
