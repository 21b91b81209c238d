/** Settings of HTTP: who is answered there by the same policies, and with which limits. */
import { z } from 'zod';
import { list, section, whole } from './kinds.ts';
import { network, socketAddress } from './network-kinds.ts';

const STATUS = 'must be 301, 302, 307 or 308';

const redirect = section({
  listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:80", "[::1]:80"]')
    .prefault([])
    .describe(
      'Addresses to redirect HTTP/1.1 on, to the "url" of the pool that the policy of the host chooses.',
    ),
  tls: section({
    listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:443", "[::1]:443"]')
      .prefault([])
      .describe('The same over TLS, HTTP/1.1 and HTTP/2, with the certificate of "tls".'),
  }).prefault({}),
  status: z
    .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)], { error: STATUS })
    .prefault(302)
    .describe('Status of redirections of GET and HEAD; other methods get 308 for 301, and 307 for 302.'),
  retryAfter: whole(1, 86_400)
    .prefault(30)
    .describe('Seconds after which a client may ask again that got 503, for want of a pool.'),
}).prefault({});

const limits = section({
  connections: whole(1, 65_535).prefault(1024).describe('Connections to one address of one process.'),
  requestsPerConnection: whole(0, 1_000_000)
    .prefault(0)
    .describe('Requests of HTTP/1.1 that a connection is kept for; 0: no limit.'),
  idle: whole(1, 3600)
    .prefault(75)
    .describe(
      'Time until an idle connection is closed, in seconds: more than that of a load balancer in front.',
    ),
  header: whole(1024, 65_536).prefault(16_384).describe('Octets of the header of a request.'),
}).prefault({});

export const http = section({
  redirect,
  processes: whole(1, 64).prefault(1).describe('Processes that answer HTTP; none where no address is given.'),
  trusted: list(network, 'networks, such as ["10.0.0.0/8"]')
    .prefault([])
    .describe('Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count.'),
  hsts: whole(0, 63_072_000)
    .prefault(0)
    .describe('Seconds of Strict-Transport-Security (RFC 6797) in replies over TLS; 0: none is sent.'),
  limits,
}).prefault({});
