/** Gives the roll of a zone what an operator says. */
import type { RollAsk, RollOutcome } from '../../admin/roll-ask.ts';
import type { RollCommand } from '../../dnssec/rolls/commands.ts';
import { reasonText } from '../../dnssec/rolls/reasons.ts';
import { isLive } from '../../dnssec/rolls/roll-state.ts';
import type { ZoneRoll } from './zone-roll.ts';

/** A zone may have many servers. */
const MOST_REASONS = 5;

/** Takes the step if it fits; `look` looks at servers first, as the operator may know of what was not seen yet. */
export async function obey(roll: ZoneRoll, ask: RollAsk, look: () => Promise<void>): Promise<RollOutcome> {
  if (!roll.policy.rolls) {
    return { kind: 'refused', why: 'another server rolls its keys, as "dnssec.rolls" is false here' };
  }
  await look();
  const command = commandOf(roll, ask);
  if (typeof command === 'string') return { kind: 'refused', why: command };
  const why = await roll.step(command);
  if (why.length === 0) return { kind: 'obeyed', rolls: roll.checklist };
  return { kind: 'refused', why: why.slice(0, MOST_REASONS).join('; ') };
}

function commandOf(roll: ZoneRoll, ask: RollAsk): RollCommand | string {
  if (ask.do === 'start' && ask.roll === undefined) {
    const isCombined = roll.state?.keys.some((key) => isLive(key) && key.role === 'csk') ?? false;
    if (!isCombined)
      return 'the zone has a KSK and a ZSK: say which is to be replaced (--kind ksk, --kind zsk)';
    return { ...ask, roll: 'csk' };
  }
  if (ask.do !== 'continue') return ask;
  const { last } = roll;
  const awaited = last?.blocked.find((reason) => reason.kind === 'command');
  const step = last?.state.roll?.step;
  if (awaited?.command === 'start') return { do: 'start', roll: awaited.roll };
  if (step === 'propagation') return { do: 'report', ...(ask.ttl !== undefined && { ttl: ask.ttl }) };
  if (step === 'cache-expired') return { do: 'expire' };
  if (step === 'done') return { do: 'done' };
  const waits = last?.blocked.map(reasonText) ?? [];
  return waits.length === 0 ? 'no roll waits for anybody' : waits.slice(0, MOST_REASONS).join('; ');
}
