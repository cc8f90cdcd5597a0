import { bareAddress } from './address.ts';
import { changeOf } from './reconcile/index.ts';
import { tellUnsettled } from './tell-unsettled.ts';
import type { Asked, RecordLine, Scope, SeenDeployment, SeenEvent } from './types.ts';

const BIRTH = 'deployment';
const MAX_NAMED = 10;

type Named = Pick<SeenEvent, 'deploymentId' | 'projectId' | 'url'>;

/**
 * Which deployment an event is about, and whether that is one of ours. Of some events Vercel's own models demand no more
 * than a deployment's address, and of others no project: so the history of the whole team is read, and sorted here.
 * Memory is taken for events alone that leave a question open. What nothing answers is not left out: its row says so.
 */
export class EventNames {
  readonly #scope: Scope;
  /** Deployment by address, and project by deployment, of those that are asked for. */
  readonly #byAddress = new Map<string, string | undefined>();
  readonly #projects = new Map<string, string | undefined>();
  readonly #ours = new Set<string>();
  /** Ids and addresses that a row hangs on: Vercel is asked for those that all else leaves open. */
  readonly #needed = new Set<string>();
  /** What Vercel has said to that. */
  readonly #answers = new Map<string, Asked<SeenDeployment>>();
  /** Ids of events that tell of a birth, and not of what. */
  readonly #nameless: string[] = [];

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** First, of every event. */
  ask(event: SeenEvent): void {
    const { deploymentId, projectId, url } = event;
    if (deploymentId === undefined) {
      if (url === undefined) return;
      this.#byAddress.set(bareAddress(url), undefined);
      if (this.#hasRow(event)) this.#needed.add(bareAddress(url));
    } else if (projectId === undefined) {
      this.#projects.set(deploymentId, undefined);
      if (this.#isPart && this.#hasRow(event)) this.#needed.add(deploymentId);
    }
  }

  /** Whether a deployment may have an answer. */
  get asks(): boolean {
    return this.#byAddress.size > 0 || this.#projects.size > 0;
  }

  /** Whether an event of another project has an answer: others of these are not kept. */
  wants({ deploymentId, projectId, url }: SeenEvent): boolean {
    if (deploymentId === undefined || projectId === undefined || this.#isOurs(projectId)) return false;
    return this.#asksFor(deploymentId, url);
  }

  /** Whether a deployment of whatever project has an answer. */
  wantsDeployment({ id, url }: SeenDeployment): boolean {
    return this.#asksFor(id, url);
  }

  /** What each deployment answers, which knows best. */
  answerWith({ id, url, projectId }: SeenDeployment): void {
    const isNamed = url !== undefined && this.#byAddress.size > 0 && this.#byAddress.has(bareAddress(url));
    if (isNamed) this.#byAddress.set(bareAddress(url), id);
    if (!isNamed && !this.#projects.has(id)) return;
    // What says less takes nothing back: a key that is settled stays so.
    this.#projects.set(id, projectId === '' ? this.#projects.get(id) : projectId);
  }

  /** Then what each event does, where no deployment has answered. */
  answer({ deploymentId, projectId, url }: Named): void {
    if (deploymentId === undefined) return;
    const address = url === undefined ? '' : bareAddress(url);
    const isNamed = this.#byAddress.has(address);
    if (isNamed) this.#byAddress.set(address, this.#byAddress.get(address) ?? deploymentId);
    if (!isNamed && !this.#projects.has(deploymentId)) return;
    this.#projects.set(deploymentId, this.#projects.get(deploymentId) ?? projectId);
  }

  /** And what a verified record does: what a run of an audited project names is of that project. */
  noteRecorded({ deployment, actsOn, rolledBackTo, removed = [], projectId }: RecordLine): void {
    if (!this.asks || !this.#isOurs(projectId)) return;
    if (deployment?.url !== undefined) this.answer({ deploymentId: deployment.id, url: deployment.url });
    for (const id of [deployment?.id, actsOn, rolledBackTo, ...removed]) {
      if (id !== undefined && this.#projects.has(id)) this.#ours.add(id);
    }
  }

  /** Ids and addresses that nothing has answered until now, each once. */
  open(): readonly string[] {
    const open = new Set<string>();
    for (const key of this.#needed) if (this.#isOpen(key)) open.add(this.#idOf(key) ?? key);
    return [...open];
  }

  /** Whether there are any. A search asks it before each page, so what is settled is not looked at again. */
  hasOpen(): boolean {
    for (const key of this.#needed) {
      if (this.#isOpen(key)) return true;
      this.#needed.delete(key);
    }
    return false;
  }

  /** At last what Vercel says of one of these. */
  settle(key: string, answer: Asked<SeenDeployment>): void {
    if ('found' in answer) this.answerWith(answer.found);
    this.#answers.set(key, answer);
  }

  /** Why Vercel has not answered, of each that is open still. */
  *unanswered(): Generator<string> {
    for (const [key, answer] of this.#answers) if ('unknown' in answer && this.#isOpen(key)) yield answer.unknown;
  }

  /** The same event with all that is known; undefined for one of another project. */
  name(event: SeenEvent): SeenEvent | undefined {
    const address = event.url === undefined ? undefined : bareAddress(event.url);
    const known = event.deploymentId ?? (address === undefined ? undefined : this.#byAddress.get(address));
    const projectId = event.projectId ?? (known === undefined ? undefined : this.#projects.get(known));
    if (projectId !== undefined && !this.#isOurs(projectId)) return undefined;
    const isPlaced = projectId !== undefined || this.#isPlaced(known);
    const hasRow = this.#hasRow(event);
    if (!hasRow) return isPlaced ? complete(event, known, projectId) : undefined;
    const isBirth = event.type === BIRTH;
    const key = known ?? address;
    if (isBirth && key === undefined) this.#nameless.push(event.id);
    const answer = key === undefined ? undefined : this.#answers.get(key);
    // Of a deployment that is ours and gone no more is told than that it was there.
    const isGone = isBirth && answer !== undefined && 'absent' in answer;
    const isSettled = isPlaced && (known !== undefined || isGone);
    const unsettled = isSettled ? undefined : tellUnsettled(isPlaced, key, answer);
    // Every birth has a row: where nobody tells the deployment's id, that is of its address.
    return complete(event, isBirth ? key : known, projectId, unsettled);
  }

  /** Of the history, when all events were named: births of which nothing can be said, as one sentence. */
  gaps(): readonly string[] {
    const count = this.#nameless.length;
    if (count === 0) return [];
    const more = count > MAX_NAMED ? ` and ${String(count - MAX_NAMED)} more` : '';
    const named = this.#nameless.slice(0, MAX_NAMED).join(', ');
    return [`Events tell of the creation of a deployment, and name neither it nor its address: ${named}${more}.`];
  }

  /** Whether not the whole team is audited. */
  get #isPart(): boolean {
    return this.#scope.projectIds.length > 0;
  }

  #isOurs(projectId: string): boolean {
    return !this.#isPart || this.#scope.projectIds.includes(projectId);
  }

  /** Whether it is known of a deployment that it is ours, or that it is not. */
  #isPlaced(id: string | undefined): boolean {
    return !this.#isPart || (id !== undefined && (this.#projects.get(id) !== undefined || this.#ours.has(id)));
  }

  #isOpen(key: string): boolean {
    const id = this.#idOf(key);
    return id === undefined || !this.#isPlaced(id);
  }

  #idOf(key: string): string | undefined {
    return this.#byAddress.has(key) ? this.#byAddress.get(key) : key;
  }

  #asksFor(id: string, url: string | undefined): boolean {
    if (this.#projects.has(id) && this.#projects.get(id) === undefined) return true;
    const address = url === undefined || this.#byAddress.size === 0 ? '' : bareAddress(url);
    const named = this.#byAddress.get(address);
    return this.#byAddress.has(address) && (named === undefined || !this.#isPlaced(named));
  }

  /** Births beside the period are of use where the deployment is listed alone. */
  #hasRow(event: SeenEvent): boolean {
    const { since, until } = this.#scope;
    return event.type === BIRTH ? event.at >= since && event.at < until : changeOf(event) !== undefined;
  }
}

function complete(event: SeenEvent, deploymentId?: string, projectId?: string, unsettled?: string): SeenEvent {
  if (deploymentId === event.deploymentId && projectId === event.projectId && unsettled === undefined) return event;
  return {
    ...event,
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(unsettled === undefined ? {} : { unsettled }),
  };
}
