/** All validators there are here. */
import { missing } from '../dig.ts';
import { BIND } from './bind.ts';
import { DELV } from './delv.ts';
import { DNSMASQ } from './dnsmasq.ts';
import { KRESD } from './kresd.ts';
import { RECURSOR } from './recursor.ts';
import { startPlainResolver, UNBOUNDS } from './unbound.ts';
import type { RootZone, Validator, ValidatorKind } from './validator.ts';

export const VALIDATORS: readonly ValidatorKind[] = [...UNBOUNDS, BIND, KRESD, RECURSOR, DNSMASQ, DELV];

export interface StartedValidators {
  /** Those that are installed. */
  readonly validators: readonly Validator[];
  stop(): Promise<void>;
}

/** Starts all that are installed, at the same time. */
export async function startValidators(
  root: RootZone,
  kinds: readonly ValidatorKind[] = VALIDATORS,
): Promise<StartedValidators> {
  const plain = await startPlainResolver(root);
  const trusted = { ...root, plainResolver: plain.at };
  const present = kinds.filter(({ program }) => missing(program) === false);
  const started = await Promise.allSettled(present.map((kind) => kind.start(trusted)));
  const validators = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all([plain, ...validators].map((each) => each.stop()));
  };
  const failure = started.find((each) => each.status === 'rejected');
  if (failure === undefined) return { validators, stop };
  await stop();
  throw failure.reason;
}
