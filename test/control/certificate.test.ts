/** What is said of certificates and keys that cannot be used, and how a changed one is taken up. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { createLogger } from '../../runtime/base/log.ts';
import { readCertificate } from '../../runtime/control/certificate.ts';
import { TlsKeeper } from '../../runtime/control/tls-keeper.ts';
import type { TlsSecrets } from '../../runtime/rpc/answer-settings.ts';
import { atEnd } from '../support/at-end.ts';
import { createAuthority } from '../support/certificates.ts';
import { until } from '../support/until.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dnsteer-certificate-'));
after(() => rmSync(folder, { recursive: true }));
const authority = createAuthority();
const [one, other] = [authority.issue('IP:127.0.0.1'), authority.issue('IP:127.0.0.1')];
const log = createLogger({ level: 'silent', format: 'json' });

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** What is wrong with files of these texts. */
function problemWith(certificate: string, key: string): string {
  const read = readCertificate({ certificate: write('cert', certificate), key: write('key', key) });
  return read.ok ? '' : read.problem;
}

test('A certificate and its key can be used, others that lead to an authority behind it', () => {
  assert.equal(problemWith(one.cert + authority.ca, one.key), '');
});

test('A file that is not there is named with its setting and a remedy', () => {
  const files = { certificate: write('cert', one.cert), key: path.join(folder, 'missing') };
  const read = readCertificate(files);
  assert.match(read.ok ? '' : read.problem, /^Cannot read ".*missing" \(tls\.key\): it does not exist; name/);
});

test('A key of another certificate is told from no key, and from no certificate', () => {
  assert.match(
    problemWith(one.cert, other.key),
    /key" \(tls\.key\) is not the key of the first certificate in ".*cert"/,
  );
  assert.match(problemWith(one.cert, 'none'), /key" \(tls\.key\) holds no private key/);
  assert.match(problemWith(one.key, one.key), /cert" \(tls\.certificate\) holds no certificate/);
});

test('A pair that changes is taken up, and one that does not fit leaves the one before in place', async (t) => {
  const files = { certificate: write('live.pem', one.cert), key: write('live.key', one.key) };
  const told: TlsSecrets[] = [];
  const keeper = new TlsKeeper({ files, log, onSecrets: (secrets) => told.push(secrets) });
  atEnd(t, () => keeper.stop());
  assert.deepEqual([told.length, told[0]?.certificate, keeper.warnings()], [1, one.cert, []]);
  write('live.pem', other.cert);
  keeper.look();
  assert.equal(told.length, 1);
  assert.match(keeper.warnings()[0] ?? '', /is not the key .* The certificate before is used until then$/);
  write('live.key', other.key);
  // Seen without being told.
  await until(
    async () => told.length,
    (count) => count === 2,
  );
  assert.deepEqual([told[1]?.certificate, told[1]?.key], [other.cert, other.key]);
  // Sessions are still resumed.
  assert.equal(told[1]?.ticketKey, told[0]?.ticketKey);
  assert.deepEqual(keeper.warnings(), []);
});

test('A pair that did not fit and is the one in use again is told of', (t) => {
  const files = { certificate: write('undone.pem', one.cert), key: write('undone.key', one.key) };
  const lines: string[] = [];
  const log = createLogger({ level: 'info', format: 'json' }, { write: (line) => lines.push(line) });
  const keeper = new TlsKeeper({ files, log, onSecrets: () => {} });
  atEnd(t, () => keeper.stop());
  write('undone.pem', other.cert);
  keeper.look();
  write('undone.pem', one.cert);
  keeper.look();
  keeper.look();
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', /"The files of certificate and key are again those in use"/);
});

test('A certificate that has expired is used, and warned of with the day', (t) => {
  const files = { certificate: write('old.pem', one.cert), key: write('old.key', one.key) };
  const keeper = new TlsKeeper({ files, log, onSecrets: () => {} });
  atEnd(t, () => keeper.stop());
  const later = Date.now() + 7 * 86_400_000;
  assert.match(keeper.warnings(later)[0] ?? '', /expired on \d{4}-\d\d-\d\d: renew it/);
});

test('Without files that can be used there is no start', () => {
  const files = { certificate: path.join(folder, 'no.pem'), key: path.join(folder, 'no.key') };
  assert.throws(() => new TlsKeeper({ files, log, onSecrets: () => {} }), { code: 'START' });
});

test('The key of tickets changes every six hours', (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const files = { certificate: write('live.pem', one.cert), key: write('live.key', one.key) };
  const told: TlsSecrets[] = [];
  const keeper = new TlsKeeper({ files, log, onSecrets: (secrets) => told.push(secrets) });
  atEnd(t, () => keeper.stop());
  t.mock.timers.tick(6 * 3600 * 1000);
  assert.equal(told.length, 2);
  assert.notEqual(told[0]?.ticketKey, told[1]?.ticketKey);
  assert.equal(Buffer.from(told[1]?.ticketKey ?? '', 'base64').length, 48);
});
