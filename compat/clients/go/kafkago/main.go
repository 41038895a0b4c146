// Command kafka-go does the scenario of compat/README.md with segmentio's kafka-go.
package main

import (
	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

const noProducerID = "its record batches carry no producer id, in whatever way they are written"

func main() {
	scenario.Main("kafka-go", "github.com/segmentio/kafka-go", scenario.Table{
		"create-topic":                  step(createTopic),
		"describe-topic":                step(describeTopic),
		"describe-configs":              step(describeConfigs),
		"alter-configs":                 step(alterConfigs),
		"add-partitions":                step(addPartitions),
		"delete-topic":                  step(deleteTopic),
		"delete-records":                scenario.Lacks("no DeleteRecords request in this client"),
		"list-offsets":                  step(listOffsets),
		"offsets-for-times":             step(offsetsForTimes),
		"list-groups":                   step(listGroups),
		"describe-group":                step(describeGroup),
		"group-offsets":                 step(groupOffsets),
		"delete-group":                  step(deleteGroup),
		"produce-none":                  step(produce(0)),
		"produce-gzip":                  step(produce(kafka.Gzip)),
		"produce-snappy":                step(produce(kafka.Snappy)),
		"produce-lz4":                   step(produce(kafka.Lz4)),
		"produce-zstd":                  step(produce(kafka.Zstd)),
		"acks-0-and-1":                  step(acks),
		"partitioner":                   step(partitioner),
		"idempotence":                   scenario.Lacks(noProducerID),
		"assign":                        step(assign),
		"seek":                          step(seek),
		"commit-resume":                 step(commitResume),
		"long-poll":                     step(longPoll),
		"group-range":                   step(shared(kafka.RangeGroupBalancer{})),
		"group-roundrobin":              step(shared(kafka.RoundRobinGroupBalancer{})),
		"group-sticky":                  scenario.Lacks("no sticky assignor in this client"),
		"group-cooperative":             scenario.Lacks("no cooperative rebalancing in this client"),
		"static-membership":             scenario.Lacks("the consumer groups of this client have no instance ids"),
		"kip-848":                       scenario.Lacks("the consumer group protocol of KIP-848 is not in this client"),
		"txn-commit":                    scenario.Lacks(noProducerID),
		"txn-abort":                     scenario.Lacks(noProducerID),
		"txn-consume-transform-produce": scenario.Lacks(noProducerID),
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
