import type { Clock, Log } from '../platform/types.ts';

/** A log is read afterwards: a line now and then tells as much as a bar that moves. */
const LINE_EVERY_MS = 5000;

export interface Amount {
  readonly files: number;
  /** Bytes. */
  readonly bytes: number;
}

/** What was sent so far, and a line about it every few seconds; none where the whole ends sooner. */
export interface Progress {
  /** Bytes of a body are on their way, or (negative) have to be sent again. */
  moved(bytes: number): void;
  /** One more content is there. */
  finished(): void;
  sent(): Amount;
}

/** @param noun what is counted, in the plural: `files` */
export function createProgress(
  { clock, log }: { readonly clock: Pick<Clock, 'now'>; readonly log: Pick<Log, 'info'> },
  total: Amount,
  noun: string,
): Progress {
  let sent: Amount = { files: 0, bytes: 0 };
  let told = { ...sent, at: clock.now() };

  const tell = (): void => {
    const now = clock.now();
    if (now - told.at < LINE_EVERY_MS || sent.files === total.files) return;
    log.info(describe(sent, total, told, now - told.at, noun));
    told = { ...sent, at: now };
  };

  return {
    moved(bytes) {
      sent = { ...sent, bytes: sent.bytes + bytes };
      if (bytes > 0) tell();
    },
    finished() {
      sent = { ...sent, files: sent.files + 1 };
      tell();
    },
    sent: () => sent,
  };
}

/** By the pace since the line before: that of the beginning says little about an end after a pause. */
function describe(sent: Amount, total: Amount, before: Amount, elapsedMs: number, noun: string): string {
  const seconds = elapsedMs / 1000;
  const bytesPerSecond = Math.max(0, sent.bytes - before.bytes) / seconds;
  const filesPerSecond = (sent.files - before.files) / seconds;
  const left = Math.max(
    timeLeft(total.bytes - sent.bytes, bytesPerSecond),
    // Of a few large files the count says nothing.
    filesPerSecond > 0 ? timeLeft(total.files - sent.files, filesPerSecond) : 0,
  );
  const counts = `${formatCount(sent.files)} of ${formatCount(total.files)} ${noun}`;
  const remaining = Number.isFinite(left) ? `, about ${formatSeconds(left)} left` : '';
  return `Uploading: ${counts}, ${formatShare(sent.bytes, total.bytes)}, ${formatBytes(bytesPerSecond)}/s${remaining}`;
}

function timeLeft(rest: number, perSecond: number): number {
  return rest <= 0 ? 0 : rest / perSecond;
}

/** `25.0 of 78.2 MiB`: the unit once where it is the same. */
function formatShare(sent: number, total: number): string {
  const [part, whole] = [formatBytes(sent), formatBytes(total)];
  const unit = whole.slice(whole.indexOf(' '));
  return `${part.endsWith(unit) ? part.slice(0, -unit.length) : part} of ${whole}`;
}

function formatSeconds(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return whole < 120 ? `${String(whole)} s` : `${String(Math.round(whole / 60))} min`;
}

/** `10,004`, on every machine alike. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
