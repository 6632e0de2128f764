// This module's style sheet. The build writes it in the place of STYLE (xtask/src/web/module.rs).
let style;

/** Gives it to the shadow root, unless an earlier sheet has. */
export const dress = (into) => {
  const root = into.getRootNode(), worn = root.adoptedStyleSheets;
  if (!style) {
    style = new CSSStyleSheet;
    style.replaceSync(STYLE);
  }
  if (!worn.includes(style)) root.adoptedStyleSheets = [...worn, style];
};
