/** Whatever a policy does in its sandbox, each request gets one answer and the others go on. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DnsteerError } from '../../runtime/base/errors.ts';
import { Charges } from '../../runtime/runner/charges.ts';
import type { SandboxOptions } from '../../runtime/runner/options.ts';
import { childHere } from '../../runtime/runner/process/child.ts';
import { spawnSandbox } from '../../runtime/runner/process/program.ts';
import type { RunOutcome } from '../../runtime/runner/runs-and-loads.ts';
import { Sandbox } from '../../runtime/runner/sandbox.ts';
import type { SandboxState } from '../../runtime/runner/state.ts';
import { until } from '../support/until.ts';
import { CRASH, decide, guest, HANG, HOARD, LIMITS, reasonOf, STEADY } from './guests.ts';
import { impostor, sandboxWithStandIns } from './impostors.ts';

/** Milliseconds within which a hang has begun, even where other tests want the processor: before, V8 could stop it. */
const LONG_MS = 100;
/** Computes for as many milliseconds. */
const busy = (ms: number) => `for (const until = Date.now() + ${ms}; Date.now() < until; );`;
const SLOW = guest(`${busy(40)} return { kind: 'nodata' };`);

/** A sandbox with these policies, stopped when the test ends. */
async function sandboxWith(
  scripts: Readonly<Record<string, string>>,
  options: SandboxOptions = { spare: false },
) {
  const states: SandboxState[] = [];
  const listeners = new Set<() => void>();
  const sandbox = new Sandbox({
    spawn: sandboxWithStandIns,
    ...options,
    onState: (state) => {
      states.push(state);
      for (const listener of listeners) listener();
    },
  });
  await sandbox.start();
  await loadAll(sandbox, scripts);
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!holds()) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
    });
  return { sandbox, states, until, [Symbol.asyncDispose]: () => sandbox.stop() };
}

async function loadAll(sandbox: Sandbox, scripts: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, script] of Object.entries(scripts)) {
    const loaded = await sandbox.load(key, script, LIMITS);
    assert.ok(loaded.ok, JSON.stringify(loaded));
  }
}

/** For the tests after which the process still runs. */
const shared = await sandboxWith({});
after(() => shared.sandbox.stop());

test('A policy decides, and says what it read', async () => {
  await loadAll(shared.sandbox, { steady: STEADY });
  const outcome = await decide(shared.sandbox, 'steady');
  assert.ok(outcome.ok);
  assert.ok(outcome.micros >= 0);
  assert.deepEqual(
    { ...outcome, micros: 0 },
    {
      ok: true,
      plan: { kind: 'pool', pool: 'eu' },
      reads: [['client.country', 'DE']],
      impure: [],
      micros: 0,
    },
  );
});

test('Many requests at once are answered, each with its own answer', async () => {
  await loadAll(shared.sandbox, {
    a: guest('return { kind: "cname", target: "a." + name };'),
    b: guest('return { kind: "cname", target: "b." + name };'),
  });
  const asks = Array.from({ length: 500 }, (_, index) => ({
    key: index % 3 === 0 ? 'a' : 'b',
    name: `n${index}`,
  }));
  const outcomes = await Promise.all(asks.map(({ key, name }) => decide(shared.sandbox, key, { name })));
  const targets = outcomes.map((outcome) => outcome.ok && outcome.plan);
  assert.deepEqual(
    targets,
    asks.map(({ key, name }) => ({ kind: 'cname', target: `${key}.${name}` })),
  );
});

test('A policy that throws is told of with the position in its script', async () => {
  await loadAll(shared.sandbox, { throws: guest('throw new TypeError("Boom");') });
  const outcome = await decide(shared.sandbox, 'throws');
  assert.ok(!outcome.ok);
  assert.deepEqual([outcome.reason, outcome.message], ['throw', 'Boom']);
  assert.match(outcome.stack ?? '', /policy\.js:\d+:\d+/);
});

