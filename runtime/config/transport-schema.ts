/** Settings of transports, beside plain DNS at `listen`. */
import { z } from 'zod';
import { choice, list, section, text, whole } from './kinds.ts';
import { network, socketAddress } from './network-kinds.ts';

export const udp = section({
  sockets: choice(['auto', 'batched', 'dgram'])
    .prefault('auto')
    .describe(
      '"batched" receives and sends many messages with one system call (Linux, package koffi), "dgram" one by one; "auto" is batched where it can be.',
    ),
}).prefault({});

export const tcp = section({
  idle: whole(1, 3600).prefault(30).describe('Time until an idle connection is closed, in seconds.'),
  clients: whole(1, 65_535)
    .prefault(256)
    .describe(
      'Connections to one answer process over TCP, as many over TLS, and as many over HTTPS. When all are in use, a client with fewer connections gets the place of an idle one of the client with the most.',
    ),
  clientsPerAddress: whole(1, 65_535)
    .prefault(64)
    .describe(
      'Connections from one address, or one IPv6 network of 64 bits, to one answer process over one of them.',
    ),
}).prefault({});

export const tls = section({
  listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:853", "[::1]:853"]')
    .prefault([])
    .describe('Addresses to answer DNS over TLS on (RFC 7858).'),
  certificate: text('must be the path of a file')
    .optional()
    .describe(
      'File of the certificate, and of those that lead to its authority (PEM). Read again when it changes.',
    ),
  key: text('must be the path of a file').optional().describe('File of its private key (PEM).'),
}).prefault({});

export const https = section({
  listen: list(socketAddress, 'addresses with ports, such as ["192.0.2.1:443", "[::1]:443"]')
    .prefault([])
    .describe('Addresses to answer DNS over HTTPS on (RFC 8484, HTTP/2), with the certificate of "tls".'),
  path: text('must be a path, such as "/dns-query"', (written) => /^\/[!$&-;=@-~]*$/.test(written))
    .prefault('/dns-query')
    .describe('Path of the URL of DNS queries.'),
}).prefault({});

export const proxy = section({
  from: list(network, 'networks, such as ["10.0.0.0/8"]')
    .prefault([])
    .describe(
      'Networks of proxies: connections and packets from there must begin with a PROXY header (version 2), which names the client.',
    ),
}).prefault({});

const REDIRECT_STATUS = 'must be 301, 302, 307 or 308';

const httpRedirect = section({
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
    .union([z.literal(301), z.literal(302), z.literal(307), z.literal(308)], { error: REDIRECT_STATUS })
    .prefault(302)
    .describe('Status of redirections of GET and HEAD; other methods get 308 for 301, and 307 for 302.'),
  retryAfter: whole(1, 86_400)
    .prefault(30)
    .describe('Seconds after which a client may ask again that got 503, for want of a pool.'),
}).prefault({});

const httpLimits = section({
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
  redirect: httpRedirect,
  processes: whole(1, 64).prefault(1).describe('Processes that answer HTTP; none where no address is given.'),
  trusted: list(network, 'networks, such as ["10.0.0.0/8"]')
    .prefault([])
    .describe('Networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count.'),
  hsts: whole(0, 63_072_000)
    .prefault(0)
    .describe('Seconds of Strict-Transport-Security (RFC 6797) in replies over TLS; 0: none is sent.'),
  limits: httpLimits,
}).prefault({});
