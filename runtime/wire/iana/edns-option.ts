/**
 * Options that an OPT record may carry.
 * https://www.iana.org/assignments/dns-parameters (DNS EDNS0 Option Codes (OPT)), read 2026-11.
 */

export const EDNS_OPTION = {
  NSID: 3,
  CLIENT_SUBNET: 8,
  EXPIRE: 9,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  CHAIN: 13,
  EXTENDED_ERROR: 15,
  REPORT_CHANNEL: 18,
  ZONEVERSION: 19,
} as const;
