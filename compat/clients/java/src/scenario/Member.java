package scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A member of a group: its consumer, the records that it got and how often its assignment changed. */
public final class Member implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Stage stage;
    private final Consumer<String, String> consumer;
    private final List<ConsumerRecord<String, String>> records = new ArrayList<>();
    private int rebalances;

    public Member(Stage stage, Consumer<String, String> consumer) {
        this.stage = stage;
        this.consumer = consumer;
    }

    /** To the capability's own topic. */
    public void subscribe() {
        consumer.subscribe(List.of(stage.name()), new ConsumerRebalanceListener() {
            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                rebalances++;
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                rebalances++;
            }
        });
    }

    /** Takes part in the group for a moment, so that several members can do so in turn. */
    public void poll() {
        consumer.poll(POLL).forEach(records::add);
    }

    public Set<TopicPartition> assignment() {
        return Set.copyOf(consumer.assignment());
    }

    public List<ConsumerRecord<String, String>> records() {
        return records;
    }

    public int rebalances() {
        return rebalances;
    }

    public void commit() {
        consumer.commitSync();
    }

    public Consumer<String, String> consumer() {
        return consumer;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
