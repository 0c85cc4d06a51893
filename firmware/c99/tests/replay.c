/*
 * Plays the scripts of crates/agent/tests/it/fake.rs to the C agent: the same port, clock and model as
 * there, so that the bytes that come out must be the same.
 *
 * Cases come on standard input, numbers little-endian:
 *   u8 model there, u32 its crc, u32 its bytes; u8 power there, u64 microjoules a tick;
 *   u8 vitals there, u64 ticks a look; u8 series there; u64 clock; u64 sends; u32 looks;
 *   for each look u8 kind (0 nothing, 1 bytes, 2 gone), u32 count, that many bytes.
 * For each, standard output gets u32 count and the bytes that the board sent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../benchvise_agent.h"

enum { NOTHING, BYTES, GONE };

typedef struct {
    uint8_t kind;
    uint32_t count, taken;
    uint8_t *bytes;
} look;

static look *looks;
static uint32_t look_count, look_at;

static uint8_t *said;
static size_t said_count, said_room;
static uint64_t sends, clock_ticks, per_tick, look_ticks, looked;
static uint8_t has_power, has_vitals;

static void need(int fine) {
    if (!fine) exit(3);
}

static uint64_t number(int bytes) {
    uint8_t read[8];
    uint64_t value = 0;
    need(fread(read, 1, (size_t)bytes, stdin) == (size_t)bytes);
    while (bytes-- > 0) value = value << 8 | read[bytes];
    return value;
}

/* ---- The port plays the script, then lets a run finish, then hangs up. ---- */

static int32_t next_look(uint8_t *into, uint32_t room, int32_t at_end) {
    look *now = looks + look_at;
    uint32_t count;
    if (look_at == look_count) return at_end;
    if (now->kind != BYTES) {
        look_at++;
        return now->kind == GONE ? BV_GONE : 0;
    }
    count = now->count - now->taken < room ? now->count - now->taken : room;
    if (count > 0) memcpy(into, now->bytes + now->taken, count);
    now->taken += count;
    if (now->taken == now->count) look_at++;
    return (int32_t)count;
}

static int32_t poll_port(void *user, uint8_t *into, uint32_t room) {
    (void)user;
    return next_look(into, room, 0);
}

static int32_t wait_port(void *user, uint8_t *into, uint32_t room) {
    (void)user;
    return next_look(into, room, BV_GONE);
}

static int32_t send_port(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    if (sends-- == 0) {
        sends = 0;
        return BV_GONE;
    }
    if (said_count + count > said_room) {
        said_room = (said_count + count) * 2;
        need((said = realloc(said, said_room)) != NULL);
    }
    memcpy(said + said_count, bytes, count);
    said_count += count;
    return 0;
}

/* ---- The clock that only the model and the looks move. ---- */

static uint64_t ticks(void *user) {
    (void)user;
    return clock_ticks;
}

static void memory(void *user, bv_memory *memory) {
    (void)user;
    memory->heap_used.known = memory->heap_peak.known = 1;
    memory->heap_used.value = 10;
    memory->heap_peak.value = 20;
}

static uint8_t energy_uj(void *user, uint64_t *energy) {
    (void)user;
    *energy = per_tick * clock_ticks;
    return has_power;
}

static uint8_t vitals(void *user, bv_vitals *vitals) {
    if (!has_vitals) return 0;
    vitals->heap_used.known = 1;
    vitals->heap_used.value = ++looked;
    clock_ticks += look_ticks;
    vitals->energy_uj.known = energy_uj(user, &vitals->energy_uj.value);
    return 1;
}

/* ---- A gauge, and something that an interrupt would sample once a tick. ---- */

static bv_series series[2];
static uint64_t ramp_ticks;

static void set_rate(void *user, uint8_t number, float rate_hz) {
    (void)user;
    if (number == 1) series[1].rate_hz = rate_hz > 0 ? rate_hz : 1000;
}

static void samples(void *user, uint8_t number, const bv_here *here, bv_batch *batch) {
    (void)user;
    if (number == 0) {
        batch->count = 1;
        batch->values[0] = (float)here->position;
        return;
    }
    if (here->moment == BV_BEGAN) ramp_ticks = here->ticks ? here->ticks - 1 : 0;
    if (here->ticks - ramp_ticks > 100) {
        batch->missed = here->ticks - ramp_ticks - 100;
        ramp_ticks = here->ticks - 100;
    }
    batch->ticks = ramp_ticks + 1;
    while (ramp_ticks < here->ticks && batch->count < BV_BATCH) {
        batch->values[batch->count++] = (float)(++ramp_ticks % 1000);
    }
}

/* ---- The model that counts. ---- */

static uint8_t ready, first;
static uint32_t received;
static bv_model_info shape;

