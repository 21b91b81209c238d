/**
 * The body of a policy as answer processes get it, as octets. Its static records are in the image of the
 * zone instead.
 *
 *   octets of the manifest (4, big-endian) · the manifest (plan/manifest-octets.ts) · the script as JSON
 */

import type { Steps } from '../base/loop/steps.ts';
import { type Script, scriptJson } from './script.ts';

export interface PolicyBody {
  readonly manifest: Uint8Array<ArrayBuffer>;
  readonly script: Script;
}

const LENGTH = 4;
/** Octets copied in one step: memory that is new takes the kernel far longer than the copy does. */
const PIECE = 256 * 1024;

export function encodePolicyBody({ manifest, script }: PolicyBody): Buffer {
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(manifest.length);
  return Buffer.concat([length, manifest, Buffer.from(scriptJson(script))]);
}

/** Reads octets that {@link encodePolicyBody} made. */
export function* policyBodyInSteps(octets: Uint8Array): Steps<PolicyBody> {
  const body = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const length = body.readUInt32BE(0);
  const script = { json: body.toString('utf8', LENGTH + length) };
  // The manifest is kept; a copy lets go of the octets of the script.
  const manifest = new Uint8Array(length);
  for (let at = 0; at < length; at += PIECE) {
    yield;
    manifest.set(body.subarray(LENGTH + at, LENGTH + Math.min(at + PIECE, length)), at);
  }
  return { manifest, script };
}
