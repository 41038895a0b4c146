package scenario

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"time"
)

// FetchSent tells that a fetch request was written, so that what comes then can only answer a waiting one.
// A client that has no hook for it dials with it.
type FetchSent chan struct{}

// NewFetchSent has nothing to tell yet.
func NewFetchSent() FetchSent {
	return make(FetchSent, 1)
}

// Tell is called for each fetch request.
func (f FetchSent) Tell() {
	select {
	case f <- struct{}{}:
	default: // told already
	}
}

// Await returns when a fetch request has been written.
func (f FetchSent) Await(ctx context.Context) error {
	select {
	case <-f:
		return nil
	case <-ctx.Done():
		return errors.New("no fetch request was sent")
	case <-time.After(Patience):
		return errors.New("no fetch request was sent")
	}
}

// Dial is one of a plain connection.
func (f FetchSent) Dial(network, address string) (net.Conn, error) {
	return f.DialContext(context.Background(), network, address)
}

// DialContext is Dial, given up with the context.
func (f FetchSent) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	connection, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return watched{connection, f}, err
}

type watched struct {
	net.Conn
	sent FetchSent
}

// Write expects what these clients do: a request is written at once, its API key behind the four bytes of its size.
func (w watched) Write(request []byte) (int, error) {
	const fetch = 1
	n, err := w.Conn.Write(request)
	if err == nil && len(request) >= 6 && binary.BigEndian.Uint16(request[4:]) == fetch {
		w.sent.Tell()
	}
	return n, err
}
