/** The rights a sandbox process starts with, and gives up before it loads a policy. */

/** With these one process disturbs another. Node's permission model does not cover them. */
const SIGNALS = ['kill', '_kill', '_debugProcess', '_debugEnd'];

/**
 * From here on not even this process's own code can read a file or load native code. All code it needs is
 * loaded; rights it was never granted (writing, children, threads, and since Node 26 the network) stay
 * refused. self-test.ts checks that all doors are shut.
 */
export function shutDoors(): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const name of SIGNALS) Reflect.deleteProperty(process, name);
  // `process.permission` is absent where Node was started without `--permission`.
  const permission: typeof process.permission | undefined = process.permission;
  // Node before 26.3 and early releases of 24 cannot give up rights: the process keeps the few it was
  // granted.
  if (permission === undefined || !('drop' in permission)) return;
  permission.drop('fs.read');
  permission.drop('addon');
}
