import { describeDeployment } from '../deploys.ts';
import { HOUR, MINUTE, SECOND, someTime, type Life } from '../life.ts';
import { makeRecord } from '../records.ts';
import { keepRun, startRun } from '../runs.ts';
import { expectDeployment, keepDeploy, makeDeploy, ordinary, type Scene } from './scene.ts';

/** Deployments and runs in which nothing is wrong. */
export const ORDINARY: Readonly<Record<string, Scene>> = {
  preview: ordinary(8, (life) => clean(life, { target: 'preview' })),
  pullRequest: ordinary(8, (life) => clean(life, { target: 'preview', pullRequest: true })),
  production: ordinary(8, (life) => clean(life, { target: 'production' })),
  customEnvironment: ordinary(2, (life) => clean(life, { target: 'staging' })),
  keyless: ordinary(6, (life) => clean(life, { signing: 'keyless' })),
  timestamped: ordinary(3, (life) => clean(life, { signing: 'timed' })),
  staticKey: ordinary(2, (life) => clean(life, { signing: 'static' })),
  adopted: ordinary(2, adopt),
  deduplicated: ordinary(2, deduplicate),
  runAgain: ordinary(2, runAgain),
  failedBuild: ordinary(3, failBuild),
  failedStaged: ordinary(1, failStaged),
  denied: ordinary(3, deny),
  pulled: ordinary(2, pull),
  retention: ordinary(1, (life) => {
    const deploy = makeDeploy(life, { target: 'preview' });
    deploy.deployment.deleted = 'retention';
    keepDeploy(life, deploy);
    expectDeployment(life, deploy.deployment, 'VERIFIED');
  }),
  twoInOneStep: ordinary(2, (life) => {
    const first = makeDeploy(life);
    keepDeploy(life, first);
    const second = makeDeploy(life, { run: first.run });
    keepDeploy(life, second);
    for (const { deployment } of [first, second]) expectDeployment(life, deployment, 'VERIFIED');
  }),
  copiedFile: ordinary(1, (life) => {
    const { result } = clean(life, {});
    if (result) life.records.push({ ...result, file: `copies/${result.file}` });
  }),
  killedBefore: ordinary(1, (life) => {
    const { run, intent } = makeDeploy(life);
    keepRun(life, run);
    life.records.push(intent);
  }),
  atTheEdge: ordinary(1, edge),
  beforePeriod: ordinary(2, (life) => {
    const deploy = makeDeploy(life, { at: life.scope.since - life.random.whole(3, 400) * HOUR });
    keepDeploy(life, { ...deploy, listed: false, event: undefined, use: undefined });
  }),
};

function clean(life: Life, options: Parameters<typeof makeDeploy>[1]): ReturnType<typeof makeDeploy> {
  const deploy = makeDeploy(life, options);
  keepDeploy(life, deploy);
  expectDeployment(life, deploy.deployment, 'VERIFIED');
  return deploy;
}

/** The first run was killed after the deployment began; a second one found it, and saw it through. */
function adopt(life: Life): void {
  const first = makeDeploy(life, { signing: life.random.pick(['managed', 'timed'] as const) });
  const { deployment, run } = first;
  keepDeploy(life, { ...first, result: life.random.chance(0.3) ? first.result : undefined });
  const again = startRun(life, { of: run, again: true });
  keepAgain(life, first, again, 'adopted', life.random.pick(['managed', 'timed'] as const));
  expectDeployment(life, deployment, 'VERIFIED');
}

/** Another pipeline deployed the same files: Vercel gave it the deployment that there was. */
function deduplicate(life: Life): void {
  const first = clean(life, {});
  const again = startRun(life, {
    site: first.site,
    at: first.deployment.createdAt + life.random.whole(5, 90) * MINUTE,
  });
  keepAgain(life, first, again, 'deduplicated', life.random.pick(['managed', 'timed', 'keyless'] as const));
}

