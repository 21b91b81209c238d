/** Who may update what is for the settings to say, and they may say otherwise while the server runs. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { RCODE } from '../../runtime/wire/iana/rcode.ts';
import { dnsteer } from '../cli/dnsteer.ts';
import { startServer } from '../support/dnsteer.ts';
import { UdpPeer } from '../support/udp-peer.ts';
import { updateKey, updateMessage } from '../support/update-message.ts';

const SECRET = 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=';
const LATER = updateKey('later.example', SECRET);

function config(...granted: string[]): string {
  const grants = granted.map((key) => `{ key: ${key} }`).join(', ');
  return `
keys:
  first.example: { secret: ${SECRET} }
  later.example: { secret: ${SECRET} }
update: { grants: [${grants}] }
`;
}

test('A grant is good from the reload on that brings it, and no longer than until the one that takes it away', async () => {
  const file = '@ SOA ns1 host 7 3600 600 86400 30\n@ NS ns1\nns1 A 192.0.2.1\n';
  const server = await startServer({
    policies: { 'zone.test.zone': `$TTL 60\n${file}` },
    config: config('first.example'),
  });
  const peer = await UdpPeer.open(server.port);
  let id = 0;
  const update = async (): Promise<number> => {
    id += 1;
    const change = { id, zone: 'zone.test', name: '_acme-challenge.zone.test', text: String(id) };
    const [reply] = await peer.exchange(updateMessage(change, LATER));
    return (reply?.[3] ?? 0xff) & 0x0f;
  };
  const reload = async (...granted: string[]): Promise<void> => {
    writeFileSync(path.join(server.folder, 'dnsteer.yaml'), config(...granted));
    const { code, stderr } = await dnsteer(['reload', '--admin', new URL(server.adminUrl).host], {
      cwd: server.folder,
    });
    assert.equal(code, 0, stderr);
  };
  try {
    assert.equal(await update(), RCODE.REFUSED);
    await reload('first.example', 'later.example');
    assert.equal(await update(), RCODE.NOERROR);
    await reload('first.example');
    assert.equal(await update(), RCODE.REFUSED);
  } finally {
    peer.close();
    await server.stop();
  }
});
