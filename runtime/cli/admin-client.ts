/** Asks a running server through its admin API, with the token from the settings. */

import { fileProblemText } from '../base/files/read-file.ts';
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

export interface AdminRequest {
  /** `POST` changes something. */
  readonly method?: 'GET' | 'POST';
  readonly patienceMs?: number;
}

/** Gets the JSON at a path of the admin server. The server is dnsteer's own: the caller knows the type. */
export async function askAdmin<T>(
  { listen, token, changeTokenFile }: Config['admin'],
  path: string,
  { method = 'GET', patienceMs = PATIENCE_MS }: AdminRequest = {},
): Promise<Result<T, AdminProblem>> {
  if (listen === 'off') return fail({ kind: 'absent', message: 'The admin server is off (admin.listen)' });
  const address = addressOf(listen);
  const known = token === undefined && method === 'POST' ? readChangeToken(changeTokenFile) : ok(token);
  const headers = {
    // No page of another site can send this header (admin/guard.ts).
    'X-Dnsteer': '1',
    ...(known.ok && known.value !== undefined && { Authorization: `Bearer ${known.value}` }),
  };
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(`http://${address}${path}`, { method, headers, signal });
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
