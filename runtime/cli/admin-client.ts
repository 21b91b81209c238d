/** Asks a running server through its admin API, with the token from the settings. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type FileProblem, fileProblemText } from '../base/files/read-file.ts';
import { reachableAddress, type SocketAddress, socketAddressToText } from '../base/net/socket-address.ts';
import { fail, ok, type Result } from '../base/result.ts';
import { readChangeToken } from '../config/change-token.ts';
import type { Config } from '../config/config.ts';

/** Milliseconds for a reply; explanations take one run of a policy. */
const PATIENCE_MS = 5000;

/** `absent`: no server replies there. `refused`: the server replied with an error. */
export interface AdminProblem {
  readonly kind: 'absent' | 'refused';
  readonly message: string;
}

/** How often, and after how many milliseconds, the token is looked for that the server is making. */
const TOKEN_TRIES = 10;
const TOKEN_PAUSE_MS = 50;

export interface AdminRequest {
  /** All but `GET` change something. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly patienceMs?: number;
}

/** Gets the JSON at a path of the admin server. The server is dnsteer's own: the caller knows the type. */
export async function askAdmin<T>(
  { listen, token, changeTokenFile }: Config['admin'],
  path: string,
  { method = 'GET', body, patienceMs = PATIENCE_MS }: AdminRequest = {},
): Promise<Result<T, AdminProblem>> {
  if (listen === 'off') return fail({ kind: 'absent', message: 'The admin server is off (admin.listen)' });
  const address = addressOf(listen);
  const send = async (known: Result<string | undefined, FileProblem>): Promise<Response> => {
    // No page of another site can send the first header (admin/guard.ts).
    const token = known.ok && known.value !== undefined ? { Authorization: `Bearer ${known.value}` } : {};
    const headers = { 'X-Dnsteer': '1', ...token };
    return await fetch(`http://${address}${path}`, {
      method,
      headers,
      ...(body && { body }),
      signal: AbortSignal.timeout(patienceMs),
    });
  };
  let known: Result<string | undefined, FileProblem> =
    token === undefined && method !== 'GET' ? readChangeToken(changeTokenFile) : ok(token);
  try {
    let response = await send(known);
    if (response.status === 401 && !known.ok && known.problem.kind === 'absent') {
      known = await tokenBeingMade(changeTokenFile);
      if (known.ok) response = await send(known);
    }
    if (response.ok) return ok((await response.json()) as T);
    const why = known.ok ? undefined : `${changeTokenFile}: ${fileProblemText(known.problem)}`;
    return fail({ kind: 'refused', message: await complaintIn(response, why) });
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    const message = isLate
      ? `The admin server at ${address} does not reply`
      : `No dnsteer server is running with its admin server at ${address}`;
    return fail({ kind: 'absent', message });
  }
}

/** The token of a server whose state folder is gone: it makes the token anew when it is asked for it. */
async function tokenBeingMade(file: string): Promise<Result<string, FileProblem>> {
  let read = readChangeToken(file);
  for (let tries = 0; tries < TOKEN_TRIES && !read.ok; tries += 1) {
    await sleep(TOKEN_PAUSE_MS);
    read = readChangeToken(file);
  }
  return read;
}

function addressOf({ address, port }: SocketAddress): string {
  return socketAddressToText({ address: reachableAddress(address), port });
}

async function complaintIn(response: Response, why: string | undefined): Promise<string> {
  if (response.status === 401) {
    const how = 'set admin.token or admin.tokenFile here as they are there';
    const or = why === undefined ? '' : `, or run this as the user who runs the server (${why})`;
    return `The admin server asks for its token: ${how}${or}`;
  }
  const body: unknown = await response.json().catch(() => undefined);
  const isError = typeof body === 'object' && body !== null && 'error' in body;
  return isError ? String(body.error) : `The admin server replied ${response.status}`;
}
