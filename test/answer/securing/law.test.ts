/**
 * What a signed zone says, whatever zone and whatever its policies decide: it validates, it denies only the name, or the
 * type asked and CNAME, and what a resolver concludes from all that it was ever told (RFC 8198) is never wrong.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeMessage } from '../../../runtime/wire/decode.ts';
import { RCODE } from '../../../runtime/wire/iana/rcode.ts';
import { RRTYPE } from '../../../runtime/wire/iana/rrtype.ts';
import type { Message } from '../../../runtime/wire/message.ts';
import { canonicalName, nameToText } from '../../../runtime/wire/name.ts';
import {
  anyLabels,
  anyZone,
  imageOfModel,
  isSame,
  type Labels,
  labelsOf,
  NEGATIVE_TTL,
  STATIC_TYPES,
  wireOf,
  type ZoneModel,
  ZoneOracle,
} from '../../dnssec/denial/random-zone.ts';
import {
  provesCompactNameError,
  provesNameError,
  provesNoData,
  provesWildcard,
  readNsec,
  type SeenNsec,
} from '../../dnssec/denial/validator.ts';
import { splitRrsig } from '../../dnssec/signing/signing-world.ts';
import { lawRuns } from '../../support/fuzz.ts';
import { packet } from '../../support/packet.ts';
import { must } from '../../support/wire.ts';
import { messageToText } from '../message-text.ts';
import { Server } from '../server.ts';
import { KEYS } from '../signing-source.ts';
import { assertMessageSigned } from './signed-message.ts';

const DO = 0x8000;
const CO = 0x4000;
const RUNS = lawRuns(60, 500);
/** Of the policies' answers. */
const TTL = 20;

type Answer = 'A' | 'AAAA' | 'TXT' | 'nodata' | 'nxdomain' | 'cname';
const ANSWERS: readonly Answer[] = ['A', 'AAAA', 'TXT', 'nodata', 'nxdomain', 'cname'];
const TYPES = [...STATIC_TYPES, 'AAAA', 'HTTPS', 'SOA', 'NSEC', 'DNSKEY'] as const;

const question = fc.record({
  name: anyLabels,
  /** One of the names of the zone, or one near it, in place of that one. */
  near: fc.option(
    fc.record({ owner: fc.nat(), below: fc.constantFrom('', '', '', '', 'a', '*', 'Q', 'zz') }),
    {
      freq: 8,
    },
  ),
  type: fc.constantFrom(...TYPES),
  flags: fc.constantFrom(DO, DO, DO | CO),
  over: fc.constantFrom('udp' as const, 'tcp' as const),
  /** What policies decide meanwhile, and how much later it is. */
  turn: fc.nat({ max: 5 }),
  seconds: fc.constantFrom(0, 0, 1, 5, 25),
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

for (const denial of ['chain', 'compact'] as const)
  test(`${denial}: what any zone says validates, is true, and contradicts nothing that was said before`, () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(
        anyZone,
        fc.array(question, { minLength: 1, maxLength: 40, size: 'max' }),
        (any, questions) => {
          const model = withPolicies(any);
          const world = new World(model, denial, (what) => seen.set(what, (seen.get(what) ?? 0) + 1));
          for (const asked of questions) world.ask(asked);
        },
      ),
      RUNS,
    );
    for (const what of ['answer', 'no name', 'no data', 'policy: no name', 'policy: no data', 'alias inside'])
      assert.ok((seen.get(what) ?? 0) > RUNS.numRuns / 30, `${what} is met: ${JSON.stringify([...seen])}`);
    if (denial === 'chain') assert.ok((seen.get('wildcard') ?? 0) > RUNS.numRuns / 60);
  });

/** Hosts as policies have them: A of the fallback is always among their types, and no alias stands beside records. */
function withPolicies({ records, hosts }: ZoneModel): ZoneModel {
  const oracle = new ZoneOracle({ records, hosts: [] });
  const plain = hosts
    .map(({ name, types }) => ({ name: name.map(plainLabel), types }))
    .filter(
      ({ name }, at, all) => !oracle.isCut(name) && all.findIndex((one) => isSame(one.name, name)) === at,
    );
  return {
    records,
    hosts: plain.map(({ name, types }) => {
      const isAlone = name.length > 0 && oracle.types(name).size === 2;
      const possible = types.filter((type) => type !== RRTYPE.HTTPS && type !== RRTYPE.URI);
      return {
        name,
        types: [...new Set([RRTYPE.A, ...possible])].filter((type) => type !== RRTYPE.CNAME || isAlone),
      };
    }),
  };
}

