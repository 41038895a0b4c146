package scenario;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;

/** What the releases of kafka-clients do in different ways, and what they have or lack. */
public interface Release {
    /** Capabilities of this release alone, and what it does beyond the common ones, which these replace. */
    Map<String, Capability> capabilities();

    /** Capabilities that this release lacks, with the reason. */
    Map<String, String> lacks();

    Map<String, TopicDescription> describeTopics(AdminClient admin, Collection<String> topics) throws Exception;

    void setTopicConfig(AdminClient admin, String topic, String name, String value) throws Exception;

    Collection<String> listGroups(AdminClient admin) throws Exception;

    String stateOf(ConsumerGroupDescription group);

    void setGroupOffset(Stage stage, String group, TopicPartition partition, long offset) throws Exception;

    OffsetAndMetadata committed(Consumer<?, ?> consumer, TopicPartition partition);

    void sendOffsetsToTransaction(
            Producer<?, ?> producer,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            Consumer<?, ?> consumer,
            String group);

    /** What a producer's transaction ends with when another one has taken over its transactional id. */
    Set<Class<? extends Exception>> fencedProducerErrors();
}
