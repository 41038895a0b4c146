package main

import (
	"context"
	"fmt"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

func listOffsets(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	return w.bounds(0, 10)
}

// bounds compares the first offset of partition 0, and the one after the last.
func (w *work) bounds(earliest, latest int64) error {
	first, err := w.offset(sarama.OffsetOldest)
	if err != nil {
		return err
	}
	last, err := w.offset(sarama.OffsetNewest)
	if err != nil {
		return err
	}
	if first.Offset != earliest || last.Offset != latest {
		return fmt.Errorf("offsets from %d to %d, not from %d to %d", first.Offset, last.Offset, earliest, latest)
	}
	return nil
}

// offset is what the broker lists for partition 0 at a time in milliseconds.
func (w *work) offset(time int64) (*sarama.OffsetResult, error) {
	listed, err := w.admin.ListOffsets(map[string]map[int32]int64{w.Name: {0: time}}, nil)
	if err != nil {
		return nil, fmt.Errorf("list offsets: %w", err)
	}
	result := listed[w.Name][0]
	if result == nil {
		return nil, fmt.Errorf("list offsets: %v", listed)
	}
	if result.Err != nil && result.Err != sarama.ErrNoError {
		return nil, fmt.Errorf("list offsets: %w", result.Err)
	}
	return result, nil
}

func offsetsForTimes(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	found, err := w.offset(scenario.FirstTimestamp + 4500)
	if err != nil {
		return err
	}
	if found.Offset != 5 || found.Timestamp != scenario.FirstTimestamp+5000 {
		return fmt.Errorf("offset %d with timestamp %d", found.Offset, found.Timestamp)
	}
	none, err := w.offset(scenario.FirstTimestamp + 9001)
	if err != nil {
		return err
	}
	if none.Offset != -1 {
		return fmt.Errorf("offset %d after the last record", none.Offset)
	}
	return nil
}

func deleteRecords(ctx context.Context, w *work) error {
	if err := w.filled(ctx); err != nil {
		return err
	}
	if err := w.admin.DeleteRecords(w.Name, map[int32]int64{0: 5}); err != nil {
		return fmt.Errorf("delete records: %w", err)
	}
	return w.bounds(5, 10)
}
