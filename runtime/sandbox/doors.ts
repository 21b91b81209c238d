/** The rights a sandbox process starts with, and gives up before it meets a policy. */

/** By these one process disturbs another. Node has no permission for them. */
const SIGNALS = ['kill', '_kill', '_debugProcess', '_debugEnd'];

/**
 * From here on not even this process's own code can read a file or load native code. All it needs is
 * loaded; what it was never granted (writing, children, threads, and since Node 26 the network)
 * stays refused. Whether all that holds is for self-test.ts to find out.
 */
export function shutDoors(): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const name of SIGNALS) Reflect.deleteProperty(process, name);
  // Absent where Node was started without `--permission`.
  const permission: typeof process.permission | undefined = process.permission;
  // Node before 26.3 and early releases of 24 cannot give up rights: there they stay as narrow as they were granted.
  if (permission === undefined || !('drop' in permission)) return;
  permission.drop('fs.read');
  permission.drop('addon');
}