test('A policy that fails says what it had read, and of what is no read nothing is believed', async () => {
  const failing = (text: string) => `${STEADY} globalThis.__dnsteer_run = () => ${JSON.stringify(text)};`;
  await loadAll(shared.sandbox, {
    honest: failing('{"error":{"message":"Boom"},"reads":[["client.country"],["health.eu","up"]]}'),
    misspelt: failing('{"invalid":"Unknown pool","reads":[["client.family"]]}'),
    liar: failing('{"error":{"message":"Boom"},"reads":[["health.eu"],5]}'),
    deep: failing(`{"error":{"message":"Boom"},"reads":[["x",${'['.repeat(3000)}${']'.repeat(3000)}]]}`),
  });
  const reads: Record<string, unknown> = {};
  for (const key of ['honest', 'misspelt', 'liar', 'deep']) {
    const outcome = await decide(shared.sandbox, key);
    assert.ok(!outcome.ok);
    reads[key] = [outcome.reason, outcome.reads];
  }
  assert.deepEqual(reads, {
    honest: [
      'throw',
      [
        ['client.country', 'DE'],
        ['health.eu', 'up'],
      ],
    ],
    misspelt: ['invalid', [['client.family', 4]]],
    liar: ['throw', undefined],
    deep: ['throw', undefined],
  });
});

test('What is no decision is invalid, and the process goes on', async () => {
  const returning = (text: string) => `${STEADY} globalThis.__dnsteer_run = () => ${text};`;
  await loadAll(shared.sandbox, {
    number: returning('5'),
    nothing: returning('undefined'),
    text: returning('"no JSON"'),
    null: returning('"null"'),
    long: returning('JSON.stringify({ plan: { text: "x".repeat(65536) }, reads: [], impure: [] })'),
    deep: returning(
      `'{"plan":' + '{"of":'.repeat(9000) + '1' + '}'.repeat(9000) + ',"reads":[],"impure":[]}'`,
    ),
    unread: returning(`'{"plan":{"kind":"nodata"}}'`),
    invalid: returning(`'{"invalid":"Not an answer"}'`),
    thrower: `${STEADY} globalThis.__dnsteer_run = () => { throw { get message() { return "looked at"; } }; };`,
  });
  for (const key of ['number', 'nothing', 'text', 'null', 'long', 'deep', 'unread', 'invalid', 'thrower']) {
    const outcome = await decide(shared.sandbox, key);
    assert.equal(reasonOf(outcome), 'invalid', `${key}: ${JSON.stringify(outcome)}`);
  }
  assert.equal(shared.sandbox.stats().restarts, 0, 'the process went on');
});

test('A policy cannot speak for another, nor for the sandbox', async () => {
  const forged = `'{"plan":{"kind":"nodata"},"reads":[],"impure":[],"t":"loaded","id":1,"micros":-5}'`;
  await loadAll(shared.sandbox, {
    forger: `${STEADY} globalThis.__dnsteer_run = () => ${forged};`,
    steady: STEADY,
  });
  const [forger, steady] = await Promise.all([
    decide(shared.sandbox, 'forger'),
    decide(shared.sandbox, 'steady'),
  ]);
  assert.ok(forger.ok && forger.micros >= 0);
  assert.ok(steady.ok);
  assert.deepEqual(steady.plan, { kind: 'pool', pool: 'eu' });
});

test('What could block the process, or tell of the collector, is not there', async () => {
  const names = [
    'Atomics',
    'FinalizationRegistry',
    'SharedArrayBuffer',
    'WeakRef',
    'WebAssembly',
    'process',
    'require',
  ];
  const script = guest(`return { found: ${JSON.stringify(names)}.filter((name) => name in globalThis) };`);
  await loadAll(shared.sandbox, { curious: script });
  const outcome = await decide(shared.sandbox, 'curious');
  assert.deepEqual(outcome.ok && outcome.plan, { found: [] });
});

test('A policy that runs too long is stopped, and decides again when it is asked again', async () => {
  const body = `if (name === 'loop') for (;;); if (name === 'storm') { const again = () => Promise.resolve().then(again); again(); }`;
  await loadAll(shared.sandbox, { moody: guest(`${body} return { kind: 'nodata' };`) });
  for (const name of ['loop', 'storm']) {
    // On a busy machine it may be stopped before it has computed that long, and has missed its deadline then.
    await until(
      async () => {
        const stopped = decide(shared.sandbox, 'moody', { name, budgetMs: 20 });
        const behind = decide(shared.sandbox, 'moody');
        const reason = reasonOf(await stopped);
        assert.equal(reasonOf(await behind), 'none', `behind ${name}`);
        return reason;
      },
      (reason) => reason === 'budget',
    );
  }
});

