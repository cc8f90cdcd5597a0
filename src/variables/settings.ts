import type { Conflict } from './conflicts.ts';
import type { DeploySettings } from './types.ts';

/** The variables that say how a deployment is made, after validation. */
export interface SettingValues {
  readonly MODE: 'prebuilt' | 'source';
  readonly UPLOAD: 'auto' | 'files' | 'archive';
  readonly ALIASES?: readonly string[];
  readonly REGIONS?: readonly string[];
  readonly FORCE: string;
  readonly AUTO_ASSIGN_DOMAINS: string;
  readonly GIT_AUTHOR: string;
  readonly WAIT: string;
}

export function toSettings(values: SettingValues): DeploySettings {
  return {
    mode: values.MODE,
    upload: values.UPLOAD,
    force: values.FORCE === 'true',
    aliases: values.ALIASES ?? [],
    regions: values.REGIONS ?? [],
    autoAssignDomains: values.AUTO_ASSIGN_DOMAINS === 'true',
    sendGitAuthor: values.GIT_AUTHOR === 'true',
    wait: values.WAIT === 'true',
  };
}

/** Settings that are right by themselves and wrong together. */
export function findConflicts(values: Partial<SettingValues> & { readonly TARGET?: string }): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  if (values.AUTO_ASSIGN_DOMAINS === 'false' && values.TARGET !== 'production') {
    const fault =
      'AUTO_ASSIGN_DOMAINS: got "false"; only a production deployment can be staged. Remove it, or set TARGET: production.';
    conflicts.push({ of: ['AUTO_ASSIGN_DOMAINS', 'TARGET'], fault });
  }
  if (values.WAIT === 'false' && values.ALIASES !== undefined) {
    const fault =
      'ALIASES: given, but WAIT is "false", and an alias needs a deployment that is ready. Remove one of them.';
    conflicts.push({ of: ['ALIASES', 'WAIT'], fault });
  }
  return conflicts;
}
