/**
 * A file written for dnssec-server, unchanged: its handler is the policy. The library itself is not
 * needed, and not there.
 *
 *     $ npm run dnsteer -- start --policies examples/handler-file
 *
 *     $ dig @127.0.0.1 -p 5300 www.handler.example A +short +subnet=5.9.0.0/24
 *     198.51.100.20
 *     $ dig @127.0.0.1 -p 5300 www.handler.example A +short +subnet=8.8.8.0/24
 *     192.0.2.10
 */
const { createServer } = require('dnssec-server');
const geoip = require('geoip-lite');

createServer((req, res) => {
  const place = geoip.lookup(req.ecsAddress || req.remoteAddress);
  const address = place && place.country === 'DE' ? '198.51.100.20' : '192.0.2.10';
  res.answers.push({ name: req.name, type: 'A', ttl: 60, data: { address } });
  res.send();
});
