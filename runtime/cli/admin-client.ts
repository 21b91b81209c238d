/** Asks a running server through its admin API. */
import { fail, ok, type Result } from '../base/result.ts';
import { reachableAddress, type SocketAddress, socketAddressToText } from '../base/socket-address.ts';

/** Milliseconds for a reply; explanations take one run of a policy. */
const PATIENCE_MS = 5000;

/** `absent`: nothing listens there. `refused`: it was asked and said no. */
export interface AdminProblem {
  readonly kind: 'absent' | 'refused';
  readonly message: string;
}

/** The JSON at a path of the admin server. The server is ours: its reply is typed by who asks. */
export async function askAdmin<T>(
  listen: SocketAddress | 'off',
  path: string,
): Promise<Result<T, AdminProblem>> {
  if (listen === 'off') return fail({ kind: 'absent', message: 'The admin server is off (admin.listen)' });
  const address = socketAddressToText({ address: reachableAddress(listen.address), port: listen.port });
  try {
    const response = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok) return ok((await response.json()) as T);
    return fail({ kind: 'refused', message: await complaintIn(response) });
  } catch {
    return fail({
      kind: 'absent',
      message: `No dnsteer server is running with its admin server at ${address}`,
    });
  }
}

async function complaintIn(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  const isError = typeof body === 'object' && body !== null && 'error' in body;
  return isError ? String(body.error) : `The admin server replied ${response.status}`;
}
