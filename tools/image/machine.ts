import { buildah, buildBase } from './build.ts';
import { openStorage, type Storage } from './storage.ts';
import { missingTools, tryContainer } from './tools.ts';

/** Overlay is quick; vfs copies each layer, and works where a folder can have no overlay: on the disk of a container. */
const DRIVERS = ['overlay', 'vfs'] as const;

/**
 * A storage for images of its own, with `base` in it, in which this machine has shown that it builds and runs; or, in
 * words, why it does neither. What goes wrong after that is no fault of the machine.
 */
export async function openMachine(base: string): Promise<Storage | string> {
  const missing = missingTools();
  if (missing !== undefined) return missing;
  const reasons: string[] = [];
  for (const driver of DRIVERS) {
    const storage = await openStorage(driver);
    const reason = (await tryBuild(base)) ?? tryContainer(base);
    if (reason === undefined) return storage;
    reasons.push(`With ${driver}: ${reason}`);
    await storage.remove();
  }
  return `This machine builds or runs no container.\n${reasons.join('\n')}`;
}

/** Makes the base, and runs a line of a build in it. @returns buildah's words where it cannot. */
async function tryBuild(base: string): Promise<string | undefined> {
  try {
    await buildBase(base);
    const container = (await buildah('from', '--pull-never', base)).trim();
    await buildah('run', '--isolation', 'chroot', container, '/usr/local/bin/node', '-p', '6 * 7');
    await buildah('rm', container);
    return undefined;
  } catch (error) {
    const { cmd, stderr } = error as { readonly cmd?: string; readonly stderr?: string };
    if (!cmd?.startsWith('buildah ') || stderr === undefined) throw error;
    return `${cmd}: ${stderr.trim().slice(-500)}`;
  }
}
