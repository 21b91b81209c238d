/** `dnsteer geo`: what there is and how old, and newer files in place of older ones, or nothing changed and the reason. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchOctets } from '../../runtime/cli/work/geo/fetch-octets.ts';
import { unpack } from '../../runtime/cli/work/geo/unpack.ts';
import { atEnd } from '../support/at-end.ts';
import { mmdbFile } from '../support/mmdb.ts';
import { makeFolder } from '../support/policies-folder.ts';
import { dnsteer } from './dnsteer.ts';

const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;
const octetsOf = (country: string, { type = 'Test-City', daysOld = 1 } = {}): Buffer =>
  mmdbFile({ '10.0.0.0/8': { country_code: country } }, { type, built: NOW - daysOld * DAY - 60 });

/** A tar archive of files, as POSIX.1 has it. */
function tarOf(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, octets]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(octets.length.toString(8).padStart(11, '0'), 124);
    header.write('ustar', 257);
    return [header, octets, Buffer.alloc((512 - (octets.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

interface Place {
  readonly file: string;
  /** Runs `dnsteer geo …`. */
  readonly geo: (...args: readonly string[]) => ReturnType<typeof dnsteer>;
  readonly put: (name: string, octets: Uint8Array | string) => string;
}

function placeIn(context: TestContext): Place {
  const { root } = makeFolder(context);
  const put = (name: string, octets: Uint8Array | string): string => {
    writeFileSync(path.join(root, name), octets);
    return path.join(root, name);
  };
  put('dnsteer.yaml', 'geo: { files: [city.mmdb], detail: country }');
  return {
    file: path.join(root, 'city.mmdb'),
    put,
    geo: (...args) => dnsteer(['geo', ...args], { cwd: root }),
  };
}

test('The data is listed with its age; what is old, or broken, is told', async (context) => {
  const { file, geo, put } = placeIn(context);
  put('city.mmdb', octetsOf('SE', { daysOld: 93 }));
  const listed = await geo();
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(
    listed.stdout,
    /^DATA +FROM +BUILT +DAYS OLD +NODES +NETWORKS\nTest-City +\S*city\.mmdb +20\S+ +93 +104 +1\ngeoip-lite/,
  );
  assert.match(
    listed.stderr,
    /The geo data .*city\.mmdb \(Test-City\) are 93 days old: .*dnsteer geo update/,
  );
  put('city.mmdb', octetsOf('SE').subarray(0, 60));
  const broken = await geo('--json');
  assert.equal(broken.code, 1);
  assert.deepEqual((JSON.parse(broken.stdout) as object[])[0], {
    file,
    problem: 'it was not written to its end, or is no MMDB file',
  });
});

test('A newer file takes the place of the one before; one that is cut, of another kind, or older, does not', async (context) => {
  const { file, geo, put } = placeIn(context);
  const before = octetsOf('SE', { daysOld: 9 });
  put('city.mmdb', before);
  for (const [octets, complaint] of [
    [
      octetsOf('NO').subarray(0, 60),
      /Cannot use .*new: it was not written to its end, or is no MMDB file\. Nothing was changed/,
    ],
    [
      octetsOf('NO', { type: 'Test-ASN' }),
      /It is a Test-ASN, and in its place is a Test-City\. If that is meant, say --force/,
    ],
    [
      octetsOf('NO', { daysOld: 20 }),
      /and the file in its place is of 20\S+\. If that is meant, say --force/,
    ],
    [Buffer.alloc(2 ** 20 + 1), /Cannot read .*new: it has more than 1 MiB|larger/],
  ] as const) {
    const { code, stderr } = await geo('update', put('new', octets), '--most', '1');
    assert.deepEqual([code, readFileSync(file).equals(before)], [1, true], stderr);
    assert.match(stderr, complaint);
  }
  const newer = octetsOf('NO');
  const done = await geo('update', put('new', gzipSync(newer)));
  assert.equal(done.code, 0, done.stderr);
  assert.match(
    done.stdout,
    /city\.mmdb is now Test-City of 20\S+ \(1 days old\), 104 nodes, 1 networks, 1 records$/m,
  );
  assert.deepEqual(readFileSync(file), newer);
  const again = await geo('update', put('new', newer), '--json');
  assert.equal((JSON.parse(again.stdout) as { isNew: boolean }).isNew, false);
});

test('Archives are unpacked, and no more than may be', () => {
  const octets = octetsOf('SE');
  for (const packed of [
    octets,
    gzipSync(octets),
    gzipSync(tarOf({ 'a/README.txt': Buffer.from('hello'), 'a/GeoLite2-City.mmdb': octets })),
  ]) {
    const plain = unpack(packed, 2 ** 20);
    assert.ok(plain.ok && plain.value.equals(octets));
  }
  const problemOf = (packed: Buffer): string => {
    const plain = unpack(packed, 2 ** 20);
    return plain.ok ? '' : plain.problem;
  };
  assert.match(problemOf(gzipSync(Buffer.alloc(2 ** 20 + 1))), /more than 1 MiB unpacked/);
  assert.match(problemOf(gzipSync(octets).subarray(0, 60)), /not written to its end/);
  assert.match(
    problemOf(gzipSync(tarOf({ 'a/README.txt': Buffer.from('hello') }))),
    /no file in the archive/,
  );
  assert.match(problemOf(tarOf({ 'a.mmdb': octets }).subarray(0, 600)), /archive was not written to its end/);
});

test('Addresses are read with a bound, redirections only where they are encrypted, and a login only by its host', async (context) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    if (request.url === '/away') response.writeHead(302, { location: 'http://192.0.2.1/x' }).end();
    else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
    else if (request.url === '/here') response.writeHead(307, { location: '/file' }).end();
    else if (request.url === '/file') response.end('0123456789');
    else response.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(context, () => server.close());
  const at = (name: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${name}`;
  const problemOf = async (from: string, mostOctets = 2 ** 20): Promise<string> => {
    const read = await fetchOctets(from, { mostOctets });
    return read.ok ? '' : read.problem;
  };
  const read = await fetchOctets(at('/here'), { mostOctets: 10, login: 'me:secret' });
  assert.ok(read.ok && read.value.toString() === '0123456789');
  assert.deepEqual(seen, ['Basic bWU6c2VjcmV0', 'Basic bWU6c2VjcmV0']);
  assert.match(await problemOf(at('/file'), 9), /it has more than 0 MiB; --most/);
  assert.match(
    await problemOf(at('/away')),
    /leads elsewhere, and only https is fetched from other machines/,
  );
  assert.match(await problemOf(at('/round')), /leads elsewhere more than 5 times/);
  assert.match(await problemOf(at('/none')), /the server says 401 Unauthorized/);
  assert.match(await problemOf('http://example.com/x'), /only https/);
  assert.match(await problemOf('https://me:secret@example.com/x'), /--login-file/);
  assert.match(await problemOf('http://127.0.0.1:1/x'), /ECONNREFUSED|bad port/);
});
