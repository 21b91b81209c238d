/** Whatever a policy does, its client gets an answer in time, its operator is told why, and nobody else notices. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { FallbackReason } from '../../runtime/rpc/fallback.ts';
import { Client } from '../support/client.ts';
import { dig, missing } from '../support/dig.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { logLine } from '../support/log.ts';
import { until } from '../support/until.ts';

/** How long a client waits: a deadline of 50 ms, and what a busy machine may add to it. */
const PATIENCE_MS = 500;
/** For all but those whose time is tried, so that a busy machine does not change the reason. */
const NO_HURRY = 'budget: 5000,';

interface Failure {
  readonly reason: FallbackReason;
  /** As clients are told. */
  readonly told: string;
  /** What the handler does for names that begin with `fail`. The operator is led to the line that ends in `HERE`. */
  readonly code: string;
  /** The file with that line, if not the policy. */
  readonly file?: string;
  /** More of the policy. */
  readonly settings?: string;
  readonly patienceMs?: number;
}

/** A single call that no timeout ends. */
const HANG = `standIn('hang');`;

/** Longer than 5 ms, and shorter than any test is patient. */
const LONG = 'for (let turn = 0, rest = 1; turn < 1e7; turn += 1) rest = (rest * 7 + turn) % 1009;';

/** By zone. */
const FAILURES: Readonly<Record<string, Failure>> = {
  'throw.example': {
    reason: 'throw',
    told: 'policy failed',
    code: `throw new Error('no luck today'); // HERE`,
  },
  'nothing.example': { reason: 'throw', told: 'policy failed', code: 'throw undefined;' },
  'snippet.example': {
    reason: 'throw',
    told: 'policy failed',
    code: 'explode(query.type);',
    file: 'snippets/explode.ts',
  },
  'loop.example': {
    reason: 'budget',
    told: 'policy budget exceeded',
    code: 'for (let turn = 0; ; ) turn += 1; // HERE',
    settings: 'deadline: 5000,',
  },
  'hang.example': {
    reason: 'budget',
    told: 'policy budget exceeded',
    code: HANG,
    settings: 'deadline: 5000,',
  },
  'deadline.example': {
    reason: 'deadline',
    told: 'policy deadline exceeded',
    code: HANG,
    settings: 'budget: 100, deadline: 100,',
  },
  'memory.example': {
    reason: 'memory',
    told: 'policy memory limit exceeded',
    code: 'for (const all: string[][] = []; ; ) all.push(new Array(100_000).fill(query.name));',
    patienceMs: 5000 + PATIENCE_MS,
  },
  'invalid.example': {
    reason: 'invalid',
    told: 'policy gave no valid answer',
    code: `return { A: '192.0.2.400' };`,
  },
};

const EXPLODE = `
export function explode(type: string): never {
  const why = 'no ' + type + ' today';
  throw new RangeError(why); // HERE
}
`;

function policy(zone: string, { code, settings = NO_HURRY }: Pick<Failure, 'code' | 'settings'>): string {
  // A failure without a line of its own is the host's.
  const mark = /HERE|explode/.test(code) ? '' : ' // HERE';
  return `import { definePolicy } from 'dnsteer';
import { explode } from './snippets/explode.ts';

export const unused = explode;

export default definePolicy({
  ${settings}
  fallback: { TXT: 'fallback of ${zone}' },
  hosts: {
    fixed: { TXT: 'fixed' },
    '*': (query) => {${mark}
      const { ip } = query.client; // Once it is read, the decision is not remembered.
      if (query.name.startsWith('fail')) {
        ${code}
      }
      return { TXT: 'policy of ${zone} for ' + ip };
    },
  },
});
`;
}

const FILES: Readonly<Record<string, string>> = {
  'snippets/explode.ts': EXPLODE,
  'neighbour.example.ts': policy('neighbour.example', { code: '' }),
  'usual.example.ts': policy('usual.example', { code: LONG, settings: '' }),
  'patient.example.ts': policy('patient.example', { code: LONG, settings: NO_HURRY }),
  ...Object.fromEntries(
    Object.entries(FAILURES).map(([zone, failure]) => [`${zone}.ts`, policy(zone, failure)]),
  ),
};

