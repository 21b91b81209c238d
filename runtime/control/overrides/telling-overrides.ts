/** Says in an explanation who has overridden the pools that steering looked at, and why. */
import { overrideText } from '../../admin/overrides/override-text.ts';
import type { Explanation } from '../../rpc/explanation.ts';
import type { Overrides } from './overrides.ts';

export function tellingOverrides(
  explanation: Explanation,
  overrides: Pick<Overrides, 'shownOf'>,
): Explanation {
  const { zone = '', steering } = explanation;
  // A step is about a pool, or about an address of one behind it.
  const pools = new Set(steering.map(({ subject }) => subject.split(' ')[0] ?? ''));
  const said = [...pools].flatMap((pool) => overrides.shownOf(zone, pool));
  const lines = new Set(said.map((one) => `${one.target} is ${overrideText(one)}`));
  return lines.size === 0 ? explanation : { ...explanation, overrides: [...lines] };
}
