/** Settings that keep clients from abusing a server against others: cookies and response rate limiting. */
import { choice, list, section, text, whole } from './kinds.ts';
import { network } from './network-kinds.ts';

export const cookies = section({
  mode: choice(['on', 'required', 'off'])
    .prefault('on')
    .describe(
      'DNS cookies (RFC 7873). "required": a UDP client that knows cookies gets no answer without one of ours.',
    ),
  secretFile: text('must be the path of a file')
    .optional()
    .describe(
      'File of the secrets of cookies, the same on all servers at one address (RFC 9018 §5): 32 hexadecimal digits a line; the first makes cookies, cookies of all are accepted. None given: the server makes secrets, and changes them daily.',
    ),
}).prefault({});

export const rateLimit = section({
  mode: choice(['on', 'trial', 'off'])
    .prefault('on')
    .describe('Response rate limiting; "trial" counts what would be held back, and sends it.'),
  responsesPerSecond: whole(1, 1_000_000)
    .prefault(200)
    .describe(
      'How often one network gets the same response over UDP in a second, by the whole server: each answer process grants its share.',
    ),
  window: whole(1, 3600)
    .prefault(15)
    .describe('How long at most a network is held back once it asks no more, in seconds.'),
  slip: whole(0, 100)
    .prefault(2)
    .describe('Of responses held back, every so many goes out truncated (TC), or as BADCOOKIE; 0: none.'),
  leak: whole(0, 100).prefault(0).describe('Of responses held back, every so many goes out whole; 0: none.'),
  ipv4Prefix: whole(8, 32).prefault(24).describe('Leading bits that make an IPv4 network.'),
  ipv6Prefix: whole(16, 128).prefault(56).describe('Leading bits that make an IPv6 network.'),
  exempt: list(network, 'networks, such as ["10.0.0.0/8"]')
    .prefault(['127.0.0.0/8', '::1/128'])
    .describe('Networks that are never held back.'),
}).prefault({});
