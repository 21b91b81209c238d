/**
 * Opcodes: kinds of requests.
 * https://www.iana.org/assignments/dns-parameters (DNS OpCodes), read 2026-11.
 */

export const OPCODE = {
  QUERY: 0,
  IQUERY: 1,
  STATUS: 2,
  NOTIFY: 4,
  UPDATE: 5,
  DSO: 6,
} as const;

const TEXTS = new Map<number, string>(Object.entries(OPCODE).map(([text, opcode]) => [opcode, text]));

/** The mnemonic of an opcode, or `OPCODE15` if it is not listed here. */
export function opcodeToText(opcode: number): string {
  return TEXTS.get(opcode) ?? `OPCODE${opcode}`;
}
