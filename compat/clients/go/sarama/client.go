package main

import (
	"context"
	"fmt"
	"time"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

// work is one capability being done: a client, its admin interface and a producer, and whatever else it opens.
type work struct {
	*scenario.Scope
	client   sarama.Client
	admin    sarama.ClusterAdmin
	producer sarama.SyncProducer
	closers  []func() error
}

type setting func(*sarama.Config)

func step(do func(context.Context, *work) error) scenario.Step {
	return func(ctx context.Context, scope *scenario.Scope) (err error) {
		w := &work{Scope: scope}
		defer w.close()
		if w.client, err = w.open(); err != nil {
			return err
		}
		if w.admin, err = sarama.NewClusterAdminFromClient(w.client); err != nil {
			return fmt.Errorf("new admin client: %w", err)
		}
		if w.producer, err = w.newProducer(); err != nil {
			return err
		}
		return do(ctx, w)
	}
}

func (w *work) config(settings ...setting) *sarama.Config {
	config := sarama.NewConfig()
	config.ClientID = w.clientID()
	config.Version = sarama.MaxVersion
	config.Admin.Timeout = scenario.Patience
	config.Metadata.AllowAutoTopicCreation = false
	config.Metadata.RefreshFrequency = 5 * time.Second
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Return.Successes = true
	config.Consumer.MaxWaitTime = 50 * time.Millisecond // a fetch holds up what goes over the same connection: commits
	config.Consumer.Return.Errors = true
	config.Consumer.Retry.Backoff = 100 * time.Millisecond
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	config.Consumer.Group.Heartbeat.Interval = 500 * time.Millisecond
	config.Consumer.Group.Rebalance.Timeout = 10 * time.Second
	config.Consumer.Group.Rebalance.Retry.Max = 40
	config.Consumer.Group.Rebalance.Retry.Backoff = 250 * time.Millisecond
	for _, set := range settings {
		set(config)
	}
	return config
}

func (w *work) clientID() string {
	return w.Sub("client")
}

// open is a further client, closed with the work.
func (w *work) open(settings ...setting) (sarama.Client, error) {
	client, err := sarama.NewClient([]string{w.Bootstrap}, w.config(settings...))
	if err != nil {
		return nil, fmt.Errorf("new client: %w", err)
	}
	w.closers = append(w.closers, client.Close)
	return client, nil
}

// newProducer sends to the partition that a message names, if its settings do not say otherwise.
func (w *work) newProducer(settings ...setting) (sarama.SyncProducer, error) {
	client, err := w.open(settings...)
	if err != nil {
		return nil, err
	}
	producer, err := sarama.NewSyncProducerFromClient(client)
	if err != nil {
		return nil, fmt.Errorf("new producer: %w", err)
	}
	w.closers = append(w.closers, producer.Close)
	return producer, nil
}

// close is the reverse of opening; what an ended member or a fenced producer says about it does not matter any more.
func (w *work) close() {
	for i := len(w.closers) - 1; i >= 0; i-- {
		_ = w.closers[i]()
	}
}
