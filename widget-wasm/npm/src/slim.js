// The widget as the server has it: this adds the snippet's script to the page, and nothing is in
// the package that could be of another version than the server.
import { bring } from './bring.js';

let policy;

/** An address as a page with Trusted Types wants it, where it allows the policy `agent-widget`. */
const trusted = (address) => {
  try {
    policy ??= self.trustedTypes.createPolicy('agent-widget', { createScriptURL: (address) => address });
    return policy.createScriptURL(address);
  } catch {
    return address;
  }
};

export const load = (options) => bring(options, ({ src, dataset }) => new Promise((resolve, reject) => {
  const script = document.createElement('script');
  if (options.nonce) script.nonce = options.nonce;
  Object.assign(script.dataset, dataset);
  script.onload = resolve;
  script.onerror = () => reject(new Error(`agent-widget: ${src} does not load`));
  script.src = trusted(src);
  document.head.append(script);
}));
