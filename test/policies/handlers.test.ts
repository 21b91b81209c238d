/** Handlers written for dnssec-server, unchanged, in the sandbox. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mapStack } from '../../runtime/build/source-map.ts';
import { outline, PolicySandbox } from './sandbox.ts';

const sandbox = new PolicySandbox();
before(() => sandbox.start());
after(() => sandbox.stop());

/** As people write it: both libraries, the console, DNSSEC of its own, a server that listens. */
const HANDLER = `const geoip = require('geoip-lite');
const DNSServer = require('dnssec-server');

const material = DNSServer.buildDnssecMaterial({ signersName: 'example.com.' });

const server = DNSServer.createServer({
  dnssec: { keyCallback: (name, cb) => cb(null, material) }
}, function (req, res) {
  const ip = req.ecsAddress || req.remoteAddress;
  console.log(\`[\${req.transport}] \${ip} \${req.name} \${req.type}\`);
  const geo = geoip.lookup(ip);
  if (req.name === 'example.com.' && req.type === 'TXT') {
    ANSWERS.push({
      name: req.name, type: 'TXT', class: 'IN', ttl: 60,
      data: { texts: [geo && geo.eu === '1' ? 'europe' : 'elsewhere'] }
    });
    res.send();
  } else {
    res.header.rcode = 3;
    res.authority.push({ name: 'example.com.', type: 'SOA', ttl: 300, data: {} });
    res.send();
  }
});
server.listen(53, () => console.log('listening'));
`;

test('A handler answers, by what it looked up', async () => {
  const zone = await sandbox.loadText('example.com.js', HANDLER.replace('ANSWERS', 'res.answers'));
  const client = { country: 'DE', eu: true };
  const { plan, reads } = await zone.decide('@', { name: 'example.com', type: 'TXT', client });
  assert.equal(outline(plan), 'europe');
  assert.deepEqual(reads, [
    ['client.subnet', '203.0.113.0/24'],
    ['query.name', 'example.com'],
    ['query.type', 'TXT'],
    ['client.country', 'DE'],
    ['client.eu', true],
  ]);
  assert.equal(outline((await zone.decide('*', { name: 'x.example.com' })).plan), 'nxdomain');
});

test('A handler that pushes to req.answers is told the line, and what to write', async () => {
  const zone = await sandbox.loadText('example.com.js', HANDLER.replace('ANSWERS', 'req.answers'));
  await assert.rejects(zone.decide('@', { name: 'example.com', type: 'TXT' }), (error: Error) => {
    assert.match(error.message, /^throw: .*push to "res\.answers" instead of "req\.answers"/);
    const place = mapStack(error.stack ?? '', zone.sourceMap);
    assert.equal(place?.line, 13);
    assert.match(place?.text ?? '', /^ *req\.answers\.push/);
    return true;
  });
});
