/*
 * A stand-in for a model, for tests and for a first try of a board: it takes any bytes for a model,
 * keeps none of them, and "writes" by counting: after token t comes (7 t + 3) mod 1000. Nothing it
 * yields says anything about a language model, and whoever shows it must say so.
 */
#ifndef STAND_IN_MODEL_H
#define STAND_IN_MODEL_H

#include "../benchvise_agent.h"

#define STAND_IN_VOCAB 1000
#define STAND_IN_CONTEXT 512

typedef struct {
    /* Spends the time of a phase; NULL spends none. */
    void (*spend)(bv_phase phase);
    /* Spends the time of a check of a new model; NULL spends none. */
    void (*check)(void);

    uint8_t ready;
    bv_model_info info;
} stand_in;

/* A model over `state`, which must stay. */
bv_model stand_in_model(stand_in *state);

#endif
