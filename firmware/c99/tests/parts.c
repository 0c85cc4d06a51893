/*
 * The parts of the C agent that no script reaches to their edges: stuffing and unstuffing against the
 * slow way, with random bytes in memory exactly as large as they are; the largest frames; an energy
 * counter that goes back. Ends with 1, saying where, at the first that does not hold.
 *
 *   parts ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../benchvise_agent.c"

#define HOLDS(fine) ((fine) ? (void)0 : (printf("line %d, round %ld: %s\n", __LINE__, at_round, #fine), exit(1)))

static long at_round;
static uint64_t state = 88172645463325252u;

static uint32_t random_below(uint32_t end) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 16) % end);
}

/* Random bytes in which zeros are common, rare, or next to absent. */
static void fill(uint8_t *bytes, uint32_t count, uint32_t first) {
    static const uint32_t ENDS[] = {2, 5, 256, 60000};
    uint32_t end = ENDS[random_below(4)], at;
    for (at = 0; at < count; at++) {
        uint32_t drawn = random_below(end);
        bytes[at] = (uint8_t)(drawn < first ? drawn : drawn < 256 && end <= 256 ? drawn : drawn % 255 + 1);
    }
}

/* Block by block, as the paper tells it; BV_GONE where it is not COBS. */
static int32_t unstuff_slowly(const uint8_t *from, uint32_t count, uint8_t *to) {
    uint32_t read = 0, write = 0, left;
    while (read < count) {
        uint8_t code = from[read++];
        if (code == 0) return BV_GONE;
        for (left = code - 1u; left > 0; left--) {
            if (read == count) return BV_GONE;
            to[write++] = from[read++];
        }
        if (code < 0xff && read < count) to[write++] = 0;
    }
    return (int32_t)write;
}

static void any_bytes_are_unstuffed_or_refused(void) {
    uint32_t count = random_below(BV_MAX_ENCODED + 1);
    uint8_t *bytes = malloc(count + !count), plain[BV_MAX_ENCODED];
    int32_t expect, found;
    HOLDS(bytes != NULL);
    fill(bytes, count, 1);
    /* Codes that lead somewhere, now and then. */
    if (count > 0 && random_below(2)) bytes[0] = (uint8_t)(count < 255 ? count : 255);
    if (count > 256 && random_below(2)) bytes[255] = (uint8_t)(count - 255 < 255 ? count - 255 + random_below(2) : 255);
    expect = unstuff_slowly(bytes, count, plain);
    found = unstuff(bytes, count);
    HOLDS(found == expect);
    HOLDS(expect < 0 || memcmp(bytes, plain, (size_t)expect) == 0);
    free(bytes);
}

static uint8_t sent[2 * BV_MAX_ENCODED];
static uint32_t sent_count;

static int32_t keep(void *user, const uint8_t *bytes, uint32_t count) {
    (void)user;
    HOLDS(sent_count + count <= sizeof sent);
    memcpy(sent + sent_count, bytes, count);
    sent_count += count;
    return 0;
}

static uint64_t energy_now;

static uint8_t energy_of(void *user, uint64_t *energy) {
    (void)user;
    *energy = energy_now;
    return 1;
}

static uint64_t no_time(void *user) {
    (void)user;
    return 0;
}

static const bv_model_info *no_info(void *user) {
    (void)user;
    return 0;
}

static const bv_model EMPTY = {.info = no_info};
static const bv_board BOARD = {.send = keep, .ticks = no_time, .energy_uj = energy_of};
static bv_agent agent;

