/* socket.h -- between the two files of the benchmarks' HTTP clients. */
#ifndef PIOT_BENCH_SOCKET_H
#define PIOT_BENCH_SOCKET_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "core/base/base.h"

int    socket_connect(uint16_t port); /* blocking, TCP_NODELAY */
size_t answer_size(struct slice bytes, int *status);

#endif
