/**
 * Answer processes are killed, stopped and killed again while they begin, under a thousand queries a second on sixteen
 * sockets. Control holds the sockets: what is in them waits for whoever reads next, and is lost to nobody.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { answersOf, signal, worldOf } from './answers.ts';

const PER_SECOND = 1000;
const TIMES = 10;
/** What is lost at most when all are killed at one time: the bound. */
const MOST_LOST = 50;
/** Lost and late together, while another lives. */
const MOST_AMISS = 10;

for (const [kind, sockets] of [
  ['batched', 'auto'],
  ['plain', 'dgram'],
] as const) {
  suite(`With two answer processes and ${kind} sockets`, () => {
    const world = worldOf(2, { DNSTEER_UDP_SOCKETS: sockets }, PER_SECOND);

    test(`both killed at one time, ${TIMES} times: little is lost`, async () => {
      for (let time = 0; time < TIMES; time += 1) {
        const tally = await world.during(async (pids) => signal(pids, 'SIGKILL'));
        assert.ok(tally.lost <= MOST_LOST, `time ${time}: ${JSON.stringify(tally)}`);
        assert.equal(tally.wrong, 0);
      }
    });

    test(`one killed, ${TIMES} times: the other has what its clients ask`, async () => {
      const amiss: number[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        const tally = await world.during(async (pids) =>
          signal(pids.slice(time % 2, (time % 2) + 1), 'SIGKILL'),
        );
        assert.ok(tally.lost <= MOST_AMISS, `time ${time}: ${JSON.stringify(tally)}`);
        assert.equal(tally.wrong, 0);
        amiss.push(tally.lost + tally.late);
      }
      // On a machine with other things to do some are late whoever is killed.
      amiss.sort((one, other) => one - other);
      assert.ok((amiss[TIMES / 2] ?? Number.NaN) <= MOST_AMISS, amiss.join(' '));
    });

    test('one stopped: the other has its queries within a second, and it is replaced', async () => {
      const tally = await world.during(async (pids) => signal(pids.slice(0, 1), 'SIGSTOP'));
      assert.equal(tally.lost, 0, JSON.stringify(tally));
      // Half of the queries, until it is suspected.
      assert.ok(tally.late < PER_SECOND, JSON.stringify(tally));
    });

    test('both stopped: both are replaced, and little is lost', async () => {
      const tally = await world.during(async (pids) => signal(pids, 'SIGSTOP'));
      assert.ok(tally.lost <= MOST_LOST, JSON.stringify(tally));
    });

    test('one stopped for less than a second goes on as it was, and reads from its own sockets alone', async () => {
      const [pid = 0] = await world.pids();
      signal([pid], 'SIGSTOP');
      await sleep(800);
      signal([pid], 'SIGCONT');
      await sleep(1500);
      assert.ok((await world.pids()).includes(pid));
    });

    test('the successors killed while they begin, three times: the last is there, and little is lost', async () => {
      const before = await world.pids();
      const tally = await world.during(async (pids) => {
        signal(pids, 'SIGKILL');
        for (let time = 0; time < 3; time += 1) {
          const beginning = await until(
            async () => answersOf(world.server.process.pid ?? 0).filter((pid) => !before.includes(pid)),
            (found) => found.length >= 2,
          );
          await sleep(100);
          signal(beginning, 'SIGKILL');
          before.push(...beginning);
        }
      });
      assert.ok(tally.lost <= MOST_LOST, JSON.stringify(tally));
    });

    test('a process that has stood in for another has no work left over', async () => {
      await sleep(2000);
      const pids = await world.pids();
      const busy = pids.map(cpuSeconds);
      await sleep(2000);
      for (const [index, pid] of pids.entries()) {
        const used = cpuSeconds(pid) - (busy[index] ?? 0);
        assert.ok(used < 1, `${used} s of processor in 2 s`);
      }
    });
  });
}

suite('With one answer process', () => {
  const world = worldOf(1, {}, PER_SECOND);

  test(`it is killed ${TIMES} times: queries wait for its successor`, async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const tally = await world.during(async (pids) => signal(pids, 'SIGKILL'));
      assert.ok(tally.lost <= MOST_LOST, `time ${time}: ${JSON.stringify(tally)}`);
      assert.equal(tally.wrong, 0);
    }
  });
});

/** Of user and system together, in hundredths (proc(5)). */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
