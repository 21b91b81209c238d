/** Certificate and key as they are seen while others write them: what is used is whole at all times. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { createSecureContext } from 'node:tls';
import fc from 'fast-check';
import { createLogger } from '../../runtime/base/log.ts';
import { TlsKeeper } from '../../runtime/control/tls-keeper.ts';
import type { TlsSecrets } from '../../runtime/rpc/answer-settings.ts';
import { atEnd } from '../support/at-end.ts';
import { createAuthority } from '../support/certificates.ts';
import { until } from '../support/until.ts';

const authority = createAuthority();
const [one, other] = [authority.issue('IP:127.0.0.1'), authority.issue('IP:127.0.0.1')];
const CHAIN = one.cert + authority.ca;
const log = createLogger({ level: 'silent', format: 'json' });

interface Kept {
  readonly files: { readonly certificate: string; readonly key: string };
  readonly keeper: TlsKeeper;
  readonly told: TlsSecrets[];
}

function keeping(context: TestContext): Kept {
  const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-tls-'));
  atEnd(context, () => rmSync(folder, { recursive: true, force: true }));
  const files = { certificate: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
  writeFileSync(files.certificate, CHAIN);
  writeFileSync(files.key, one.key);
  const told: TlsSecrets[] = [];
  const keeper = new TlsKeeper({ files, log, onSecrets: (secrets) => told.push(secrets) });
  atEnd(context, () => keeper.stop());
  return { files, keeper, told };
}

const FAULTS: readonly (readonly [what: string, fault: (file: string) => void, warning: RegExp])[] = [
  ['empty', (file) => writeFileSync(file, ''), /holds no/],
  ['gone', (file) => rmSync(file), /it does not exist/],
  [
    'a folder',
    (file) => {
      rmSync(file);
      mkdirSync(file);
    },
    /directory|folder/,
  ],
];

for (const [what, fault, warning] of FAULTS) {
  for (const which of ['certificate', 'key'] as const) {
    test(`A ${which} that is ${what} leaves the pair in use, and is told with the file; the next is taken`, async (context) => {
      const { files, keeper, told } = keeping(context);
      // Made now: later they could get the inodes of files that are gone.
      writeFileSync(`${files.key}.new`, other.key);
      writeFileSync(`${files.certificate}.new`, other.cert);
      fault(files[which]);
      keeper.look();
      assert.equal(told.length, 1);
      assert.match(keeper.warnings().join(), warning);
      assert.ok(keeper.warnings().join().includes(files[which]));
      rmSync(files[which], { recursive: true, force: true });
      renameSync(`${files.key}.new`, files.key);
      renameSync(`${files.certificate}.new`, files.certificate);
      keeper.look();
      assert.deepEqual([told.length, told.at(-1)?.key, keeper.warnings()], [2, other.key, []]);
    });
  }
}

test('Law: no cut of a chain or of a key, written in place, is ever used in the place of all of it', (context) => {
  const { files, keeper, told } = keeping(context);
  const cut = fc.oneof(
    fc.record({ which: fc.constant('certificate' as const), at: fc.nat({ max: CHAIN.length - 1 }) }),
    // Between the certificates, and within the second.
    fc.record({
      which: fc.constant('certificate' as const),
      at: fc.integer({ min: one.cert.length - 2, max: CHAIN.length - 1 }),
    }),
    fc.record({ which: fc.constant('key' as const), at: fc.nat({ max: one.key.length - 1 }) }),
  );
  fc.assert(
    fc.property(cut, ({ which, at }) => {
      const whole = which === 'key' ? one.key : CHAIN;
      writeFileSync(files[which], whole.slice(0, at));
      keeper.look();
      writeFileSync(files[which], whole);
      keeper.look();
      for (const { certificate, key } of told) createSecureContext({ cert: certificate, key });
      // A key but for its last line end is as good.
      assert.deepEqual([...new Set(told.map(({ certificate }) => certificate))], [CHAIN]);
    }),
    { numRuns: 60 },
  );
  assert.deepEqual(keeper.warnings(), []);
});

test('A chain that is to be shorter is used once nobody has written it for a second', async (context) => {
  const { files, keeper, told } = keeping(context);
  writeFileSync(files.certificate, one.cert);
  keeper.look();
  assert.equal(told.length, 1);
  await until(
    async () => told.length,
    (count) => count === 2,
  );
  assert.equal(told[1]?.certificate, one.cert);
});
