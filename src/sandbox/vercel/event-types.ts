/** Who did what an event tells of, as `GET /v3/events` shows it. */
export type Principal =
  | { readonly type: 'user'; readonly id: string; readonly username: string; readonly email: string }
  | { readonly type: 'app'; readonly id: string; readonly clientId: string; readonly name: string }
  | { readonly type: 'external'; readonly id: string; readonly name: string; readonly email?: string }
  | { readonly type: 'system'; readonly id: string };

/** A line of the team's activity log. */
export interface ActivityEvent {
  /** `uev_…`. */
  readonly id: string;
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly principalId: string;
  readonly principal: Principal;
  /** Who acted in the principal's name. */
  readonly viaIds: readonly string[];
  /** Of the token that the request was made with. */
  readonly tokenId: string | undefined;
  readonly sessionId: string | undefined;
  /** The `x-vercel-id` of the reply. */
  readonly requestId: string | undefined;
  /** Which project it is filtered by; undefined for the team's own. */
  readonly projectId: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event that nothing in the sandbox has brought about. It costs the same however many there are. */
export interface PlantedEvent {
  readonly type: string;
  /** Default: one that is made up. */
  readonly id?: string;
  /** Milliseconds since 1970. Default: now. */
  readonly createdAt?: number;
  /** Default: a user who is not of this sandbox. */
  readonly principal?: Principal;
  readonly viaIds?: readonly string[];
  readonly tokenId?: string;
  readonly sessionId?: string;
  readonly requestId?: string;
  /** Default: the payload's `projectId`. */
  readonly projectId?: string;
  /** As it stands. `payloadOf` makes one as the sandbox itself would. Default: empty. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** What a payload needs besides the deployment. */
export interface EventAbout {
  /** Of a rollback or an alias: the deployment before. */
  readonly from?: string;
  readonly alias?: string;
  readonly aliasId?: string;
  /** Of a rollback. */
  readonly reason?: string;
}

/** How the sandbox answers where nobody says what Vercel does. */
export interface EventOptions {
  /** Whether an app's token may read the team's events. Default true. */
  readonly openToApps?: boolean;
  /**
   * `full`: every member that Vercel's SDK has for the payload (default). `required`: without those that the SDK marks
   * as optional, and an exchange tells of its policy by a snapshot.
   */
  readonly payloads?: 'full' | 'required';
  /** Whether events have `tokenId`, `sessionId` and `requestId`; older descriptions of the API have none. Default true. */
  readonly traces?: boolean;
  /** Who assigns the names that a deployment gets by itself, or no event at all. Default `system`. */
  readonly automaticAliases?: 'system' | 'creator' | 'none';
  /** Whether an event at `until` itself is given. Default true. */
  readonly untilIsInclusive?: boolean;
}
