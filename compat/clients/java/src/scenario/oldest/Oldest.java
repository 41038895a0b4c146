package scenario.oldest;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import scenario.Await;
import scenario.Capability;
import scenario.Release;
import scenario.Stage;

/** As it was at the end of 2018. */
final class Oldest implements Release {
    @Override
    public Map<String, Capability> capabilities() {
        return Map.of();
    }

    @Override
    public Map<String, String> lacks() {
        return Map.of(
                "group-cooperative", "CooperativeStickyAssignor came with 2.4",
                "static-membership", "group.instance.id came with 2.3",
                "error-fenced-instance", "group.instance.id came with 2.3",
                "kip-848", "group.protocol came with 3.7");
    }

    @Override
    public Map<String, TopicDescription> describeTopics(AdminClient admin, Collection<String> topics) throws Exception {
        return Await.answer(admin.describeTopics(topics).all());
    }

    /** All that the topic had set goes back to the defaults: incremental changes came with 2.3. */
    @Override
    public void setTopicConfig(AdminClient admin, String topic, String name, String value) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Await.answer(admin.alterConfigs(Map.of(resource, new Config(List.of(new ConfigEntry(name, value))))).all());
    }

    @Override
    public Collection<String> listGroups(AdminClient admin) throws Exception {
        return Await.answer(admin.listConsumerGroups().all()).stream().map(ConsumerGroupListing::groupId).toList();
    }

    @Override
    public String stateOf(ConsumerGroupDescription group) {
        return group.state().toString();
    }

    /** By a consumer outside of the group's membership: the admin client could not before 2.5. */
    @Override
    public void setGroupOffset(Stage stage, String group, TopicPartition partition, long offset) {
        try (var consumer = stage.consumer(Map.of("group.id", group))) {
            consumer.assign(List.of(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(offset)));
        }
    }

    @Override
    public OffsetAndMetadata committed(Consumer<?, ?> consumer, TopicPartition partition) {
        return consumer.committed(partition);
    }

    @Override
    public void sendOffsetsToTransaction(
            Producer<?, ?> producer,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            Consumer<?, ?> consumer,
            String group) {
        producer.sendOffsetsToTransaction(offsets, group);
    }

    @Override
    public Set<Class<? extends Exception>> fencedProducerErrors() {
        return Set.of(ProducerFencedException.class);
    }
}