test('A policy that takes too much memory is stopped, and decides again when it is asked again', async () => {
  const body = `if (name === 'hoard') ${HOARD}`;
  await loadAll(shared.sandbox, { hoarder: guest(`${body} return { kind: 'nodata' };`) });
  const stopped = decide(shared.sandbox, 'hoarder', { name: 'hoard' });
  const behind = decide(shared.sandbox, 'hoarder');
  assert.equal(reasonOf(await stopped), 'memory');
  assert.equal(reasonOf(await behind), 'none');
});

test('A hang that no timeout ends is answered in time, and costs the others nothing but time', async () => {
  await using held = await sandboxWith({ hangs: guest(HANG), steady: STEADY }, { spare: true });
  const { pid } = held.sandbox.stats();
  const hung = decide(held.sandbox, 'hangs', { budgetMs: LONG_MS });
  const behind = decide(held.sandbox, 'steady');
  assert.equal(reasonOf(await hung), 'budget');
  assert.equal(reasonOf(await behind), 'none');
  await held.until(() => held.states.some(({ state }) => state === 'exited'));
  const exited = held.states.find(({ state }) => state === 'exited');
  assert.deepEqual(exited, {
    state: 'exited',
    pid,
    detail: 'SIGKILL; it did not stop in time while it ran hangs',
  });
  assert.equal(held.sandbox.stats().restarts, 1);
});

test('A policy that ends the process is blamed by name, with what V8 had to say', async () => {
  await using held = await sandboxWith({ crashes: guest(CRASH), steady: STEADY });
  const crashed = decide(held.sandbox, 'crashes', { budgetMs: 10_000 });
  const behind = decide(held.sandbox, 'steady');
  assert.equal(reasonOf(await crashed), 'sandbox');
  assert.equal(reasonOf(await behind), 'none');
  await held.until(() => held.states.some(({ state }) => state === 'exited'));
  const { detail } = held.states.find(({ state }) => state === 'exited') ?? { detail: '' };
  assert.match(detail, /^SIG[A-Z]+: Fatal .*; it ended while it ran crashes$/);
});

test('When another process kills it, all requests are run again and nobody is blamed', async () => {
  await using held = await sandboxWith({ slow: SLOW, steady: STEADY }, { spare: true });
  for (let time = 0; time < 3; time += 1) {
    const pending = ['slow', 'slow', 'steady', 'steady'].map((key) => decide(held.sandbox, key));
    const { pid } = held.sandbox.stats();
    process.kill(pid, 'SIGKILL');
    for (const outcome of await Promise.all(pending)) assert.equal(reasonOf(outcome), 'none');
    await held.until(() => held.states.some((one) => one.state === 'exited' && one.pid === pid));
    await until(
      async () => held.sandbox.stats().spare.length,
      (learned) => learned === 2,
    );
  }
  assert.deepEqual(held.sandbox.stats().quarantined, []);
  assert.match(
    held.states.find(({ state }) => state === 'exited')?.detail ?? '',
    /killed by another process/,
  );
});

test('When a policy ends the process, its other requests are given up, and the rest run again', async () => {
  const crash = guest(`if (name === 'crash') { ${CRASH} } return { kind: 'nodata' };`);
  await using held = await sandboxWith({ crash, steady: STEADY }, { spare: true });
  const its = ['crash', 'www'].map((name) => decide(held.sandbox, 'crash', { name, budgetMs: 10_000 }));
  const behind = ['steady', 'steady'].map((key) => decide(held.sandbox, key));
  for (const outcome of await Promise.all(its)) assert.equal(reasonOf(outcome), 'sandbox');
  for (const outcome of await Promise.all(behind)) assert.equal(reasonOf(outcome), 'none');
});

test('A policy with many slow runs does not make the others wait for them all', async () => {
  await loadAll(shared.sandbox, { slow: SLOW, steady: STEADY });
  // From the first run on it is known to be slow.
  await decide(shared.sandbox, 'slow');
  let done = 0;
  const slow = Array.from({ length: 10 }, async () => {
    const outcome = await decide(shared.sandbox, 'slow');
    done += 1;
    return outcome;
  });
  assert.equal(shared.sandbox.stats().pending, 10);
  assert.equal(reasonOf(await decide(shared.sandbox, 'steady')), 'none');
  assert.ok(done <= 1, `${done} slow ones were ahead`);
  for (const outcome of await Promise.all(slow)) assert.equal(reasonOf(outcome), 'none');
});

