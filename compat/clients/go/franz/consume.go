package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"wirebroker/compat/clients/go/scenario"
)

// from is a consumer of partition 0.
func (w *work) from(topic string, offset kgo.Offset, options ...kgo.Opt) (*kgo.Client, error) {
	assignment := map[string]map[int32]kgo.Offset{topic: {0: offset}}
	return w.open(append(options, kgo.ConsumePartitions(assignment))...)
}

// poll returns the next records, exactly as many as asked for.
func poll(ctx context.Context, consumer *kgo.Client, count int) ([]*kgo.Record, error) {
	bounded, cancel := context.WithTimeout(ctx, scenario.Patience)
	defer cancel()
	var records []*kgo.Record
	for len(records) < count {
		fetches := consumer.PollRecords(bounded, count-len(records))
		if err := fetches.Err(); err != nil {
			return nil, fmt.Errorf("poll, after %d of %d records: %w", len(records), count, err)
		}
		records = append(records, fetches.Records()...)
	}
	return records, nil
}

func assign(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	records := scenario.Numbered(0, 100)
	if err := send(ctx, w.client, w.Name, 0, records); err != nil {
		return err
	}
	return w.readSame(ctx, records)
}

func seek(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	consumer, err := w.from(w.Name, kgo.NewOffset().AtStart())
	if err != nil {
		return err
	}
	ends, err := w.admin.ListEndOffsets(ctx, w.Name)
	if err != nil {
		return fmt.Errorf("list offsets: %w", err)
	}
	end, _ := ends.Lookup(w.Name, 0)
	if _, err := poll(ctx, consumer, 1); err != nil { // offsets are set of what is being consumed only
		return err
	}
	for _, offset := range []int64{4, 0, end.Offset} {
		consumer.SetOffsets(map[string]map[int32]kgo.EpochOffset{w.Name: {0: {Epoch: -1, Offset: offset}}})
		if offset == end.Offset {
			if err := send(ctx, w.client, w.Name, 0, scenario.Numbered(10, 1)); err != nil {
				return err
			}
		}
		came, err := poll(ctx, consumer, 1)
		if err != nil {
			return err
		}
		if came[0].Offset != offset {
			return fmt.Errorf("offset %d after a seek to %d", came[0].Offset, offset)
		}
	}
	return nil
}

func listOffsets(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	return w.bounds(ctx, 0, 10)
}

// bounds compares the first offset of partition 0, and the one after the last.
func (w *work) bounds(ctx context.Context, earliest, latest int64) error {
	starts, err := w.admin.ListStartOffsets(ctx, w.Name)
	if err != nil {
		return fmt.Errorf("earliest: %w", err)
	}
	ends, err := w.admin.ListEndOffsets(ctx, w.Name)
	if err != nil {
		return fmt.Errorf("latest: %w", err)
	}
	start, _ := starts.Lookup(w.Name, 0)
	end, _ := ends.Lookup(w.Name, 0)
	if start.Err != nil || end.Err != nil {
		return fmt.Errorf("list offsets: %v, %v", start.Err, end.Err)
	}
	if start.Offset != earliest || end.Offset != latest {
		return fmt.Errorf("offsets from %d to %d, not from %d to %d", start.Offset, end.Offset, earliest, latest)
	}
	return nil
}

func offsetsForTimes(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	const after = scenario.FirstTimestamp + 4500
	listed, err := w.admin.ListOffsetsAfterMilli(ctx, after, w.Name)
	if err != nil {
		return fmt.Errorf("list offsets: %w", err)
	}
	found, _ := listed.Lookup(w.Name, 0)
	if found.Err != nil || found.Offset != 5 || found.Timestamp != scenario.FirstTimestamp+5000 {
		return fmt.Errorf("offset %d with timestamp %d: %v", found.Offset, found.Timestamp, found.Err)
	}
	// The admin client puts the end in the place of none, so this is asked by a request of its own.
	request := kmsg.NewPtrListOffsetsRequest()
	topic := kmsg.NewListOffsetsRequestTopic()
	topic.Topic = w.Name
	partition := kmsg.NewListOffsetsRequestTopicPartition()
	partition.Timestamp = scenario.FirstTimestamp + 9001
	topic.Partitions = append(topic.Partitions, partition)
	request.Topics = append(request.Topics, topic)
	response, err := request.RequestWith(ctx, w.client)
	if err != nil {
		return fmt.Errorf("list offsets: %w", err)
	}
	answer := response.Topics[0].Partitions[0]
	if err := kerr.ErrorForCode(answer.ErrorCode); err != nil {
		return fmt.Errorf("list offsets: %w", err)
	}
	if answer.Offset != -1 {
		return fmt.Errorf("offset %d after the last record", answer.Offset)
	}
	return nil
}

func deleteRecords(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	before := offsets(w.Name, 5)
	deleted, err := w.admin.DeleteRecords(ctx, before)
	if err != nil {
		return fmt.Errorf("delete records: %w", err)
	}
	if err := deleted.Error(); err != nil {
		return fmt.Errorf("delete records: %w", err)
	}
	return w.bounds(ctx, 5, 10)
}

// fetchHook hears of what the client writes.
type fetchHook struct{ sent scenario.FetchSent }

var _ kgo.HookBrokerWrite = fetchHook{}

func (f fetchHook) OnBrokerWrite(_ kgo.BrokerMetadata, key int16, _ int, _, _ time.Duration, err error) {
	if key == int16(kmsg.Fetch) && err == nil {
		f.sent.Tell()
	}
}

func longPoll(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	const wait = 10 * time.Second
	sent := scenario.NewFetchSent()
	consumer, err := w.from(w.Name, kgo.NewOffset().AtEnd(), kgo.FetchMaxWait(wait), kgo.WithHooks(fetchHook{sent}))
	if err != nil {
		return err
	}
	if err := sent.Await(ctx); err != nil {
		return err
	}
	start := time.Now()
	if err := send(ctx, w.client, w.Name, 0, scenario.Numbered(10, 1)); err != nil {
		return err
	}
	came, err := poll(ctx, consumer, 1)
	if err != nil {
		return err
	}
	if took := time.Since(start); took > wait*3/4 || came[0].Offset != 10 {
		return fmt.Errorf("offset %d after %v", came[0].Offset, took)
	}
	return nil
}

func outOfRange(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	consumer, err := w.from(w.Name, kgo.NoResetOffset().At(1000), kgo.ConsumeResetOffset(kgo.NoResetOffset()))
	if err != nil {
		return err
	}
	_, err = poll(ctx, consumer, 1)
	return scenario.Expect(err, kerr.OffsetOutOfRange)
}
