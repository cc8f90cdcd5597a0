import { CLASSES } from '../../src/audit/classes.ts';
import type { AuditException } from '../../src/audit/records/types.ts';
import { DAY, MINUTE, type Life, type Planted } from './life.ts';
import type { ExpectedRow } from './types.ts';

/** Signs off some of what was planted; some of that too late, and some that no exception can cover. */
export function signOff(life: Life, share: number): { exceptions: AuditException[]; expected: ExpectedRow[] } {
  const { random, now, planted } = life;
  const exceptions: AuditException[] = [];
  const excused = new Set<Planted>();
  const byClass = Map.groupBy(planted, ({ class: name }) => name);
  for (const row of planted) {
    if (CLASSES[row.class].weight === 'none' || !random.chance(share)) continue;
    const expired = random.chance(0.3);
    const covers = chooseCover(life, row);
    exceptions.push({
      ...{ id: `EX-${String(exceptions.length + 1)}`, reason: 'Agreed with security.', approver: 'Grace Hopper' },
      ...{ ticket: `SEC-${String(random.whole(1, 999))}`, covers },
      expires: expired ? now - random.whole(0, 20) * DAY : now + random.whole(1, 90) * DAY,
    });
    if (expired) continue;
    for (const other of byClass.get(row.class) ?? []) if (isCovered(other, covers)) excused.add(other);
  }
  return { exceptions, expected: planted.map((row) => toExpected(row, excused.has(row))) };
}

/** Narrow, or for a whole project, or for a kind of deployment in it. */
function chooseCover({ random, people }: Life, row: Planted): AuditException['covers'] {
  const classes = [row.class];
  const { deploymentId, source, person, projectId, at } = row;
  // Who did it, or another one: of that one's pipelines its meta may name one.
  if (person !== undefined && random.chance(0.4)) {
    return { classes, persons: [random.chance(0.5) ? person : random.pick(people).name] };
  }
  if (deploymentId === undefined || deploymentId === '' || random.chance(0.2))
    return { classes, projects: [projectId] };
  // A wrong policy can be a change's too, and whether a change has its deployment's source nobody says.
  if (source !== undefined && row.class !== 'WRONG_POLICY' && random.chance(0.2))
    return { classes, sources: [source], projects: [projectId] };
  if (random.chance(0.3)) return { classes, deployments: [deploymentId], from: at, until: at + 1 };
  if (random.chance(0.1)) return { classes, deployments: [deploymentId], from: at + 1, until: at + MINUTE };
  return { classes, deployments: [deploymentId] };
}

/** Every condition that it names must hold; a finding alone can be signed off. */
function isCovered(
  row: Planted,
  { classes, deployments, projects, sources, persons, from, until }: AuditException['covers'],
): boolean {
  if (CLASSES[row.class].weight !== 'finding' || !classes.includes(row.class)) return false;
  if (deployments && !deployments.includes(row.deploymentId ?? '')) return false;
  if (projects && !projects.includes(row.projectId)) return false;
  if (sources && !sources.includes(row.source ?? '')) return false;
  if (persons && !persons.includes(row.person ?? '')) return false;
  return row.at >= (from ?? -Infinity) && row.at < (until ?? Infinity);
}

function toExpected({ kind, id, class: name, change, scene }: Planted, isExcused: boolean): ExpectedRow {
  const row = { kind, id, scene, ...(change === undefined ? {} : { change }) };
  return isExcused ? { ...row, class: 'EXCEPTION', instead: name } : { ...row, class: name };
}