function keepAgain(
  life: Life,
  { intent, deployment }: ReturnType<typeof makeDeploy>,
  again: ReturnType<typeof startRun>,
  origin: 'adopted' | 'deduplicated',
  signing: 'managed' | 'timed' | 'keyless',
): void {
  const target = deployment.target;
  const signedAt = again.startedAt + 30 * SECOND;
  const own = makeRecord(life, again, {
    phase: 'intent',
    action: 'deploy',
    target,
    signing,
    signedAt: signedAt - 9000,
  });
  const result = makeRecord(life, again, {
    ...{ phase: 'result', action: 'deploy', target, signing, signedAt, outcome: 'adopted', deployedAt: signedAt - 100 },
    ...{ recordId: own.facts.recordId, intentDigest: own.payloadDigest },
    deployment: {
      ...{ ...describeDeployment(deployment), origin, originRecordId: intent.facts.recordId },
      originIntentDigest: intent.payloadDigest,
    },
  });
  keepRun(life, again);
  life.records.push(own, result);
}

/** The step is run again in the same pipeline, and deploys anew. */
function runAgain(life: Life): void {
  const first = clean(life, { target: 'production' });
  clean(life, { run: startRun(life, { of: first.run, again: true }), target: 'production' });
}

function failBuild(life: Life): void {
  const deploy = makeDeploy(life);
  const { deployment, result } = deploy;
  deployment.readyState = 'ERROR';
  deployment.errorCode = 'BUILD_FAILED';
  delete deployment.readySubstate;
  delete deployment.readyAt;
  if (result) {
    result.facts.outcome = 'failed';
    delete result.facts.deployedAt;
    result.facts.deployment = describeDeployment(deployment);
  }
  keepDeploy(life, deploy);
  expectDeployment(life, deployment, 'VERIFIED');
}

/** Built, tested before it served anything, and not promoted. */
function failStaged(life: Life): void {
  const deploy = makeDeploy(life, { target: 'production' });
  const { deployment, result } = deploy;
  deployment.readySubstate = 'STAGED';
  if (result) {
    result.facts.outcome = 'failed';
    result.facts.deployment = describeDeployment(deployment);
  }
  keepDeploy(life, deploy);
  expectDeployment(life, deployment, 'VERIFIED');
}

function deny(life: Life): void {
  const run = startRun(life);
  keepRun(life, run);
  const record = makeRecord(life, run, {
    ...{ phase: 'result', action: 'deploy', target: 'production', signing: 'keyless', outcome: 'denied' },
    signedAt: run.startedAt + SECOND,
  });
  delete record.facts.grant;
  delete record.facts.vercelPolicyId;
  delete record.facts.hop;
  delete record.facts.projectName;
  life.records.push(record);
}

function pull(life: Life): void {
  const run = startRun(life, { at: someTime(life) });
  keepRun(life, run);
  const plan = { action: 'pull', target: 'preview', signing: 'managed' } as const;
  const intent = makeRecord(life, run, { ...plan, phase: 'intent', signedAt: run.startedAt + SECOND });
  const { recordId } = intent.facts;
  const rest = { recordId, outcome: 'done', intentDigest: intent.payloadDigest, signedAt: run.startedAt + 4 * SECOND };
  life.records.push(intent, makeRecord(life, run, { ...plan, ...rest, phase: 'result' }));
}

/** As far as clocks may differ, and no farther. */
function edge(life: Life): void {
  const deploy = makeDeploy(life, { signing: 'managed' });
  const { deployment, run, event } = deploy;
  if (life.random.chance(0.5)) run.step.completedAt = deployment.createdAt - 5 * SECOND;
  else run.step.startedAt = deployment.createdAt + 5 * SECOND;
  if (event) event.at = deployment.createdAt + life.random.pick([-SECOND, SECOND]);
  keepDeploy(life, deploy);
  expectDeployment(life, deployment, 'VERIFIED');
}
