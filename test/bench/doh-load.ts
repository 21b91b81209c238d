/**
 * A client of DNS over HTTPS that asks as fast as it is answered: `doh-load.ts <port> <name> <seconds>`.
 * dnsperf loses answers of which it reads several at once, and so stops after a few.
 */
import { connect } from 'node:http2';
import dnsPacket from 'dns-packet';

const [port, name = '', seconds] = process.argv.slice(2);
const CONNECTIONS = 8;
const AT_A_TIME = 25;
const message = dnsPacket.encode({ type: 'query', id: 0, questions: [{ type: 'A', name }] });
const path = `/dns-query?dns=${message.toString('base64url')}`;

let completed = 0;
let waited = 0;
for (let count = 0; count < CONNECTIONS; count += 1) {
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  const ask = (): void => {
    const sentAt = performance.now();
    const stream = session.request({ ':path': path });
    stream.on('data', (body: Buffer) => {
      if ((body[3] ?? 5) % 16 !== 0) throw new Error('No answer');
      waited += performance.now() - sentAt;
      completed += 1;
    });
    stream.on('end', ask);
  };
  for (let pending = 0; pending < AT_A_TIME; pending += 1) ask();
}
setTimeout(() => {
  const perSecond = completed / Number(seconds);
  console.log(JSON.stringify({ perSecond, averageMs: waited / completed }));
  process.exit();
}, 1000 * Number(seconds));
