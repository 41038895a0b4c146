package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/IBM/sarama"

	"wirebroker/compat/clients/go/scenario"
)

type configs map[string]*string

func retention(milliseconds string) configs {
	return configs{"retention.ms": &milliseconds}
}

// forever is for records that come from years ago: else retention takes them away, when it next looks.
var forever = retention("-1")

func (w *work) create(topic string, partitions int32, entries configs) error {
	detail := &sarama.TopicDetail{NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: entries}
	return w.admin.CreateTopic(topic, detail, false)
}

// newTopic returns when metadata lists every partition with a leader.
func (w *work) newTopic(ctx context.Context, topic string, partitions int32, entries configs) error {
	if err := w.create(topic, partitions, entries); err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	return w.listed(ctx, topic, int(partitions))
}

func (w *work) listed(ctx context.Context, topic string, partitions int) error {
	return scenario.Eventually(ctx, "partitions with leaders", func(context.Context) (bool, error) {
		metadata, err := w.metadata(topic)
		if err != nil {
			return false, err
		}
		leaderless := func(p *sarama.PartitionMetadata) bool { return p.Err != sarama.ErrNoError || p.Leader < 0 }
		return len(metadata.Partitions) == partitions && !slices.ContainsFunc(metadata.Partitions, leaderless), nil
	})
}

func (w *work) metadata(topic string) (*sarama.TopicMetadata, error) {
	topics, err := w.admin.DescribeTopics([]string{topic})
	if err != nil {
		return nil, fmt.Errorf("describe topics: %w", err)
	}
	if topics[0].Err != sarama.ErrNoError {
		return nil, fmt.Errorf("describe topics: %w", topics[0].Err)
	}
	return topics[0], nil
}

func createTopic(ctx context.Context, w *work) error {
	return w.newTopic(ctx, w.Name, 3, retention("3600000"))
}

func describeTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 3, nil); err != nil {
		return err
	}
	brokers, controller, err := w.admin.DescribeCluster()
	if err != nil {
		return fmt.Errorf("describe cluster: %w", err)
	}
	known := func(id int32) bool {
		return slices.ContainsFunc(brokers, func(broker *sarama.Broker) bool { return broker.ID() == id })
	}
	if !known(controller) {
		return fmt.Errorf("controller %d is none of %d brokers", controller, len(brokers))
	}
	metadata, err := w.metadata(w.Name)
	if err != nil {
		return err
	}
	numbers := map[int32]bool{}
	for _, p := range metadata.Partitions {
		numbers[p.ID] = true
		if !known(p.Leader) || !slices.Equal(p.Replicas, []int32{p.Leader}) {
			return fmt.Errorf("partition %d: leader %d, replicas %v", p.ID, p.Leader, p.Replicas)
		}
	}
	if len(numbers) != 3 || !numbers[0] || !numbers[1] || !numbers[2] {
		return fmt.Errorf("partitions %v", numbers)
	}
	return nil
}

func describeConfigs(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, retention("3600000")); err != nil {
		return err
	}
	return w.configured(map[string]string{"retention.ms": "3600000", "max.message.bytes": "1048588"})
}

func (w *work) configured(want map[string]string) error {
	resource := &sarama.ConfigResource{Type: sarama.TopicResource, Name: w.Name}
	results, err := w.admin.DescribeConfigs([]*sarama.ConfigResource{resource}, sarama.DescribeConfigsOptions{})
	if err != nil {
		return fmt.Errorf("describe configs: %w", err)
	}
	if len(results) != 1 || results[0].ErrorCode != sarama.ErrNoError {
		return fmt.Errorf("describe configs: %+v", results)
	}
	values := map[string]string{}
	for _, entry := range results[0].Configs {
		values[entry.Name] = entry.Value
	}
	for name, value := range want {
		if values[name] != value {
			return fmt.Errorf("%s is %q, not %q", name, values[name], value)
		}
	}
	return nil
}

func alterConfigs(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, retention("3600000")); err != nil {
		return err
	}
	limit := "123456"
	entries := map[string]sarama.IncrementalAlterConfigsEntry{
		"max.message.bytes": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &limit},
	}
	if err := w.admin.IncrementalAlterConfig(sarama.TopicResource, w.Name, entries, false); err != nil {
		return fmt.Errorf("alter configs: %w", err)
	}
	return scenario.Eventually(ctx, "the altered config", func(context.Context) (bool, error) {
		err := w.configured(map[string]string{"max.message.bytes": limit, "retention.ms": "3600000"})
		return err == nil, err
	})
}

func addPartitions(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	if err := w.admin.CreatePartitions(w.Name, 4, nil, false); err != nil {
		return fmt.Errorf("create partitions: %w", err)
	}
	if err := w.listed(ctx, w.Name, 4); err != nil {
		return err
	}
	return send(w.producer, w.Name, 3, scenario.Numbered(0, 1))
}

func deleteTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	if err := w.admin.DeleteTopic(w.Name); err != nil {
		return fmt.Errorf("delete topic: %w", err)
	}
	return scenario.Eventually(ctx, "a list without the topic", func(context.Context) (bool, error) {
		topics, err := w.admin.ListTopics()
		_, listed := topics[w.Name]
		return err == nil && !listed, err
	})
}

func topicExists(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	return scenario.Expect(w.create(w.Name, 1, nil), sarama.ErrTopicAlreadyExists)
}

func unknownTopic(_ context.Context, w *work) error {
	return scenario.Expect(w.admin.DeleteTopic(w.Name), sarama.ErrUnknownTopicOrPartition)
}

func invalidTopic(_ context.Context, w *work) error {
	return scenario.Expect(w.create("not/legal", 1, nil), sarama.ErrInvalidTopic)
}

func invalidConfig(_ context.Context, w *work) error {
	return scenario.Expect(w.create(w.Name, 1, retention("abc")), sarama.ErrInvalidConfig)
}