/** Has a policy decide so often that its runs are known to be quick, and share calls. */
async function makeQuick(sandbox: Sandbox, key: string): Promise<void> {
  for (let round = 0; round < 4; round += 1)
    await Promise.all(Array.from({ length: 10 }, () => decide(sandbox, key)));
}

test('When one of several runs in a call computes too long, it alone fails, and its policy has offended once', async () => {
  const body = `if (name === 'n5') ${busy(10_000)} return { kind: 'cname', target: name };`;
  const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
  // On a busy machine it may be stopped before it has computed that long, and nobody is to blame then.
  await until(
    async () => {
      let offences = 0;
      const charges = new Charges(undefined, () => {
        offences += 1;
      });
      assert.ok((await shared.sandbox.load('moody', guest(body), LIMITS, charges)).ok);
      await makeQuick(shared.sandbox, 'moody');
      const asks = names.map((name) => decide(shared.sandbox, 'moody', { name, budgetMs: LONG_MS }));
      return { said: (await Promise.all(asks)).map(targetOrReason), offences };
    },
    ({ said, offences }) => {
      const reason = said[5];
      assert.deepEqual(
        said,
        names.map((name) => (name === 'n5' ? reason : name)),
      );
      assert.equal(offences, reason === 'budget' ? 1 : 0);
      return reason === 'budget';
    },
  );
  assert.equal(shared.sandbox.stats().restarts, 0);
});

function targetOrReason(outcome: RunOutcome): string {
  return outcome.ok ? (outcome.plan as { target: string }).target : outcome.reason;
}

test('When one of several runs in a call ends the process, it alone fails, and its policy is charged once', async () => {
  const crash = guest(`if (name === 'n5') { ${CRASH} } return { kind: 'cname', target: name };`);
  await using held = await sandboxWith({}, { spare: true });
  const charges = new Charges();
  assert.ok((await held.sandbox.load('crash', crash, LIMITS, charges)).ok);
  await makeQuick(held.sandbox, 'crash');
  const names = Array.from({ length: 6 }, (_, index) => `n${index}`);
  const outcomes = await Promise.all(
    names.map((name) => decide(held.sandbox, 'crash', { name, budgetMs: 10_000 })),
  );
  assert.deepEqual(
    outcomes.map(targetOrReason),
    names.map((name) => (name === 'n5' ? 'sandbox' : name)),
  );
  await held.until(() => held.states.filter(({ state }) => state === 'exited').length === 2);
  const told = held.states.filter(({ state }) => state === 'exited').map(({ detail }) => detail);
  assert.match(told[0] ?? '', /it ended$/, 'nobody is blamed');
  assert.match(told[1] ?? '', /it ended while it ran crash$/);
});

test('What waits for its turn has its deadline too', async () => {
  await loadAll(shared.sandbox, { slow: SLOW });
  await decide(shared.sandbox, 'slow');
  const [first, ...others] = [1000, 20, 20].map((withinMs) => decide(shared.sandbox, 'slow', { withinMs }));
  for (const outcome of await Promise.all(others)) assert.equal(reasonOf(outcome), 'deadline');
  assert.equal(reasonOf((await first) ?? { ok: false, reason: 'sandbox', message: '' }), 'none');
  assert.equal(reasonOf(await decide(shared.sandbox, 'slow')), 'none');
});

test('What waits when its policy is dropped is given up, if it is much', async () => {
  await loadAll(shared.sandbox, { slow: SLOW });
  for (let time = 0; time < 4; time += 1) await decide(shared.sandbox, 'slow');
  const asked = Array.from({ length: 4 }, () => decide(shared.sandbox, 'slow'));
  shared.sandbox.drop('slow');
  const [first, ...others] = (await Promise.all(asked)).map(reasonOf);
  assert.equal(first, 'none');
  assert.deepEqual(others, ['sandbox', 'sandbox', 'sandbox']);
});

