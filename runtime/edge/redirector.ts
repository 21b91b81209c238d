/**
 * Answers requests of HTTP with redirections. A request becomes a question for the address of its host, of the family that its
 * client has, which the responder takes as any query: at once where the decision is known, and else once the sandbox has
 * decided, or its deadline is over.
 */
import type { Requester } from '../answer/exchange.ts';
import type { Responder } from '../answer/responder.ts';
import { BoundedMap } from '../base/bounded-map.ts';
import { parseAddress } from '../base/net/ip.ts';
import type { EdgeSettings } from '../rpc/answer-settings.ts';
import { encodeRequest } from '../wire/encode-request.ts';
import { RRTYPE } from '../wire/iana/rrtype.ts';
import { nameFromText, ROOT } from '../wire/name.ts';
import type { AskedHost } from './authority.ts';
import { ClientOf } from './client-of.ts';
import type { Director } from './director.ts';
import { type HttpReply, MALFORMED, replyTo } from './reply.ts';

/** Hosts whose questions are kept as octets. */
const MOST_HOSTS = 4096;

/** What a server of HTTP knows of a request. */
export interface HttpRequest {
  readonly method: string;
  /** Undefined: it cannot be believed. */
  readonly asked: AskedHost | undefined;
  /** The address of the connection. */
  readonly peer: string;
  readonly isSecure: boolean;
  readonly forwardedFor: string | undefined;
  readonly forwardedProto: string | undefined;
}

export interface RedirectorParts {
  readonly responder: Pick<Responder, 'respond'>;
  readonly director: Pick<Director, 'direction'>;
  readonly settings: EdgeSettings;
}

export class Redirector {
  readonly #parts: RedirectorParts;
  readonly #clientOf: ClientOf;
  /** By host: the question for A, and for AAAA. */
  readonly #questions = new BoundedMap<string, readonly [Uint8Array, Uint8Array]>(MOST_HOSTS);
  /** Replies by status, since the process began. */
  readonly replies = new Map<number, number>();

  constructor(parts: RedirectorParts) {
    this.#parts = parts;
    this.#clientOf = new ClientOf(parts.settings.trusted);
  }

  /** Answers a request, now or before the deadline of its policy. */
  answer(request: HttpRequest, send: (reply: HttpReply) => void): void {
    const { asked, peer, isSecure } = request;
    const done = (reply: HttpReply): void => {
      this.replies.set(reply.status, (this.replies.get(reply.status) ?? 0) + 1);
      send(reply);
    };
    if (asked === undefined) {
      done(MALFORMED);
      return;
    }
    const { responder, director, settings } = this.#parts;
    const { address, isForwarded } = this.#clientOf.read(peer, request.forwardedFor);
    const scheme = isForwarded
      ? (request.forwardedProto ?? (isSecure ? 'https' : 'http'))
      : schemeOf(isSecure);
    const redirected = {
      method: request.method,
      origin: `${scheme}://${withoutDefaultPort(asked.authority, scheme)}`,
      target: asked.target,
      isForwarded,
    };
    const requester: Requester = {
      transport: isSecure ? 'https' : 'tcp',
      address,
      reply: () => done(replyTo(director.direction, redirected, settings.redirect)),
    };
    responder.respond(this.#questionOf(asked.host, address), requester);
  }

  #questionOf(host: string, address: string): Uint8Array {
    let questions = this.#questions.get(host);
    if (questions === undefined) {
      const read = nameFromText(host);
      // No policy decides the root, nor what no name is.
      const name = read.ok ? read.value : ROOT;
      questions = [questionFor(name, RRTYPE.A), questionFor(name, RRTYPE.AAAA)];
      this.#questions.set(host, questions);
    }
    return questions[address.includes(':') && parseAddress(address)?.family !== 4 ? 1 : 0];
  }
}

function questionFor(name: Uint8Array, type: number): Uint8Array {
  return encodeRequest({ id: 0, name, type });
}

function schemeOf(isSecure: boolean): 'http' | 'https' {
  return isSecure ? 'https' : 'http';
}

/** RFC 9110 §4.2.1, §4.2.2: the origin of a URL has no port that its scheme has by default. */
function withoutDefaultPort(authority: string, scheme: string): string {
  const port = scheme === 'https' ? ':443' : ':80';
  return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}
