// Load of small requests on plain sockets: smallreq HOST PORT FRAMEFILE CONNECTIONS IN_FLIGHT SECONDS
// FRAMEFILE holds one whole request frame, length prefix included; it is sent over and over, IN_FLIGHT of them at a time on
// each connection. Prints one line: requests/s, p50 and p99 in microseconds. Any error code in a Produce answer is not looked at:
// the caller checks the log's end afterwards.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_IN_FLIGHT = 64, BUFFER = 65536, MAX_SAMPLES = 1 << 23 };

typedef struct {
    int fd;
    double sent[MAX_IN_FLIGHT];
    unsigned head, tail;
    size_t n;
    unsigned char buffer[BUFFER];
} connection;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int ascending(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void die(const char *what) { perror(what); exit(1); }

static void send_frames(connection *c, const unsigned char *frames, size_t frame, int count, double t) {
    for (int i = 0; i < count; i++) c->sent[c->head++ % MAX_IN_FLIGHT] = t;
    size_t size = frame * (size_t)count, at = 0;
    while (at < size) {
        ssize_t k = write(c->fd, frames + at, size - at);
        if (k <= 0) die("write");
        at += (size_t)k;
    }
}

static int take_answers(connection *c, float *latency, size_t *samples, double t) {
    ssize_t r = recv(c->fd, c->buffer + c->n, sizeof c->buffer - c->n, MSG_DONTWAIT);
    if (r <= 0) { fprintf(stderr, "closed by the broker\n"); exit(1); }
    c->n += (size_t)r;
    size_t at = 0;
    int got = 0;
    while (c->n - at >= 4) {
        uint32_t size;
        memcpy(&size, c->buffer + at, 4);
        size = ntohl(size);
        if (c->n - at < 4 + (size_t)size) break;
        at += 4 + (size_t)size;
        if (*samples < MAX_SAMPLES) latency[(*samples)++] = (float)(t - c->sent[c->tail % MAX_IN_FLIGHT]);
        c->tail++;
        got++;
    }
    memmove(c->buffer, c->buffer + at, c->n - at);
    c->n -= at;
    return got;
}

int main(int argc, char **argv) {
    if (argc != 7) { fprintf(stderr, "usage: smallreq HOST PORT FRAMEFILE CONNECTIONS IN_FLIGHT SECONDS\n"); return 2; }
    static unsigned char frame[BUFFER];
    FILE *file = fopen(argv[3], "rb");
    if (!file) die(argv[3]);
    size_t size = fread(frame, 1, sizeof frame, file);
    fclose(file);
    int connections = atoi(argv[4]), in_flight = atoi(argv[5]);
    double seconds = atof(argv[6]);
    unsigned char *burst = malloc(size * (size_t)in_flight);
    for (int i = 0; i < in_flight; i++) memcpy(burst + size * (size_t)i, frame, size);
    connection *all = calloc((size_t)connections, sizeof *all);
    float *latency = malloc(MAX_SAMPLES * sizeof *latency);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
    inet_pton(AF_INET, argv[1], &address.sin_addr);
    int ep = epoll_create1(0);
    for (int i = 0; i < connections; i++) {
        all[i].fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(all[i].fd, (void *)&address, sizeof address)) die("connect");
        setsockopt(all[i].fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        epoll_ctl(ep, EPOLL_CTL_ADD, all[i].fd, &e);
    }
    double start = now(), end = start + seconds;
    size_t samples = 0;
    unsigned long done = 0;
    for (int i = 0; i < connections; i++) send_frames(&all[i], burst, size, in_flight, start);
    struct epoll_event ready[256];
    while (now() < end) {
        int n = epoll_wait(ep, ready, 256, 100);
        for (int i = 0; i < n; i++) {
            connection *c = &all[ready[i].data.u32];
            double t = now();
            int got = take_answers(c, latency, &samples, t);
            done += (unsigned long)got;
            if (got) send_frames(c, burst, size, got, t);
        }
    }
    double elapsed = now() - start;
    qsort(latency, samples, sizeof *latency, ascending);
    printf("%.0f requests/s p50 %.0f us p99 %.0f us\n", (double)done / elapsed, samples ? latency[samples / 2] * 1e6 : 0,
           samples ? latency[samples * 99 / 100] * 1e6 : 0);
    return 0;
}