test('The spare has loaded what is in use before it takes over, and nothing else', async () => {
  const bornAt = guest('return { kind: "cname", target: born };', 'const born = String(Date.now());');
  await using held = await sandboxWith({ asked: bornAt, unasked: bornAt }, { spare: true });
  const { sandbox } = held;
  await decide(sandbox, 'asked');
  await until(
    async () => sandbox.stats().spare.join(),
    (keys) => keys === 'asked',
  );
  const killedAt = Date.now();
  process.kill(sandbox.stats().pid, 'SIGKILL');
  // Asked at once, it would be blamed for the end of the process that it was on its way to.
  await held.until(() => held.states.filter(({ state }) => state === 'ready').length === 2);
  const outcome = await decide(sandbox, 'asked');
  assert.ok(outcome.ok);
  const { target } = outcome.plan as { target: string };
  assert.ok(Number(target) <= killedAt, `loaded at ${target}, killed at ${killedAt}`);
  assert.equal(reasonOf(await decide(sandbox, 'unasked')), 'none');
});

test('What the spare has loaded is dropped with its version', async () => {
  await using held = await sandboxWith({ asked: STEADY }, { spare: true });
  const { sandbox } = held;
  const spare = async (): Promise<string> => sandbox.stats().spare.join();
  await decide(sandbox, 'asked');
  await until(spare, (keys) => keys === 'asked');
  const other = guest('return { kind: "nodata" };');
  await loadAll(sandbox, { asked: other });
  assert.equal(await spare(), '');
  await decide(sandbox, 'asked');
  await until(spare, (keys) => keys === 'asked');
  process.kill(sandbox.stats().pid, 'SIGKILL');
  await held.until(() => held.states.filter(({ state }) => state === 'ready').length === 2);
  const outcome = await decide(sandbox, 'asked');
  assert.deepEqual(outcome.ok && outcome.plan, { kind: 'nodata' });
});

test('A policy that ends the spare as it is loaded there is quarantined, and the process that serves goes on', async () => {
  await using held = await sandboxWith({ steady: STEADY }, { spare: true });
  const { sandbox } = held;
  // Loads soundly before that moment.
  const from = Date.now() + 1000;
  const script = guest('return { kind: "nodata" };', `if (Date.now() > ${from}) { ${HANG} }`);
  assert.ok((await sandbox.load('late', script, { memoryMb: 16, timeoutMs: 50 })).ok);
  const { pid } = sandbox.stats();
  await until(
    async () => Date.now(),
    (now) => now > from,
  );
  await decide(sandbox, 'late');
  await until(
    async () => sandbox.stats().quarantined.join(),
    (keys) => keys === 'late',
  );
  assert.equal(reasonOf(await decide(sandbox, 'steady')), 'none');
  assert.equal(sandbox.stats().pid, pid);
});

test('A third loss within a minute quarantines a policy, and nobody else, until it is released', async () => {
  const script = guest(`if (name === 'hang') { ${HANG} } return { kind: 'nodata' };`);
  await using held = await sandboxWith({ hangs: script, steady: STEADY });
  const { sandbox } = held;
  for (let charge = 0; charge < 3; charge += 1) {
    const hung = decide(sandbox, 'hangs', { name: 'hang', budgetMs: LONG_MS });
    const behind = decide(sandbox, 'steady');
    assert.equal(reasonOf(await hung), 'budget');
    assert.equal(reasonOf(await behind), 'none');
  }
  assert.deepEqual(sandbox.stats().quarantined, ['hangs']);
  assert.equal(reasonOf(await decide(sandbox, 'hangs')), 'quarantined');
  assert.equal(reasonOf(await decide(sandbox, 'steady')), 'none');
  sandbox.release('hangs');
  assert.deepEqual(sandbox.stats().quarantined, []);
  assert.equal(reasonOf(await decide(sandbox, 'hangs')), 'none');
});

test('At the deadline the caller is told, and the late reply is for nobody', async () => {
  await loadAll(shared.sandbox, { slow: guest(`${busy(250)} return { kind: 'nodata' };`), steady: STEADY });
  const late = decide(shared.sandbox, 'slow', { withinMs: 15 });
  const lateToo = decide(shared.sandbox, 'steady', { withinMs: 20 });
  const inTime = decide(shared.sandbox, 'steady');
  assert.equal(reasonOf(await late), 'deadline');
  assert.equal(reasonOf(await lateToo), 'deadline');
  assert.equal(shared.sandbox.stats().pending, 3);
  assert.equal(reasonOf(await inTime), 'none');
  assert.equal(shared.sandbox.stats().pending, 0);
});

