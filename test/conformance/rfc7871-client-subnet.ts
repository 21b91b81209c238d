/** RFC 7871: the client subnet option, and for whom an answer holds. */
import { describe } from 'node:test';
import { ecs } from '../support/packet.ts';
import { NO_SUBNET, policyRule, rule } from './server.ts';

const STATIC = 'www.rich.example. AAAA';
const STATIC_ANSWER = 'answer www.rich.example. 300 IN AAAA 2001:db8::1';
const DENIED =
  'authority rich.example. 30 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60';

/** Networks that the server's settings place: all of a /24 in DE, half of one in US, a /48 in FR. */
const DE = ecs(1, 24, 0, 'c00002');
const US = ecs(1, 24, 0, 'c63364');
const FR = ecs(2, 48, 0, '20010db80049');

const asked = (question: string, options: string) => ({ question, opt: { options }, failsOn: NO_SUBNET });

describe('RFC 7871 §7.2.1: answers that are the same for everyone have scope 0', () => {
  rule(
    'RFC 7871 §7.2.1: static records; family, source and address come back',
    asked(STATIC, DE),
    'NOERROR qr aa',
    STATIC_ANSWER,
    'edns udp 1232, subnet 192.0.2.0/24/0',
  );
  rule(
    'RFC 7871 §7.2.1: for IPv6 too',
    asked(STATIC, FR),
    'NOERROR qr aa',
    STATIC_ANSWER,
    'edns udp 1232, subnet 2001:db8:49::/48/0',
  );
  policyRule(
    'RFC 7871 §7.2.1: constant plans',
    asked('pool.rich.example. A', DE),
    'NOERROR qr aa',
    'answer pool.rich.example. 30 IN A 198.51.100.20',
    'edns udp 1232, subnet 192.0.2.0/24/0',
  );
  policyRule(
    'RFC 7871 §7.2.1: a policy that read nothing of the client',
    asked('clock.rich.example. TXT', DE),
    'NOERROR qr aa',
    'answer clock.rich.example. 30 IN TXT "now"',
    'edns udp 1232, subnet 192.0.2.0/24/0',
  );
  rule(
    'RFC 7871 §7.4: referrals',
    asked('www.far.rich.example. A', DE),
    'NOERROR qr',
    'authority far.rich.example. 300 IN NS ns.elsewhere.example.',
    'edns udp 1232, subnet 192.0.2.0/24/0',
  );
  rule(
    'RFC 7871 §7.2.1: refusals',
    asked('www.elsewhere.example. A', DE),
    'REFUSED qr',
    'edns udp 1232, subnet 192.0.2.0/24/0, error 20',
  );
  policyRule(
    'RFC 7871 §7.2.1: a client that sends none is sent none',
    { question: 'country.rich.example. TXT', opt: {} },
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "nowhere"',
    'edns udp 1232',
  );
});

describe('RFC 7871 §7.2.1: answers that depend on the client', () => {
  policyRule(
    'RFC 7871 §7.2.1: the fallback of a run that failed, for others may fare better',
    asked('throws.faulty.example. A', DE),
    'NOERROR qr aa',
    'answer throws.faulty.example. 5 IN A 192.0.2.250',
    'edns udp 1232, subnet 192.0.2.0/24/24, error 0 "policy failed: fallback served"',
  );
  policyRule(
    'RFC 7871 §7.2.1: by its place: all of the network that is there',
    asked('country.rich.example. TXT', DE),
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "DE"',
    'edns udp 1232, subnet 192.0.2.0/24/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: the scope may be longer than the source',
    asked('country.rich.example. TXT', US),
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "US"',
    'edns udp 1232, subnet 198.51.100.0/24/25',
  );
  policyRule(
    'RFC 7871 §7.2.1: or shorter',
    asked('country.rich.example. TXT', ecs(1, 32, 0, 'c0000263')),
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "DE"',
    'edns udp 1232, subnet 192.0.2.99/32/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: for IPv6',
    asked('country.rich.example. TXT', FR),
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "FR"',
    'edns udp 1232, subnet 2001:db8:49::/48/48',
  );
  policyRule(
    'RFC 7871 §7.2.1: by its distance',
    asked('near.rich.example. A', DE),
    'NOERROR qr aa',
    'answer near.rich.example. 30 IN A 198.51.100.20',
    'edns udp 1232, subnet 192.0.2.0/24/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: also if the answer is negative',
    asked('european.rich.example. A', US),
    'NOERROR qr aa',
    DENIED,
    'edns udp 1232, subnet 198.51.100.0/24/25',
  );
  policyRule(
    'RFC 7871 §7.2.1: by its subnet: 24 bits',
    asked('subnet.rich.example. TXT', ecs(1, 32, 0, 'c0000263')),
    'NOERROR qr aa',
    'answer subnet.rich.example. 30 IN TXT "192.0.2.0/24"',
    'edns udp 1232, subnet 192.0.2.99/32/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: by its IPv6 subnet: 56 bits',
    asked('subnet.rich.example. TXT', ecs(2, 64, 0, '20010db800490123')),
    'NOERROR qr aa',
    'answer subnet.rich.example. 30 IN TXT "2001:db8:49:100::/56"',
    'edns udp 1232, subnet 2001:db8:49:123::/64/56',
  );
  policyRule(
    'RFC 7871 §7.2.1: a resolver that tells less is not taken to have told more',
    asked('subnet.rich.example. TXT', ecs(1, 12, 0, 'c000')),
    'NOERROR qr aa',
    'answer subnet.rich.example. 30 IN TXT "192.0.0.0/12"',
    'edns udp 1232, subnet 192.0.0.0/12/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: by stickiness: the subnet as well',
    asked('stuck.rich.example. AAAA', DE),
    'NOERROR qr aa',
    'answer stuck.rich.example. 30 IN AAAA 2001:db8:10::10',
    'edns udp 1232, subnet 192.0.2.0/24/24',
  );
  policyRule(
    'RFC 7871 §7.2.1: by the address: every bit of it',
    asked('ip.rich.example. TXT', ecs(1, 32, 0, 'c0000263')),
    'NOERROR qr aa',
    'answer ip.rich.example. 30 IN TXT "192.0.2.99"',
    'edns udp 1232, subnet 192.0.2.99/32/32',
  );
  policyRule(
    'RFC 7871 §7.2.1: by nothing but its family: as far as no address has IPv4 inside',
    asked('family.rich.example. TXT', FR),
    'NOERROR qr aa',
    'answer family.rich.example. 30 IN TXT "IPv6"',
    'edns udp 1232, subnet 2001:db8:49::/48/21',
  );
});

