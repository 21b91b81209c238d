import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLogger } from '../../../runtime/base/log.ts';
import { nextGeneration } from '../../../runtime/base/process/generation.ts';
import { Charge } from '../../../runtime/control/charge/charge.ts';
import { knock, StateDoor } from '../../../runtime/control/charge/door.ts';
import { atEnd } from '../../support/at-end.ts';

const NO_PLACES = { listen: [], tls: { listen: [] }, https: { listen: [], path: '' } };

/** Of a server whose place nobody takes. */
function chargeOf(folder: string, context: TestContext): Charge {
  const charge = new Charge({
    folder,
    generation: nextGeneration(path.join(folder, 'generation')),
    version: '2',
    log: silentLogger(),
    give: () => assert.fail('nobody takes its place'),
  });
  atEnd(context, () => charge.close());
  return charge;
}

test('A control that dies while it is asked to hand over is succeeded as one that was dead before', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-charge-'));
  atEnd(context, () => rmSync(folder, { recursive: true }));
  const door = await StateDoor.make(folder, '1', (visit) => {
    void visit.hear().then((said) => {
      assert.equal(said?.t, 'replace');
      // The door stays in the folder, and nobody is behind it.
      door.cede();
      door.close();
    });
  });
  assert.ok(door.claim(false));
  const charge = chargeOf(folder, context);
  assert.equal(await charge.claim(NO_PLACES, true), undefined);
  const behind = await knock(folder);
  assert.ok(behind.kind === 'alive' && behind.pid === process.pid);
  behind.visit.end();
});

test('A door that is gone with its folder is made anew, and one that is there stays', async (context) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-charge-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const charge = chargeOf(folder, context);
  await charge.claim(NO_PLACES, false);
  const door = path.join(folder, 'control', 'door');
  const before = statSync(door).ino;
  await charge.look();
  assert.equal(statSync(door).ino, before);
  rmSync(folder, { recursive: true });
  assert.equal((await knock(folder)).kind, 'nobody');
  await charge.look();
  const behind = await knock(folder);
  assert.ok(behind.kind === 'alive' && behind.pid === process.pid);
  behind.visit.end();
  assert.equal(statSync(path.join(folder, 'control')).mode & 0o777, 0o700);
});
