/*
 * The C agent against the files of crates/agent/tests/golden: what a board says is written exactly as
 * they say, what a host says is read exactly so. Prints the name of each file that held; ends with 1 at
 * the first that did not.
 *
 *   golden FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All of it, the parts that have no name outside included. */
#include "../benchvise_agent.c"

static bv_agent agent;
static uint8_t said[4 * BV_MAX_ENCODED];
static uint32_t said_count;

static int32_t send_port(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    if (said_count + count > sizeof said) return BV_GONE;
    memcpy(said + said_count, bytes, count);
    said_count += count;
    return 0;
}

static uint64_t clock_of(void *user) { return *(const uint64_t *)user; }
static uint64_t now;

/* ---- A model that remembers what it was told. ---- */

static uint32_t begun_bytes, written_count;
static bv_bits begun_bits;
static uint8_t written[16];
static uint64_t seed_told;
static float temperature_told, top_p_told;

static const bv_refusal *begin(void *user, uint32_t bytes, bv_bits bits) {
    (void)user;
    begun_bytes = bytes;
    begun_bits = bits;
    return 0;
}

static const bv_refusal *write_model(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    written_count = count;
    if (count <= sizeof written) memcpy(written, bytes, count);
    return 0;
}

static const bv_model_info INFO = {64, 172, 5, 8, 4, 512, 512, BV_INT8, 0x89abcdefu, 260032, 655360};

static const bv_model_info *model_info(void *user) {
    (void)user;
    return &INFO;
}

static const bv_refusal *start(void *user, uint64_t seed, float temperature, float top_p) {
    (void)user;
    seed_told = seed;
    temperature_told = temperature;
    top_p_told = top_p;
    return 0;
}

static const bv_series SERIES[3] = {
    {"a", "", BV_NEITHER, BV_PLAIN, 0},
    {"b", "", BV_NEITHER, BV_PLAIN, 0},
    {"supply_power", "mW", BV_LOWER, BV_POWER, 1000},
};
static float rate_told;
static uint8_t rate_number;

static void set_rate(void *user, uint8_t number, float rate_hz) {
    (void)user;
    rate_number = number;
    rate_told = rate_hz;
}

static bv_board board = {
    .series = SERIES, .series_count = 3, .set_rate = set_rate,
    .user = &now, .name = "Bench M3", .chip_id = "4d33-0001", .core = "Cortex-M3", .timer = "peripheral",
    .clock_hz = 25000000, .timer_hz = 1000000, .ram_bytes = 4194304, .receive_window = 4096, .emulated = 1,
    .send = send_port, .ticks = clock_of,
};
static const bv_model model = {0, begin, write_model, 0, model_info, start, 0};

/* ---- The files. ---- */

static uint8_t golden[BV_MAX_ENCODED];
static uint32_t golden_count;
static const char *folder;

static void fail(const char *name, const char *how) {
    printf("%s: %s\n", name, how);
    exit(1);
}

/* The bytes on the lines `frame: ...`. */
static void open_file(const char *name) {
    char line[1024], path[1024];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    file = fopen(path, "r");
    if (!file) fail(name, "cannot be read");
    golden_count = 0;
    while (fgets(line, sizeof line, file)) {
        char *at = line + 6, *end;
        if (strncmp(line, "frame:", 6) != 0) continue;
        for (;;) {
            unsigned long byte = strtoul(at, &end, 16);
            if (end == at) break;
            if (golden_count == sizeof golden) fail(name, "is too long");
            golden[golden_count++] = (uint8_t)byte;
            at = end;
        }
    }
    fclose(file);
    if (golden_count < 2) fail(name, "holds no frame");
    bv_begin(&agent, &board, &model);
    said_count = 0;
}

static void held(const char *name, int fine) {
    if (!fine) fail(name, "is not what was read");
    printf("%s\n", name);
}

/* What has been put into `agent` and not yet sent must be the golden frame. */
static void check_out(const char *name, int32_t sent) {
    if (sent != 0) fail(name, "was not sent");
    if (said_count != golden_count || memcmp(said, golden, golden_count) != 0) fail(name, "is written differently");
    printf("%s\n", name);
}

static int32_t end_and_send(writer *w) {
    frame_end(&agent, w);
    return send_out(&agent);
}

static void hear_file(const char *name) {
    open_file(name);
    /* The checks below look at what the loop does before it has to answer. */
    if (feed(&agent, golden, golden_count) != 0) fail(name, "ended the loop");
}

static bv_optional some(uint64_t value) {
    bv_optional optional;
    optional.known = 1;
    optional.value = value;
    return optional;
}

