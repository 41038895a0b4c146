package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirebroker/compat/clients/go/scenario"
)

// work is one capability being done: a client, an admin client on top of it, and whatever further clients it opens.
type work struct {
	*scenario.Scope
	client *kgo.Client
	admin  *kadm.Client
	opened []*kgo.Client
}

func step(do func(context.Context, *work) error) scenario.Step {
	return func(ctx context.Context, scope *scenario.Scope) error {
		w := &work{Scope: scope}
		defer w.close()
		client, err := w.open()
		if err != nil {
			return err
		}
		w.client, w.admin = client, kadm.NewClient(client)
		return do(ctx, w)
	}
}

// open is a client that looks for news more often than the defaults, and is closed with the work.
func (w *work) open(options ...kgo.Opt) (*kgo.Client, error) {
	client, err := kgo.NewClient(append([]kgo.Opt{
		kgo.SeedBrokers(w.Bootstrap),
		kgo.ClientID(w.clientID()),
		kgo.MetadataMinAge(50 * time.Millisecond),
		kgo.MetadataMaxAge(5 * time.Second),
		kgo.RetryTimeout(scenario.Patience),
		kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchCompression(kgo.NoCompression()),
	}, options...)...)
	if err != nil {
		return nil, fmt.Errorf("new client: %w", err)
	}
	w.opened = append(w.opened, client)
	return client, nil
}

func (w *work) clientID() string {
	return w.Sub("client")
}

func (w *work) close() {
	for _, client := range w.opened {
		client.CloseAllowingRebalance()
	}
}
