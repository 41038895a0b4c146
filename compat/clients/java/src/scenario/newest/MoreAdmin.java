package scenario.newest;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicCollection;
import scenario.Await;
import scenario.Mismatch;
import scenario.Offsets;
import scenario.Stage;
import scenario.Topics;

/** What the newest admin client does beyond the common scenario. */
final class MoreAdmin {
    private MoreAdmin() {
    }

    /** By its id as well, which is the same however it is described. */
    static void describeTopic(Stage stage) throws Exception {
        Topics.describe(stage);
        var byName = stage.release().describeTopics(stage.admin(), Set.of(stage.name())).get(stage.name());
        var ids = TopicCollection.ofTopicIds(List.of(byName.topicId()));
        var byId = Await.answer(stage.admin().describeTopics(ids).allTopicIds()).get(byName.topicId());
        Mismatch.unlessEqual("name of the topic with that id", stage.name(), byId.name());
        Mismatch.unlessEqual("partitions of the topic with that id", 3, byId.partitions().size());
    }

    /** What was set at the topic's creation stays. */
    static void alterConfigs(Stage stage) throws Exception {
        Topics.alterConfigs(stage);
        Mismatch.unlessEqual(
                "retention.ms", "3600000", Topics.config(stage.admin(), stage.name()).get("retention.ms").value());
    }

    /** By the admin client as well. */
    static void listOffsets(Stage stage) throws Exception {
        Offsets.list(stage);
        Mismatch.unlessEqual("earliest", 0L, offset(stage, OffsetSpec.earliest()));
        Mismatch.unlessEqual("latest", 10L, offset(stage, OffsetSpec.latest()));
        Mismatch.unlessEqual("offset of the largest timestamp", 9L, offset(stage, OffsetSpec.maxTimestamp()));
    }

    private static long offset(Stage stage, OffsetSpec spec) throws Exception {
        var partition = stage.partition(0);
        return Await.answer(stage.admin().listOffsets(Map.of(partition, spec)).all()).get(partition).offset();
    }
}
