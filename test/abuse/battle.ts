/** What must hold whatever a policy does, tried on a live server under load. */
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import type { Status } from '../../runtime/admin/status.ts';
import type { TestServer } from '../support/dnsteer.ts';
import { Arena, startArenas, wrongAnswers } from './arena.ts';
import {
  type Attack,
  FALLBACK,
  type FileAttack,
  type HandlerAttack,
  isFileAttack,
  UNHARMED,
} from './attack.ts';
import type { Reply } from './load.ts';
import { assertSwift, IdleTwin, loopsOf } from './loops.ts';
import { MemoryWatch } from './memory.ts';

const STRIKE_MS = 400;
/** MiB of one process, and of all together. The compiler may have one GiB, and is looked at every 20 ms. */
const BOUNDS = { handler: { one: 768, together: 2048 }, file: { one: 1536, together: 3072 } };

/** Registers the test of an attack. To be called by the file that declares it, where that is what runs. */
export function battle(attack: Attack): void {
  test(`${attack.title}: innocent zones, other processes and the operator are safe from it`, async (t) => {
    const arena = await Arena.open(attack);
    try {
      const twin = await IdleTwin.start();
      try {
        await fight(t, arena, attack, twin);
      } finally {
        await twin.stop();
      }
    } finally {
      await arena.server.stop();
    }
  });
}

/**
 * Registers the tests of several attacks, one after the other on one server: in a third of the time, and what
 * one of them leaves behind the next has to live with.
 */
export function battles(what: string, attacks: readonly Attack[]): void {
  describe(`${what}: innocent zones, other processes and the operator are safe from`, () => {
    let server: TestServer;
    let twin: IdleTwin;
    before(async () => {
      server = await startArenas(attacks.some(({ standIns }) => standIns === true));
      twin = await IdleTwin.start();
    });
    after(() => Promise.all([server.stop(), twin.stop()]));
    for (const [index, attack] of attacks.entries()) {
      test(attack.title, async (t) => {
        const zones = { attacked: `attacker${index}.example`, newcomer: `newcomer${index}.example` };
        await fight(t, await Arena.enter(server, attack, zones), attack, twin);
      });
    }
  });
}

async function fight(t: TestContext, arena: Arena, attack: Attack, twin: IdleTwin): Promise<void> {
  const { server } = arena;
  const memory = new MemoryWatch(server.process.pid ?? 0);
  const before = await server.status();
  const loopsBefore = await loopsOf(server);
  const { innocent, value: attacked } = await arena.peace(async () => {
    const replies = await arena.strike(STRIKE_MS);
    if (isFileAttack(attack)) await isRefused(arena, attack, before);
    else await isNamed(arena, attack, before);
    await arena.mend();
    return replies;
  });
  const { one, together } = memory.stop();
  const twinMs = await twin.latestMs();
  const toldOfInnocents = arena
    .output()
    .split('\n')
    .filter((line) => /Fallback answered/.test(line) && !line.includes(arena.zones.attacked));
  assert.deepEqual(wrongAnswers(innocent), [], `innocent zones\n${toldOfInnocents.join('\n')}`);
  assert.ok(innocent.length > 100, 'there was load');
  const loops = await loopsOf(server);
  t.diagnostic(
    `longest turn ${loops.turnMs.toFixed(1)} ms, latest timer ${loops.delayMs.toFixed(1)} ms, of an idle twin ${twinMs.toFixed(1)} ms`,
  );
  // Another attack may have been here before.
  if (loops.turnMs > loopsBefore.turnMs) assertSwift(loops, server);
  assert.deepEqual(wrongOf(attacked, attack), [], 'the attacker’s zone');
  assert.deepEqual(lasting(await server.status()), lasting(before), 'no process but sandboxes has ended');
  const bounds = BOUNDS[isFileAttack(attack) ? 'file' : 'handler'];
  assert.ok(one < bounds.one, `a process had ${one} MiB`);
  assert.ok(together < bounds.together, `all processes together had ${together} MiB`);
}

function wrongOf(replies: readonly Reply[], attack: Attack): string[] {
  assert.ok(replies.length > 10, 'there was an attack');
  const isRight = (text: string): boolean => {
    if (isFileAttack(attack)) return text === UNHARMED;
    if (attack.also?.test(text)) return true;
    return text === (attack.ends.length === 0 ? UNHARMED : FALLBACK);
  };
  return replies.filter(({ text }) => !isRight(text)).map(({ name, text }) => `${name}: ${text}`);
}

/** The log and the metrics name the policy, its version and the place in its files; or there is nothing to name. */
async function isNamed(arena: Arena, attack: HandlerAttack, { zones }: Status): Promise<void> {
  const { attacked } = arena.zones;
  const counted = await arena.fallbacks();
  if (attack.ends.length === 0) {
    assert.deepEqual([...counted], []);
    return;
  }
  if (attack.mayFail && counted.size === 0) return;
  // On a busy machine its time may be over before anything else is.
  const reasons = [...attack.ends, 'budget', 'deadline'].filter((reason) => counted.has(reason));
  assert.ok(reasons.length > 0, `counted is ${JSON.stringify([...counted])}`);
  const reason = new RegExp(`"reason":"(${reasons.join('|')})".*"Fallback answered"`);
  const line = await arena.told(attacked, reason);
  assert.equal(line.version, zones.find(({ zone }) => zone === attacked)?.version);
  assert.match(String(line.at), new RegExp(`^policies/${attacked}\\.ts:\\d+:\\d+$`));
}

async function isRefused(arena: Arena, attack: FileAttack, { totals }: Status): Promise<void> {
  const { attacked, newcomer } = arena.zones;
  await Promise.all([attacked, newcomer].map((zone) => arena.told(zone, attack.told)));
  await arena.becomes(`attack.${newcomer}`, attack.newcomer);
  assert.ok((await arena.server.status()).totals.reloadFailures > totals.reloadFailures, 'it is counted');
}

function lasting({ processes }: Status): { kind: string; pid: number }[] {
  return processes.filter(({ kind }) => kind !== 'sandbox').map(({ kind, pid }) => ({ kind, pid }));
}
