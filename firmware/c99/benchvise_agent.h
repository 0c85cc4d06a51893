/*
 * The board's side of Benchvise in C99: benchvise_agent.h and benchvise_agent.c are all of it.
 *
 * What you write are two structs of callbacks. `bv_board` says who the board is, moves bytes and reads
 * the clock; `bv_model` loads a model and runs it a token at a time. What you get is the loop of
 * docs/wire.md, version 1.3: `bv_serve` never returns to you while the host is there, `bv_step` does
 * one round of it and fits a loop() of your own.
 *
 * No heap, no libc (a compiler may call memcpy and memset by itself), no floating point but numbers that
 * are handed through. Everything lies in one `bv_agent`, some 4 KiB, that you make static. Whatever bytes
 * come in, nothing is written outside of it.
 */
#ifndef BENCHVISE_AGENT_H
#define BENCHVISE_AGENT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a host sees as the agent's version. */
#ifndef BV_AGENT_VERSION
#define BV_AGENT_VERSION "0.1.0-c99"
#endif

/* Longest prompt the loop holds, in tokens of four bytes each. */
#ifndef BV_PROMPT_TOKENS
#define BV_PROMPT_TOKENS 512
#endif

/* Bytes taken from the port at a time; they lie on the stack. */
#ifndef BV_READ_BYTES
#define BV_READ_BYTES 128
#endif

/* Values of a series that are taken at once, 1 to 240; four bytes each on the stack. */
#ifndef BV_BATCH
#define BV_BATCH 64
#endif

/* Series that a board may declare, at most. */
#define BV_MAX_SERIES 16

/* Protocol version, as docs/wire.md counts. */
#define BV_MAJOR 1
#define BV_MINOR 3

/* Largest frame: header, body and checksum; and the same stuffed, with both zeros. */
#define BV_MAX_DECODED 1024
#define BV_MAX_ENCODED 1031

/* What `bv_step`, `bv_serve` and the callbacks of a port return where the host is not there any more. */
#define BV_GONE (-1)

/* A number that may not be known. */
typedef struct {
    uint8_t known; /* 0 or 1 */
    uint64_t value;
} bv_optional;

/* Precision the host asks to hold the weights in. */
typedef enum { BV_F32 = 0, BV_INT8 = 1 } bv_bits;

/* Why something could not be done. */
typedef enum {
    BV_OUT_OF_ORDER = 0, /* at this time */
    BV_NO_MEMORY = 1,    /* the model does not fit */
    BV_BAD_MODEL = 2,    /* the bytes are no model */
    BV_BAD_PROMPT = 3,   /* the model cannot read this prompt */
    BV_BAD_MESSAGE = 4   /* not understood */
} bv_error;

/* Why not: the code for the host, and a sentence for people: what happened; what to do. */
typedef struct {
    bv_error code;
    const char *detail;
} bv_refusal;

/* Shape of a loaded model. */
typedef struct {
    uint32_t dim, hidden_dim, layers, heads, kv_heads;
    uint32_t vocab;   /* tokens in the vocabulary; a prompt with others is refused */
    uint32_t context; /* tokens in the context window; a run ends there */
    bv_bits bits;
    uint32_t crc; /* CRC-32 of the file it came from: a host does not send that file again */
    uint64_t weight_bytes;
    uint64_t kv_bytes;
} bv_model_info;

/* Where the time of a step goes. */
typedef enum { BV_EMBED, BV_ATTENTION, BV_FEED_FORWARD, BV_CLASSIFIER, BV_SAMPLE, BV_PHASES } bv_phase;

/* A stopwatch with a hand for each phase. */
typedef struct bv_lap bv_lap;

/* To be called by model code: `phase` begins now, and the one before it ends. */
void bv_enter(bv_lap *lap, bv_phase phase);

/* What to do after a token was read. */
typedef enum { BV_READ, BV_MAKE } bv_next;

/* Model code. Each returns NULL where it went well. `user` is the struct's. */
typedef struct {
    void *user;
    /* A model of `bytes` bytes follows; forgets the one before. */
    const bv_refusal *(*begin)(void *user, uint32_t bytes, bv_bits bits);
    /* The next bytes of it, in order, together never more than `begin` was told. */
    const bv_refusal *(*write)(void *user, const uint8_t *bytes, uint32_t count);
    /* All are there and their checksum held: makes it ready and says what it is. */
    const bv_refusal *(*finish)(void *user, uint32_t crc, bv_model_info *info);
    /* The model that is ready, or NULL. */
    const bv_model_info *(*info)(void *user);
    /* Begins a text: empties the cache and seeds the sampler. `temperature` 0 is greedy, `top_p` 1 is off. */
    const bv_refusal *(*start)(void *user, uint64_t seed, float temperature, float top_p);
    /* Reads `token` at `position`; with BV_MAKE, puts the token chosen after it into `*chosen`. */
    const bv_refusal *(*feed)(void *user, uint32_t token, uint32_t position, bv_next next, bv_lap *lap,
                              uint32_t *chosen);
} bv_model;

/* Memory in bytes, now and at its peak since `reset_peaks`. */
typedef struct {
    bv_optional heap_used, heap_peak, stack_peak, process;
} bv_memory;

/* What a board can tell between two tokens within a microsecond or two. */
typedef struct {
    bv_optional heap_used;
    bv_optional energy_uj; /* a running counter; only differences mean anything */
} bv_vitals;

/* Which way of a series is better, and what it is beyond its name. */
typedef enum { BV_LOWER = 0, BV_HIGHER = 1, BV_NEITHER = 2 } bv_direction;
typedef enum {
    BV_PLAIN = 0,
    /* The power that the whole board takes, in W, mW or uW: a host integrates it to energy. */
    BV_POWER = 1
} bv_role;

