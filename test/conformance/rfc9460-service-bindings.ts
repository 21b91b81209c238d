/** RFC 9460: SVCB and HTTPS, in text and octet for octet. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeMessage } from '../../runtime/wire/decode.ts';
import { hex, must } from '../support/wire.ts';
import { ask, MINIMAL, policyRule, rule } from './server.ts';

describe('RFC 9460: service bindings', () => {
  rule(
    'RFC 9460 §2.1: a service',
    'svc.rich.example. HTTPS',
    'NOERROR qr aa',
    'answer svc.rich.example. 300 IN HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1',
  );
  rule(
    'RFC 9460 §2.4.2: an alias, with the addresses of its target (§4.1)',
    { question: 'svcalias.rich.example. HTTPS', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer svcalias.rich.example. 300 IN HTTPS 0 www.rich.example.',
    'additional www.rich.example. 300 IN A 192.0.2.1',
    'additional www.rich.example. 300 IN A 192.0.2.2',
    'additional www.rich.example. 300 IN AAAA 2001:db8::1',
  );
  rule(
    'RFC 9460 §2.1: keys not known, and keys that must be',
    { question: 'svc.rich.example. SVCB', failsOn: MINIMAL },
    'NOERROR qr aa',
    'answer svc.rich.example. 300 IN SVCB 1 mail.rich.example. mandatory=port port=53 key65333="abc"',
    'additional mail.rich.example. 300 IN A 192.0.2.25',
    'additional mail.rich.example. 300 IN AAAA 2001:db8::25',
  );
  policyRule(
    'RFC 9460 §9: a policy may decide them',
    'fixed.rich.example. HTTPS',
    'NOERROR qr aa',
    'answer fixed.rich.example. 600 IN HTTPS 1 . alpn="h2,h3" ipv4hint=192.0.2.30',
  );
  rule(
    'RFC 9460 §2: the type is one as any: NODATA where there is none',
    'www.rich.example. HTTPS',
    'NOERROR qr aa',
    'authority rich.example. 60 IN SOA ns1.rich.example. hostmaster.rich.example. 2026112301 7200 900 1209600 60',
  );

  test('RFC 9460 §2.2: on the wire keys ascend, whatever order they were written in', async () => {
    assert.deepEqual(
      await rdata('svc.rich.example. SVCB'),
      hex(`0001 046d61696c 0472696368 076578616d706c65 00
           0000 0002 0003
           0003 0002 0035
           ff35 0003 616263`),
    );
  });
  test('RFC 9460 §2.2: values are lists of their own kind', async () => {
    assert.deepEqual(
      await rdata('svc.rich.example. HTTPS'),
      hex(`0001 00
           0001 0006 02 6832 02 6833
           0003 0002 20fb
           0004 0008 c0000201 c0000202
           0006 0010 20010db8 00000000 00000000 00000001`),
    );
  });
  test('RFC 9460 §2.2: the target is not compressed', async () => {
    const reply = await ask('svcalias.rich.example. HTTPS');
    assert.ok(reply.includes(hex('0000 03777777 0472696368 076578616d706c65 00')));
  });
});

async function rdata(question: string): Promise<Uint8Array> {
  const { answers } = must(decodeMessage(await ask(question)));
  return answers[0]?.rdata ?? assert.fail('no answer');
}
