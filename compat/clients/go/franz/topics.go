package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	"wirebroker/compat/clients/go/scenario"
)

type configs map[string]*string

func retention(milliseconds string) configs {
	return configs{"retention.ms": &milliseconds}
}

// forever is for records that come from years ago: else retention takes them away, when it next looks.
var forever = retention("-1")

// newTopic returns when metadata lists every partition with a leader.
func (w *work) newTopic(ctx context.Context, topic string, partitions int32, configs configs) error {
	if _, err := w.admin.CreateTopic(ctx, partitions, 1, configs, topic); err != nil {
		return fmt.Errorf("create topic: %w", err)
	}
	return w.listed(ctx, topic, int(partitions))
}

func (w *work) listed(ctx context.Context, topic string, partitions int) error {
	return scenario.Eventually(ctx, "partitions with leaders", func(ctx context.Context) (bool, error) {
		topics, err := w.admin.ListTopics(ctx, topic)
		if err != nil {
			return false, err
		}
		leaderless := func(p kadm.PartitionDetail) bool { return p.Err != nil || p.Leader < 0 }
		detail := topics[topic]
		all := detail.Partitions.Sorted()
		return len(all) == partitions && !slices.ContainsFunc(all, leaderless), detail.Err
	})
}

func createTopic(ctx context.Context, w *work) error {
	return w.newTopic(ctx, w.Name, 3, retention("3600000"))
}

func describeTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 3, nil); err != nil {
		return err
	}
	metadata, err := w.admin.Metadata(ctx, w.Name)
	if err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	brokers := metadata.Brokers.NodeIDs()
	if metadata.Cluster == "" || !slices.Contains(brokers, metadata.Controller) {
		return fmt.Errorf("cluster id %q, controller %d of brokers %v", metadata.Cluster, metadata.Controller, brokers)
	}
	partitions := metadata.Topics[w.Name].Partitions
	if numbers := partitions.Numbers(); !slices.Equal(numbers, []int32{0, 1, 2}) {
		return fmt.Errorf("partitions %v", numbers)
	}
	for _, p := range partitions {
		if !slices.Contains(brokers, p.Leader) || !slices.Equal(p.Replicas, []int32{p.Leader}) {
			return fmt.Errorf("partition %d: leader %d, replicas %v", p.Partition, p.Leader, p.Replicas)
		}
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
	described, err := w.admin.DescribeTopicConfigs(ctx, w.Name)
	if err != nil {
		return fmt.Errorf("describe configs: %w", err)
	}
	resource, err := described.On(w.Name, nil)
	if err := errors.Join(err, resource.Err); err != nil {
		return fmt.Errorf("describe configs: %w", err)
	}
	values := map[string]string{}
	for _, config := range resource.Configs {
		values[config.Key] = config.MaybeValue()
	}
	for key, value := range want {
		if values[key] != value {
			return fmt.Errorf("%s is %q, not %q", key, values[key], value)
		}
	}
	return nil
}

func alterConfigs(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, retention("3600000")); err != nil {
		return err
	}
	change := kadm.AlterConfig{Op: kadm.SetConfig, Name: "max.message.bytes", Value: kadm.StringPtr("123456")}
	altered, err := w.admin.AlterTopicConfigs(ctx, []kadm.AlterConfig{change}, w.Name)
	if err != nil {
		return fmt.Errorf("alter configs: %w", err)
	}
	if resource, err := altered.On(w.Name, nil); err != nil || resource.Err != nil {
		return fmt.Errorf("alter configs: %w", errors.Join(err, resource.Err))
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
	responses, err := w.admin.UpdatePartitions(ctx, 4, w.Name)
	if err := errors.Join(err, responses.Error()); err != nil {
		return fmt.Errorf("create partitions: %w", err)
	}
	if err := w.listed(ctx, w.Name, 4); err != nil {
		return err
	}
	record := &kgo.Record{Topic: w.Name, Partition: 3, Value: []byte("on the new one")}
	if err := w.client.ProduceSync(ctx, record).FirstErr(); err != nil {
		return fmt.Errorf("produce to partition 3: %w", err)
	}
	return nil
}

func deleteTopic(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	if _, err := w.admin.DeleteTopic(ctx, w.Name); err != nil {
		return fmt.Errorf("delete topic: %w", err)
	}
	return scenario.Eventually(ctx, "a list without the topic", func(ctx context.Context) (bool, error) {
		topics, err := w.admin.ListTopics(ctx)
		return err == nil && !topics.Has(w.Name), err
	})
}

func topicExists(ctx context.Context, w *work) error {
	if err := w.newTopic(ctx, w.Name, 1, nil); err != nil {
		return err
	}
	_, err := w.admin.CreateTopic(ctx, 1, 1, nil, w.Name)
	return scenario.Expect(err, kerr.TopicAlreadyExists)
}

func unknownTopic(ctx context.Context, w *work) error {
	_, err := w.admin.DeleteTopic(ctx, w.Name)
	return scenario.Expect(err, kerr.UnknownTopicOrPartition)
}

func invalidTopic(ctx context.Context, w *work) error {
	_, err := w.admin.CreateTopic(ctx, 1, 1, nil, "not/legal")
	return scenario.Expect(err, kerr.InvalidTopicException)
}

func invalidConfig(ctx context.Context, w *work) error {
	_, err := w.admin.CreateTopic(ctx, 1, 1, retention("abc"), w.Name)
	return scenario.Expect(err, kerr.InvalidConfig)
}
