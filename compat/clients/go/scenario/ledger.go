package scenario

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// State is what the members of a group have told, by member.
type State struct {
	Owned      map[string][]int32  // partitions, in order
	Received   map[string][]string // values, as they came, committed
	Rebalances map[string]int      // how often partitions were given or taken
	Failed     map[string]error
}

// Count is how many records all of them have received.
func (s *State) Count() int {
	count := 0
	for _, values := range s.Received {
		count += len(values)
	}
	return count
}

// Ledger keeps the state: members write it from their goroutines, the scenario waits for what it awaits.
type Ledger struct {
	mutex   sync.Mutex
	state   State
	changed chan struct{} // closed, and replaced, at every change
}

// NewLedger has no entries.
func NewLedger() *Ledger {
	return &Ledger{
		state: State{
			Owned:      map[string][]int32{},
			Received:   map[string][]string{},
			Rebalances: map[string]int{},
			Failed:     map[string]error{},
		},
		changed: make(chan struct{}),
	}
}

func (l *Ledger) change(change func(*State)) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	change(&l.state)
	close(l.changed)
	l.changed = make(chan struct{})
}

// Assigned adds to what a member owns.
func (l *Ledger) Assigned(member string, partitions []int32) {
	l.change(func(s *State) {
		s.Rebalances[member]++
		s.Owned[member] = slices.Sorted(slices.Values(slices.Concat(s.Owned[member], partitions)))
	})
}

// Revoked takes from what a member owns.
func (l *Ledger) Revoked(member string, partitions []int32) {
	l.change(func(s *State) {
		s.Rebalances[member]++
		s.Owned[member] = slices.DeleteFunc(slices.Clone(s.Owned[member]), func(partition int32) bool {
			return slices.Contains(partitions, partition)
		})
	})
}

// Received notes records that a member has got and committed.
func (l *Ledger) Received(member string, values ...string) {
	l.change(func(s *State) { s.Received[member] = append(s.Received[member], values...) })
}

// Failed notes the error that ended a member.
func (l *Ledger) Failed(member string, err error) {
	l.change(func(s *State) { s.Failed[member] = err })
}

// Look reads the state as it is now.
func (l *Ledger) Look(look func(*State)) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	look(&l.state)
}

// Await returns when the state is as awaited, or when a member has failed.
func (l *Ledger) Await(ctx context.Context, what string, holds func(*State) bool) error {
	bounded, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		held, changed, err := l.check(holds)
		if held || err != nil {
			return err
		}
		select {
		case <-changed:
		case <-bounded.Done():
			var seen string
			l.Look(func(s *State) { seen = fmt.Sprintf("owned %v, received %d", s.Owned, s.Count()) })
			return fmt.Errorf("waited in vain: %s; %s", what, seen)
		}
	}
}

func (l *Ledger) check(holds func(*State) bool) (bool, <-chan struct{}, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if holds(&l.state) {
		return true, nil, nil
	}
	for member, err := range l.state.Failed {
		return false, nil, fmt.Errorf("member %s: %w", member, err)
	}
	return false, l.changed, nil
}
