import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findLabels, LabelTree, MAX_LABELS, NO_NODE, TOP } from '../../runtime/zone/label-tree.ts';
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
    assert.equal(tree.child(at + 1, label(index), 0), NO_NODE);
    assert.equal(tree.child(at, label(index + 10_000), 0), NO_NODE);
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
  assert.equal(findLabels(wire, 4, starts), NO_NODE);
  assert.equal(findLabels(wire, -1, starts), NO_NODE);
});

test('A name of the most labels fits', () => {
  const starts = new Uint8Array(MAX_LABELS);
  const wire = name('a.'.repeat(127));
  assert.equal(wire.length, 255);
  assert.equal(findLabels(wire, 254, starts), 127);
  assert.equal(starts[126], 252);
});

test('Labels that are chosen to meet do not: no step walks past many', () => {
  const tree = new LabelTree();
  const labels = meeting(700);
  const nodes = labels.map((label) => tree.add(TOP, label, 0));
  assert.equal(new Set(nodes).size, labels.length);
  assert.ok(longestRun(tree.tables.edges) < 100, 'no walk is longer than the edges that lie side by side');
  const copy = new LabelTree(tree.tables);
  assert.deepEqual(
    labels.map((label) => copy.child(TOP, label, 0)),
    nodes,
  );
  const [label = name('x.')] = labels;
  assert.equal(copy.child(nodes[0] ?? TOP, label, 0), NO_NODE);
});

/** Labels that lie side by side in a table of their number: by FNV-1a, as label-tree.ts has it until they do. */
function meeting(count: number): Uint8Array[] {
  const labels: Uint8Array[] = [];
  for (let index = 0; labels.length < count; index++) {
    const label = name(`${index.toString(36).padStart(6, '0')}.`);
    let hash = 0x9e3779b1;
    for (let at = 0; at <= 6; at++) hash = Math.imul(hash ^ (label[at] ?? 0), 0x01000193);
    if (((hash ^ (hash >>> 15)) & 0xfff) === 0) labels.push(label);
  }
  return labels;
}

function longestRun(edges: Int32Array): number {
  let longest = 0;
  let run = 0;
  for (const edge of edges) {
    run = edge === 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
