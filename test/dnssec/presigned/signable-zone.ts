/** Random zones `z.` that signers accept, as zone files. */
import fc from 'fast-check';
import { nameToText } from '../../../runtime/wire/name.ts';
import { type Labels, wireOf } from '../denial/random-zone.ts';

const label = fc.constantFrom('a', 'b', 'B', '*', 'ab', 'c', 'x-1', '0');
export const someLabels: fc.Arbitrary<Labels> = fc.array(label, { maxLength: 4 });

const KINDS = {
  data: ['A 192.0.2.1', 'TXT "v"'],
  mail: ['MX 10 a.b.z.'],
  alias: ['CNAME b.a.z.'],
  'alias to a wildcard': ['CNAME q.q.b.z.'],
  'alias to nobody': ['CNAME nobody.a.z.'],
  redirection: ['DNAME a.z.'],
  delegation: ['NS ns.example.'],
  'signed delegation': ['NS ns.example.', `DS 1 13 2 ${'00'.repeat(32)}`],
} as const;
const NOT_AT_WILDCARDS = ['redirection', 'delegation', 'signed delegation'];

export interface SignableZone {
  readonly names: readonly Labels[];
  readonly text: string;
}

export const signableZone: fc.Arbitrary<SignableZone> = fc
  .array(
    fc.record({
      name: fc.array(label, { minLength: 1, maxLength: 4 }),
      kind: fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[])),
    }),
    { minLength: 3, maxLength: 14 },
  )
  .map(zoneOf);

/** A zone in which every outcome of a question can be met. */
export const zoneOfAllKinds: SignableZone = zoneOf([
  { name: ['a'], kind: 'data' },
  { name: ['*', 'a'], kind: 'data' },
  { name: ['*', 'b'], kind: 'data' },
  { name: ['*', 'ab', 'b'], kind: 'mail' },
  { name: ['x-1', 'b'], kind: 'mail' },
  { name: ['ab'], kind: 'delegation' },
  { name: ['c'], kind: 'signed delegation' },
  { name: ['0', 'x-1'], kind: 'redirection' },
]);

interface Drawn {
  readonly name: Labels;
  readonly kind: keyof typeof KINDS;
}

function zoneOf(drawn: readonly Drawn[]): SignableZone {
  const chosen = new Map<string, Drawn>();
  for (const one of drawn.toSorted((a, b) => a.name.length - b.name.length)) {
    const key = (labels: Labels): string => labels.join('.').toLowerCase();
    const above = one.name.map((_, at) => chosen.get(key(one.name.slice(at + 1))));
    if (chosen.has(key(one.name)) || above.some((other) => other && NOT_AT_WILDCARDS.includes(other.kind)))
      continue;
    const kind = one.name[0] === '*' && NOT_AT_WILDCARDS.includes(one.kind) ? 'data' : one.kind;
    chosen.set(key(one.name), { name: one.name, kind });
  }
  const lines = [...chosen.values()].flatMap(({ name, kind }) =>
    KINDS[kind].map((data) => `${nameToText(wireOf(name))} 300 IN ${data}`),
  );
  return {
    names: [...chosen.values()].map(({ name }) => name),
    text: [
      'z. 600 IN SOA ns.example. h.example. 7 3600 600 86400 120',
      'z. 300 IN NS ns.example.',
      ...lines,
    ].join('\n'),
  };
}
