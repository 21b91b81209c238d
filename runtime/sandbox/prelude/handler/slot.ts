/** Where `createServer` leaves the handler of the file for program.ts. */

/** Answers a question by filling in `res` and calling `res.send()`. */
export type ServerHandler = (request: object, response: object) => unknown;

let registered: ServerHandler | undefined;

/** Registers the handler of this file, which has one at most. */
export function registerHandler(handler: unknown): void {
  if (typeof handler !== 'function')
    throw new TypeError('createServer() takes a handler: createServer((req, res) => { … })');
  if (registered !== undefined)
    throw new Error('createServer() is called twice; a policy file has one handler');
  registered = handler as ServerHandler;
}

/** The handler, if the file has one. */
export function registeredHandler(): ServerHandler | undefined {
  return registered;
}
