/** What a host offers by TCP or UDP: the protocol, and a bit for each port (RFC 1035 §3.4.2). */
import type { Field } from './field.ts';

/** https://www.iana.org/assignments/protocol-numbers */
const PROTOCOLS = { ICMP: 1, TCP: 6, UDP: 17 } as const;

/** Names of the time of these records (RFC 1010) that zone files have; others are written as numbers. */
const PORTS: Readonly<Record<string, number>> = {
  ECHO: 7,
  DISCARD: 9,
  SYSTAT: 11,
  DAYTIME: 13,
  'FTP-DATA': 20,
  FTP: 21,
  SSH: 22,
  TELNET: 23,
  SMTP: 25,
  TIME: 37,
  NAMESERVER: 42,
  WHOIS: 43,
  DOMAIN: 53,
  TFTP: 69,
  GOPHER: 70,
  FINGER: 79,
  HTTP: 80,
  KERBEROS: 88,
  POP2: 109,
  POP3: 110,
  SUNRPC: 111,
  AUTH: 113,
  NNTP: 119,
  NTP: 123,
  IMAP: 143,
  SNMP: 161,
  HTTPS: 443,
};

export const services: Field = {
  what: 'protocol and ports',
  shape: 'other',
  parse(fields, out) {
    out.u8(fields.named('protocol', PROTOCOLS, 0xff));
    const ports = new Set<number>();
    while (fields.hasMore) ports.add(fields.named('port', PORTS, 0xffff));
    const bits = new Uint8Array(ports.size === 0 ? 0 : 1 + (Math.max(...ports) >> 3));
    for (const port of ports) bits[port >> 3] = (bits[port >> 3] ?? 0) | (0x80 >> (port & 7));
    out.write(bits);
  },
  print(rdata) {
    const words = [rdata.u8()];
    const bits = rdata.rest();
    // What ends in an octet without a bit would be read as a shorter one.
    if (bits.at(-1) === 0) return undefined;
    for (const [at, octet] of bits.entries())
      for (let bit = 0; bit < 8; bit++) if ((octet & (0x80 >> bit)) !== 0) words.push(8 * at + bit);
    return words.join(' ');
  },
};
