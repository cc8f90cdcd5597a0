export { createFolderStore } from './folder.ts';
export type { FolderStore } from './folder.ts';
