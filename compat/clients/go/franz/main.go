// Command franz-go does the scenario of compat/README.md with franz-go.
package main

import (
	"github.com/twmb/franz-go/pkg/kgo"

	"wirebroker/compat/clients/go/scenario"
)

func main() {
	scenario.Main("franz-go", "github.com/twmb/franz-go", scenario.Table{
		"create-topic":                  step(createTopic),
		"describe-topic":                step(describeTopic),
		"describe-configs":              step(describeConfigs),
		"alter-configs":                 step(alterConfigs),
		"add-partitions":                step(addPartitions),
		"delete-topic":                  step(deleteTopic),
		"delete-records":                step(deleteRecords),
		"list-offsets":                  step(listOffsets),
		"offsets-for-times":             step(offsetsForTimes),
		"list-groups":                   step(listGroups),
		"describe-group":                step(describeGroup),
		"group-offsets":                 step(groupOffsets),
		"delete-group":                  step(deleteGroup),
		"produce-none":                  step(produce(kgo.NoCompression())),
		"produce-gzip":                  step(produce(kgo.GzipCompression())),
		"produce-snappy":                step(produce(kgo.SnappyCompression())),
		"produce-lz4":                   step(produce(kgo.Lz4Compression())),
		"produce-zstd":                  step(produce(kgo.ZstdCompression())),
		"acks-0-and-1":                  step(acks),
		"partitioner":                   step(partitioner),
		"idempotence":                   step(idempotence),
		"assign":                        step(assign),
		"seek":                          step(seek),
		"commit-resume":                 step(commitResume),
		"long-poll":                     step(longPoll),
		"group-range":                   step(shared(kgo.RangeBalancer())),
		"group-roundrobin":              step(shared(kgo.RoundRobinBalancer())),
		"group-sticky":                  step(shared(kgo.StickyBalancer())),
		"group-cooperative":             step(shared(kgo.CooperativeStickyBalancer())),
		"static-membership":             step(staticMembership),
		"kip-848":                       step(consumerProtocol),
		"txn-commit":                    step(transactionCommit),
		"txn-abort":                     step(transactionAbort),
		"txn-consume-transform-produce": step(consumeTransformProduce),
		"error-topic-exists":            step(topicExists),
		"error-unknown-topic":           step(unknownTopic),
		"error-invalid-topic":           step(invalidTopic),
		"error-invalid-config":          step(invalidConfig),
		"error-too-large":               step(tooLarge),
		"error-out-of-range":            step(outOfRange),
		"error-fenced-instance":         step(fencedInstance),
		"error-fenced-producer":         step(fencedProducer),
	})
}