static void is_ready(uint32_t crc, uint32_t bytes) {
    static const bv_model_info SHAPE = {8, 16, 2, 2, 1, 100, 16, BV_F32, 0, 0, 64};
    shape = SHAPE;
    shape.crc = crc;
    shape.weight_bytes = bytes;
    ready = 1;
}

static const bv_refusal *begin(void *user, uint32_t bytes, bv_bits bits) {
    (void)user;
    (void)bytes;
    (void)bits;
    ready = 0;
    received = 0;
    return 0;
}

static const bv_refusal *write_model(void *user, const uint8_t *bytes, uint32_t count) {
    static const bv_refusal NO_MODEL = {BV_BAD_MODEL, "not a model"};
    (void)user;
    if (received == 0 && count > 0) first = bytes[0];
    received += count;
    return received > 0 && first == 0xee ? &NO_MODEL : 0;
}

static const bv_refusal *finish(void *user, uint32_t crc, bv_model_info *info) {
    (void)user;
    is_ready(crc, received);
    *info = shape;
    return 0;
}

static const bv_model_info *info(void *user) {
    (void)user;
    return ready ? &shape : 0;
}

static const bv_refusal *start(void *user, uint64_t seed, float temperature, float top_p) {
    static const bv_refusal COLD = {BV_BAD_MESSAGE, "colder than greedy"};
    (void)user;
    (void)seed;
    (void)top_p;
    return temperature < 0 ? &COLD : 0;
}

static const bv_refusal *feed(void *user, uint32_t token, uint32_t position, bv_next next, bv_lap *lap,
                              uint32_t *chosen) {
    static const uint64_t TICKS[BV_PHASES] = {1, 10, 20, 5, 2};
    int phase, last = next == BV_MAKE ? BV_SAMPLE : BV_FEED_FORWARD;
    (void)user;
    (void)position;
    for (phase = BV_EMBED; phase <= last; phase++) {
        bv_enter(lap, (bv_phase)phase);
        clock_ticks += TICKS[phase];
    }
    if (next == BV_MAKE) *chosen = (token * 7 + 3) % 100;
    return 0;
}

static bv_board board = {
    .name = "Fake", .chip_id = "0001", .core = "none", .timer = "peripheral", .timer_hz = 1000,
    .ram_bytes = 4096, .receive_window = 512, .emulated = 1, .poll = poll_port, .wait = wait_port,
    .send = send_port, .ticks = ticks, .memory = memory, .energy_uj = energy_uj, .vitals = vitals,
    .series = series, .samples = samples, .set_rate = set_rate,
};

static int another_case(void) {
    int model_there = getchar();
    uint32_t crc, at;
    if (model_there == EOF) return 0;
    crc = (uint32_t)number(4);
    is_ready(crc, (uint32_t)number(4));
    ready = model_there == 1;
    has_power = (uint8_t)number(1);
    per_tick = number(8);
    has_vitals = (uint8_t)number(1);
    look_ticks = number(8);
    board.series_count = number(1) ? 2 : 0;
    {
        static const bv_series POSITION = {"position", "", BV_NEITHER, BV_PLAIN, 0};
        static const bv_series RAMP = {"ramp", "mV", BV_LOWER, BV_PLAIN, 1000};
        series[0] = POSITION;
        series[1] = RAMP;
    }
    looked = 0;
    clock_ticks = number(8);
    sends = number(8);
    look_count = (uint32_t)number(4);
    look_at = 0;
    said_count = 0;
    need((looks = calloc(look_count + 1u, sizeof *looks)) != NULL);
    for (at = 0; at < look_count; at++) {
        looks[at].kind = (uint8_t)number(1);
        looks[at].count = (uint32_t)number(4);
        /* Exactly as large as what is in it, so that a look beyond it is seen. */
        need((looks[at].bytes = malloc(looks[at].count + !looks[at].count)) != NULL);
        need(fread(looks[at].bytes, 1, looks[at].count, stdin) == looks[at].count);
    }
    return 1;
}

int main(void) {
    static const bv_model MODEL = {0, begin, write_model, finish, info, start, feed};
    while (another_case()) {
        /* On the heap, and full of rubbish: nothing may be taken for granted. */
        bv_agent *agent = malloc(sizeof *agent);
        uint32_t at;
        need(agent != NULL);
        memset(agent, 0xa5, sizeof *agent);
        bv_begin(agent, &board, &MODEL);
        bv_serve(agent);
        free(agent);
        for (at = 0; at < 4; at++) putchar((int)(said_count >> (8 * at) & 0xff));
        need(said_count == 0 || fwrite(said, 1, said_count, stdout) == said_count);
        need(fflush(stdout) == 0);
        for (at = 0; at < look_count; at++) free(looks[at].bytes);
        free(looks);
    }
    return 0;
}
