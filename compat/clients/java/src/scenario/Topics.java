package scenario;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/** Topics and their configuration, by the admin client. */
public final class Topics {
    private static final Map<String, String> AN_HOUR = Map.of("retention.ms", "3600000");

    private Topics() {
    }

    static void create(Stage stage) throws Exception {
        stage.createTopic(stage.name(), 3, AN_HOUR);
        Await.until("3 partitions with leaders", () -> {
            var partitions = describe(stage, stage.name()).partitions();
            return partitions.size() == 3 && partitions.stream().noneMatch(partition -> isNobody(partition.leader()));
        });
    }

    public static void describe(Stage stage) throws Exception {
        stage.createTopic(3);
        var cluster = stage.admin().describeCluster();
        List<Node> nodes = List.copyOf(Await.answer(cluster.nodes()));
        Mismatch.unless(!Await.answer(cluster.clusterId()).isEmpty(), "no cluster id");
        Mismatch.unless(nodes.contains(Await.answer(cluster.controller())), "the controller is none of the brokers");
        TopicDescription topic = describe(stage, stage.name());
        Mismatch.unlessEqual("internal", false, topic.isInternal());
        var numbers = topic.partitions().stream().map(TopicPartitionInfo::partition).toList();
        Mismatch.unlessEqual("partitions", List.of(0, 1, 2), numbers);
        for (TopicPartitionInfo partition : topic.partitions()) {
            Mismatch.unless(nodes.contains(partition.leader()), "the leader is none of the brokers: " + partition);
            Mismatch.unlessEqual("replicas", List.of(partition.leader()), partition.replicas());
            Mismatch.unlessEqual("in-sync replicas", List.of(partition.leader()), partition.isr());
        }
    }

    static TopicDescription describe(Stage stage, String topic) throws Exception {
        return stage.release().describeTopics(stage.admin(), Set.of(topic)).get(topic);
    }

    private static boolean isNobody(Node node) {
        return node == null || node.isEmpty();
    }

    static void describeConfigs(Stage stage) throws Exception {
        stage.createTopic(stage.name(), 1, AN_HOUR);
        Config config = config(stage.admin(), stage.name());
        Mismatch.unlessEqual("retention.ms", "3600000", config.get("retention.ms").value());
        Mismatch.unlessEqual("retention.ms is the default", false, config.get("retention.ms").isDefault());
        Mismatch.unlessEqual("max.message.bytes", "1048588", config.get("max.message.bytes").value());
        Mismatch.unlessEqual("max.message.bytes is the default", true, config.get("max.message.bytes").isDefault());
    }

    public static void alterConfigs(Stage stage) throws Exception {
        stage.createTopic(stage.name(), 1, AN_HOUR);
        stage.release().setTopicConfig(stage.admin(), stage.name(), "max.message.bytes", "123456");
        Await.until("the new max.message.bytes", () -> "123456".equals(
                config(stage.admin(), stage.name()).get("max.message.bytes").value()));
    }

    public static Config config(AdminClient admin, String topic) throws Exception {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return Await.answer(admin.describeConfigs(Set.of(resource)).all()).get(resource);
    }

    static void addPartitions(Stage stage) throws Exception {
        stage.createTopic(1);
        Await.answer(stage.admin().createPartitions(Map.of(stage.name(), NewPartitions.increaseTo(4))).all());
        Await.until("4 partitions", () -> describe(stage, stage.name()).partitions().size() == 4);
        try (var producer = stage.producer(Map.of())) {
            var places = Records.send(producer, List.of(new ProducerRecord<>(stage.name(), 3, "key", "value")));
            Mismatch.unlessEqual("partition", 3, places.get(0).partition());
            Mismatch.unlessEqual("offset", 0L, places.get(0).offset());
        }
    }

    static void delete(Stage stage) throws Exception {
        stage.createTopic(1);
        String other = stage.name("other");
        stage.createTopic(other, 1, Map.of());
        Await.answer(stage.admin().deleteTopics(Set.of(stage.name())).all());
        Await.until("the topic's end", () -> !stage.isListed(stage.name()));
        Set<String> left = new HashSet<>(Await.answer(stage.admin().listTopics().names()));
        Mismatch.unless(left.contains(other), "another topic is gone as well");
    }
}
