/* From reset to main, and the two functions a compiler may call by itself. */
#include <stddef.h>
#include <stdint.h>

extern uint32_t data_begin[], data_end[], data_from[], bss_begin[], bss_end[], stack_top[];

int main(void);
void uart_received(void);
void timer_went_round(void);
void reset(void);

void *memcpy(void *to, const void *from, size_t count) {
    uint8_t *write = to;
    const uint8_t *read = from;
    while (count-- > 0) *write++ = *read++;
    return to;
}

void *memset(void *to, int value, size_t count) {
    uint8_t *write = to;
    while (count-- > 0) *write++ = (uint8_t)value;
    return to;
}

static void stop(void) {
    for (;;) __asm__ volatile("wfi");
}

void reset(void) {
    const uint32_t *from = data_from;
    uint32_t *to;
    for (to = data_begin; to < data_end; to++) *to = *from++;
    for (to = bss_begin; to < bss_end; to++) *to = 0;
    /* Full access to the floating-point unit (Arm DDI 0403, B3.2.20), before anything may use it. */
    *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
    __asm__ volatile("dsb\n\tisb");
    main();
    stop();
}

typedef union {
    void (*handler)(void);
    const void *stack;
} vector;

/* The core's sixteen, then the board's lines: 0 is UART 0's receiver, 8 is timer 0. */
__attribute__((section(".vectors"), used)) static const vector VECTORS[16 + 32] = {
    [0] = {.stack = stack_top}, [1] = {.handler = reset},           [2] = {.handler = stop},
    [3] = {.handler = stop},    [4] = {.handler = stop},            [5] = {.handler = stop},
    [6] = {.handler = stop},    [16] = {.handler = uart_received}, [24] = {.handler = timer_went_round},
};
