/** What an answer process tells control unasked, and what control tells it of that. */
import type { FromAnswer, ToAnswer } from '../../rpc/control-protocol.ts';

/** A message that an answer process sends unasked. */
export type AnswerEvent = Extract<
  FromAnswer,
  {
    t:
      | 'fallback'
      | 'contradiction'
      | 'query'
      | 'record'
      | 'sandbox'
      | 'transfer'
      | 'notify'
      | 'update'
      | 'limited'
      | 'stall'
      | 'descriptors'
      | 'unadopted';
  }
>;

/** What became of something that a process has handed over. */
export type Settlement = Extract<ToAnswer, { t: 'updated' | 'recorded' }>;
