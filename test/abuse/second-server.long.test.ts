/**
 * A second server is started beside one that runs, by somebody who forgot it: it would take half of the queries and
 * answer old policies. It says who is there, and ends; whoever knocks at the door otherwise gets nowhere.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { atEnd } from '../support/at-end.ts';
import { Crowd } from '../support/crowd.ts';
import { startServer, type TestServer } from '../support/dnsteer.ts';
import { freePort } from '../support/ports.ts';

const POLICIES = { 'a.example.zone': 'www 30 IN TXT first\n' };
const QUESTIONS = { 'www.a.example': 'first' };

suite('A second server', () => {
  let first: TestServer;
  let crowd: Crowd;
  before(async () => {
    first = await startServer({ policies: POLICIES, processes: 2 });
    crowd = await Crowd.gather({ port: first.port, questions: QUESTIONS, perSecond: 200 });
  });
  after(async () => {
    const { sent, lost, wrong } = await crowd.leave();
    await first.stop();
    assert.ok(sent > 100, 'there was load');
    assert.deepEqual({ lost, wrong }, { lost: 0, wrong: 0 });
  });

  test('with the same state folder is told the process that is there, whatever its address', async () => {
    for (const port of [first.port, await freePort()]) {
      await assert.rejects(startServer({ folder: first.folder, port }), (error: Error) => {
        assert.match(
          error.message,
          new RegExp(`Another dnsteer \\(process ${first.process.pid}\\) runs with`),
        );
        assert.match(error.message, /Stop it, take its place with --replace, or set "state"/);
        return true;
      });
    }
  });

  for (const sockets of ['batched', 'dgram']) {
    test(`at the same address with another folder is told that it is taken (${sockets})`, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-second-'));
      const env = { DNSTEER_UDP_SOCKETS: sockets };
      const second = startServer({ folder, env, port: first.port, policies: POLICIES });
      await assert.rejects(second, /Cannot listen on 127.*\(udp\): another program uses this address/);
      assert.ok(!existsSync(path.join(folder, '.dnsteer/control/door')), 'it leaves no door behind');
      rmSync(folder, { recursive: true });
    });
  }

  test('that reaches the folder by another name is told the same', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-second-'));
    symlinkSync(stateOf(first), path.join(folder, 'link'));
    const env = { DNSTEER_STATE: path.join(folder, 'link') };
    await assert.rejects(startServer({ folder, env }), /Another dnsteer \(process \d+\)/);
    rmSync(folder, { recursive: true });
  });

  test('is none if it only says nonsense at the door, and does not get in under another user', async () => {
    const door = path.join(stateOf(first), 'control/door');
    assert.equal(statSync(path.dirname(door)).mode & 0o777, 0o700);
    for (const said of ['{', 'null\n', '[]\n{}\n', '{"t":"nobody"}\n', 'x'.repeat(1 << 20)]) {
      const socket = connect(door);
      socket.on('error', () => {});
      await once(socket, 'connect');
      socket.end(said);
      socket.resume();
      await once(socket, 'close');
    }
    assert.equal((await first.status()).processes.filter(({ kind }) => kind === 'answer').length, 2);
  });
});

test('A state folder whose name is longer than that of a socket may be has a door as well', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-second-'));
  const state = path.join(folder, 'x'.repeat(100), 'state');
  mkdirSync(state, { recursive: true });
  const env = { DNSTEER_STATE: state };
  const first = await startServer({ folder, env, policies: POLICIES });
  atEnd(context, () => first.stop());
  await assert.rejects(startServer({ folder, env }), new RegExp(`process ${first.process.pid}`));
  assert.doesNotMatch(first.output(), /A second server would not be noticed/);
  await first.stop();
  assert.ok(!existsSync(path.join(state, 'control/door')), 'a server that ends takes its door along');
  const again = await startServer({ folder, env });
  await again.stop();
  rmSync(folder, { recursive: true });
});

function stateOf({ folder }: TestServer): string {
  return path.join(folder, '.dnsteer');
}
