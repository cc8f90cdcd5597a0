import { json, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';
import type { Access } from './access.ts';
import { expectCommit, expectFields, invalid, isUrl, oneOf, readJson, textUpTo, type Fields } from './checks.ts';

/** A report as it stands on its commit. */
export interface StoredReport {
  readonly commit: string;
  readonly id: string;
  readonly body: Fields;
  /** Every `result` that it had, in the order of time. */
  readonly results: readonly unknown[];
  /** By their id. */
  readonly annotations: ReadonlyMap<string, Fields>;
}

type Report = Omit<StoredReport, 'body' | 'results' | 'annotations'> & {
  body: Fields;
  readonly results: unknown[];
  readonly annotations: Map<string, Fields>;
};

/** Bitbucket's own bounds; those of texts are of its older server, which documents them. */
const MAX_FIELDS = 10;
const MAX_AT_ONCE = 100;
const MAX_ANNOTATIONS = 1000;
const TITLE = textUpTo(450);
const TEXT = textUpTo(2000);

const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const VALUES: Readonly<Record<string, (value: unknown) => boolean>> = {
  BOOLEAN: (value) => typeof value === 'boolean',
  DATE: isWhole,
  DURATION: isWhole,
  LINK: (value) => Boolean(expectFields(value, { text: TITLE, href: isUrl }, ['text', 'href'])),
  NUMBER: isNumber,
  PERCENTAGE: (value) => isNumber(value) && Number(value) >= 0 && Number(value) <= 100,
  TEXT: TEXT,
};

const REPORT = {
  title: TITLE,
  details: TEXT,
  report_type: oneOf('SECURITY', 'COVERAGE', 'TEST', 'BUG'),
  reporter: TITLE,
  link: isUrl,
  logo_url: isUrl,
  remote_link_enabled: (value: unknown) => typeof value === 'boolean',
  result: oneOf('PASSED', 'FAILED', 'PENDING'),
  data: isData,
};

const ANNOTATION = {
  external_id: TITLE,
  annotation_type: oneOf('VULNERABILITY', 'CODE_SMELL', 'BUG'),
  path: TEXT,
  line: (value: unknown) => isWhole(value) && value !== 0,
  summary: TITLE,
  details: TEXT,
  result: oneOf('PASSED', 'FAILED', 'SKIPPED', 'IGNORED'),
  severity: oneOf('CRITICAL', 'HIGH', 'MEDIUM', 'LOW'),
  link: isUrl,
};

function isData(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  if (value.length > MAX_FIELDS)
    throw invalid(`data: at most ${String(MAX_FIELDS)} elements, got ${String(value.length)}`);
  return value.every((item: unknown) => {
    const { type, value: content } = expectFields(
      item,
      { title: TITLE, type: oneOf(...Object.keys(VALUES)), value: (member) => member !== undefined },
      ['title', 'type', 'value'],
    );
    return VALUES[String(type)]?.(content) === true;
  });
}

/** Code Insights: `PUT …/commit/{commit}/reports/{id}`, and `POST …/annotations` of one that is there. */
export function createReports({ baseUrl, access }: { readonly baseUrl: string; readonly access: Access }): {
  readonly reports: readonly StoredReport[];
  readonly routes: readonly Route[];
} {
  const reports: Report[] = [];
  const find = (commit: string, id: string): Report | undefined =>
    reports.find((one) => one.commit === commit && one.id === id);

  async function put(call: Call): Promise<Reply> {
    const value = await readJson(call);
    access.checkReport(call);
    const commit = expectCommit(call);
    const { report: id = '' } = call.params;
    const body = expectFields(value, REPORT, ['title', 'details', 'report_type']);
    let found = find(commit, id);
    if (found) found.body = body;
    else reports.push((found = { commit, id, body, results: [], annotations: new Map() }));
    found.results.push(body['result']);
    return json(200, { type: 'report', uuid: '{0d6ff4d5-0f8d-4a3b-9d3c-5d3a1b0c2f11}', external_id: id, ...body });
  }

  async function annotate(call: Call): Promise<Reply> {
    const value = await readJson(call);
    access.checkReport(call);
    const found = find(expectCommit(call), call.params['report'] ?? '');
    if (!found) throw invalid('There is no such report.');
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_AT_ONCE) {
      throw invalid(`Expected a list of 1 to ${String(MAX_AT_ONCE)} annotations.`);
    }
    const all = value.map((one) => expectFields(one, ANNOTATION, ['external_id', 'annotation_type', 'summary']));
    for (const one of all) found.annotations.set(String(one['external_id']), one);
    if (found.annotations.size > MAX_ANNOTATIONS) throw invalid('A report has at most 1000 annotations.');
    return json(200, all);
  }

  const path = '/2.0/repositories/:workspace/:repository/commit/:commit/reports/:report';
  const origins = [new URL(baseUrl).origin];
  return {
    reports,
    routes: [
      { method: 'PUT', path, origins, query: [], handle: put },
      { method: 'POST', path: `${path}/annotations`, origins, query: [], handle: annotate },
    ],
  };
}
