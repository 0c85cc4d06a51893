/*
 * Benchvise on an Arduino board: the agent in C over `Serial`, with a model that is none.
 *
 * Copy into this sketch's folder: benchvise_agent.h, benchvise_agent.c, and from stand_in/
 * stand_in_model.h and .c (there, include "benchvise_agent.h" without the two dots in front).
 * Needs some 10 KB of flash and 5 KB of RAM beside your own: an ESP32, RP2040, SAMD or STM32 has them,
 * an Uno has not.
 *
 * This sketch compiles; it has not been run on hardware yet.
 */
#include <Arduino.h>

#include "benchvise_agent.h"
#include "stand_in_model.h"

static int32_t poll_port(void *, uint8_t *into, uint32_t room) {
    int there = Serial.available();
    uint32_t count = 0;
    while (there-- > 0 && count < room) into[count++] = (uint8_t)Serial.read();
    return (int32_t)count;
}

/* A host that went away must not hold the loop: a second without progress, and it is gone. */
static int32_t send_port(void *, const uint8_t *bytes, uint32_t count) {
    uint32_t since = millis();
    while (count > 0) {
        uint32_t sent = (uint32_t)Serial.write(bytes, count);
        bytes += sent;
        count -= sent;
        if (sent > 0) since = millis();
        if (count > 0 && millis() - since > 1000) return BV_GONE;
    }
    return 0;
}

/* micros() goes round after 71 minutes; loop() looks more often than that. */
static uint64_t ticks(void *) {
    static uint32_t last;
    static uint64_t sum;
    uint32_t now = micros();
    sum += now - last;
    last = now;
    return sum;
}

static bv_agent agent;
static bv_board board;
static bv_model model;
static stand_in counting;

void setup() {
    Serial.begin(115200);
    board.name = "My Arduino (stand-in model)";
    board.chip_id = "change-me"; /* the chip's own number, so that two boards stay apart */
    board.core = "Cortex-M0+";
    board.timer = "monotonic";
    board.clock_hz = F_CPU;
    board.timer_hz = 1000000;
    board.ram_bytes = 100000; /* that a model may use */
    board.receive_window = 192; /* three quarters of Serial's buffer: 256 bytes here; look at your core's */
    board.poll = poll_port;
    board.send = send_port;
    board.ticks = ticks;
    model = stand_in_model(&counting); /* yours comes here: see the README */
    bv_begin(&agent, &board, &model);
}

void loop() {
    /* Returns at once where nothing came and nothing runs, so your own work goes on beside it. */
    bv_step(&agent);
}
