package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/segmentio/kafka-go"

	"wirebroker/compat/clients/go/scenario"
)

func retention(milliseconds string) []kafka.ConfigEntry {
	return []kafka.ConfigEntry{{ConfigName: "retention.ms", ConfigValue: milliseconds}}
}

// forever is for records that come from years ago: else retention takes them away, when it next looks.
var forever = retention("-1")

func (w *work) create(ctx context.Context, topic string, partitions int, entries []kafka.ConfigEntry) error {
	response, err := w.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{
		Topic: topic, NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: entries,
	}}})
	if err != nil {
		return err
	}
	return response.Errors[topic]
}

// newTopic returns when metadata lists every partition with a leader.
func (w *work) newTopic(ctx context.Context, topic string, partitions int, entries []kafka.ConfigEntry) error {
	if err := w.create(ctx, topic, partitions, entries); err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	return w.listed(ctx, topic, partitions)
}

func (w *work) listed(ctx context.Context, topic string, partitions int) error {
	return scenario.Eventually(ctx, "partitions with leaders", func(ctx context.Context) (bool, error) {
		metadata, err := w.metadata(ctx, topic)
		if err != nil {
			return false, err
		}
		all := metadata.Topics[0].Partitions
		leaderless := func(p kafka.Partition) bool { return p.Error != nil || p.Leader.Host == "" }
		return len(all) == partitions && !slices.ContainsFunc(all, leaderless), nil
	})
}

func (w *work) metadata(ctx context.Context, topic string) (*kafka.MetadataResponse, error) {
	metadata, err := w.client.Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	if err := metadata.Topics[0].Error; err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return metadata, nil
}

func createTopic(ctx context.Context, w *work) error {
	return w.newTopic(ctx, w.Name, 3, retention("3600000"))
}

func describeTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 3, nil); err != nil {
		return err
	}
	metadata, err := w.metadata(ctx, w.Name)
	if err != nil {
		return err
	}
	known := func(id int) bool {
		return slices.ContainsFunc(metadata.Brokers, func(broker kafka.Broker) bool { return broker.ID == id })
	}
	if metadata.ClusterID == "" || !known(metadata.Controller.ID) {
		return fmt.Errorf("cluster id %q, controller %v", metadata.ClusterID, metadata.Controller)
	}
	numbers := map[int]bool{}
	for _, p := range metadata.Topics[0].Partitions {
		numbers[p.ID] = true
		if !known(p.Leader.ID) || len(p.Replicas) != 1 || p.Replicas[0].ID != p.Leader.ID {
			return fmt.Errorf("partition %d: leader %v, replicas %v", p.ID, p.Leader, p.Replicas)
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
	return w.configured(ctx, map[string]string{"retention.ms": "3600000", "max.message.bytes": "1048588"})
}

func (w *work) configured(ctx context.Context, want map[string]string) error {
	response, err := w.client.DescribeConfigs(ctx, &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{ResourceType: kafka.ResourceTypeTopic, ResourceName: w.Name}},
	})
	if err != nil {
		return fmt.Errorf("describe configs: %w", err)
	}
	if len(response.Resources) != 1 || response.Resources[0].Error != nil {
		return fmt.Errorf("describe configs: %+v", response.Resources)
	}
	values := map[string]string{}
	for _, entry := range response.Resources[0].ConfigEntries {
		values[entry.ConfigName] = entry.ConfigValue
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
	response, err := w.client.IncrementalAlterConfigs(ctx, &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic,
			ResourceName: w.Name,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{
				{Name: "max.message.bytes", Value: "123456", ConfigOperation: kafka.ConfigOperationSet},
			},
		}},
	})
	if err != nil {
		return fmt.Errorf("alter configs: %w", err)
	}
	if len(response.Resources) != 1 || response.Resources[0].Error != nil {
		return fmt.Errorf("alter configs: %+v", response.Resources)
	}
	return scenario.Eventually(ctx, "the altered config", func(ctx context.Context) (bool, error) {
		err := w.configured(ctx, map[string]string{"max.message.bytes": "123456", "retention.ms": "3600000"})
		return err == nil, err
	})
}

func addPartitions(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	response, err := w.client.CreatePartitions(ctx, &kafka.CreatePartitionsRequest{
		Topics: []kafka.TopicPartitionsConfig{{Name: w.Name, Count: 4}},
	})
	if err != nil {
		return fmt.Errorf("create partitions: %w", err)
	}
	if err := response.Errors[w.Name]; err != nil {
		return fmt.Errorf("create partitions: %w", err)
	}
	if err := w.listed(ctx, w.Name, 4); err != nil {
		return err
	}
	return w.send(ctx, w.writer, 3, scenario.Numbered(0, 1))
}

func deleteTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	if err := w.delete(ctx); err != nil {
		return fmt.Errorf("delete topic: %w", err)
	}
	return scenario.Eventually(ctx, "metadata without the topic", func(ctx context.Context) (bool, error) {
		_, err := w.metadata(ctx, w.Name)
		if errors.Is(err, kafka.UnknownTopicOrPartition) {
			return true, nil
		}
		return false, err
	})
}

func (w *work) delete(ctx context.Context) error {
	response, err := w.client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: []string{w.Name}})
	if err != nil {
		return err
	}
	return response.Errors[w.Name]
}

func topicExists(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	return scenario.Expect(w.create(ctx, w.Name, 1, nil), kafka.TopicAlreadyExists)
}

func unknownTopic(ctx context.Context, w *work) error {
	return scenario.Expect(w.delete(ctx), kafka.UnknownTopicOrPartition)
}

func invalidTopic(ctx context.Context, w *work) error {
	return scenario.Expect(w.create(ctx, "not/legal", 1, nil), kafka.InvalidTopic)
}

func invalidConfig(ctx context.Context, w *work) error {
	return scenario.Expect(w.create(ctx, w.Name, 1, retention("abc")), kafka.InvalidConfiguration)
}
