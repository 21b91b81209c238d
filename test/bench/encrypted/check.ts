/** One request over HTTPS, before many are counted that h2load does not look into. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';
import dnsPacket from 'dns-packet';

/** @throws unless the first of the requests is answered with an address */
export async function checkHttps(name: string, port: number, requests: string): Promise<void> {
  const [path = ''] = readFileSync(requests, 'utf8').split('\n');
  const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  try {
    const stream = session.request({ ':path': path });
    const [[headers], body] = await Promise.all([once(stream, 'response'), stream.toArray()]);
    const { answers = [] } = dnsPacket.decode(Buffer.concat(body));
    if (headers[':status'] !== 200 || !answers.some(({ type }) => type === 'A'))
      throw new Error(`${name} answers ${headers[':status']}, ${JSON.stringify(answers)} over HTTPS`);
  } finally {
    session.destroy();
  }
}
