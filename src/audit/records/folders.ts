export interface LabeledFolder {
  readonly folder: string;
  /** Stands before the names of what is in it: empty where there is one folder only. */
  readonly label: string;
}

/** Two folders may hold files of one name: in what is told of them, the folder stands before it. */
export function labelFolders(folders: readonly string[]): readonly LabeledFolder[] {
  const single = [...new Set(folders)];
  if (single.length < 2) return single.map((folder) => ({ folder, label: '' }));
  const names = single.map((folder) => folder.slice(folder.lastIndexOf('/') + 1));
  return single.map((folder, at) => {
    const name = names[at] ?? '';
    const alone = names.filter((other) => other === name).length === 1;
    return { folder, label: alone ? `${name}/` : `${name}#${String(at + 1)}/` };
  });
}