/* A series that the board declares. */
typedef struct {
    const char *name; /* 1 to 32 of a to z, 0 to 9 and _, a letter first */
    const char *unit; /* at most 12 characters of UTF-8, such as "mW"; empty for a count */
    bv_direction direction;
    bv_role role;
    float rate_hz; /* samples a second; 0 where each has a moment of its own */
} bv_series;

/* Why the loop asks for samples. */
typedef enum {
    BV_BEGAN, /* a run began: what waits from before it is forgotten, but for the newest sample */
    BV_GOING, /* it goes on, 10 ms or more after it asked before */
    BV_ENDED  /* it is over: what still waits comes now or never */
} bv_moment;

/* Where the run is. */
typedef struct {
    bv_moment moment;
    uint64_t ticks;
    uint32_t position; /* tokens that were read, those it made among them */
    const bv_model_info *model;
} bv_here;

/* Samples of a series, in order. */
typedef struct {
    uint32_t count; /* at most BV_BATCH; at most 1 of a series without a rate */
    uint64_t ticks; /* when the first was taken */
    uint64_t missed; /* taken before the first, and lost */
    float values[BV_BATCH];
} bv_batch;

/* The board: who it is, its port, its clock, its memory. What may be NULL says so. */
typedef struct {
    void *user;

    const char *name;    /* what a person would say */
    const char *chip_id; /* stays when the cable moves: the chip's own number */
    const char *core;    /* such as "Cortex-M4F" */
    const char *timer;   /* what counts the ticks: "cycles", "peripheral" or "monotonic" */
    uint64_t clock_hz;   /* of the core; 0 where it is not known */
    uint64_t timer_hz;   /* of the ticks */
    uint64_t ram_bytes;  /* that a model may use; a larger file is refused before it is sent */
    uint64_t flash_bytes; /* 0 where there is none */
    uint32_t receive_window; /* the port's receive buffer, less a quarter */
    uint8_t emulated;        /* 1 wherever the core is not silicon */

    /* Takes what has arrived, at most `room` bytes, at once; 0 where nothing has, BV_GONE. */
    int32_t (*poll)(void *user, uint8_t *into, uint32_t room);
    /* The same, after sleeping until something arrives, or some milliseconds. NULL: poll is called. */
    int32_t (*wait)(void *user, uint8_t *into, uint32_t room);
    /* Sends all of it, waiting where the port is full; 0, or BV_GONE. */
    int32_t (*send)(void *user, const uint8_t *bytes, uint32_t count);
    /* One clock that never goes back. */
    uint64_t (*ticks)(void *user);
    /* Begins a new measurement of peaks. May be NULL. */
    void (*reset_peaks)(void *user);
    /* What is known of the memory; all of it is unknown beforehand. May be NULL. */
    void (*memory)(void *user, bv_memory *memory);
    /* Microjoules taken so far, where the board truly counts them; 1, or 0 for unknown. May be NULL. */
    uint8_t (*energy_uj)(void *user, uint64_t *energy_uj);
    /* At most ten times a second during a run; 1, or 0 for nothing to say. May be NULL. */
    uint8_t (*vitals)(void *user, bv_vitals *vitals);

    /* The series that the board declares, by their numbers. */
    const bv_series *series;
    uint8_t series_count;
    /* Puts what waits of a series into `batch`, which is empty, or what it is now. Asked as a streamed run begins
     * and ends and at most a hundred times a second between, and again at once where the batch came back full. What it
     * costs is in the latency of the next token. NULL where there are none. */
    void (*samples)(void *user, uint8_t number, const bv_here *here, bv_batch *batch);
    /* The host wants this rate, or 0 for the board's own: puts into `series` what it is then. May be NULL. */
    void (*set_rate)(void *user, uint8_t number, float rate_hz);
} bv_board;

/* A run in progress. */
typedef struct {
    uint8_t on;
    uint8_t streams; /* 0: nothing is said of a token */
    uint32_t count, context, prompt, position, token, made;
    bv_optional stop_token;
    uint64_t began;
    bv_optional energy_began;
    uint64_t phases[BV_PHASES];
} bv_run;

/* The loop. Its fields are its own. */
typedef struct {
    const bv_board *board;
    const bv_model *model;

    uint8_t heard[BV_MAX_ENCODED]; /* since the last zero */
    uint32_t heard_count;
    uint8_t out[BV_MAX_ENCODED]; /* frames not yet sent */
    uint32_t out_count;
    uint16_t sequence;

    uint8_t loading;
    uint32_t load_bytes, load_crc, load_received, load_sum;

    uint32_t prompt[BV_PROMPT_TOKENS];
    uint32_t prompt_count;

    bv_run run;
    uint64_t said_ticks, looked_ticks;

    uint16_t series_on; /* a bit for each; none before a host asked for it */
    uint64_t series_taken[BV_MAX_SERIES]; /* in this run, or in the last one */
    uint64_t asked_ticks;
} bv_agent;

/* Before anything else. Both structs must stay; nothing is read or sent yet. */
void bv_begin(bv_agent *agent, const bv_board *board, const bv_model *model);

/*
 * One round: takes what has arrived, answers it, and takes a run one token further. Returns at once
 * where there is nothing to do. 0, or BV_GONE: call it again when a host is back.
 */
int32_t bv_step(bv_agent *agent);

/* Rounds for ever, sleeping in `wait` while there is no run; returns BV_GONE. */
int32_t bv_serve(bv_agent *agent);

/* A line of UTF-8 for people, shown by the host; between two steps, and not before a host has spoken. */
typedef enum { BV_DEBUG = 0, BV_INFO = 1, BV_WARN = 2 } bv_level;
int32_t bv_log(bv_agent *agent, bv_level level, const char *text);

#ifdef __cplusplus
}
#endif

#endif
