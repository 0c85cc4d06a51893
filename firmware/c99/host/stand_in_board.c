/*
 * The C99 agent with the stand-in model as a program of this computer, on a pseudo-terminal: what the
 * tests of crates/board drive.
 *
 *   stand_in_board board-agent --port PATH
 *
 * STAND_IN_STEP_US and STAND_IN_CHECK_US in the environment make a step and the check of a new model
 * take that long.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../benchvise_agent.h"
#include "../stand_in/stand_in_model.h"

static int port;
static long step_us, check_us;

static void sleep_us(long us) {
    struct timespec time;
    time.tv_sec = us / 1000000;
    time.tv_nsec = us % 1000000 * 1000;
    while (us > 0 && nanosleep(&time, &time) != 0 && errno == EINTR) {
    }
}

static void spend(bv_phase phase) {
    if (phase == BV_ATTENTION) sleep_us(step_us);
}

static void check(void) { sleep_us(check_us); }

static int32_t take(uint8_t *into, uint32_t room, int wait_ms) {
    struct pollfd look;
    ssize_t count;
    look.fd = port;
    look.events = POLLIN;
    if (poll(&look, 1, wait_ms) <= 0) return 0;
    count = read(port, into, room);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
    return count > 0 ? (int32_t)count : BV_GONE;
}

static int32_t poll_port(void *user, uint8_t *into, uint32_t room) {
    (void)user;
    return take(into, room, 0);
}

static int32_t wait_port(void *user, uint8_t *into, uint32_t room) {
    (void)user;
    return take(into, room, 50);
}

static int32_t send_port(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    while (count > 0) {
        ssize_t sent = write(port, bytes, count);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return BV_GONE;
        bytes += sent;
        count -= (uint32_t)sent;
    }
    return 0;
}

static uint64_t ticks(void *user) {
    struct timespec now;
    (void)user;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* How long this process has had a processor: what a board of silicon would measure with a gauge of its own. */
static const bv_series SERIES[] = {{"cpu_time", "ms", BV_LOWER, BV_PLAIN, 0}};

static void samples(void *user, uint8_t number, const bv_here *here, bv_batch *batch) {
    struct timespec had;
    (void)user;
    (void)number;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &had);
    batch->ticks = here->ticks;
    batch->values[0] = (float)had.tv_sec * 1e3f + (float)had.tv_nsec / 1e6f;
    batch->count = 1;
}

static int open_raw(const char *path) {
    struct termios raw;
    int opened = open(path, O_RDWR | O_NOCTTY);
    if (opened < 0) return opened;
    if (tcgetattr(opened, &raw) == 0) {
        raw.c_iflag = 0;
        raw.c_oflag = 0;
        raw.c_lflag = 0;
        raw.c_cflag = CS8 | CREAD | CLOCAL;
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        tcsetattr(opened, TCSANOW, &raw);
    }
    return opened;
}

static long from_environment(const char *name) {
    const char *text = getenv(name);
    return text ? atol(text) : 0;
}

int main(int count, char **words) {
    static bv_agent agent;
    static stand_in state;
    static bv_board board;
    bv_model model;

    if (count != 4 || strcmp(words[2], "--port") != 0) return 2;
    port = open_raw(words[3]);
    if (port < 0) return 1;
    step_us = from_environment("STAND_IN_STEP_US");
    check_us = from_environment("STAND_IN_CHECK_US");

    state.spend = spend;
    state.check = check;
    model = stand_in_model(&state);
    board.name = "Stand-in board (C99 agent)";
    board.chip_id = "c99-stand-in";
    board.core = "none";
    board.timer = "monotonic";
    board.timer_hz = 1000000;
    board.ram_bytes = 1 << 20;
    board.receive_window = 16 << 10;
    board.poll = poll_port;
    board.wait = wait_port;
    board.send = send_port;
    board.ticks = ticks;
    board.series = SERIES;
    board.series_count = 1;
    board.samples = samples;
    bv_begin(&agent, &board, &model);
    bv_serve(&agent);
    return 0;
}
