import { lstatSync } from 'node:fs';
import type { Machine } from './types.ts';

/** The container as the process sees it. Of variables their names, never a value. */
export const nodeMachine: Machine = {
  user: `${String(process.getuid?.() ?? '?')}:${String(process.getgid?.() ?? '?')}`,
  runtime: `node ${process.version}, ${process.platform} ${process.arch}`,
  variableNames: () => Object.keys(process.env).sort(),
  placeOf(variable) {
    const path = process.env[variable];
    if (path === undefined || path === '') return undefined;
    try {
      const { uid, gid, mode } = lstatSync(path);
      return `${String(uid)}:${String(gid)}, mode ${mode.toString(8)}`;
    } catch (error) {
      return String((error as { readonly code?: unknown }).code);
    }
  },
};
