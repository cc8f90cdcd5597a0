export { createFolderStore } from './folder.ts';
export type { FolderStore } from './folder.ts';
export { openStore, type StoreDeps } from './open.ts';