static void any_body_goes_out_whole_or_not_at_all(void) {
    /* Around the largest that fits more often than elsewhere. */
    uint32_t count = random_below(2) ? MAX_BODY - 2 + random_below(5) : random_below(MAX_BODY), at;
    uint8_t body[MAX_BODY + 8], stuffed[BV_MAX_ENCODED];
    writer w;
    bv_begin(&agent, &BOARD, 0);
    agent.sequence = (uint16_t)random_below(65536);
    sent_count = 0;
    fill(body, count, 1);
    w = frame_begin(&agent, 0x55);
    for (at = 0; at < count; at++) put_u8(&w, body[at]);
    frame_end(&agent, &w);
    HOLDS(send_out(&agent) == 0);
    if (count > MAX_BODY) {
        HOLDS(sent_count == 0);
        return;
    }
    HOLDS(sent_count > 2 && sent_count <= BV_MAX_ENCODED && sent[0] == 0 && sent[sent_count - 1] == 0);
    HOLDS(memchr(sent + 1, 0, sent_count - 2) == NULL);
    memcpy(stuffed, sent + 1, sent_count - 2);
    HOLDS(unstuff(stuffed, sent_count - 2) == (int32_t)(HEADER + count + CHECKSUM));
    HOLDS(memcmp(stuffed + HEADER, body, count) == 0);
    HOLDS(u32_at(stuffed + HEADER + count) == ~crc_of(0xffffffffu, stuffed, HEADER + count));
}

/* Bytes that answer a sound frame of `plain` bytes of another major: a Hello, where it is no longer than
 * a frame may be. */
static uint32_t answered(uint32_t plain) {
    static uint8_t bytes[2 * BV_MAX_ENCODED];
    writer w = {bytes, sizeof bytes, 1, 0, 0, 0xffffffffu, 1, 0};
    uint32_t at, crc;
    for (at = 0; at < plain - CHECKSUM; at++) {
        uint8_t byte = (uint8_t)(at % 254 + 2);
        w.crc = crc_add(w.crc, byte);
        stuff(&w, byte);
    }
    crc = ~w.crc;
    for (at = 0; at < CHECKSUM; at++) stuff(&w, (uint8_t)(crc >> (8 * at)));
    place(&w, w.code_at, w.code);
    place(&w, w.at++, 0);
    HOLDS(!w.full);
    bv_begin(&agent, &BOARD, &EMPTY);
    sent_count = 0;
    HOLDS(feed(&agent, bytes, w.at) == 0);
    return sent_count;
}

static void the_largest_frame_is_heard_and_no_larger_one(void) {
    HOLDS(answered(HEADER + CHECKSUM - 1) == 0);
    HOLDS(answered(HEADER + CHECKSUM) > 0);
    HOLDS(answered(BV_MAX_DECODED) > 0);
    HOLDS(answered(BV_MAX_DECODED + 1) == 0);
    HOLDS(answered(BV_MAX_DECODED + 2) == 0);
    HOLDS(answered(BV_MAX_DECODED + 100) == 0);
}

/* The last byte but the checksum and a zero: whether there is an energy, or what it is below 128. */
static uint8_t energy_said(uint64_t began, uint64_t ended) {
    uint8_t *frame;
    uint32_t from = 0;
    int32_t plain;
    bv_begin(&agent, &BOARD, &EMPTY);
    sent_count = 0;
    agent.run.on = 1;
    agent.run.made = 0;
    agent.run.began = 0;
    agent.run.energy_began.known = 1;
    agent.run.energy_began.value = began;
    energy_now = ended;
    HOLDS(done(&agent, COUNT) == 0);
    /* Memory comes first; Done begins behind the second zero. */
    for (from = 1; sent[from] != 0; from++) {
    }
    frame = sent + from + 2;
    plain = unstuff(frame, sent_count - from - 3);
    HOLDS(plain > (int32_t)(HEADER + CHECKSUM) && frame[1] == 0x88);
    return frame[(uint32_t)plain - CHECKSUM - 1];
}

static void an_energy_counter_that_went_back_says_nothing(void) {
    HOLDS(energy_said(100, 170) == 70);
    HOLDS(energy_said(100, 99) == 0);
    HOLDS(energy_said(UINT64_MAX, 5) == 0);
}

int main(int count, char **words) {
    long rounds = count == 2 ? atol(words[1]) : 0;
    if (rounds <= 0) return 2;
    for (at_round = 0; at_round < rounds; at_round++) {
        any_bytes_are_unstuffed_or_refused();
        any_body_goes_out_whole_or_not_at_all();
    }
    the_largest_frame_is_heard_and_no_larger_one();
    an_energy_counter_that_went_back_says_nothing();
    return 0;
}