describe('RFC 4291 §2.5.5.2, RFC 3056 §2: IPv4 inside IPv6 is IPv4', () => {
  // Each in the network of DE: 192.0.2.0/24.
  const INSIDE: readonly (readonly [form: string, options: string, network: string, scope: number])[] = [
    ['mapped', ecs(2, 120, 0, '00000000000000000000ffffc00002'), '::ffff:192.0.2.0/120', 120],
    ['6to4', ecs(2, 48, 0, '2002c0000201'), '2002:c000:201::/48', 40],
    ['NAT64', ecs(2, 120, 0, '0064ff9b0000000000000000c00002'), '64:ff9b::c000:200/120', 120],
  ];
  for (const [form, options, network, scope] of INSIDE) {
    policyRule(
      `RFC 7871 §7.2.1: the place of who is inside, and the scope around the whole, ${form}`,
      asked('country.rich.example. TXT', options),
      'NOERROR qr aa',
      'answer country.rich.example. 30 IN TXT "DE"',
      `edns udp 1232, subnet ${network}/${scope}`,
    );
    policyRule(
      `RFC 7871 §7.2.1: its network, ${form}`,
      asked('subnet.rich.example. TXT', options),
      'NOERROR qr aa',
      'answer subnet.rich.example. 30 IN TXT "192.0.2.0/24"',
      `edns udp 1232, subnet ${network}/${scope}`,
    );
  }
});

describe('RFC 7871 §7.1.2: a client that does not want to be located', () => {
  policyRule(
    'RFC 7871 §7.1.2: source 0 is answered for the resolver, with scope 0',
    asked('country.rich.example. TXT', ecs(1, 0, 0, '')),
    'NOERROR qr aa',
    'answer country.rich.example. 30 IN TXT "nowhere"',
    'edns udp 1232, subnet 0.0.0.0/0/0',
  );
  policyRule(
    'RFC 7871 §7.1.2: for IPv6 too',
    asked('subnet.rich.example. TXT', ecs(2, 0, 0, '')),
    'NOERROR qr aa',
    'answer subnet.rich.example. 30 IN TXT "127.0.0.0/24"',
    'edns udp 1232, subnet ::/0/0',
  );
  rule(
    'RFC 7871 §7.1.2: without a family, as some clients ask',
    { ...asked(STATIC, ecs(0, 0, 0, '')), failsOn: { ...NO_SUBNET, knot: 'FORMERR' } },
    'NOERROR qr aa',
    STATIC_ANSWER,
    'edns udp 1232, subnet nobody/0/0',
  );
});

describe('RFC 7871 §7.1.2: options that are malformed are FORMERR', () => {
  const OVERLOOKED = 'overlooks it';
  const MALFORMED: readonly (readonly [why: string, option: string, knot?: string])[] = [
    ['a scope that is not 0', ecs(1, 24, 24, 'c00002'), OVERLOOKED],
    ['a family that is not known', ecs(3, 24, 0, 'c00002')],
    ['no family, and a source', ecs(0, 24, 0, 'c00002')],
    ['a source of over 32 bits', ecs(1, 33, 0, 'c000020100')],
    ['a source of over 128 bits', ecs(2, 129, 0, '20010db8004900000000000000000000 00')],
    ['an address shorter than its source', ecs(1, 24, 0, 'c000')],
    ['an address longer than its source', ecs(1, 24, 0, 'c0000201'), OVERLOOKED],
    ['an address where the source is 0', ecs(1, 0, 0, 'c0'), OVERLOOKED],
    ['bits beyond the source', ecs(1, 23, 0, 'c00003'), OVERLOOKED],
    ['bits beyond the source, IPv6', ecs(2, 47, 0, '20010db80049'), OVERLOOKED],
    ['an option of three octets', '00080003000100'],
    ['an empty option', '00080000'],
  ];
  for (const [why, option, knot] of MALFORMED) {
    const failsOn = { ...NO_SUBNET, ...(knot && { knot }) };
    rule(`RFC 7871 §7.1.2: ${why}`, { ...asked(STATIC, option), failsOn }, 'FORMERR qr', 'edns udp 1232');
  }
});