let server: TestServer;
let client: Client;
before(async () => {
  server = await startServer({
    policies: FILES,
    config: 'policy: { maxBudget: 5000, maxDeadline: 5000 }',
    standIns: true,
  });
  client = await Client.open(server.port);
});
after(async () => {
  client.close();
  await server.stop();
});

for (const [zone, failure] of Object.entries(FAILURES)) {
  const { reason, told, file = `${zone}.ts`, patienceMs = PATIENCE_MS } = failure;

  test(`${zone} (${reason}): its fallback answers, and for its neighbour the policy`, async () => {
    await sandboxThere(zone);
    const fail = async (): Promise<boolean> => {
      const failed = await client.ask(`fail.${zone}`, 'TXT', patienceMs);
      assert.deepEqual(failed, { rcode: 'NOERROR', answers: [`TXT fallback of ${zone}`] });
      return (await fallbacks(zone)).has(reason);
    };
    const [, neighbour] = await Promise.all([
      // On a busy machine V8 may stop it before it has computed that long: then it has missed its deadline.
      until(fail, (isCounted) => isCounted),
      client.ask('www.neighbour.example', 'TXT', 5000 + PATIENCE_MS),
    ]);
    assert.deepEqual(neighbour?.answers, ['TXT policy of neighbour.example for 127.0.0.1']);
  });

  test(`${zone} (${reason}): the log says which version fell back, why and where`, async () => {
    const line = await logLine(server, zone, new RegExp(`"reason":"${reason}".*"Fallback answered"`));
    const { version } = (await server.status()).zones.find((one) => one.zone === zone) ?? {};
    const { name, type, count } = line;
    assert.deepEqual(
      { version: line.version, reason: line.reason, name, type, count },
      { version, reason, name: `fail.${zone}`, type: 'TXT', count: 1 },
    );
    const lines = (FILES[file] ?? '').split('\n');
    // On a busy machine the host gives up before V8 does, and then knows which handler it was, not which line.
    const isToBlame = (text: string): boolean =>
      text.endsWith('HERE') || (reason === 'budget' && text.includes("'*': "));
    const rows = lines.flatMap((text, index) => (isToBlame(text) ? [index + 1] : []));
    assert.match(String(line.at), new RegExp(`^policies/${file}:(${rows.join('|')}):\\d+$`));
    const { lastFailure } = (await server.status()).zones.find((one) => one.zone === zone) ?? {};
    assert.deepEqual(
      {
        version: lastFailure?.version,
        host: lastFailure?.host,
        reason: lastFailure?.reason,
        at: lastFailure?.at,
      },
      { version, host: '*', reason, at: line.at },
    );
    const metrics = await (await fetch(`${server.adminUrl}/metrics`)).text();
    const labels = `zone="${zone}",version="${version}",host="\\*",reason="${reason}",at="${line.at as string}"`;
    assert.match(metrics, new RegExp(`^dnsteer_policy_last_failure_timestamp_seconds{${labels}} \\d`, 'm'));
  });

  test(`${zone} (${reason}): who speaks EDNS is told, and it is counted`, {
    skip: missing('dig'),
  }, async () => {
    await sandboxThere(zone);
    let before = await fallbacks(zone);
    const isTold = new RegExp(`EDE: 0 \\(Other\\): \\(${told}: fallback served\\)`);
    await until(
      async () => {
        before = await fallbacks(zone);
        return dig(server.port, `fail.${zone}`, 'TXT');
      },
      (answer) => {
        assert.match(answer, /EDE: 0 \(Other\): \(policy .*: fallback served\)/);
        if (reason !== 'budget') assert.match(answer, isTold);
        return isTold.test(answer);
      },
    );
    const silent = await dig(server.port, `fail.${zone}`, 'TXT', '+noedns');
    assert.match(silent, /"fallback of/);
    assert.doesNotMatch(silent, /EDE|OPT/);
    const now = await fallbacks(zone);
    assert.ok((now.get(reason) ?? 0) > (before.get(reason) ?? 0), `${reason} is counted`);
    assert.equal(sum(now), sum(before) + 2);
  });
}

test('A policy that takes long is answered for, unless it has asked for the time', async () => {
  const usual = await client.ask('fail.usual.example', 'TXT');
  assert.deepEqual(usual?.answers, ['TXT fallback of usual.example']);
  const patient = await client.ask('fail.patient.example', 'TXT');
  assert.deepEqual(patient?.answers, ['TXT policy of patient.example for 127.0.0.1']);
});

for (const [setting, problem] of [
  ['budget: 5001,', 'budget: Must be a number from 1 to 5000'],
  ['budget: 20, deadline: 10,', 'deadline: Must be a number from 20 to 5000'],
  ['deadline: 5001,', 'deadline: Must be a number from 1 to 5000'],
  [`budget: '5',`, 'budget: Must be a number, not the string "5"'],
] as const) {
  test(`A policy is refused with ${setting}`, async () => {
    const from = server.output().length;
    server.write('greedy.example.ts', policy('greedy.example', { code: '', settings: setting }));
    const { msg } = await logLine(server, 'greedy.example', /error:/, from);
    const [headline, source, caret] = msg.split('\n');
    assert.match(headline ?? '', new RegExp(`^policies/greedy\\.example\\.ts:\\d+:\\d+: error: ${problem}$`));
    assert.ok(caret?.endsWith('^'), msg);
    assert.ok(source !== undefined && /definePolicy|budget|deadline/.test(source), msg);
    await answersBroken('www.greedy.example', /budget|deadline/);
  });
}

test('A policy without a fallback is refused, and an older version of it stays live', async () => {
  const without = (text: string): string => text.replace(/ {2}fallback: .*\n/, '');
  server.write('bare.example.ts', without(policy('bare.example', { code: '' })));
  const { msg } = await logLine(server, 'bare.example', /error:/);
  assert.match(
    msg,
    /^policies\/bare\.example\.ts:6:16: error: fallback: Is required; .*\n {4}export default/,
  );
  await answersBroken('www.bare.example', /fallback: Is required/);

  const from = server.output().length;
  server.write('neighbour.example.ts', without(FILES['neighbour.example.ts'] ?? ''));
  await logLine(server, 'neighbour.example', /New version is refused; the live one stays/, from);
  const reply = await client.ask('www.neighbour.example', 'TXT');
  assert.deepEqual(reply?.answers, ['TXT policy of neighbour.example for 127.0.0.1']);
  const { state, problems } =
    (await server.status()).zones.find((one) => one.zone === 'neighbour.example') ?? {};
  assert.equal(state, 'degraded');
  assert.match(problems?.[0]?.message ?? '', /^fallback: Is required/);
});

/** Before it, one was killed perhaps, and the policy is being given another. */
async function sandboxThere(zone: string): Promise<void> {
  await until(
    async () => String((await client.ask(`www.${zone}`, 'TXT'))?.answers),
    (answers) => answers.startsWith('TXT policy'),
  );
}

/** A zone of which no version ever loaded: SERVFAIL, and why for those who can be told. */
async function answersBroken(name: string, why: RegExp): Promise<void> {
  // Refused until it is announced.
  const reply = await until(
    () => client.ask(name, 'TXT'),
    (answer) => answer?.rcode !== 'REFUSED',
  );
  assert.equal(reply?.rcode, 'SERVFAIL');
  const answer = await dig(server.port, name, 'TXT');
  assert.match(answer, /EDE: \d+ \(.*\)/);
  assert.doesNotMatch(answer, why, 'what is wrong with it is for its operator');
}

/** As Prometheus is told, by reason. */
async function fallbacks(zone: string): Promise<Map<string, number>> {
  const page = await (await fetch(`${server.adminUrl}/metrics`)).text();
  const lines = page.matchAll(/^dnsteer_fallbacks_total\{zone="(.*)",reason="(.*)"\} (\d+)$/gm);
  return new Map(
    [...lines].flatMap(([, of, reason = '', count]) => (of === zone ? [[reason, Number(count)]] : [])),
  );
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
