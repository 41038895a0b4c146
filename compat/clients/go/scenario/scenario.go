// Package scenario is what the Go clients have in common: the command line, the report, the records, and waiting.
// What is done, and what makes it pass, is specified in compat/README.md.
package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// Patience bounds the wait for any one thing.
const Patience = 20 * time.Second

// A capability has a minute: it is told to end some seconds before, and given up shortly after that, so that what failed
// is reported and the rest still tried.
const (
	limit = 50 * time.Second
	grace = 5 * time.Second
)

// Scope is what one capability is done with.
type Scope struct {
	Bootstrap  string // host:port
	Name       string // PREFIX-CAPABILITY: its topic, and its group
	variations []string
}

// Sub is the name of a further topic or group.
func (s *Scope) Sub(suffix string) string {
	return s.Name + "-" + suffix
}

// Varies notes what the client cannot express of the ten records.
func (s *Scope) Varies(variations ...string) {
	s.variations = append(s.variations, variations...)
}

// Step does one capability; no error means that it passes.
type Step func(context.Context, *Scope) error

// Table maps capabilities to steps.
type Table map[string]Step

type lackError string

func (e lackError) Error() string { return string(e) }

// Lacks stands in the table for what the client does not have.
func Lacks(reason string) Step {
	return func(context.Context, *Scope) error { return lackError(reason) }
}

type identity struct {
	Client  string `json:"client"`
	Version string `json:"version"`
}

type result struct {
	Capability string   `json:"capability"`
	Outcome    string   `json:"outcome"`
	Reason     string   `json:"reason,omitempty"`
	Variations []string `json:"variations,omitempty"`
}

// Main does the capabilities named on the command line, with the client that lives in the given module.
func Main(client, module string, table Table) {
	bootstrap := flag.String("bootstrap", "", "address of a broker, HOST:PORT")
	prefix := flag.String("prefix", "scenario", "what names of topics and groups begin with")
	flag.Parse()
	if *bootstrap == "" {
		log.Fatal("--bootstrap is missing")
	}
	report := json.NewEncoder(os.Stdout)
	say(report, identity{Client: client, Version: version(module)})
	for _, capability := range flag.Args() {
		scope := &Scope{Bootstrap: *bootstrap, Name: *prefix + "-" + capability}
		start := time.Now()
		outcome := attempt(table[capability], scope)
		outcome.Capability = capability
		say(report, outcome)
		fmt.Fprintf(os.Stderr, "%s: %s in %.1f s\n", capability, outcome.Outcome, time.Since(start).Seconds())
	}
}

func say(report *json.Encoder, line any) {
	if err := report.Encode(line); err != nil {
		log.Fatal(err)
	}
}

// version is the one that the build resolved.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	at := slices.IndexFunc(info.Deps, func(dependency *debug.Module) bool { return dependency.Path == module })
	if at < 0 {
		return "unknown"
	}
	return strings.TrimPrefix(info.Deps[at].Version, "v")
}

func attempt(step Step, scope *Scope) result {
	if step == nil {
		return result{Outcome: "fail", Reason: "not implemented in this program"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- guarded(ctx, step, scope) }()
	select {
	case err := <-done:
		return judged(err, scope)
	case <-time.After(limit + grace):
		return result{Outcome: "fail", Reason: fmt.Sprintf("hangs: no outcome after %v", limit+grace)}
	}
}

// guarded makes a panic of the client a failure of this capability alone.
func guarded(ctx context.Context, step Step, scope *Scope) (err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fmt.Errorf("panic: %v", panicked)
			_, _ = io.WriteString(os.Stderr, string(debug.Stack()))
		}
	}()
	return step(ctx, scope)
}

func judged(err error, scope *Scope) result {
	var lack lackError
	switch {
	case err == nil:
		return result{Outcome: "pass", Variations: scope.variations}
	case errors.As(err, &lack):
		return result{Outcome: "lacks", Reason: string(lack)}
	default:
		return result{Outcome: "fail", Reason: err.Error(), Variations: scope.variations}
	}
}
