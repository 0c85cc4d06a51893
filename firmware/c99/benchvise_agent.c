/*
 * The loop of docs/wire.md. From top to bottom: numbers, frames out, frames in, messages out, messages
 * in, the run, the loop. It does what crates/agent does, and a test compares the two byte for byte.
 */
#include "benchvise_agent.h"

#define HEADER 4u
#define CHECKSUM 4u
#define MAX_BODY (BV_MAX_DECODED - HEADER - CHECKSUM)

/* ---- Checksum: CRC-32/ISO-HDLC, half a byte at a time, so that its table takes 64 bytes of flash. ---- */

static const uint32_t CRC_OF_HALF[16] = {
    0x00000000u, 0x1db71064u, 0x3b6e20c8u, 0x26d930acu, 0x76dc4190u, 0x6b6b51f4u, 0x4db26158u, 0x5005713cu,
    0xedb88320u, 0xf00f9344u, 0xd6d6a3e8u, 0xcb61b38cu, 0x9b64c2b0u, 0x86d3d2d4u, 0xa00ae278u, 0xbdbdf21cu,
};

static uint32_t crc_add(uint32_t crc, uint8_t byte) {
    crc ^= byte;
    crc = crc >> 4 ^ CRC_OF_HALF[crc & 15u];
    return crc >> 4 ^ CRC_OF_HALF[crc & 15u];
}

static uint32_t crc_of(uint32_t crc, const uint8_t *bytes, uint32_t count) {
    uint32_t at;
    for (at = 0; at < count; at++) crc = crc_add(crc, bytes[at]);
    return crc;
}

