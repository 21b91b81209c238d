/** Names, TTLs and addresses that are none, in turn. */
import type { HandlerAttack } from '../attack.ts';
import { battle } from '../battle.ts';

export const attack: HandlerAttack = {
  title: 'Answers that cannot be',
  top: `let turn = 0;
const ANSWERS = [
  { A: '192.0.2.400' },
  { A: '2001:db8::1' },
  { AAAA: '::ffff:1.2.3.4.5' },
  { A: 'javascript:0' },
  { TXT: 'x', ttl: -1 },
  { TXT: 'x', ttl: Number.NaN },
  { TXT: 'x', ttl: 2 ** 53 },
  { MX: '10 ' + 'x'.repeat(64) + '.example.' },
  { CNAME: 'a..b' },
  { SOA: 'a. b. 1 2 3 4 5' },
  { NS: 'ns.static.example.' },
  { TXT: 'x'.repeat(70_000) },
  { constructor: 'x' },
  'no such pool',
  '__proto__',
  undefined,
  null,
  5n,
  [],
  () => 'x',
  Symbol('x'),
];`,
  code: `turn += 1;
return ANSWERS[turn % ANSWERS.length];`,
  ends: ['invalid'],
};

if (import.meta.main) battle(attack);
