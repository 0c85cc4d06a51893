/* As much of Arduino's own header as the example uses, so that a test can compile it. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#define F_CPU 125000000L

struct SerialPort {
    void begin(unsigned long baud);
    int available();
    int read();
    size_t write(const uint8_t *bytes, size_t count);
};
extern SerialPort Serial;

unsigned long micros();
unsigned long millis();
