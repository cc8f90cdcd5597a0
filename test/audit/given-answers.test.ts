import { describe, expect, it } from '@jest/globals';
import { answerQuestion, GivenAnswers, type GivenAnswer } from '../../src/audit/given-answers.ts';
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
