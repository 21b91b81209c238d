/**
 * Constants of socket(2) and setsockopt(2) on Linux, on all processors whose system calls we know
 * (system-calls.ts).
 */
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;
export const SOL_SOCKET = 1;
