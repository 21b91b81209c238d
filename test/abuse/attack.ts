/** What an attack is, and the policies it comes in: dormant in their trial, and harmful once clients ask. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FallbackReason } from '../../runtime/rpc/fallback.ts';

export const ATTACKED = 'attacker.example';
/** A zone whose first version is the attack. */
export const NEWCOMER = 'newcomer.example';

/** By a sound policy that was told to attack, and was not harmed by it. */
export const UNHARMED = 'NOERROR TXT policy';
export const FALLBACK = 'NOERROR TXT fallback';
export const BROKEN = 'SERVFAIL';
export const MENDED = 'NOERROR TXT mended';

export type Attack = HandlerAttack | FileAttack;

/** Strikes when a client asks for a name that begins with `attack`. */
export interface HandlerAttack {
  readonly title: string;
  /** Of the handler; what it returns, if anything, is its answer. */
  readonly code: string;
  /** Above the policy. */
  readonly top?: string;
  /** `budget` and the like. */
  readonly settings?: string;
  /** Other files of the folder. */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Reasons of which one at least is counted, logged and placed: its fallback answers. None: it does no
   * harm and gets nothing, and its own answer goes out.
   */
  readonly ends: readonly FallbackReason[];
  /** What else queries may be answered with, as {@link UNHARMED}. */
  readonly also?: RegExp;
  /** It has the process do harm: `standIn('hang')` and others of ../stand-ins/sandbox.js. */
  readonly standIns?: true;
  /** It does no harm where the machine or V8 copes with it: then there is nothing to name. */
  readonly mayFail?: true;
}

/** Strikes when its files are seen, compiled or loaded. */
export interface FileAttack {
  readonly title: string;
  /** Puts the attack into the folder, as the policy of a zone. */
  readonly plant: (folder: string, zone: string) => void;
  /** Takes away again what mending the policy's file does not. */
  readonly clear?: (folder: string) => void;
  /** What the operator is told. */
  readonly told: RegExp;
  /** What clients of a zone get whose first version it is. */
  readonly newcomer: typeof FALLBACK | typeof BROKEN;
  /** As of a {@link HandlerAttack}; or it has the compiler do harm, by ../stand-ins/compiler.ts. */
  readonly standIns?: true;
}

export function isFileAttack(attack: Attack): attack is FileAttack {
  return 'plant' in attack;
}

/** A policy that decides each query anew, by `code` for names that begin with `attack`. */
export function policy(
  { code = '', top = '', settings = '', ends }: Partial<HandlerAttack>,
  says = 'policy',
): string {
  return `import * as dnsteer from 'dnsteer';
${top}
export default dnsteer.definePolicy({
  ${settings}${ends?.length === 0 ? NO_HURRY : ''}
  fallback: { TXT: 'fallback' },
  hosts: {
    '*': (query: any): any => {
      if (query.name.startsWith('attack')) {
        ${code}
      }
      // What reads the address is not remembered.
      return query.client.ip === '' ? {} : { TXT: '${says}' };
    },
  },
});
`;
}

/** Where nothing is to fall back, a busy machine is no reason to. */
const NO_HURRY = 'budget: 100, deadline: 5000,';

/** Writes a text as the policy of a zone. */
export function planted(text: string): FileAttack['plant'] {
  return (folder, zone) => writeFileSync(path.join(folder, `${zone}.ts`), text);
}
