// Throughput through librdkafka, one partition:  load produce|consume BOOTSTRAP TOPIC VALUE_BYTES COUNT
// and librdkafka's mock cluster:                 load mock TOPIC...     (prints its bootstrap address, runs until killed)
// Prints one line: MB/s and records/s. Exit status 0 only if every record was delivered or seen.
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_SECONDS = 300, BATCH = 10000 };

static long delivered, failed;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque) {
    (void)rk, (void)opaque;
    if (message->err) failed++; else delivered++;
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why)) { fprintf(stderr, "%s\n", why); exit(2); }
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf) {
    char why[512];
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (!rk) { fprintf(stderr, "%s\n", why); exit(2); }
    return rk;
}

static int mock(int topics, char **names) {
    rd_kafka_t *rk = client(RD_KAFKA_PRODUCER, rd_kafka_conf_new());
    rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(rk, 1);
    for (int i = 0; i < topics; i++) rd_kafka_mock_topic_create(cluster, names[i], 1, 1);
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(cluster));
    fflush(stdout);
    pause();
    return 0;
}

static long produce(rd_kafka_t *rk, rd_kafka_topic_t *topic, char *value, size_t size, long count, double start) {
    for (long i = 0; i < count; i++) {
        while (rd_kafka_produce(topic, 0, 0, value, size, NULL, 0, NULL) == -1) rd_kafka_poll(rk, 10);
        if (i % 1000 == 0) rd_kafka_poll(rk, 0);
    }
    while (delivered + failed < count && now() - start < PATIENCE_SECONDS) rd_kafka_poll(rk, 20);
    return delivered;
}

static long consume(rd_kafka_topic_t *topic, size_t size, long count, double start) {
    static rd_kafka_message_t *messages[BATCH];
    long got = 0;
    rd_kafka_consume_start(topic, 0, RD_KAFKA_OFFSET_BEGINNING);
    while (got < count && now() - start < PATIENCE_SECONDS) {
        ssize_t n = rd_kafka_consume_batch(topic, 0, 500, messages, BATCH);
        for (ssize_t i = 0; i < n; i++) {
            if (!messages[i]->err && messages[i]->len == size) got++;
            rd_kafka_message_destroy(messages[i]);
        }
    }
    rd_kafka_consume_stop(topic, 0);
    return got;
}

int main(int argc, char **argv) {
    if (argc > 2 && !strcmp(argv[1], "mock")) return mock(argc - 2, argv + 2);
    if (argc < 6) { fprintf(stderr, "usage: load produce|consume BOOTSTRAP TOPIC VALUE_BYTES COUNT\n"); return 2; }
    int producing = !strcmp(argv[1], "produce");
    size_t size = (size_t)atol(argv[4]);
    long count = atol(argv[5]);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "bootstrap.servers", argv[2]);
    if (producing) {
        set(conf, "acks", "1");
        set(conf, "linger.ms", "5");
        set(conf, "batch.num.messages", "10000");
        set(conf, "batch.size", "1000000");
        set(conf, "queue.buffering.max.messages", "1000000");
        set(conf, "queue.buffering.max.kbytes", "1048576");
        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    } else {
        set(conf, "group.id", "load");
        set(conf, "fetch.message.max.bytes", "1048576");
        set(conf, "queued.max.messages.kbytes", "1048576");
        set(conf, "enable.auto.commit", "false");
    }
    rd_kafka_t *rk = client(producing ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(rk, argv[3], NULL);
    const struct rd_kafka_metadata *metadata;
    rd_kafka_metadata(rk, 0, topic, &metadata, 10000);
    char *value = malloc(size);
    for (size_t i = 0; i < size; i++) value[i] = (char)('a' + i % 23);
    double start = now();
    long got = producing ? produce(rk, topic, value, size, count, start) : consume(topic, size, count, start);
    double seconds = now() - start;
    printf("%.1f MB/s %.0f records/s\n", (double)got * (double)size / seconds / 1e6, (double)got / seconds);
    if (got < count) fprintf(stderr, "%ld of %ld records, %ld failed\n", got, count, failed);
    return got < count;
}
