#include "stand_in_model.h"

static const bv_refusal *begin(void *user, uint32_t bytes, bv_bits bits) {
    stand_in *state = user;
    state->ready = 0;
    state->info.weight_bytes = bytes;
    state->info.bits = bits;
    return 0;
}

static const bv_refusal *write(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    (void)bytes;
    (void)count;
    return 0;
}

static const bv_refusal *finish(void *user, uint32_t crc, bv_model_info *info) {
    stand_in *state = user;
    if (state->check) state->check();
    state->info.dim = state->info.hidden_dim = state->info.layers = 1;
    state->info.heads = state->info.kv_heads = 1;
    state->info.vocab = STAND_IN_VOCAB;
    state->info.context = STAND_IN_CONTEXT;
    state->info.crc = crc;
    state->info.kv_bytes = 0;
    state->ready = 1;
    *info = state->info;
    return 0;
}

static const bv_model_info *info(void *user) {
    stand_in *state = user;
    return state->ready ? &state->info : 0;
}

static const bv_refusal *start(void *user, uint64_t seed, float temperature, float top_p) {
    (void)user;
    (void)seed;
    (void)temperature;
    (void)top_p;
    return 0;
}

static const bv_refusal *feed(void *user, uint32_t token, uint32_t position, bv_next next, bv_lap *lap,
                              uint32_t *chosen) {
    const stand_in *state = user;
    bv_phase last = next == BV_MAKE ? BV_SAMPLE : BV_FEED_FORWARD;
    int phase;
    (void)position;
    for (phase = BV_EMBED; phase <= (int)last; phase++) {
        bv_enter(lap, (bv_phase)phase);
        if (state->spend) state->spend((bv_phase)phase);
    }
    if (next == BV_MAKE) *chosen = (token * 7 + 3) % STAND_IN_VOCAB;
    return 0;
}

bv_model stand_in_model(stand_in *state) {
    bv_model model;
    state->ready = 0;
    model.user = state;
    model.begin = begin;
    model.write = write;
    model.finish = finish;
    model.info = info;
    model.start = start;
    model.feed = feed;
    return model;
}
