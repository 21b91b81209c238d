/** Names that operators type or paste for commands, as status and metrics write them or as zone files do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readExplainAsk } from '../../runtime/admin/explain-request.ts';
import { zoneAsked } from '../../runtime/admin/zone-asked.ts';

/** A name as it is typed → as explain shows it → as the id of a zone. */
const TYPED: readonly (readonly [typed: string, shown: string, id: string])[] = [
  ['0%2F27.2.0.192.in-addr.arpa', '0/27.2.0.192.in-addr.arpa.', '0%2F27.2.0.192.in-addr.arpa'],
  ['0%2f27.2.0.192.IN-ADDR.ARPA.', '0/27.2.0.192.in-addr.arpa.', '0%2F27.2.0.192.in-addr.arpa'],
  [String.raw`0\04727.2.0.192.in-addr.arpa`, '0/27.2.0.192.in-addr.arpa.', '0%2F27.2.0.192.in-addr.arpa'],
  ['0/27.2.0.192.in-addr.arpa', '0/27.2.0.192.in-addr.arpa.', '0%2F27.2.0.192.in-addr.arpa'],
  ['a%252F.example', 'a%2f.example.', 'a%252f.example'],
  [String.raw`a\%2F.example`, 'a%2f.example.', 'a%252f.example'],
  ['%2E', '.', '%2E'],
];

test('A name is read as status shows it, and as zone files write it', () => {
  for (const [typed, shown, id] of TYPED) {
    const question = readExplainAsk({ name: typed, type: 'PTR', from: undefined, country: undefined });
    assert.ok(question.ok, typed);
    assert.equal(question.value.name, shown, typed);
    const zone = zoneAsked(typed);
    assert.ok(zone.ok, typed);
    assert.equal(zone.value, id, typed);
  }
});
