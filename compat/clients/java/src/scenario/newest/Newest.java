package scenario.newest;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import scenario.Await;
import scenario.Capability;
import scenario.Membership;
import scenario.Release;
import scenario.Stage;

/** The admin client's paths of today: topics by DescribeTopicPartitions, groups of every type, incremental changes. */
final class Newest implements Release {
    @Override
    public Map<String, Capability> capabilities() {
        return Map.of(
                "describe-topic", MoreAdmin::describeTopic,
                "alter-configs", MoreAdmin::alterConfigs,
                "list-offsets", MoreAdmin::listOffsets,
                "list-groups", MoreGroups::list,
                "group-offsets", MoreGroups::offsets,
                "delete-group", MoreGroups::delete,
                "group-cooperative", stage -> Membership.twoMembers(stage, "CooperativeStickyAssignor"),
                "static-membership", MoreMembership::staticMembers,
                "kip-848", MoreMembership::consumerProtocol,
                "error-fenced-instance", MoreMembership::fencedInstance);
    }

    @Override
    public Map<String, String> lacks() {
        return Map.of();
    }

    @Override
    public Map<String, TopicDescription> describeTopics(AdminClient admin, Collection<String> topics) throws Exception {
        return Await.answer(admin.describeTopics(topics).allTopicNames());
    }

    @Override
    public void setTopicConfig(AdminClient admin, String topic, String name, String value) throws Exception {
        var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Await.answer(admin.incrementalAlterConfigs(Map.of(resource, Set.of(change))).all());
    }

    @Override
    public Collection<String> listGroups(AdminClient admin) throws Exception {
        return Await.answer(admin.listGroups().all()).stream().map(GroupListing::groupId).toList();
    }

    @Override
    public String stateOf(ConsumerGroupDescription group) {
        return group.groupState().toString();
    }

    @Override
    public void setGroupOffset(Stage stage, String group, TopicPartition partition, long offset) throws Exception {
        var offsets = Map.of(partition, new OffsetAndMetadata(offset));
        Await.answer(stage.admin().alterConsumerGroupOffsets(group, offsets).all());
    }

    @Override
    public OffsetAndMetadata committed(Consumer<?, ?> consumer, TopicPartition partition) {
        return consumer.committed(Set.of(partition)).get(partition);
    }

    @Override
    public void sendOffsetsToTransaction(
            Producer<?, ?> producer,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            Consumer<?, ?> consumer,
            String group) {
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
    }

    @Override
    public Set<Class<? extends Exception>> fencedProducerErrors() {
        return Set.of(ProducerFencedException.class, InvalidProducerEpochException.class);
    }
}
