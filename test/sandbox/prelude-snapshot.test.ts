/** Isolates that begin with the prelude run, and share nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preludeBundle } from '../../runtime/build/prelude-bundle.ts';
import { PolicyIsolate } from '../../runtime/sandbox/isolate.ts';
import { snapshotOf } from '../../runtime/sandbox/prelude-snapshot.ts';
import { isBare } from '../../runtime/sandbox/self-test.ts';

const snapshot = snapshotOf((await preludeBundle()).script);

const LIMIT = { timeoutMs: 1000, wallMs: 5000 };

/** What a script says as its manifest, in an isolate of its own. */
function said(script: string): unknown {
  const isolate = new PolicyIsolate(16, snapshot);
  const outcome = isolate.load(
    `const say = (value) => { globalThis.__dnsteer_manifest = () => JSON.stringify(value); };
    ${script}`,
    LIMIT,
  );
  isolate.dispose();
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return JSON.parse(outcome.text);
}

test('What one policy does to its globals and to the prelude, the next does not find', () => {
  const spoil = `
    globalThis.left = 1;
    Array.prototype.left = 1;
    JSON.parse = 1;
    __dnsteer_modules.dnsteer.definePolicy.left = 1;
    say(0);`;
  const look =
    "say(['left' in globalThis, [].left ?? 0, typeof JSON.parse, __dnsteer_modules.dnsteer.definePolicy.left ?? 0])";
  assert.equal(said(spoil), 0);
  assert.deepEqual(said(look), [false, 0, 'function', 0]);
});

test('Nothing is left of what the prelude was warmed up with', () => {
  assert.deepEqual(said('say([typeof plan, typeof client, typeof __dnsteer_run])'), [
    'undefined',
    'undefined',
    'undefined',
  ]);
});

test('Policies are not dealt the same random numbers', () => {
  assert.notEqual(said('say(Math.random())'), said('say(Math.random())'));
});

test('There is no more in it than in an isolate without the prelude', () => {
  assert.ok(isBare(snapshot));
});

test('A frame of the prelude has a name that no policy has', () => {
  const failing = new PolicyIsolate(16, snapshot).load('__dnsteer_modules.dnsteer.definePolicy(3);', LIMIT);
  assert.ok(!failing.ok);
  assert.match(failing.stack ?? '', /\(dnsteer:prelude:\d+:\d+\)\n.*policy\.js:1:/);
});

test('A prelude that throws makes no snapshot', () => {
  assert.throws(() => snapshotOf("throw new Error('Boom')"), /Boom/);
});
