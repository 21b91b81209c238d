/** Settings of transports, beside plain DNS at `listen`. */
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
