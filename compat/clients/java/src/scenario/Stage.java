package scenario;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Where one capability is performed: the broker, the names of the capability's topics and groups, and clients with the
 * scenario's settings.
 */
public record Stage(String bootstrap, String name, AdminClient admin, Release release) {
    static final int REQUEST_TIMEOUT_MS = 10_000;
    static final int TIMEOUT_MS = (int) Await.PATIENCE.toMillis();

    /** A second topic or group of this capability. */
    public String name(String suffix) {
        return name + "-" + suffix;
    }

    public TopicPartition partition(int number) {
        return new TopicPartition(name, number);
    }

    /** The capability's own topic. Records stay however old their timestamps are. */
    public void createTopic(int partitions) throws Exception {
        createTopic(name, partitions, Map.of("retention.ms", "-1"));
    }

    public void createTopic(String topic, int partitions, Map<String, String> settings) throws Exception {
        var created = new NewTopic(topic, partitions, (short) 1).configs(settings);
        Await.answer(admin.createTopics(List.of(created)).all());
        Await.until(topic + " in the metadata", () -> isListed(topic));
    }

    public boolean isListed(String topic) throws Exception {
        return Await.answer(admin.listTopics().names()).contains(topic);
    }

    public Producer<String, String> producer(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "bootstrap.servers", bootstrap,
                "client.id", name,
                "request.timeout.ms", REQUEST_TIMEOUT_MS,
                "delivery.timeout.ms", TIMEOUT_MS,
                "max.block.ms", TIMEOUT_MS));
        all.putAll(settings);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    public Consumer<String, String> consumer(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "bootstrap.servers", bootstrap,
                "client.id", name,
                "default.api.timeout.ms", TIMEOUT_MS,
                "fetch.max.wait.ms", 100,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false"));
        all.putAll(settings);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    /** A consumer in the capability's group, by the protocol that clients assign the partitions in. */
    public Consumer<String, String> groupConsumer(Map<String, ?> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(
                "group.id", name,
                "session.timeout.ms", 20_000,
                "heartbeat.interval.ms", 500));
        all.putAll(settings);
        return consumer(all);
    }
}
