import { describe, expect, it } from '@jest/globals';
import { answerQuestion, askInTurn, GivenAnswers, type GivenAnswer } from '../../src/audit/given-answers.ts';
import type { Asked } from '../../src/audit/types.ts';

const repository = { issuer: 'https://issuer.example', workspaceUuid: 'w', repositoryUuid: 'r' };

/** Says what it was asked. */
const asker = {
  askPipeline: (id: string, repositories: readonly unknown[]) => say('pipeline', id, repositories.length),
  askSteps: (id: string, { repositoryUuid }: { repositoryUuid: string }, at?: number) =>
    say('steps', id, repositoryUuid, at),
  askDeployment: (id: string) => say('deployment', id),
};

function say(...words: readonly unknown[]): Promise<Asked<never>> {
  return Promise.resolve({ unknown: words.map(String).join(' ') });
}

async function askAll(given: GivenAnswers): Promise<readonly Asked<unknown>[]> {
  return [
    await given.askPipeline('p', [repository, repository]),
    await given.askSteps('p', repository, 7),
    await given.askSteps('q', repository),
    await given.askDeployment('p'),
  ];
}

describe('questions of a thread without a network', () => {
  it('are open until somebody answers them, and survive JSON', async () => {
    const given = new GivenAnswers();
    expect(await askAll(given)).toEqual(Array(4).fill({ unknown: 'It is being asked for.' }));
    const sent = JSON.parse(JSON.stringify(given.open)) as typeof given.open;
    const answers: GivenAnswer[] = [];
    for (const question of sent) answers.push(await answerQuestion(question, asker));
    given.give(answers);
    expect(given.open).toEqual([]);
    expect(await askAll(given)).toEqual(
      ['pipeline p 2', 'steps p r 7', 'steps q r undefined', 'deployment p'].map((unknown) => ({ unknown })),
    );
    expect(given.open).toEqual([]);
  });

  it('are open once each', async () => {
    const given = new GivenAnswers();
    for (let times = 0; times < 3; times += 1) await askAll(given);
    expect(given.open).toHaveLength(4);
  });

  it('keep their answers when others come', async () => {
    const given = new GivenAnswers();
    given.give([['deployment', 'one', { absent: true }]]);
    given.give([['deployment', 'two', { absent: true }]]);
    await given.askDeployment('three');
    expect(given.open).toEqual([{ about: 'deployment', id: 'three' }]);
    given.give([]);
    expect(await given.askDeployment('one')).toEqual({ absent: true });
  });
});

it('a service is asked four things at once, whoever wants to know them', async () => {
  let [running, most] = [0, 0];
  const ask = async (): Promise<Asked<never>> => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return { absent: true };
  };
  const inTurn = askInTurn({ askPipeline: ask, askSteps: ask }, asker);
  const all = Array.from({ length: 20 }, (_, id) => [
    inTurn.askPipeline(String(id), []),
    inTurn.askSteps(String(id), repository),
    inTurn.askDeployment(String(id)),
  ]);
  expect(await Promise.all(all.flat())).toHaveLength(60);
  expect(most).toBe(4);
});
