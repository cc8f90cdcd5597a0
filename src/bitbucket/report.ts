import { cleanText, describeReply, type HttpClient, type HttpReply } from '../http/index.ts';
import { PipeError } from '../errors.ts';
import type { ProxyName } from '../platform/types.ts';
import type { Announcement, CommitPlace, Fact, Finding, Told } from './announcement.ts';
import { describeFault, pathOf } from './ask.ts';
import { isWebAddress } from './web-address.ts';

/** Plain http: the proxy adds the step's right to it, and leaves this host by https. */
const API = 'http://api.bitbucket.org';
const SERVICE = "Bitbucket's proxy for reports";
const LIMITS = { timeoutMs: 8000, maxBytes: 64 * 1024, overflow: 'cut', attempts: 2, maxWaitMs: 2000 } as const;
/** Bitbucket's own. */
const MAX_FIELDS = 10;
const MAX_ANNOTATIONS = 100;
const MAX_TITLE = 450;
const MAX_TEXT = 2000;
/** A field is a line of a narrow table. */
const MAX_VALUE = 200;

/**
 * `PUT …/commit/{commit}/reports/{key}`: the report that stands on a commit and its pull requests, and what it found.
 * Without any token, by the proxy that Bitbucket has beside a step. Rejects with the signal's reason alone.
 */
export async function putReport(
  place: CommitPlace,
  announcement: Announcement,
  { http, proxy }: { readonly http: HttpClient; readonly proxy: ProxyName },
  signal: AbortSignal,
): Promise<Told> {
  const url = `${API}/2.0/repositories/${pathOf(place, ['commit', place.commit, 'reports', announcement.key])}`;
  // In most places that are not Bitbucket there is no proxy: whoever finds none at the start does not look for it again.
  const repeatable = announcement.state !== 'pending';
  const common = { service: SERVICE, proxy, signal, repeatable, ...LIMITS };
  try {
    const reply = await http.request({ ...common, method: 'PUT', url, json: describeReport(announcement) });
    if (reply.status !== 200 && reply.status !== 201) return { refusal: refused(reply) };
    const json = announcement.findings.slice(0, MAX_ANNOTATIONS).map(describeFinding);
    if (json.length === 0) return { done: true };
    const found = await http.request({ ...common, method: 'POST', url: `${url}/annotations`, json });
    return found.status === 200 || found.status === 201 ? { done: true } : { refusal: refused(found) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof PipeError && error.code === 'NETWORK') return { absent: describeFault(error) };
    return { refusal: describeFault(error) };
  }
}

function refused(reply: HttpReply): string {
  return `Bitbucket refused the report: ${describeReply(reply)}.`;
}

/** Bitbucket knows no deployment among its kinds of report. */
export function describeReport(announcement: Announcement): object {
  const { title, summary, state, url, inspectorUrl, pipelineUrl } = announcement;
  return {
    title: cleanText(title, MAX_TITLE),
    details: cleanText(summary, MAX_TEXT),
    report_type: 'TEST',
    reporter: 'vercel-oidc-deploy',
    link: [url, inspectorUrl, pipelineUrl].find(isWebAddress),
    result: { pending: 'PENDING', passed: 'PASSED', failed: 'FAILED', stopped: 'FAILED' }[state],
    data: describeFields(announcement),
  };
}

function describeFields({ url, inspectorUrl, durationMs, recordDigest, facts }: Announcement): object[] {
  const links = [
    { title: 'URL', href: url },
    { title: 'Inspector', href: inspectorUrl },
  ].flatMap(({ title, href }) => {
    return isWebAddress(href)
      ? [{ title, type: 'LINK', value: { text: href.replace('https://', '').slice(0, MAX_VALUE), href } }]
      : [];
  });
  const duration = durationMs === undefined ? [] : [{ title: 'Duration', type: 'DURATION', value: durationMs }];
  const record = recordDigest === undefined ? [] : [{ title: 'Record', value: `sha256 ${recordDigest}` }];
  return [...links, ...duration, ...[...record, ...facts].map(describeFact)].slice(0, MAX_FIELDS);
}

function describeFact({ title, value }: Fact): object {
  if (typeof value === 'number') return { title, type: 'NUMBER', value };
  return { title, type: 'TEXT', value: cleanText(value, MAX_VALUE) };
}

/** Without a path in the repository: Bitbucket then shows it with the report itself. */
function describeFinding({ id, ok, summary, details }: Finding): object {
  return {
    external_id: id,
    annotation_type: 'BUG',
    summary: cleanText(summary, MAX_TITLE),
    details: cleanText(details, MAX_TEXT),
    severity: ok ? 'LOW' : 'HIGH',
    result: ok ? 'PASSED' : 'FAILED',
  };
}
