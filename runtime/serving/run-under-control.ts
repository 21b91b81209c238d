/**
 * The life of a process that control starts, whether it answers DNS or HTTP: built once control has sent the settings, it carries
 * out orders from then on, goes on where control dies, and drains where it is told to end.
 */
import process from 'node:process';
import { assert } from '../base/assert.ts';
import type { AnswerSettings } from '../rpc/answer-settings.ts';
import type { ToAnswer } from '../rpc/control-protocol.ts';
import type { Leaving } from './leaving.ts';
import type { Orders } from './orders.ts';

export interface Built {
  readonly orders: Orders;
  readonly leaving: Leaving;
}

export function runUnderControl(build: (settings: AnswerSettings) => Built): void {
  let running: Built | undefined;

  process.on('message', (message: ToAnswer) => {
    if (message.t === 'start') {
      running = build(message.settings);
      return;
    }
    assert(running !== undefined, 'control says "start" first');
    running.orders.take(message);
  });

  process.on('disconnect', () => {
    if (running === undefined) process.exit(0);
    running.leaving.outliveControl();
  });

  // Ctrl-C and a closing terminal signal all processes of the group; control decides what that means.
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  process.on('SIGTERM', () => {
    if (running === undefined) process.exit(0);
    void running.leaving.drain();
  });
}
