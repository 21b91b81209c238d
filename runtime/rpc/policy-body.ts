/**
 * The body of a policy as answer processes get it, as octets. Its static records are in the image of the
 * zone instead.
 *
 *   octets of the manifest (4) · number of targets (4) · octets of the lists (4) · the manifest (plan/manifest-octets.ts) ·
 *   the number of each target (8, as this machine keeps them) · its lists of networks (facts/network-lists.ts) ·
 *   the script as JSON
 *
 * The lengths are big-endian.
 */

import type { Steps } from '../base/loop/steps.ts';
import { type Script, scriptJson } from './script.ts';

export interface PolicyBody {
  readonly manifest: Uint8Array<ArrayBuffer>;
  /** By index in the manifest, how control and its answer processes name a target to each other. */
  readonly targets: Float64Array<ArrayBuffer>;
  /** The lists of networks that it imports; empty where there are none. */
  readonly lists: Uint8Array<ArrayBuffer>;
  readonly script: Script;
}

const LENGTH = 4;
const HEADER = 3 * LENGTH;
/** Octets copied in one step: memory that is new takes the kernel far longer than the copy does. */
const PIECE = 256 * 1024;

export function encodePolicyBody({ manifest, targets, lists, script }: PolicyBody): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(manifest.length);
  header.writeUInt32BE(targets.length, LENGTH);
  header.writeUInt32BE(lists.length, 2 * LENGTH);
  return Buffer.concat([header, manifest, octetsOf(targets), lists, Buffer.from(scriptJson(script))]);
}

/** Reads octets that {@link encodePolicyBody} made. */
export function* policyBodyInSteps(octets: Uint8Array): Steps<PolicyBody> {
  const body = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  // What is kept is copied, which lets go of the octets of the script.
  const manifest = new Uint8Array(body.readUInt32BE(0));
  const targets = new Float64Array(body.readUInt32BE(LENGTH));
  const lists = new Uint8Array(body.readUInt32BE(2 * LENGTH));
  yield* fill(manifest, body.subarray(HEADER));
  const rest = body.subarray(HEADER + manifest.length);
  yield* fill(octetsOf(targets), rest);
  yield* fill(lists, rest.subarray(targets.byteLength));
  const json = rest.toString('utf8', targets.byteLength + lists.length);
  return { manifest, targets, lists, script: { json } };
}

function* fill(copy: Uint8Array, from: Uint8Array): Steps<void> {
  for (let at = 0; at < copy.length; at += PIECE) {
    yield;
    copy.set(from.subarray(at, Math.min(at + PIECE, copy.length)), at);
  }
}

function octetsOf({ buffer }: Float64Array<ArrayBuffer>): Uint8Array {
  return new Uint8Array(buffer);
}
