package scenario

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Partitions of a topic that a group shares.
const Partitions = 4

// Group is a client's way to have members, all of them telling one ledger, and to write to their topic.
type Group struct {
	Ledger *Ledger
	// Join starts a member, a static one if it has an instance id; leave ends it, and returns when it has ended.
	Join func(member, instance string) (leave func() error, err error)
	// Send writes the values to a partition.
	Send func(ctx context.Context, partition int32, values []string) error
}

// Shared is the scenario of two members: they share the partitions, then one leaves and the other has them all.
func (g Group) Shared(ctx context.Context) error {
	leave, err := g.Join("one", "")
	if err != nil {
		return err
	}
	if _, err := g.Join("two", ""); err != nil {
		return err
	}
	if err := g.Ledger.Await(ctx, "two partitions each", halved); err != nil {
		return err
	}
	if err := g.sendAndAwait(ctx, 0); err != nil {
		return err
	}
	var silent bool
	g.Ledger.Look(func(s *State) { silent = len(s.Received["one"]) == 0 || len(s.Received["two"]) == 0 })
	if silent {
		return errors.New("a member with two partitions received nothing")
	}
	if err := leave(); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	if err := g.Ledger.Await(ctx, "all partitions for the one that stays", owns("two", Partitions)); err != nil {
		return err
	}
	return g.sendAndAwait(ctx, 1)
}

// Static is the scenario of a member that stops without leaving, and comes back: the other one must not notice.
func (g Group) Static(ctx context.Context) error {
	if _, err := g.Join("one", "instance-one"); err != nil {
		return err
	}
	stop, err := g.Join("two", "instance-two")
	if err != nil {
		return err
	}
	if err := g.Ledger.Await(ctx, "two partitions each", halved); err != nil {
		return err
	}
	var rebalances int
	var owned []int32
	g.Ledger.Look(func(s *State) { rebalances, owned = s.Rebalances["one"], s.Owned["two"] })
	if err := stop(); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if _, err := g.Join("two again", "instance-two"); err != nil {
		return err
	}
	if err := g.Ledger.Await(ctx, "partitions for the one that is back", owns("two again", 2)); err != nil {
		return err
	}
	if err := g.sendAndAwait(ctx, 0); err != nil {
		return err
	}
	g.Ledger.Look(func(s *State) {
		if !slices.Equal(s.Owned["two again"], owned) {
			err = fmt.Errorf("back with the partitions %v, not %v", s.Owned["two again"], owned)
		} else if s.Rebalances["one"] != rebalances {
			err = errors.New("the other member saw a rebalance")
		}
	})
	return err
}

// FencedInstance is the scenario of an instance id used twice: the first member has to end with one of the errors.
func (g Group) FencedInstance(ctx context.Context, fenced ...error) error {
	if _, err := g.Join("one", "instance"); err != nil {
		return err
	}
	if err := g.Ledger.Await(ctx, "all partitions for the first", owns("one", Partitions)); err != nil {
		return err
	}
	if _, err := g.Join("two", "instance"); err != nil {
		return err
	}
	var end error
	err := g.Ledger.Await(ctx, "the end of the first", func(s *State) bool {
		end = s.Failed["one"]
		return end != nil
	})
	if err != nil {
		return err
	}
	return Expect(end, fenced...)
}

func owns(member string, partitions int) func(*State) bool {
	return func(s *State) bool { return len(s.Owned[member]) == partitions }
}

// halved is that the members one and two own two different partitions each.
func halved(s *State) bool {
	all := slices.Sorted(slices.Values(slices.Concat(s.Owned["one"], s.Owned["two"])))
	return len(s.Owned["one"]) == 2 && slices.Equal(all, []int32{0, 1, 2, 3})
}

// sendAndAwait writes 40 records in rounds, and waits until each of these and all before came, once.
func (g Group) sendAndAwait(ctx context.Context, round int) error {
	const each = 40
	for partition := range int32(Partitions) {
		var values []string
		for i := range each / Partitions {
			values = append(values, fmt.Sprintf("%d-%d-%d", round, partition, i))
		}
		if err := g.Send(ctx, partition, values); err != nil {
			return fmt.Errorf("produce: %w", err)
		}
	}
	due := each * (round + 1)
	err := g.Ledger.Await(ctx, fmt.Sprintf("%d records", due), func(s *State) bool { return s.Count() >= due })
	if err != nil {
		return err
	}
	distinct := map[string]bool{}
	var count int
	g.Ledger.Look(func(s *State) {
		count = s.Count()
		for _, values := range s.Received {
			for _, value := range values {
				distinct[value] = true
			}
		}
	})
	if count != due || len(distinct) != due {
		return fmt.Errorf("%d records received, %d different ones, not %d", count, len(distinct), due)
	}
	return nil
}
