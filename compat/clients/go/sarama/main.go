// Command sarama does the scenario of compat/README.md with Sarama.
package main

import (
	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

func main() {
	scenario.Main("sarama", "github.com/IBM/sarama", scenario.Table{
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
		"produce-none":                  step(produce(sarama.CompressionNone)),
		"produce-gzip":                  step(produce(sarama.CompressionGZIP)),
		"produce-snappy":                step(produce(sarama.CompressionSnappy)),
		"produce-lz4":                   step(produce(sarama.CompressionLZ4)),
		"produce-zstd":                  step(produce(sarama.CompressionZSTD)),
		"acks-0-and-1":                  step(acks),
		"partitioner":                   step(partitioner),
		"idempotence":                   step(idempotence),
		"assign":                        step(assign),
		"seek":                          step(seek),
		"commit-resume":                 step(commitResume),
		"long-poll":                     step(longPoll),
		"group-range":                   step(shared(sarama.NewBalanceStrategyRange())),
		"group-roundrobin":              step(shared(sarama.NewBalanceStrategyRoundRobin())),
		"group-sticky":                  step(shared(sarama.NewBalanceStrategySticky())),
		"group-cooperative":             step(shared(sarama.NewBalanceStrategyCooperativeSticky())),
		"static-membership":             step(staticMembership),
		"kip-848":                       scenario.Lacks("the consumer group protocol of KIP-848 is not in this client"),
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
