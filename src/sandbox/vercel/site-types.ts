/** What a page answers. */
export interface SitePage {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the deployments of a project answer to whoever visits them. */
export interface SitePlan {
  /** By path with its query. Default: `/` with 200 and `Hello from <project>`. Any other path is 404. */
  readonly pages: Readonly<Record<string, SitePage>>;
  /** The same at the names that point at production, where that differs. */
  readonly productionPages: Readonly<Record<string, SitePage>> | undefined;
  /** By host, another one that Vercel sends its visitors to: 308, with the same path and query. Default: none. */
  readonly redirects: Readonly<Record<string, string>>;
  /** Visits of a host that 503 answers before it is warm. Default 0. */
  readonly warmUp: number;
  readonly protection: SiteProtection | undefined;
}

/** Vercel's Deployment Protection. */
export interface SiteProtection {
  /** Default `all_except_custom_domains`: generated names, production's too. */
  readonly deploymentType?: 'all' | 'all_except_custom_domains' | 'preview';
  /** What a stranger gets: a redirect to the sign-in (default), or 401 with its cookie. */
  readonly answer?: 'redirect' | 'page';
  /** Who gets in by an OIDC token: by issuer, the rules for its tokens. */
  readonly oidcProviders?: Readonly<Record<string, readonly TrustedSource[]>>;
}

export interface TrustedSource {
  /** Environments that it may reach: `production`, `preview`, or a custom environment's slug. */
  readonly to: readonly string[];
  /** All must match, each by any of its values, exactly; `aud` and at least one more. */
  readonly claims: Readonly<Record<string, readonly string[]>>;
}

/** One visit of a deployment. It never holds the token. */
export interface SiteVisit {
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly deploymentId: string;
  readonly status: number;
  /** Whether the request carried an OIDC token for Trusted Sources; what runs there may have seen it. */
  readonly tokenShown: boolean;
  /** Whether protection answered in the deployment's place. */
  readonly stopped: boolean;
}
