import type { AuditedRepository, BitbucketAsker, DeploymentAsker } from './collect/index.ts';
import { atMost } from './at-most.ts';
import { AT_ONCE } from './spread.ts';
import type { Asked, SeenDeployment, SeenPipeline, SeenStep } from './types.ts';

/** A single question that a thread without a network has. */
export type Question =
  | { readonly about: 'pipeline'; readonly id: string; readonly repositories: readonly AuditedRepository[] }
  | { readonly about: 'steps'; readonly id: string; readonly repository: AuditedRepository; readonly at?: number }
  | { readonly about: 'deployment'; readonly id: string };

export type GivenAnswer = readonly [about: Question['about'], id: string, answer: Asked<unknown>];

/** Whoever answers single questions that a class hangs on. */
export type SingleAsker = Pick<BitbucketAsker, 'askPipeline' | 'askSteps'> & Pick<DeploymentAsker, 'askDeployment'>;

/** Asks no more of a service at once than {@link AT_ONCE}, whoever wants to know it. */
export function askInTurn(
  bitbucket: Omit<SingleAsker, 'askDeployment'>,
  vercel: Pick<SingleAsker, 'askDeployment'>,
): SingleAsker {
  const [ofBitbucket, ofVercel] = [atMost(AT_ONCE), atMost(AT_ONCE)];
  return {
    askPipeline: (uuid, repositories) => ofBitbucket(() => bitbucket.askPipeline(uuid, repositories)),
    askSteps: (uuid, repository, at) => ofBitbucket(() => bitbucket.askSteps(uuid, repository, at)),
    askDeployment: (id) => ofVercel(() => vercel.askDeployment(id)),
  };
}

/** Answers what it was given, and notes what else was asked: then what was made of it does not count. */
export class GivenAnswers implements SingleAsker {
  /** Each once. */
  readonly open: Question[] = [];
  readonly #given = new Map<string, Asked<unknown>>();

  give(answers: readonly GivenAnswer[]): void {
    for (const [about, id, answer] of answers) this.#given.set(`${about} ${id}`, answer);
    this.open.length = 0;
  }

  askPipeline(id: string, repositories: readonly AuditedRepository[]): Promise<Asked<SeenPipeline>> {
    return this.#look({ about: 'pipeline', id, repositories });
  }

  askSteps(id: string, repository: AuditedRepository, at = Infinity): Promise<Asked<readonly SeenStep[]>> {
    // JSON has no infinity.
    return this.#look({ about: 'steps', id, repository, ...(Number.isFinite(at) && { at }) });
  }

  askDeployment(id: string): Promise<Asked<SeenDeployment>> {
    return this.#look({ about: 'deployment', id });
  }

  #look<T>(question: Question): Promise<Asked<T>> {
    const given = this.#given.get(`${question.about} ${question.id}`);
    if (given) return Promise.resolve(given as Asked<T>);
    const isOpen = this.open.some(({ about, id }) => about === question.about && id === question.id);
    if (!isOpen) this.open.push(question);
    return Promise.resolve({ unknown: 'It is being asked for.' });
  }
}

/** The other end: asks for what is open. */
export async function answerQuestion(question: Question, asker: SingleAsker): Promise<GivenAnswer> {
  const { about, id } = question;
  if (about === 'pipeline') return [about, id, await asker.askPipeline(id, question.repositories)];
  if (about === 'steps') return [about, id, await asker.askSteps(id, question.repository, question.at)];
  return [about, id, await asker.askDeployment(id)];
}
