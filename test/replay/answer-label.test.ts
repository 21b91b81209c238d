/** Which answers are the same, and in which words they are told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLabel, isSameAnswer } from '../../runtime/replay/answer-label.ts';

const answer = (...records: string[]) => ({ rcode: 'NOERROR', answer: records });
const A1 = 'www.shop.example. 30 IN A 192.0.2.1';
const A2 = 'www.shop.example. 30 IN A 192.0.2.2';

test('Order, the case of owners and signatures make no difference; TTL, data and code do', () => {
  assert.ok(isSameAnswer(answer(A1, A2), answer(A2, A1)));
  assert.ok(isSameAnswer(answer('wWw.Shop.example. 30 IN A 192.0.2.1'), answer(A1)));
  assert.ok(isSameAnswer(answer(A1, 'www.shop.example. 30 IN RRSIG A 13 3 30 …'), answer(A1)));
  assert.ok(!isSameAnswer(answer(A1), answer(A1.replace('30', '60'))));
  assert.ok(!isSameAnswer(answer(A1), answer(A2)));
  assert.ok(!isSameAnswer(answer(A1, A1), answer(A1, A2)));
  assert.ok(!isSameAnswer(answer(), { rcode: 'NXDOMAIN', answer: [] }));
});

test('An answer is told by its pool, data and TTL, and why it is a fallback', () => {
  assert.equal(answerLabel(answer(A2, A1), 'eu'), 'eu 192.0.2.1 192.0.2.2 (TTL 30)');
  assert.equal(answerLabel(answer(), undefined), 'nothing');
  assert.equal(answerLabel({ rcode: 'NXDOMAIN', answer: [] }, undefined), 'NXDOMAIN');
  assert.equal(
    answerLabel({ ...answer(A1), fallback: 'budget' }, undefined),
    'fallback (budget): 192.0.2.1 (TTL 30)',
  );
  const chain = ['a.shop.example. 30 IN CNAME z.shop.example.', 'z.shop.example. 60 IN A 192.0.2.1'];
  assert.equal(answerLabel(answer(...chain), undefined), 'z.shop.example. 192.0.2.1 (TTL 30, 60)');
  assert.equal(answerLabel(answer(`x. 1 IN TXT ${'y'.repeat(9999)}`), undefined).length, 301);
});
