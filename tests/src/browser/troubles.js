// Runs in each page before its own scripts, whatever its policy says: notes what goes wrong in it.
(() => {
  const troubles = [], hear = (kind, say) => addEventListener(kind, (event) => {
    const said = say(event);
    if (said) troubles.push(`${kind}: ${said}`);
  }, true);
  hear('error', ({ message }) => message);
  hear('unhandledrejection', ({ reason }) => reason);
  hear('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => `${effectiveDirective} refuses ${blockedURI}`);
  Object.defineProperty(self, Symbol.for('troubles'), { value: troubles });
})();