test('The budget of a run does not begin before its turn has come and its policy is loaded', async () => {
  await loadAll(shared.sandbox, { slow: guest(`${busy(120)} return { kind: 'nodata' };`) });
  const loading = shared.sandbox.load('cold', guest('return { kind: "nodata" };', busy(120)), LIMITS);
  const first = decide(shared.sandbox, 'slow');
  const second = decide(shared.sandbox, 'cold', { budgetMs: 100 });
  assert.equal(reasonOf(await first), 'none');
  assert.equal(reasonOf(await second), 'none');
  assert.ok((await loading).ok);
});

test('A host that was busy reads the replies before it judges', async () => {
  await loadAll(shared.sandbox, { steady: STEADY });
  const outcome = decide(shared.sandbox, 'steady', { budgetMs: 20 });
  // The request leaves at the end of this turn of the event loop.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  for (const until = performance.now() + 150; performance.now() < until; );
  assert.equal(reasonOf(await outcome), 'none');
});

test('A load that fails says how', async () => {
  await using held = await sandboxWith({ steady: STEADY });
  const manifest = (text: string) => `globalThis.__dnsteer_manifest = () => ${text};`;
  const failures: [script: string, reason: string, message: RegExp][] = [
    ['throw new Error("Boom");', 'throw', /^Boom/],
    ['syntax error', 'throw', /Unexpected/],
    [manifest(`'{"error":{"message":"Boom"}}'`), 'throw', /^Boom$/],
    ['for (;;);', 'timeout', /longer than 100 ms/],
    [HOARD, 'memory', /more memory/],
    ['', 'invalid', /missing or longer/],
    [manifest('"[]"'), 'invalid', /declares nothing/],
    [manifest('"x".repeat(600000)'), 'invalid', /missing or longer/],
    [' '.repeat(4_194_305), 'invalid', /4194305 characters/],
    [CRASH, 'crash', /lost: it ended/],
    [HANG, 'timeout', /lost: it did not stop/],
  ];
  for (const [script, reason, message] of failures) {
    const limits = { memoryMb: 16, timeoutMs: reason === 'timeout' ? LONG_MS : 5_000 };
    const outcome = await held.sandbox.load('bad', script, limits);
    assert.ok(!outcome.ok, script.slice(0, 80));
    assert.equal(outcome.reason, reason, script.slice(0, 80));
    assert.match(outcome.message, message);
  }
  assert.equal(reasonOf(await decide(held.sandbox, 'steady')), 'none');
});

test('A run of a policy that does not load fails as its load did', async () => {
  const loading = shared.sandbox.load('bad', 'throw new Error("Boom");', LIMITS);
  const first = await decide(shared.sandbox, 'bad');
  assert.deepEqual(
    [first.ok, !first.ok && first.reason, !first.ok && first.message],
    [false, 'throw', 'Boom'],
  );
  assert.ok(!(await loading).ok);
  assert.equal(reasonOf(await decide(shared.sandbox, 'bad')), 'throw');
});

test('A dropped policy answers what it was asked before, and nothing after', async () => {
  await loadAll(shared.sandbox, { steady: STEADY });
  const before = decide(shared.sandbox, 'steady');
  shared.sandbox.drop('steady');
  assert.equal(reasonOf(await before), 'none');
  assert.equal(reasonOf(await decide(shared.sandbox, 'steady')), 'sandbox');
});

test('A version that is loaded again is replaced', async () => {
  await loadAll(shared.sandbox, { policy: STEADY });
  const script = guest('return { kind: "nxdomain" };');
  assert.ok((await shared.sandbox.load('policy', script, LIMITS)).ok);
  const outcome = await decide(shared.sandbox, 'policy');
  assert.deepEqual(outcome.ok && outcome.plan, { kind: 'nxdomain' });
});

test('Policies are loaded again after a restart, though nobody asks for them', async () => {
  await using held = await sandboxWith({ a: STEADY, b: STEADY });
  process.kill(held.sandbox.stats().pid, 'SIGKILL');
  await held.until(() => held.states.filter(({ state }) => state === 'ready').length === 2);
  const loads = held.sandbox.stats().pending;
  assert.equal(loads, 1, 'one at a time');
  assert.equal(reasonOf(await decide(held.sandbox, 'b')), 'none');
});

