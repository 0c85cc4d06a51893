/*
 * The C99 agent with the stand-in model on the board that QEMU calls mps2-an386, a Cortex-M4F: what a
 * port to another microcontroller looks like, and what the tests of crates/board run.
 *
 * The UART holds one byte, so an interrupt carries it into a ring; the timer counts down in 32 bits, so
 * another one counts its rounds. QEMU has no cycle counter. UART 0 and timer 0 are those of Arm's
 * Cortex-M System Design Kit (Arm DDI 0479, 4.3 and 4.1).
 */
#include "../benchvise_agent.h"
#include "../stand_in/stand_in_model.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define TIMER_CTRL REGISTER(0x40000000u)
#define TIMER_VALUE REGISTER(0x40000004u)
#define TIMER_RELOAD REGISTER(0x40000008u)
#define TIMER_INTCLEAR REGISTER(0x4000000cu)
#define UART_DATA REGISTER(0x40004000u)
#define UART_STATE REGISTER(0x40004004u)
#define UART_CTRL REGISTER(0x40004008u)
#define UART_INTCLEAR REGISTER(0x4000400cu)
#define UART_BAUDDIV REGISTER(0x40004010u)
#define INTERRUPTS_ON REGISTER(0xe000e100u)

enum { TX_FULL = 1, RX_FULL = 2 };
enum { TX_ENABLE = 1, RX_ENABLE = 2, RX_INTERRUPT = 8 };
enum { TIMER_ENABLE = 1, TIMER_INTERRUPT = 8 };
enum { UART_LINE = 1 << 0, TIMER_LINE = 1 << 8 };

#define TIMER_HZ 25000000u
#define RING 4096u

/* Where the clock begins: from here on, for more than twenty minutes, all times take five bytes, so that
 * a run is the same run however long the board waited for it. */
#define ZERO_TICKS (UINT64_C(1) << 28)

void uart_received(void);
void timer_went_round(void);
int main(void);

static uint32_t mask(void) {
    uint32_t before;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(before) : : "memory");
    return before;
}

static void unmask(uint32_t before) { __asm__ volatile("msr primask, %0" : : "r"(before) : "memory"); }

/* ---- The port. ---- */

static volatile uint8_t ring[RING];
static volatile uint32_t ring_put, ring_taken;

/* Carries over what the port holds, as far as there is room; the rest stays where it is until the loop
 * has read, and nobody is interrupted for it. */
static void carry(void) {
    while (UART_STATE & RX_FULL) {
        if (ring_put - ring_taken == RING) {
            UART_CTRL = TX_ENABLE | RX_ENABLE;
            return;
        }
        ring[ring_put % RING] = (uint8_t)UART_DATA;
        ring_put++;
    }
    UART_CTRL = TX_ENABLE | RX_ENABLE | RX_INTERRUPT;
}

void uart_received(void) {
    UART_INTCLEAR = 1u << 1;
    carry();
}

static int32_t poll_port(void *user, uint8_t *into, uint32_t room) {
    uint32_t count = 0, before;
    (void)user;
    while (count < room && ring_taken != ring_put) {
        into[count++] = ring[ring_taken % RING];
        ring_taken++;
    }
    if (count > 0 && !(UART_CTRL & RX_INTERRUPT)) {
        before = mask();
        carry();
        unmask(before);
    }
    return (int32_t)count;
}

static int32_t wait_port(void *user, uint8_t *into, uint32_t room) {
    /* An interrupt between the question and the sleep is pending then, and ends the sleep at once. */
    uint32_t before = mask();
    if (ring_taken == ring_put) __asm__ volatile("wfi");
    unmask(before);
    return poll_port(user, into, room);
}

static int32_t send_port(void *user, const uint8_t *bytes, uint32_t count) {
    uint32_t at;
    (void)user;
    for (at = 0; at < count; at++) {
        while (UART_STATE & TX_FULL) {
        }
        UART_DATA = bytes[at];
    }
    return 0;
}

/* ---- The clock. ---- */

static uint64_t ticks(void *user) {
    static uint32_t last;
    static uint64_t sum;
    uint32_t before = mask(), now = ~TIMER_VALUE;
    uint64_t found;
    (void)user;
    sum += now - last;
    last = now;
    found = ZERO_TICKS + sum;
    unmask(before);
    return found;
}

void timer_went_round(void) {
    TIMER_INTCLEAR = 1;
    ticks(0);
}

/* ---- The stack, measured by painting its free part. ---- */

#define PAINT 0x5ba5e1abu
#define PAINTED_BYTES (64u << 10)
#define MARGIN_BYTES 256u

extern uint32_t stack_floor[], stack_top[];
static volatile uint32_t *painted_from;

static void __attribute__((noinline)) repaint(void *user) {
    uintptr_t here = ((uintptr_t)__builtin_frame_address(0) - MARGIN_BYTES) & ~(uintptr_t)7;
    uintptr_t floor = (uintptr_t)stack_floor, from = here - PAINTED_BYTES;
    volatile uint32_t *at;
    (void)user;
    painted_from = (volatile uint32_t *)(from > floor ? from : floor);
    for (at = painted_from; (uintptr_t)at < here; at++) *at = PAINT;
}

static void memory(void *user, bv_memory *memory) {
    volatile uint32_t *at = painted_from;
    (void)user;
    while (at < stack_top && *at == PAINT) at++;
    memory->stack_peak.known = 1;
    memory->stack_peak.value = (uint64_t)((uintptr_t)stack_top - (uintptr_t)at);
}

/* ---- The model's work: rounds of nothing, different in each phase. ---- */

static void spend(bv_phase phase) {
    static const uint16_t ROUNDS[BV_PHASES] = {100, 2000, 4000, 1000, 200};
    volatile uint32_t rounds = ROUNDS[phase];
    while (rounds > 0) rounds--;
}

int main(void) {
    static bv_agent agent;
    static stand_in state;
    static bv_board board;
    bv_model model;

    board.name = "Emulated Cortex-M4F (QEMU), C99 agent, stand-in model";
    board.chip_id = "qemu-mps2-an386-c99";
    board.core = "Cortex-M4F";
    board.timer = "peripheral";
    board.timer_hz = TIMER_HZ;
    board.ram_bytes = 1u << 20;
    board.flash_bytes = 4u << 20;
    board.receive_window = RING / 4 * 3;
    board.emulated = 1;
    board.poll = poll_port;
    board.wait = wait_port;
    board.send = send_port;
    board.ticks = ticks;
    board.reset_peaks = repaint;
    board.memory = memory;
    state.spend = spend;
    model = stand_in_model(&state);
    repaint(0);

    TIMER_RELOAD = UINT32_MAX;
    TIMER_VALUE = UINT32_MAX;
    TIMER_CTRL = TIMER_ENABLE | TIMER_INTERRUPT;
    UART_BAUDDIV = TIMER_HZ / 115200u;
    UART_CTRL = TX_ENABLE | RX_ENABLE | RX_INTERRUPT;
    INTERRUPTS_ON = UART_LINE | TIMER_LINE;

    bv_begin(&agent, &board, &model);
    for (;;) bv_serve(&agent);
}
