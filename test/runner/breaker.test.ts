/** When a failing policy is asked, and when it is spared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Breaker } from '../../runtime/runner/breaker.ts';

/** A breaker that has just opened, at moment 0. */
function opened(): Breaker {
  const breaker = new Breaker();
  for (let failure = 0; failure < 5; failure += 1) breaker.fail(0);
  return breaker;
}

test('Four failures in a row leave it closed, the fifth opens it', () => {
  const breaker = new Breaker();
  for (let failure = 0; failure < 4; failure += 1) breaker.fail(0);
  assert.equal(breaker.state, 'closed');
  assert.ok(breaker.allows(0));
  breaker.fail(0);
  assert.equal(breaker.state, 'open');
  assert.ok(!breaker.allows(0));
});

test('A success in between starts the count again', () => {
  const breaker = new Breaker();
  for (let failure = 0; failure < 20; failure += 1) {
    breaker.fail(0);
    if (failure % 4 === 3) breaker.succeed();
  }
  assert.equal(breaker.state, 'closed');
});

test('After a second it allows one trial and no other call', () => {
  const breaker = opened();
  assert.ok(!breaker.allows(999));
  assert.ok(breaker.allows(1000));
  assert.ok(!breaker.allows(1000));
  assert.equal(breaker.state, 'open');
});

test('A trial that succeeds closes it', () => {
  const breaker = opened();
  breaker.allows(1000);
  breaker.succeed();
  assert.equal(breaker.state, 'closed');
  assert.ok(breaker.allows(1000));
});

test('A trial that says nothing of the policy is followed by another', () => {
  const breaker = opened();
  breaker.allows(1000);
  breaker.abstain();
  assert.equal(breaker.state, 'open');
  assert.ok(breaker.allows(1000));
  breaker.fail(1000);
  assert.ok(!breaker.allows(2999), 'it has failed twice, not three times');
  assert.ok(breaker.allows(3000));
});

test('Each trial that fails doubles the pause, up to a minute', () => {
  const breaker = opened();
  let now = 0;
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    assert.ok(!breaker.allows(now + 1000 * seconds - 1), `closed before ${seconds} s`);
    now += 1000 * seconds;
    assert.ok(breaker.allows(now), `no trial after ${seconds} s`);
    breaker.fail(now);
  }
});

test('Failures of calls made before it opened do not make the pause longer', () => {
  const breaker = opened();
  breaker.fail(900);
  breaker.fail(950);
  assert.ok(breaker.allows(1000));
});

test('Once closed it opens for one second again', () => {
  const breaker = opened();
  breaker.allows(1000);
  breaker.fail(1000);
  breaker.allows(3000);
  breaker.succeed();
  for (let failure = 0; failure < 5; failure += 1) breaker.fail(5000);
  assert.ok(breaker.allows(6000));
});
