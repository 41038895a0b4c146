package main

import (
	"context"
	"errors"
	"time"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

// work is one capability being done: a client that sends requests, and a writer for partitions that the caller names.
type work struct {
	*scenario.Scope
	client    *kafka.Client
	transport *kafka.Transport
	writer    *kafka.Writer
	closers   []func() error
}

func step(do func(context.Context, *work) error) scenario.Step {
	return func(ctx context.Context, scope *scenario.Scope) error {
		w := &work{Scope: scope}
		defer w.close()
		w.transport = &kafka.Transport{
			ClientID:    w.clientID(),
			MetadataTTL: 3 * time.Second, // how old metadata may be, and how long they may take: 5 s is long, 1 s is short
		}
		w.client = &kafka.Client{Addr: kafka.TCP(w.Bootstrap), Timeout: scenario.Patience, Transport: w.transport}
		w.writer = w.newWriter(&kafka.Writer{Balancer: named})
		if err := scenario.Eventually(ctx, "the first metadata", w.known); err != nil {
			return err
		}
		return do(ctx, w)
	}
}

// known is that the transport has metadata: the first request fails if these are late.
func (w *work) known(ctx context.Context) (bool, error) {
	metadata, err := w.client.Metadata(ctx, &kafka.MetadataRequest{})
	return err == nil && len(metadata.Brokers) > 0, err
}

func (w *work) clientID() string {
	return w.Sub("client")
}

// newWriter completes a writer that says what is particular about it; it is closed with the work.
func (w *work) newWriter(writer *kafka.Writer) *kafka.Writer {
	writer.Addr = w.client.Addr
	writer.Transport = w.transport
	writer.BatchTimeout = 10 * time.Millisecond
	if writer.RequiredAcks == kafka.RequireNone { // which is the default, so who means it has a writer of its own
		writer.RequiredAcks = kafka.RequireAll
	}
	w.closers = append(w.closers, writer.Close)
	return writer
}

// named takes the partition out of the message: the field for it is only for reading.
var named = kafka.BalancerFunc(func(message kafka.Message, _ ...int) int {
	return message.WriterData.(int)
})

func (w *work) dialer() *kafka.Dialer {
	return &kafka.Dialer{ClientID: w.clientID(), Timeout: 10 * time.Second}
}

// newReader is closed with the work.
func (w *work) newReader(config kafka.ReaderConfig) *kafka.Reader {
	reader := kafka.NewReader(w.config(config))
	w.closers = append(w.closers, reader.Close)
	return reader
}

// config completes what is to be read by how.
func (w *work) config(config kafka.ReaderConfig) kafka.ReaderConfig {
	config.Brokers = []string{w.Bootstrap}
	if config.Dialer == nil {
		config.Dialer = w.dialer()
	}
	if config.MaxWait == 0 {
		config.MaxWait = 250 * time.Millisecond
	}
	config.MaxBytes = 1 << 20
	config.ReadBackoffMin = 10 * time.Millisecond
	config.ReadBackoffMax = 100 * time.Millisecond
	config.ReadLagInterval = -1
	config.OffsetOutOfRangeError = true
	return config
}

func (w *work) close() {
	for i := len(w.closers) - 1; i >= 0; i-- {
		_ = w.closers[i]()
	}
	w.transport.CloseIdleConnections()
}

// temporary is what this client leaves to its caller to try again: a coordinator that is not ready, as on a broker that has
// just started; a rebalance; a transaction before that is still being completed.
func temporary(err error) bool {
	var code kafka.Error
	if !errors.As(err, &code) {
		return false
	}
	return code.Temporary() || code == kafka.RebalanceInProgress || code == kafka.ConcurrentTransactions
}

// patiently tries until it succeeds, or fails for good.
func patiently(ctx context.Context, try func() error) (err error) {
	waited := scenario.Eventually(ctx, "no temporary error", func(context.Context) (bool, error) {
		err = try()
		return !temporary(err), nil
	})
	return errors.Join(waited, err)
}
