/** Gives each file a name that is safe in a shell and on every disk, and that no other file has. */
export interface PackNames {
  /**
   * @param folder of ours.
   * @param path any relative path; its folders stay.
   */
  take(folder: string, path: string): string;
}

export function createPackNames(): PackNames {
  const taken = new Set<string>();
  return {
    take(folder, path) {
      const safe = path.split('/').map(toSafePart).join('/');
      // Some disks do not tell upper from lower case.
      for (let turn = 1; ; turn += 1) {
        const name = turn === 1 ? `${folder}/${safe}` : `${folder}/${String(turn)}/${safe}`;
        if (taken.has(name.toLowerCase())) continue;
        taken.add(name.toLowerCase());
        return name;
      }
    },
  };
}

function toSafePart(part: string): string {
  const safe = part.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '');
  return safe === '' ? 'none' : safe;
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
