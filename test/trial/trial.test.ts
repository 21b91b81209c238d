/** Trials in the real sandbox: what they find, and where they say it is. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { until } from '../support/until.ts';
import { sandbox, tried } from './tried.ts';

test('A policy that answers every sample client passes, and its pools are known with their targets', async (context) => {
  const { trial, told } = await tried(
    context,
    "'@': (q) => (q.client.country === 'DE' ? 'eu' : weighted({ us: 1, eu: 1 })), '*.app': () => health('us') === 'up' ? 'us' : 'eu'",
  );
  assert.equal(told, '');
  assert.equal(trial.kind, 'passed');
  const { poolTargets } = trial.kind === 'passed' ? trial.accepted : assert.fail();
  assert.deepEqual(
    [...poolTargets].map(([pool, { targets }]) => [pool, targets.length]),
    [
      ['us', 1],
      ['eu', 0],
    ],
  );
});

test('Every host that fails is told once, with the client for whom and the line', async (context) => {
  const { trial, told } = await tried(
    context,
    `a: () => 'us',
    b: (q) => { if (q.client.family === 6) throw new Error('No IPv6 here'); return 'us'; },
    c: () => 'mars',
    d: () => ({ A: ['192.0.2.300'] })`,
  );
  assert.equal(trial.kind, 'failed');
  assert.equal(trial.diagnostics.length, 3);
  assert.match(
    told,
    /ts:7:50: error: Host "b" fails for a client in DE \(IPv6\) asking for A: .*No IPv6 here\n.*throw new/,
  );
  assert.match(told, /error: Host "c" fails for a client in DE \(IPv4\) asking for A: .*mars/);
  assert.match(told, /error: Host "d" fails for .*A\[0\]/);
});

test('A host that keeps state between queries is found out, and accepted', async (context) => {
  const { trial, told } = await tried(context, "a: () => ({ A: ['192.0.2.' + (state.count++ % 200)] })");
  assert.equal(trial.kind, 'passed');
  assert.match(told, /warning: Host "a" decides differently when it reads the same facts again/);
});

test('A host that says it is random is not called inconstant', async (context) => {
  const { told } = await tried(context, "a: () => ({ A: ['192.0.2.' + Math.floor(Math.random() * 200)] })");
  assert.equal(told, '');
});

test('A trial whose sandbox is killed is made again: the system may have had its own reasons', async (context) => {
  const { pid } = sandbox.stats();
  process.kill(pid, 'SIGSTOP');
  const trying = tried(context, "a: () => 'us'");
  const asked = async (): Promise<boolean> => sandbox.stats().pending > 0;
  await until(asked, (isAsked) => isAsked);
  process.kill(pid, 'SIGKILL');
  assert.equal((await trying).trial.kind, 'passed');
  assert.notEqual(sandbox.stats().pid, pid);
});

test('What handlers decide for the samples is noted: their types, and whether they look at the name', async (context) => {
  const { trial } = await tried(
    context,
    "'*': (q) => (q.client.country === 'DE' ? { TXT: q.name } : 'us'), www: { types: ['MX'], decide: () => 'eu' }",
  );
  assert.ok(trial.kind === 'passed');
  assert.deepEqual(Object.fromEntries(trial.accepted.decisions), {
    '*': { types: [1, 16], readsName: true },
    www: { types: [1], readsName: false },
  });
  assert.deepEqual(
    trial.accepted.manifest.hosts.map(({ key, types }) => [key, types]),
    [
      ['*', []],
      ['www', [15]],
    ],
  );
});

test('Each faulty part of a policy is told apart, at its place', async (context) => {
  const { trial, told } = await tried(
    context,
    "a: 'mars',\n  b: async () => 'us',\n  'c.d': weighted({ us: 1, venus: 2 })",
  );
  assert.equal(trial.kind, 'refused');
  assert.deepEqual(
    trial.diagnostics.map(({ line, column, message }) => [line, column, message.split(';')[0]]),
    [
      [6, 15, 'hosts.a: Unknown pool "mars"'],
      [7, 6, 'hosts.b: Handlers are synchronous'],
      [8, 28, 'hosts["c.d"]: Unknown pool "venus"'],
    ],
    told,
  );
});

test('A choice that is written the wrong way round is told once, with the right way', async (context) => {
  const { told } = await tried(context, "a: weighted([['us', 90]] as never)");
  assert.match(
    told,
    /^policies\/example\.com\.ts:6:\d+: error: weighted\(\)\[0\]: The weight comes first: \[90, 'us'\]\n/,
  );
});

test('A host whose name holds blanks, and a key that nobody knows, are found where they stand', async (context) => {
  const { trial, told } = await tried(context, "'w w': 'us',\n  },\n  pool: {\n    a: {}");
  assert.deepEqual(
    trial.diagnostics.map(({ line, message }) => [line, message.split(/[;:] /)[1]]),
    [[8, 'Unknown key']],
    told,
  );
  const blank = await tried(context, "ok: 'us',\n  'w w': 'us'");
  assert.deepEqual(
    blank.trial.diagnostics.map(({ line, column }) => [line, column]),
    [[7, 3]],
    blank.told,
  );
});

test('What authors meet most comes with what to write', async (context) => {
  for (const [hosts, remedy] of [
    ["a: nearest('us')", /Import it/],
    ["a: async () => 'us'", /Remove "async"/],
    ["a: () => fetch('x') as never", /A policy has the language itself/],
    ["a: { A: '192.0.2.1', CNAME: 'x.example.' }", /Give the CNAME a pool of its own/],
    ["a: { MX: 'mail.example.com' }", /Write the preference first/],
  ] as const) {
    const { trial, told } = await tried(context, hosts);
    assert.ok(
      trial.diagnostics.some((one) => remedy.test(one.remedy ?? '')),
      `${hosts}: ${told}`,
    );
  }
});

test('The caret is at the word that is wrong', async (context) => {
  for (const [hosts, word] of [
    ["a: firstHealthy('us', 'pluto'),\n  b: 'us'", "'pluto'),"],
    ["a: firstHealthy('us', weighted({ eu: 1, pluto: 2 }))", 'pluto: 2'],
    ["a: rotate(take('pluto', 1))", "'pluto', 1"],
    ["a: (q) => (q.client.country === 'DE' ? 'us' : 'pluto')", "'pluto')"],
    ['a: PLAN', "'pluto'), later"],
    ["a: 'us',\n  async b() { return 'us' as never; }", 'async b()'],
    ["a: { types: ['TXT'], decide: async () => ({ TXT: 'x' }) as never }", 'async () => ({'],
    ["a: 'us',\n  *b() { yield 'us'; }", 'b() {'],
    ['a: 1 as never,\n  later', 'later'],
  ] as const) {
    const { trial, told } = await tried(context, hosts);
    const { source = '', column = 0 } = trial.diagnostics.at(-1) ?? {};
    assert.ok(source.slice(column - 1).startsWith(word), told);
  }
});

test('A choice by what nothing measures is warned of, with what would measure it', async (context) => {
  for (const [host, expected] of [
    [
      "fastest('eu')",
      /^hosts\.a: Nothing measures the latency of any of the pools: a check that probes does\. /,
    ],
    [
      "(q) => (q.client.country === 'DE' ? leastLoaded('us', 'eu') : 'us')",
      /^hosts\.a: Nothing says the load of any/,
    ],
    ["firstHealthy(fastest('eu'), 'us')", /^hosts\.a: Nothing measures the latency/],
  ] as const) {
    const { trial, told } = await tried(context, `a: ${host}`);
    assert.equal(trial.kind, 'passed', told);
    const [problem, ...others] = trial.diagnostics;
    assert.equal(problem?.severity, 'warning', told);
    assert.match(problem.message, expected);
    assert.deepEqual(others, []);
  }
  assert.equal((await tried(context, "a: fastest('us', 'eu')")).told, '', 'one is a last resort');
});

test('A choice of one place for both families, none of which has both, is warned of where it says so', async (context) => {
  const [four, six] = ["{ A: '192.0.2.4' }", "{ AAAA: '2001:db8::6' }"];
  const both = "{ A: '192.0.2.4', AAAA: '2001:db8::4' }";
  const together = "{ family: 'together' }";
  const torn = `firstHealthy(${four}, ${six}, ${together})`;
  for (const hosts of [
    `a: ${torn}`,
    `a: (q) => (q.client.country === 'DE' ? ${torn} : 'us')`,
    `a: rotate(firstHealthy(${both}, weighted([[1, ${six}], [1, 'us']], ${together})))`,
  ]) {
    const { trial, told } = await tried(context, hosts);
    assert.equal(trial.kind, 'passed', told);
    const [problem, ...others] = trial.diagnostics;
    assert.equal(problem?.severity, 'warning', told);
    const { message, source = '', column = 0 } = problem;
    assert.match(message, /^hosts\.a: None of the choices has both A and AAAA, and with family "together" /);
    assert.ok(source.slice(column - 1).startsWith("'together'"), told);
    assert.deepEqual(others, []);
  }
  for (const plan of [
    `firstHealthy(${four}, ${six})`,
    `firstHealthy(${four}, 'us', ${together})`,
    `firstHealthy(${six}, ${six}, ${together})`,
    `firstHealthy(${four}, ${six}, ${both}, ${together})`,
    `firstHealthy(${four}, { CNAME: 'www.example.net' }, ${together})`,
    `firstHealthy(${six}, firstHealthy(${four}, ${six}), ${together})`,
  ]) {
    assert.equal((await tried(context, `a: ${plan}`)).told, '');
  }
});