/** Policies have no host of any other label. */
function plainLabel(label: string, at: number): string {
  if (label === '*' && at === 0) return label;
  return /^[A-Za-z]+$/.test(label) ? label : 'b';
}

interface Denied {
  readonly source: Labels;
  /** Left out: the name itself. */
  readonly type?: number;
  readonly until: number;
}

class World {
  now = 0;
  readonly #server = new Server();
  readonly #oracle: ZoneOracle;
  readonly #isCompact: boolean;
  readonly #note: (what: string) => void;
  #turn = 0;
  /** All that a resolver was told, until when. */
  readonly #told: { readonly nsec: SeenNsec; readonly until: number }[] = [];
  /** What policies have denied, which they may grant at once. */
  readonly #denied: Denied[] = [];

  constructor(model: ZoneModel, denial: 'chain' | 'compact', note: (what: string) => void) {
    this.#oracle = new ZoneOracle(model);
    this.#isCompact = denial === 'compact';
    this.#note = note;
    const names = model.hosts.map(({ name }) => nameToText(wireOf(name)));
    this.#server.put({
      zone: 'z',
      image: imageOfModel(model, KEYS[0].dnskey),
      policy: {
        // Of a shorter one that only a handler knows, denials learn when it is first seen.
        ttl: TTL,
        fallback: { kind: 'records', records: { A: ['192.0.2.99'] }, ttl: TTL },
        hosts: Object.fromEntries(names.map((name) => [name, null])),
      },
      signing: {
        denial,
        types: Object.fromEntries(
          names.map((name, at) => [
            name,
            (model.hosts[at]?.types ?? []).map((type) => `TYPE${type}`).join(' '),
          ]),
        ),
        // Every other one decides by name.
        byName: names.filter((name, at) => name.startsWith('*.') && at % 2 === 0),
      },
    });
    this.#server.sandbox.script = (read, { host }) => {
      const at = names.indexOf(host);
      assert.ok(at >= 0, host);
      return this.#decide(model.hosts[at]?.types ?? [], at, at % 2 === 0 ? String(read('query.name')) : '');
    };
  }

  ask({ name: any, near, type: text, flags, over, turn, seconds }: Question): void {
    this.now += seconds;
    // A decision that is remembered is the same for as long: policies that change have read what changed.
    this.#server.parts.packets?.clear();
    this.#turn = turn;
    const { owners } = this.#oracle;
    const other = near === null ? undefined : owners[near.owner % owners.length];
    const name =
      near === null || other === undefined ? any : near.below === '' ? other : [near.below, ...other];
    if (wireOf(name).length > 255) return;
    const type = RRTYPE[text];
    const query = packet({ question: `${nameToText(wireOf(name))} ${text}`, opt: { flags } });
    const reply = (octets: Uint8Array): number => replies.push(Uint8Array.from(octets));
    const replies: Uint8Array[] = [];
    this.#server.responder.respond(query, { transport: over, address: '127.0.0.1', reply });
    const message = must(decodeMessage(Buffer.from(replies[0] ?? assert.fail('it is answered at once'))));
    assertMessageSigned(message, { origin: 'z.', isGlue: (owner) => owner === 's.example.' });
    try {
      this.#check(message, name, type, (flags & CO) !== 0);
    } catch (error) {
      const said = messageToText(message).filter((line) => !/\d RRSIG /.test(line));
      throw new Error([`${nameToText(wireOf(name))} ${text}`, ...said].join('\n'), { cause: error });
    }
  }

  #decide(types: readonly number[], at: number, name: string): unknown {
    const kind = ANSWERS[(this.#turn + at + name.length) % ANSWERS.length] ?? 'nodata';
    const has = (type: keyof typeof RRTYPE) => types.includes(RRTYPE[type]);
    if (kind === 'nxdomain') return { kind };
    if (kind === 'cname' && has('CNAME')) return { kind, target: 'a.z', ttl: TTL };
    const data = { A: ['192.0.2.1'], AAAA: ['2001:db8::1'], TXT: ['v'] };
    if (kind !== 'A' && kind !== 'AAAA' && kind !== 'TXT') return { kind: 'nodata' };
    return has(kind) ? { kind: 'records', records: { [kind]: data[kind] }, ttl: TTL } : { kind: 'nodata' };
  }

  #check(message: Message, asked: Labels, type: number, isCo: boolean): void {
    if (message.rcode === RCODE.YXDOMAIN || message.answers.some((record) => record.type === RRTYPE.DNAME))
      return;
    const nsecs = message.authorities.filter((record) => record.type === RRTYPE.NSEC);
    const proof = nsecs.map(({ owner, rdata }) => readNsec(canonicalName(owner), rdata));
    const soa = message.authorities.find((record) => record.type === RRTYPE.SOA);
    for (const { ttl } of nsecs) assert.ok(ttl <= NEGATIVE_TTL);
    const name = this.#follow(message, asked, type, proof);
    const isReferral = soa === undefined && message.authorities.some((record) => record.type === RRTYPE.NS);
    if (name !== undefined && isReferral) this.#checkReferral(message, name, proof);
    else if (name !== undefined) this.#checkDenial(message, name, type, proof, isCo, soa?.ttl ?? 0);
    for (const [at, nsec] of proof.entries()) {
      // What is made, or lacks a type that could be there, denies what may be there soon.
      if (this.#isReduced(nsec)) assert.ok((nsecs[at]?.ttl ?? 0) <= (soa?.ttl ?? NEGATIVE_TTL));
      this.#told.push({ nsec, until: this.now + (nsecs[at]?.ttl ?? 0) });
    }
  }

  #isReduced({ owner, next, types }: SeenNsec): boolean {
    return isSame(next, ['\0', ...owner]) || [...this.#oracle.types(owner)].some((type) => !types.has(type));
  }

  /** Checks the sets of the answer; returns the name of which something is denied, if any is. */
  #follow(message: Message, asked: Labels, type: number, proof: readonly SeenNsec[]): Labels | undefined {
    let name = asked;
    for (let step = 0; step < 10; step += 1) {
      const owner = canonicalName(wireOf(name));
      const found = message.answers.filter(
        (record) =>
          Buffer.compare(canonicalName(record.owner), owner) === 0 &&
          (record.type === type || (record.type === RRTYPE.CNAME && type !== RRTYPE.NSEC)),
      );
      const [first] = found;
      if (first === undefined) return name;
      this.#checkPositive(message, name, first.type, proof);
      if (first.type !== RRTYPE.CNAME || type === RRTYPE.CNAME) return undefined;
      if (!nameToText(first.rdata).endsWith('z.')) return undefined;
      this.#note('alias inside');
      name = labelsOf(first.rdata);
      const isLoop = isSame(name, asked);
      if (isLoop || step === 9) return undefined;
    }
    return undefined;
  }

  #checkPositive(message: Message, name: Labels, type: number, proof: readonly SeenNsec[]): void {
    this.#note('answer');
    const lower = canonicalName(wireOf(name));
    const signature = message.answers.find(
      ({ type: of, owner, rdata }) =>
        of === RRTYPE.RRSIG &&
        Buffer.compare(canonicalName(owner), lower) === 0 &&
        splitRrsig(rdata).fields.type === type,
    );
    assert.ok(signature !== undefined);
    const { labels } = splitRrsig(signature.rdata).fields;
    const full = name.length + 1 - (name[0] === '*' ? 1 : 0);
    if (labels < full) {
      this.#note('wildcard');
      const wildcard = ['*', ...name.slice(name.length - (labels - 1))];
      assert.ok(provesWildcard(proof, name, wildcard), 'the wildcard had to stand in');
    }
    this.#assertNotSaidOtherwise(name, type);
  }

  /** RFC 8198: no conclusion from what was said may be against it, but for what a policy denied itself. */
  #assertNotSaidOtherwise(name: Labels, type: number): void {
    const told = this.#told.filter(({ until }) => until > this.now).map(({ nsec }) => nsec);
    const isDenied = provesNoData(told, name, type) || provesNameError(told, name);
    if (!isDenied) return;
    const source = this.#sourceOf(name);
    const isExcused = this.#denied.some(
      (denied) =>
        denied.until > this.now &&
        (isSame(denied.source, name) || isSame(denied.source, source)) &&
        (denied.type === undefined || denied.type === type || type === RRTYPE.CNAME),
    );
    assert.ok(isExcused, `${name.join('.')} ${type} is there, and was said not to be`);
  }

  #checkReferral({ authorities }: Message, asked: Labels, proof: readonly SeenNsec[]): void {
    const cut = authorities.find(({ type }) => type === RRTYPE.NS);
    assert.ok(cut !== undefined);
    const at = labelsOf(canonicalName(cut.owner));
    assert.ok(isSame(asked.slice(asked.length - at.length), at));
    const hasDs = authorities.some(({ type }) => type === RRTYPE.DS);
    assert.equal(provesNoData(proof, at, RRTYPE.DS), !hasDs);
    assert.ok(hasDs || proof.some(({ owner, types }) => isSame(owner, at) && types.has(RRTYPE.NS)));
    for (const nsec of proof) this.#assertTrue(nsec, at, RRTYPE.DS);
  }

  #checkDenial(
    { rcode, answers }: Message,
    name: Labels,
    type: number,
    proof: readonly SeenNsec[],
    isCo: boolean,
    ttl: number,
  ): void {
    if (rcode !== RCODE.NOERROR && rcode !== RCODE.NXDOMAIN) return;
    const source = this.#sourceOf(name);
    const isPolicy = this.#oracle.isHost(source) && (this.#isCompact || ttl <= TTL);
    const isOfName = provesCompactNameError(proof, name);
    if (isOfName || rcode === RCODE.NXDOMAIN) {
      this.#note(isPolicy ? 'policy: no name' : 'no name');
      assert.equal(rcode, isOfName && !isCo ? RCODE.NOERROR : RCODE.NXDOMAIN);
      assert.ok(isOfName || provesNameError(proof, name), 'there is no such name');
      if (isPolicy) this.#denied.push({ source: name, until: this.now + ttl });
      else assert.ok(!this.#oracle.exists(name) && !this.#oracle.exists(source));
    } else {
      this.#note(isPolicy ? 'policy: no data' : 'no data');
      assert.ok(provesNoData(proof, name, type), `there is no such type: ${answers.length}`);
      if (isPolicy)
        for (const at of [source, name]) this.#denied.push({ source: at, type, until: this.now + ttl });
    }
    if (isPolicy) assert.ok(ttl <= TTL, 'as long as the answer at most');
    for (const nsec of proof) this.#assertTrue(nsec, name, type);
  }

  /** A record denies nothing that is or could be there, but for what was asked. */
  #assertTrue(nsec: SeenNsec, name: Labels, type: number): void {
    const source = this.#sourceOf(name);
    const isMade = isSame(nsec.next, ['\0', ...nsec.owner]);
    if (isMade && nsec.types.has(RRTYPE.NXNAME)) {
      assert.ok(isSame(nsec.owner, name));
      return;
    }
    const at = isMade && isSame(nsec.owner, name) ? source : nsec.owner;
    const possible = this.#oracle.types(at);
    // The zone's own name has a key beside.
    if (at.length === 0) possible.add(RRTYPE.DNSKEY);
    const lacks = [...possible].filter((one) => !nsec.types.has(one));
    for (const one of lacks) {
      assert.ok(isSame(at, source), 'only of the name asked is anything left out');
      assert.ok(one === type || one === RRTYPE.CNAME, `type ${one} is left out, and ${type} was asked`);
    }
    for (const one of nsec.types) assert.ok(possible.has(one), `type ${one} is not there`);
  }

  /** The name whose records stand for a name: its own, or a wildcard's (RFC 4592 §3.3.1). */
  #sourceOf(name: Labels): Labels {
    if (this.#oracle.exists(name)) return name;
    let above = name.slice(1);
    while (above.length > 0 && !this.#oracle.exists(above)) above = above.slice(1);
    return ['*', ...above];
  }
}