static uint32_t u32_at(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static uint64_t since(uint64_t now, uint64_t then) { return now > then ? now - then : 0; }

/* ---- Frames out: stuffed and checksummed as the bytes come, so that no plain copy is held. ---- */

typedef struct {
    uint8_t *to;
    uint32_t room, at, code_at, plain;
    uint32_t crc;
    uint8_t code, full;
} writer;

static void place(writer *w, uint32_t at, uint8_t byte) {
    if (at < w->room) {
        w->to[at] = byte;
    } else {
        w->full = 1;
    }
}

static void next_block(writer *w) {
    place(w, w->code_at, w->code);
    w->code_at = w->at++;
    w->code = 1;
}

static void stuff(writer *w, uint8_t byte) {
    uint8_t full = w->code == 0xff;
    if (full || byte == 0) next_block(w);
    if (byte != 0) {
        place(w, w->at++, byte);
        w->code++;
    } else if (full) {
        /* A full block stands for no zero, so this one needs an empty block of its own. */
        next_block(w);
    }
}

static void put_u8(writer *w, uint8_t byte) {
    if (w->plain++ >= HEADER + MAX_BODY) {
        w->full = 1;
        return;
    }
    w->crc = crc_add(w->crc, byte);
    stuff(w, byte);
}

static void put_number(writer *w, uint64_t value) {
    while (value >= 0x80u) {
        put_u8(w, (uint8_t)(value | 0x80u));
        value >>= 7;
    }
    put_u8(w, (uint8_t)value);
}

static void put_optional(writer *w, bv_optional optional) {
    put_u8(w, optional.known != 0);
    if (optional.known) put_number(w, optional.value);
}

static void put_text(writer *w, const char *text) {
    uint32_t count = 0, at;
    if (!text) text = "";
    while (count <= MAX_BODY && text[count]) count++;
    put_number(w, count);
    for (at = 0; at < count; at++) put_u8(w, (uint8_t)text[at]);
}

/* A float's bits: looked at instead of compared, which a core without floating point would need code for. */
static uint32_t bits_of(float value) {
    union {
        float value;
        uint32_t bits;
    } number;
    number.value = value;
    return number.bits;
}

static uint8_t is_finite(float value) { return (bits_of(value) & 0x7f800000u) != 0x7f800000u; }

static uint8_t is_positive(float value) { return bits_of(value) != 0 && !(bits_of(value) >> 31); }

static void put_f32(writer *w, float value) {
    uint32_t bits = bits_of(value), at;
    for (at = 0; at < 4; at++) put_u8(w, (uint8_t)(bits >> (8 * at)));
}

static writer frame_begin(bv_agent *agent, uint8_t type) {
    writer w;
    w.to = agent->out + agent->out_count;
    w.room = BV_MAX_ENCODED - agent->out_count;
    w.code_at = 1;
    w.at = 2;
    w.code = 1;
    w.crc = 0xffffffffu;
    w.plain = 0;
    w.full = 0;
    place(&w, 0, 0);
    put_u8(&w, BV_MAJOR);
    put_u8(&w, type);
    put_u8(&w, (uint8_t)agent->sequence);
    put_u8(&w, (uint8_t)(agent->sequence >> 8));
    return w;
}

/* A message that does not fit is not said at all: the host times out, and nothing half is sent. */
static void frame_end(bv_agent *agent, writer *w) {
    uint32_t crc = ~w->crc, at;
    for (at = 0; at < CHECKSUM; at++) stuff(w, (uint8_t)(crc >> (8 * at)));
    place(w, w->code_at, w->code);
    place(w, w->at++, 0);
    if (w->full) return;
    agent->out_count += w->at;
    agent->sequence++;
}

static int32_t send_out(bv_agent *agent) {
    uint32_t count = agent->out_count;
    agent->out_count = 0;
    return count == 0 || agent->board->send(agent->board->user, agent->out, count) == 0 ? 0 : BV_GONE;
}

/* ---- Frames in. ---- */

/* Unstuffs in place: what comes out is never ahead of what is read. BV_GONE where it is not COBS. */
static int32_t unstuff(uint8_t *bytes, uint32_t count) {
    uint32_t read = 0, write = 0;
    while (read < count) {
        uint32_t code = bytes[read], at;
        if (code == 0 || code > count - read) return BV_GONE;
        for (at = 1; at < code; at++) bytes[write++] = bytes[read + at];
        read += code;
        if (code != 0xff && read < count) bytes[write++] = 0;
    }
    return (int32_t)write;
}

/* A body being read. `bad` stays set once something was missing or no number. */
typedef struct {
    const uint8_t *at;
    uint32_t left;
    uint8_t bad;
} reader;

static uint8_t get_u8(reader *r) {
    if (r->left == 0) {
        r->bad = 1;
        return 0;
    }
    r->left--;
    return *r->at++;
}

/* A varint of at most `bits` bits. */
static uint64_t get_number(reader *r, uint32_t bits) {
    uint64_t value = 0;
    uint32_t shift;
    for (shift = 0; shift < bits; shift += 7) {
        uint8_t byte = get_u8(r);
        if (bits - shift < 7 && (byte & 0x7fu) >> (bits - shift)) break;
        value |= (uint64_t)(byte & 0x7fu) << shift;
        if (!(byte & 0x80u)) return value;
    }
    r->bad = 1;
    return 0;
}

static uint32_t get_u32(reader *r) { return (uint32_t)get_number(r, 32); }

static float get_f32(reader *r) {
    union {
        uint32_t bits;
        float value;
    } number;
    number.bits = 0;
    if (r->left < 4) {
        r->bad = 1;
        return 0;
    }
    number.bits = u32_at(r->at);
    r->at += 4;
    r->left -= 4;
    return number.value;
}

static uint32_t get_enum(reader *r, uint32_t values) {
    uint32_t index = get_u32(r);
    if (index >= values) r->bad = 1;
    return index;
}

static bv_optional get_optional_u32(reader *r) {
    bv_optional optional = {0, 0};
    optional.known = get_u8(r);
    if (optional.known > 1) r->bad = 1;
    if (optional.known) optional.value = get_u32(r);
    return optional;
}

static bv_optional get_optional_bool(reader *r) {
    bv_optional optional = {0, 0};
    optional.known = get_u8(r);
    if (optional.known) optional.value = get_u8(r);
    if (optional.known > 1 || optional.value > 1) r->bad = 1;
    return optional;
}

static const uint8_t *get_bytes(reader *r, uint32_t *count) {
    uint64_t said = get_number(r, 64);
    const uint8_t *bytes = r->at;
    if (said > r->left) r->bad = 1;
    *count = r->bad ? 0 : (uint32_t)said;
    r->at += *count;
    r->left -= *count;
    return bytes;
}

/* ---- Messages out. ---- */

static int32_t say_number(bv_agent *agent, uint8_t type, uint64_t number) {
    writer w = frame_begin(agent, type);
    put_number(&w, number);
    frame_end(agent, &w);
    return send_out(agent);
}

static int32_t ack(bv_agent *agent, uint32_t received) { return say_number(agent, 0x83, received); }

static int32_t refuse(bv_agent *agent, const bv_refusal *refusal) {
    writer w = frame_begin(agent, 0x8a);
    put_number(&w, (uint64_t)refusal->code);
    put_text(&w, refusal->detail);
    frame_end(agent, &w);
    return send_out(agent);
}

static int32_t refuse_with(bv_agent *agent, bv_error code, const char *detail) {
    bv_refusal refusal;
    refusal.code = code;
    refusal.detail = detail;
    return refuse(agent, &refusal);
}

static void put_info(writer *w, const bv_model_info *info) {
    put_number(w, info->dim);
    put_number(w, info->hidden_dim);
    put_number(w, info->layers);
    put_number(w, info->heads);
    put_number(w, info->kv_heads);
    put_number(w, info->vocab);
    put_number(w, info->context);
    put_number(w, (uint64_t)info->bits);
    put_number(w, info->crc);
    put_number(w, info->weight_bytes);
    put_number(w, info->kv_bytes);
}

static void put_hello(writer *w, const bv_board *board, const bv_model_info *info, uint8_t minor,
                      const char *agent) {
    put_u8(w, minor);
    put_text(w, board->name);
    put_text(w, board->chip_id);
    put_text(w, board->core);
    put_number(w, board->clock_hz);
    put_number(w, board->timer_hz);
    put_text(w, board->timer);
    put_number(w, board->ram_bytes);
    put_number(w, board->flash_bytes);
    put_text(w, agent);
    put_u8(w, board->emulated != 0);
    put_number(w, board->receive_window);
    put_u8(w, info != 0);
    if (info) put_info(w, info);
}

static int32_t hello(bv_agent *agent) {
    writer w = frame_begin(agent, 0x81);
    put_hello(&w, agent->board, agent->model->info(agent->model->user), BV_MINOR, BV_AGENT_VERSION);
    frame_end(agent, &w);
    return send_out(agent);
}

static uint64_t ticks(bv_agent *agent) { return agent->board->ticks(agent->board->user); }

static void put_memory(writer *w, const bv_memory *memory) {
    put_optional(w, memory->heap_used);
    put_optional(w, memory->heap_peak);
    put_optional(w, memory->stack_peak);
    put_optional(w, memory->process);
}

static int32_t memory(bv_agent *agent) {
    static const bv_memory UNKNOWN;
    bv_memory found = UNKNOWN;
    writer w;
    if (agent->board->memory) agent->board->memory(agent->board->user, &found);
    w = frame_begin(agent, 0x87);
    put_memory(&w, &found);
    frame_end(agent, &w);
    return send_out(agent);
}

static bv_optional energy_uj(bv_agent *agent) {
    bv_optional energy = {0, 0};
    if (agent->board->energy_uj) {
        energy.known = agent->board->energy_uj(agent->board->user, &energy.value) != 0;
    }
    return energy;
}

/* Adds the vitals to what is about to be sent, where the board offers any. */
static void add_vitals(bv_agent *agent) {
    static const bv_vitals UNKNOWN;
    bv_vitals vitals = UNKNOWN;
    writer w;
    if (!agent->board->vitals || !agent->board->vitals(agent->board->user, &vitals)) return;
    /* After the look: an energy counter is read at the moment that is said. */
    agent->looked_ticks = ticks(agent);
    w = frame_begin(agent, 0x8c);
    put_number(&w, agent->looked_ticks);
    put_optional(&w, vitals.heap_used);
    put_optional(&w, vitals.energy_uj);
    frame_end(agent, &w);
}

/* The same, where ten a second leave room for one at `now`. */
static void add_vitals_at(bv_agent *agent, uint64_t now) {
    if (since(now, agent->looked_ticks) >= agent->board->timer_hz / 10) add_vitals(agent);
}

/* ---- Series of the board's own. ---- */

/* Batches of one series that are sent at once, at most. */
enum { AT_ONCE = 8 };

static uint8_t series_count(const bv_agent *agent) {
    const bv_board *board = agent->board;
    if (!board->series) return 0;
    return board->series_count < BV_MAX_SERIES ? board->series_count : BV_MAX_SERIES;
}

static uint8_t is_on(const bv_agent *agent, uint8_t number) { return agent->series_on >> number & 1u; }

static void put_series(writer *w, uint8_t number, uint8_t of, const bv_series *series, uint8_t on, uint64_t taken) {
    put_u8(w, number);
    put_u8(w, of);
    put_u8(w, series != 0);
    if (!series) return;
    put_text(w, series->name);
    put_text(w, series->unit);
    put_number(w, (uint64_t)series->direction);
    put_number(w, (uint64_t)series->role);
    put_u8(w, is_positive(series->rate_hz));
    if (is_positive(series->rate_hz)) put_f32(w, series->rate_hz);
    put_u8(w, on);
    put_number(w, taken);
}

static void put_samples(writer *w, uint8_t number, uint64_t index, uint64_t taken_ticks, const float *values,
                        uint32_t count) {
    uint32_t at;
    put_u8(w, number);
    put_number(w, index);
    put_number(w, taken_ticks);
    put_number(w, 4u * count);
    for (at = 0; at < count; at++) put_f32(w, values[at]);
}

static int32_t sample_one(bv_agent *agent, uint8_t number, const bv_here *here) {
    uint32_t turn;
    for (turn = 0; turn < AT_ONCE; turn++) {
        bv_batch batch;
        writer w;
        uint64_t index;
        batch.count = 0;
        batch.ticks = here->ticks;
        batch.missed = 0;
        agent->board->samples(agent->board->user, number, here, &batch);
        if (batch.count > BV_BATCH) batch.count = BV_BATCH;
        index = agent->series_taken[number] + batch.missed;
        agent->series_taken[number] = index + batch.count;
        if (batch.count == 0) return 0;
        w = frame_begin(agent, 0x8e);
        put_samples(&w, number, index, batch.ticks, batch.values, batch.count);
        frame_end(agent, &w);
        if (send_out(agent) != 0) return BV_GONE;
        if (batch.count < BV_BATCH) return 0;
    }
    return 0;
}

/* Says what waits of each series. */
static int32_t sample(bv_agent *agent, bv_moment moment, uint64_t now, uint32_t position) {
    bv_here here;
    uint8_t number;
    agent->asked_ticks = now;
    here.moment = moment;
    here.ticks = now;
    here.position = position;
    here.model = agent->model->info(agent->model->user);
    if (!here.model || !agent->board->samples) return 0;
    for (number = 0; number < series_count(agent); number++) {
        if (is_on(agent, number) && sample_one(agent, number, &here) != 0) return BV_GONE;
    }
    return 0;
}

/* The same, where a hundred times a second leave room for it. */
static int32_t sample_at(bv_agent *agent, uint64_t now) {
    if (since(now, agent->asked_ticks) < agent->board->timer_hz / 100) return 0;
    return sample(agent, BV_GOING, now, agent->run.position);
}

static void forget_series(bv_agent *agent) {
    uint32_t number;
    for (number = 0; number < BV_MAX_SERIES; number++) agent->series_taken[number] = 0;
}

static void put_done(writer *w, uint32_t reason, uint32_t tokens, uint64_t began, uint64_t ended,
                     bv_optional energy) {
    put_number(w, reason);
    put_number(w, tokens);
    put_number(w, began);
    put_number(w, ended);
    put_optional(w, energy);
}

/* In the order of the wire. */
enum { COUNT, END_OF_TEXT, CONTEXT_FULL, STOPPED };

static int32_t done(bv_agent *agent, uint32_t reason) {
    uint64_t ended = ticks(agent);
    bv_optional energy = energy_uj(agent), began = agent->run.energy_began;
    writer w;
    energy.known = energy.known && began.known && energy.value >= began.value;
    energy.value -= began.value;
    agent->run.on = 0;
    if (agent->run.streams && sample(agent, BV_ENDED, ended, agent->run.position) != 0) return BV_GONE;
    if (memory(agent) != 0) return BV_GONE;
    w = frame_begin(agent, 0x88);
    put_done(&w, reason, agent->run.made, agent->run.began, ended, energy);
    frame_end(agent, &w);
    return send_out(agent);
}

int32_t bv_log(bv_agent *agent, bv_level level, const char *text) {
    writer w = frame_begin(agent, 0x89);
    put_number(&w, (uint64_t)level);
    put_text(&w, text);
    frame_end(agent, &w);
    return send_out(agent);
}

/* ---- The run. ---- */

struct bv_lap {
    bv_agent *agent;
    uint64_t began;
    bv_phase phase;
    uint8_t running;
};

static void lap_stop(bv_lap *lap) {
    uint64_t now = ticks(lap->agent), *sum;
    if (!lap->running) return;
    lap->running = 0;
    sum = &lap->agent->run.phases[lap->phase];
    now = since(now, lap->began);
    *sum = now > UINT64_MAX - *sum ? UINT64_MAX : *sum + now;
}

void bv_enter(bv_lap *lap, bv_phase phase) {
    lap_stop(lap);
    if ((uint32_t)phase >= BV_PHASES) return;
    lap->phase = phase;
    lap->running = 1;
    /* Read again: what stopping cost belongs to no phase. */
    lap->began = ticks(lap->agent);
}

static void forget_phases(bv_run *run) {
    uint32_t phase;
    for (phase = 0; phase < BV_PHASES; phase++) run->phases[phase] = 0;
}

static void put_token(writer *w, uint32_t index, uint32_t id, uint64_t now, const uint64_t *phases) {
    uint32_t phase;
    put_number(w, index);
    put_number(w, id);
    put_number(w, now);
    for (phase = 0; phase < BV_PHASES; phase++) put_number(w, phases[phase]);
}

/* Adds how many tokens have been read to what is about to be sent. */
static void progress(bv_agent *agent, uint64_t now) {
    writer w = frame_begin(agent, 0x85);
    put_number(&w, agent->run.position);
    put_number(&w, now);
    frame_end(agent, &w);
}

static const uint32_t NO_TOKEN = UINT32_MAX;

/* Takes the run one token further. */
static int32_t advance(bv_agent *agent) {
    bv_run *run = &agent->run;
    const bv_refusal *refusal;
    bv_next next;
    bv_lap lap;
    writer w;
    uint32_t chosen = NO_TOKEN;
    uint64_t now;

    if (run->made == run->count) return done(agent, COUNT);
    if (run->position == run->context) return done(agent, CONTEXT_FULL);
    next = run->position + 1 < run->prompt ? BV_READ : BV_MAKE;
    lap.agent = agent;
    lap.running = 0;
    refusal = agent->model->feed(agent->model->user, run->token, run->position, next, &lap, &chosen);
    if (refusal) {
        run->on = 0;
        return refuse(agent, refusal);
    }
    lap_stop(&lap);
    now = ticks(agent);
    run->position++;

    if (next == BV_READ) {
        run->token = agent->prompt[run->position];
        /* Five times a second is often enough to tell reading from hanging. */
        if (since(now, agent->said_ticks) >= agent->board->timer_hz / 5) {
            agent->said_ticks = now;
            progress(agent, now);
        }
        if (run->streams) add_vitals_at(agent, now);
        if (send_out(agent) != 0) return BV_GONE;
        return run->streams ? sample_at(agent, now) : 0;
    }
    if (chosen == NO_TOKEN) {
        run->on = 0;
        return refuse_with(agent, BV_BAD_MODEL, "the model chose no token where one was due; its code is at fault");
    }
    if (run->stop_token.known && run->stop_token.value == chosen) return done(agent, END_OF_TEXT);
    if (run->streams) {
        agent->said_ticks = now;
        w = frame_begin(agent, 0x86);
        put_token(&w, run->made, chosen, now, run->phases);
        frame_end(agent, &w);
        add_vitals_at(agent, now);
    } else if (since(now, agent->said_ticks) >= agent->board->timer_hz / 2) {
        /* Often enough for a host that asks after a second of silence. */
        agent->said_ticks = now;
        progress(agent, now);
    }
    forget_phases(run);
    run->token = chosen;
    run->made++;
    if (send_out(agent) != 0) return BV_GONE;
    return run->streams ? sample_at(agent, now) : 0;
}

/* ---- Messages in. ---- */

static int32_t running(bv_agent *agent) {
    /* A prompt that changed under a run would be read half old, half new. */
    return refuse_with(agent, BV_OUT_OF_ORDER, "a run is going on; send Stop first");
}

static int32_t load(bv_agent *agent, uint32_t bytes, uint32_t crc, bv_bits bits) {
    const bv_refusal *refusal;
    uint32_t least;
    if (agent->run.on && done(agent, STOPPED) != 0) return BV_GONE;
    agent->loading = 0;
    if (bytes == 0) return refuse_with(agent, BV_BAD_MODEL, "the model is empty; choose a model file");
    /* In 8 bits a weight takes a byte where the file has four. */
    least = bits == BV_INT8 ? bytes / 4 : bytes;
    if (least > agent->board->ram_bytes) {
        return refuse_with(agent, BV_NO_MEMORY,
                           "the model is larger than this board's memory; choose a smaller one");
    }
    refusal = agent->model->begin(agent->model->user, bytes, bits);
    if (refusal) return refuse(agent, refusal);
    agent->loading = 1;
    agent->load_bytes = bytes;
    agent->load_crc = crc;
    agent->load_received = 0;
    agent->load_sum = 0xffffffffu;
    return ack(agent, 0);
}

static int32_t load_end(bv_agent *agent) {
    static const bv_model_info NOTHING;
    bv_model_info info = NOTHING;
    const bv_refusal *refusal;
    writer w;
    agent->loading = 0;
    if (~agent->load_sum != agent->load_crc) {
        return refuse_with(agent, BV_BAD_MODEL, "the model arrived damaged; send it again");
    }
    refusal = agent->model->finish(agent->model->user, agent->load_crc, &info);
    if (refusal) return refuse(agent, refusal);
    if (memory(agent) != 0) return BV_GONE;
    w = frame_begin(agent, 0x84);
    put_info(&w, &info);
    frame_end(agent, &w);
    return send_out(agent);
}

static int32_t chunk(bv_agent *agent, uint32_t offset, const uint8_t *bytes, uint32_t count) {
    const bv_refusal *refusal;
    if (!agent->loading) {
        return refuse_with(agent, BV_OUT_OF_ORDER, "a piece of a model came without LoadModel");
    }
    if (offset != agent->load_received || count > agent->load_bytes - agent->load_received) {
        /* A hole, or a piece sent twice: saying what is here makes the host go on from there. */
        return ack(agent, agent->load_received);
    }
    refusal = agent->model->write(agent->model->user, bytes, count);
    if (refusal) {
        agent->loading = 0;
        return refuse(agent, refusal);
    }
    agent->load_sum = crc_of(agent->load_sum, bytes, count);
    agent->load_received += count;
    return agent->load_received < agent->load_bytes ? ack(agent, agent->load_received) : load_end(agent);
}

static int32_t prompt(bv_agent *agent, uint32_t offset, const uint8_t *bytes, uint32_t count) {
    uint32_t at;
    if (agent->run.on) return running(agent);
    if (count % 4 != 0) {
        return refuse_with(agent, BV_BAD_MESSAGE,
                           "a piece of a prompt ends within a token; each is four bytes");
    }
    if (offset == 0) agent->prompt_count = 0;
    if (offset == agent->prompt_count) {
        if (count / 4 > BV_PROMPT_TOKENS - agent->prompt_count) {
            /* Nothing stays of it: a later Run must not read half a prompt. */
            agent->prompt_count = 0;
            return refuse_with(agent, BV_BAD_PROMPT, "the prompt is longer than this board holds; shorten it");
        }
        for (at = 0; at < count; at += 4) agent->prompt[agent->prompt_count++] = u32_at(bytes + at);
    }
    return ack(agent, agent->prompt_count);
}

typedef struct {
    uint32_t count;
    uint64_t seed;
    float temperature, top_p;
    bv_optional stop_token;
    uint8_t streams;
} plan;

static int32_t run_begin(bv_agent *agent, const plan *asked) {
    const bv_model *model = agent->model;
    const bv_model_info *info;
    const bv_refusal *refusal;
    bv_run *run = &agent->run;
    uint32_t at;
    writer w;

    if (run->on) return running(agent);
    info = model->info(model->user);
    if (!info) return refuse_with(agent, BV_OUT_OF_ORDER, "no model is loaded; send LoadModel first");
    if (agent->prompt_count == 0) {
        return refuse_with(agent, BV_BAD_PROMPT, "the prompt is empty; send at least one token");
    }
    if (agent->prompt_count > info->context) {
        return refuse_with(agent, BV_BAD_PROMPT, "the prompt is longer than the model's context; shorten it");
    }
    for (at = 0; at < agent->prompt_count; at++) {
        if (agent->prompt[at] >= info->vocab) {
            return refuse_with(agent, BV_BAD_PROMPT,
                               "the prompt holds a token that this model's vocabulary has not; check the tokenizer");
        }
    }
    run->context = info->context;
    refusal = model->start(model->user, asked->seed, asked->temperature, asked->top_p);
    if (refusal) return refuse(agent, refusal);
    if (agent->board->reset_peaks) agent->board->reset_peaks(agent->board->user);
    run->energy_began = energy_uj(agent);
    run->count = asked->count;
    run->stop_token = asked->stop_token;
    run->streams = asked->streams;
    run->prompt = agent->prompt_count;
    run->position = 0;
    run->token = agent->prompt[0];
    run->made = 0;
    forget_phases(run);
    run->began = ticks(agent);
    run->on = 1;
    agent->said_ticks = run->began;
    w = frame_begin(agent, 0x8b);
    put_number(&w, run->began);
    frame_end(agent, &w);
    if (run->streams) add_vitals(agent);
    forget_series(agent);
    if (send_out(agent) != 0) return BV_GONE;
    return run->streams ? sample(agent, BV_BEGAN, run->began, 0) : 0;
}

static int32_t unreadable(bv_agent *agent) {
    return refuse_with(agent, BV_BAD_MESSAGE,
                       "a message of a known type could not be read; is the other side newer?");
}

static int32_t hear_load(bv_agent *agent, reader *r) {
    uint32_t bytes = get_u32(r), crc = get_u32(r), bits = get_enum(r, 2);
    return r->bad ? unreadable(agent) : load(agent, bytes, crc, bits ? BV_INT8 : BV_F32);
}

static int32_t hear_piece(bv_agent *agent, reader *r,
                          int32_t (*take)(bv_agent *, uint32_t, const uint8_t *, uint32_t)) {
    uint32_t offset = get_u32(r), count;
    const uint8_t *bytes = get_bytes(r, &count);
    return r->bad ? unreadable(agent) : take(agent, offset, bytes, count);
}

static int32_t hear_run(bv_agent *agent, reader *r, uint8_t streams) {
    plan asked;
    asked.count = get_u32(r);
    asked.seed = get_number(r, 64);
    asked.temperature = get_f32(r);
    asked.top_p = get_f32(r);
    asked.stop_token = get_optional_u32(r);
    asked.streams = streams;
    return r->bad ? unreadable(agent) : run_begin(agent, &asked);
}

static int32_t hear_ping(bv_agent *agent, reader *r) {
    uint64_t host_us = get_number(r, 64);
    writer w;
    if (r->bad) return unreadable(agent);
    w = frame_begin(agent, 0x82);
    put_number(&w, host_us);
    put_number(&w, ticks(agent));
    frame_end(agent, &w);
    return send_out(agent);
}

static int32_t hear_sample(bv_agent *agent, reader *r) {
    uint8_t number = get_u8(r), of = series_count(agent), now_on;
    bv_optional on = get_optional_bool(r);
    uint8_t asks = get_u8(r);
    float rate_hz = asks == 1 ? get_f32(r) : 0;
    writer w;
    if (r->bad || asks > 1) return unreadable(agent);
    if (number < of) {
        uint16_t bit = (uint16_t)(1u << number);
        if (on.known) agent->series_on = (uint16_t)(on.value ? agent->series_on | bit : agent->series_on & ~bit);
        /* A number that is none, or has no end, is no rate. */
        if (asks && is_finite(rate_hz) && agent->board->set_rate) {
            agent->board->set_rate(agent->board->user, number, is_positive(rate_hz) ? rate_hz : 0);
        }
    }
    now_on = number < of && is_on(agent, number);
    w = frame_begin(agent, 0x8d);
    put_series(&w, number, of, number < of ? agent->board->series + number : 0, now_on,
               number < of ? agent->series_taken[number] : 0);
    frame_end(agent, &w);
    return send_out(agent);
}

static int32_t hear_hello(bv_agent *agent, reader *r) {
    get_u8(r);
    return r->bad ? unreadable(agent) : hello(agent);
}

/* What came between two zeros: answered if it is a sound frame, else a banner or noise. */
static int32_t hear(bv_agent *agent) {
    uint8_t *bytes = agent->heard;
    int32_t unstuffed = unstuff(bytes, agent->heard_count);
    uint32_t count;
    reader r;

    agent->heard_count = 0;
    if (unstuffed < (int32_t)(HEADER + CHECKSUM) || unstuffed > BV_MAX_DECODED) return 0;
    count = (uint32_t)unstuffed - CHECKSUM;
    if (~crc_of(0xffffffffu, bytes, count) != u32_at(bytes + count)) return 0;
    /* Another major: say who we are, in our own version, so that the host can name both. */
    if (bytes[0] != BV_MAJOR) return hello(agent);
    r.at = bytes + HEADER;
    r.left = count - HEADER;
    r.bad = 0;
    switch (bytes[1]) {
        case 0x01: return hear_hello(agent, &r);
        case 0x02: return hear_ping(agent, &r);
        case 0x03: return hear_load(agent, &r);
        case 0x04: return hear_piece(agent, &r, chunk);
        case 0x05: return hear_piece(agent, &r, prompt);
        case 0x06: return hear_run(agent, &r, 1);
        case 0x07: return agent->run.on ? done(agent, STOPPED) : 0;
        case 0x08: return hear_run(agent, &r, 0);
        case 0x09: return hear_sample(agent, &r);
        default: return 0; /* A word of a later minor. */
    }
}

static int32_t feed(bv_agent *agent, const uint8_t *bytes, uint32_t count) {
    uint32_t at;
    for (at = 0; at < count; at++) {
        if (bytes[at] == 0) {
            if (hear(agent) != 0) return BV_GONE;
            continue;
        }
        /* Longer than any frame, so no frame. */
        if (agent->heard_count == BV_MAX_ENCODED) agent->heard_count = 0;
        agent->heard[agent->heard_count++] = bytes[at];
    }
    return 0;
}

/* ---- The loop. ---- */

void bv_begin(bv_agent *agent, const bv_board *board, const bv_model *model) {
    agent->board = board;
    agent->model = model;
    agent->heard_count = 0;
    agent->out_count = 0;
    agent->sequence = 0;
    agent->loading = 0;
    agent->prompt_count = 0;
    agent->run.on = 0;
    agent->said_ticks = 0;
    agent->looked_ticks = 0;
    agent->series_on = 0;
    agent->asked_ticks = 0;
    forget_series(agent);
}

static int32_t round_of(bv_agent *agent, int32_t (*arrive)(void *, uint8_t *, uint32_t)) {
    uint8_t bytes[BV_READ_BYTES];
    int32_t count = arrive(agent->board->user, bytes, BV_READ_BYTES);
    if (count < 0 || count > BV_READ_BYTES || feed(agent, bytes, (uint32_t)count) != 0) {
        /* Whoever comes next begins a frame of his own. */
        agent->heard_count = 0;
        return BV_GONE;
    }
    return agent->run.on ? advance(agent) : 0;
}

int32_t bv_step(bv_agent *agent) { return round_of(agent, agent->board->poll); }

int32_t bv_serve(bv_agent *agent) {
    const bv_board *board = agent->board;
    for (;;) {
        if (round_of(agent, !agent->run.on && board->wait ? board->wait : board->poll) != 0) return BV_GONE;
    }
}
