/** One thing that happened, as operators are told of it. */
import type { NoticeKind } from '../../config/operator-schema.ts';

export interface Notice {
  readonly kind: NoticeKind;
  /** What it is of: `shop.example/eu`. What is over has the kind and subject of what began. */
  readonly subject: string;
  readonly state: 'began' | 'over';
  /** `pool shop.example/eu is down`. */
  readonly text: string;
  /** ISO 8601. */
  readonly time: string;
  /** Of what is over: when it began. */
  readonly since?: string;
}

/** What messages are made of. */
export interface NoticeMessage {
  /** Names it, however often it is sent: `msg_…`. */
  readonly id: string;
  readonly type: 'dnsteer.notices';
  /** ISO 8601: when it was made. */
  readonly timestamp: string;
  readonly data: {
    /** The name of the machine. */
    readonly server: string;
    /** All of it in a line, for those who show no more. */
    readonly summary: string;
    readonly notices: readonly Notice[];
    /** What happened beside these: how often, by kind and state. */
    readonly more?: Readonly<Record<string, number>>;
    /** Notices of messages before that could not be delivered and were given up. */
    readonly lost?: number;
  };
}