static void boards_messages(void) {
    static const uint64_t PHASES[BV_PHASES] = {12, 3456, 7890, 1234, 56};
    static const bv_optional NONE;
    static const float VALUES[] = {98.5f, 101.25f, 0};
    bv_memory memory = {{0, 0}, {0, 0}, {0, 0}, {0, 0}};
    writer w;

    open_file("81-hello");
    w = frame_begin(&agent, 0x81);
    put_hello(&w, &board, 0, 0, "0.1.0");
    check_out("81-hello", end_and_send(&w));

    open_file("81-hello-with-model");
    w = frame_begin(&agent, 0x81);
    put_hello(&w, &board, &INFO, 0, "0.1.0");
    check_out("81-hello-with-model", end_and_send(&w));

    open_file("82-pong");
    w = frame_begin(&agent, 0x82);
    put_number(&w, 1000000);
    put_number(&w, UINT64_C(123456789012));
    check_out("82-pong", end_and_send(&w));

    open_file("83-ack");
    check_out("83-ack", ack(&agent, 768));

    open_file("84-model-ready");
    w = frame_begin(&agent, 0x84);
    put_info(&w, &INFO);
    check_out("84-model-ready", end_and_send(&w));

    open_file("85-progress");
    w = frame_begin(&agent, 0x85);
    put_number(&w, 17);
    put_number(&w, 5000000);
    check_out("85-progress", end_and_send(&w));

    open_file("86-token");
    w = frame_begin(&agent, 0x86);
    put_token(&w, 0, 403, 5012648, PHASES);
    check_out("86-token", end_and_send(&w));

    open_file("87-memory");
    memory.heap_used = some(301056);
    memory.heap_peak = some(311296);
    memory.stack_peak = some(2048);
    w = frame_begin(&agent, 0x87);
    put_memory(&w, &memory);
    check_out("87-memory", end_and_send(&w));

    open_file("88-done");
    w = frame_begin(&agent, 0x88);
    put_done(&w, COUNT, 256, 4000000, 8250000, NONE);
    check_out("88-done", end_and_send(&w));

    open_file("89-log");
    check_out("89-log", bv_log(&agent, BV_WARN, "running at 3.1 V"));

    open_file("8a-error");
    check_out("8a-error", refuse_with(&agent, BV_OUT_OF_ORDER, "no model is loaded; send LoadModel first"));

    open_file("8b-started");
    check_out("8b-started", say_number(&agent, 0x8b, 4000000));

    open_file("8c-vitals");
    w = frame_begin(&agent, 0x8c);
    put_number(&w, 4100000);
    put_optional(&w, some(301056));
    put_optional(&w, some(70000));
    check_out("8c-vitals", end_and_send(&w));

    open_file("8d-series");
    w = frame_begin(&agent, 0x8d);
    put_series(&w, 2, 3, SERIES + 2, 1, 4321);
    check_out("8d-series", end_and_send(&w));

    open_file("8d-series-none");
    w = frame_begin(&agent, 0x8d);
    put_series(&w, 3, 3, 0, 0, 0);
    check_out("8d-series-none", end_and_send(&w));

    open_file("8e-samples");
    w = frame_begin(&agent, 0x8e);
    put_samples(&w, 2, 640, 4640000, VALUES, 3);
    check_out("8e-samples", end_and_send(&w));
}

static void hear_run_file(const char *name, uint8_t streams) {
    open_file(name);
    agent.prompt_count = 1;
    agent.prompt[0] = 1;
    agent.run.streams = !streams;
    seed_told = 0;
    feed(&agent, golden, golden_count);
    held(name, agent.run.on && agent.run.count == 256 && seed_told == 42 && temperature_told == 0.75f &&
                   top_p_told == 0.9f && agent.run.stop_token.known && agent.run.stop_token.value == 1 &&
                   agent.run.streams == streams);
}

static void hosts_messages(void) {
    static const uint8_t CHUNK[] = {0, 1, 2, 0, 0, 0xff, 0x80, 7};
    uint8_t pong[BV_MAX_ENCODED];
    uint32_t pong_count;

    hear_file("01-hello");
    held("01-hello", said_count > 3 && said[3] == 0x81);

    /* The answer to the one golden file is the other. */
    open_file("82-pong");
    memcpy(pong, golden, golden_count);
    pong_count = golden_count;
    now = UINT64_C(123456789012);
    hear_file("02-ping");
    held("02-ping", said_count == pong_count && memcmp(said, pong, pong_count) == 0);

    hear_file("03-load-model");
    held("03-load-model", agent.loading && agent.load_bytes == 1056796 && agent.load_crc == 0x89abcdefu &&
                              begun_bytes == 1056796 && begun_bits == BV_INT8);

    open_file("04-model-chunk");
    agent.loading = 1;
    agent.load_bytes = 1000;
    agent.load_received = 512;
    agent.load_sum = 0;
    feed(&agent, golden, golden_count);
    held("04-model-chunk", agent.load_received == 520 && written_count == sizeof CHUNK &&
                               memcmp(written, CHUNK, sizeof CHUNK) == 0);

    hear_file("05-prompt");
    held("05-prompt", agent.prompt_count == 2 && agent.prompt[0] == 1 && agent.prompt[1] == 403);

    hear_run_file("06-run", 1);
    hear_run_file("08-run-quiet", 0);

    open_file("09-sample");
    agent.series_on = 0;
    feed(&agent, golden, golden_count);
    held("09-sample", agent.series_on == 4 && rate_number == 2 && rate_told == 1000 && said[3] == 0x8d);

    rate_told = -1;
    hear_file("09-sample-ask");
    held("09-sample-ask", agent.series_on == 0 && rate_told == -1 && said[3] == 0x8d);

    open_file("07-stop");
    agent.run.on = 1;
    agent.run.made = 3;
    agent.run.began = 0;
    agent.run.energy_began.known = 0;
    feed(&agent, golden, golden_count);
    held("07-stop", !agent.run.on && said_count > 0);
}

int main(int count, char **words) {
    if (count != 2) return 2;
    folder = words[1];
    boards_messages();
    hosts_messages();
    return 0;
}
