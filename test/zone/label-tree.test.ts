import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLabels, LabelTree, MAX_LABELS, NONE, TOP } from '../../runtime/zone/label-tree.ts';
import { name } from '../support/wire.ts';

test('Ten thousand children of many nodes are all found again, and no others', () => {
  const tree = new LabelTree();
  const label = (index: number) => name(`label-${index}.`);
  const nodes = new Map<string, number>();
  let parent = TOP;
  for (let index = 0; index < 10_000; index++) {
    if (index % 100 === 0) parent = index / 100;
    nodes.set(`${parent} ${index}`, tree.add(parent, label(index), 0));
  }
  assert.equal(tree.size, 10_001);
  assert.equal(new Set(nodes.values()).size, 10_000);
  for (const [key, node] of nodes) {
    const [at = 0, index = 0] = key.split(' ').map(Number);
    assert.equal(tree.child(at, label(index), 0), node);
    assert.equal(tree.add(at, label(index), 0), node);
    assert.equal(tree.child(at + 1, label(index), 0), NONE);
    assert.equal(tree.child(at, label(index + 10_000), 0), NONE);
  }
  assert.equal(tree.size, 10_001);
});

test('Long labels are kept apart by every octet', () => {
  const tree = new LabelTree();
  const labels = Array.from({ length: 63 }, (_, at) => name(`${'x'.repeat(at)}y${'x'.repeat(62 - at)}.`));
  const nodes = labels.map((label) => tree.add(TOP, label, 0));
  assert.equal(new Set(nodes).size, 63);
  assert.deepEqual(
    labels.map((label) => tree.child(TOP, label, 0)),
    nodes,
  );
});

test('Labels are found up to a suffix that begins with one of them', () => {
  const starts = new Uint8Array(MAX_LABELS);
  const wire = name('a.bc.def.');
  assert.equal(findLabels(wire, wire.length - 1, starts), 3);
  assert.deepEqual([...starts.subarray(0, 3)], [0, 2, 5]);
  assert.equal(findLabels(wire, 5, starts), 2);
  assert.equal(findLabels(wire, 0, starts), 0);
  assert.equal(findLabels(wire, 4, starts), NONE);
  assert.equal(findLabels(wire, -1, starts), NONE);
});

test('A name of the most labels fits', () => {
  const starts = new Uint8Array(MAX_LABELS);
  const wire = name('a.'.repeat(127));
  assert.equal(wire.length, 255);
  assert.equal(findLabels(wire, 254, starts), 127);
  assert.equal(starts[126], 252);
});