test('Without a process, requests wait for one until their deadline', async () => {
  await using held = await sandboxWith({ steady: STEADY });
  process.kill(held.sandbox.stats().pid, 'SIGKILL');
  await held.until(() => held.states.some(({ state }) => state === 'exited'));
  const [impatient, patient] = [
    decide(held.sandbox, 'steady', { withinMs: 5 }),
    decide(held.sandbox, 'steady'),
  ];
  assert.equal(reasonOf(await impatient), 'sandbox');
  assert.equal(reasonOf(await patient), 'none');
});

test('Stopping answers what is pending and ends every process', async () => {
  const { sandbox } = await sandboxWith({ slow: SLOW }, { spare: true });
  const { pid } = sandbox.stats();
  const pending = decide(sandbox, 'slow');
  const loading = sandbox.load('cold', STEADY, LIMITS);
  await sandbox.stop();
  assert.equal(reasonOf(await pending), 'sandbox');
  assert.equal((await loading).ok, false);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('The keys of a terminal do not reach a sandbox, and SIGTERM ends it', async () => {
  await using held = await sandboxWith({ steady: STEADY });
  const { pid } = held.sandbox.stats();
  process.kill(pid, 'SIGINT');
  process.kill(pid, 'SIGHUP');
  assert.equal(reasonOf(await decide(held.sandbox, 'steady')), 'none');
  assert.equal(held.sandbox.stats().pid, pid);
  process.kill(pid, 'SIGTERM');
  await held.until(() => held.states.some(({ state }) => state === 'exited'));
  assert.match(held.states.find(({ state }) => state === 'exited')?.detail ?? '', /^SIGTERM/);
});

test('A sandbox ends when its host does', async () => {
  const main = fileURLToPath(new URL('../../runtime/sandbox/main.ts', import.meta.url));
  const child = spawnSandbox(main);
  const pipe = child.stdio[3];
  assert.ok(pipe);
  await once(pipe, 'data');
  pipe.destroy();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('A sandbox that cannot start says why', async () => {
  const missing = fileURLToPath(new URL('fixtures/missing.ts', import.meta.url));
  const sandbox = new Sandbox({ spawn: () => childHere(spawnSandbox(missing)) });
  await assert.rejects(sandbox.start(), (error) => {
    assert.ok(error instanceof DnsteerError);
    assert.equal(error.code, 'START');
    assert.match(error.message, /^The sandbox does not start: exit code 1: .*missing\.ts/);
    return true;
  });
});

test('A reply as long as a manifest is read where a manifest was asked for, and nowhere else', async () => {
  const spawn = () =>
    impostor(`send({ t: 'ready', open: [], lockless: [] }); wait();
      send({ t: 'loaded', id: 1, manifest: { long: 'x'.repeat(1000000) } }); wait();
      send({ t: 'ran', id: 2, plan: {}, reads: [], impure: [], micros: 1, long: 'x'.repeat(1000000) }); wait();`);
  await using held = await sandboxWith({}, { spare: false, spawn });
  assert.equal((await held.sandbox.load('policy', STEADY, LIMITS)).ok, true);
  const outcome = await decide(held.sandbox, 'policy');
  assert.match(
    JSON.stringify(outcome),
    /The sandbox was lost: Frame of 10000\d\d octets: 1 to 524288 are allowed/,
  );
});

test('A process that replies out of order, or to what was not asked, is not trusted any longer', async () => {
  const lies: [reply: string, why: string][] = [
    [`{ t: 'loaded', id: 2, manifest: {} }`, 'it replied out of order'],
    [`{ t: 'ran', id: 1, plan: {}, reads: [], impure: [], micros: 1 }`, 'it ran what it was to load'],
  ];
  for (const [reply, why] of lies) {
    const spawn = () =>
      impostor(`send({ t: 'ready', open: [], lockless: [] }); wait(); send(${reply}); wait();`);
    await using held = await sandboxWith({}, { spare: false, spawn });
    const outcome = await held.sandbox.load('policy', STEADY, LIMITS);
    assert.deepEqual(outcome, { ok: false, reason: 'crash', message: `The sandbox was lost: ${why}` });
  }
});
