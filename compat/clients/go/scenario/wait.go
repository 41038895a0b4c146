package scenario

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Eventually asks again until it holds: for what a broker tells only when asked, as metadata.
func Eventually(ctx context.Context, what string, holds func(context.Context) (bool, error)) error {
	bounded, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	var last error
	for {
		held, err := holds(bounded)
		if err == nil && held {
			return nil
		}
		if bounded.Err() == nil {
			last = err // and not merely that time is up
		}
		select {
		case <-again.C:
		case <-bounded.Done():
			if last != nil {
				return fmt.Errorf("waited in vain: %s: %w", what, last)
			}
			return fmt.Errorf("waited in vain: %s", what)
		}
	}
}

// Expect is about an operation that has to fail: err must be one of those wanted.
func Expect(err error, wanted ...error) error {
	if err == nil {
		return fmt.Errorf("no error, where %v is due", wanted)
	}
	for _, one := range wanted {
		if errors.Is(err, one) {
			return nil
		}
	}
	return fmt.Errorf("another error than %v: %w", wanted, err)
}
