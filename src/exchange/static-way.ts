/** How a step comes to the exchange `static`: where there is a policy, the grant alone chooses, and `EXCHANGE` cannot. */
export function tellStaticWay(hasPolicy: boolean): string {
  if (!hasPolicy) return 'set EXCHANGE: static';
  return 'let the grant name (`exchange: stored`) a chain `stored: [{ static: {} }]` under exchanges: of the policy';
}
