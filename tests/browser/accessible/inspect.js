// What can be measured of a page, shadow roots included: returns a sentence for each complaint.
// arguments: the name of what is measured.

const elements = (root) => [...root.querySelectorAll('*')].flatMap((element) => [element, ...(element.shadowRoot ? elements(element.shadowRoot) : [])]);
const parent = (element) => element.parentElement ?? element.getRootNode().host;
const chain = (element) => (element ? [element, ...chain(parent(element))] : []);
const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1;
const named = (element) => `${element.localName}.${element.className?.baseVal ?? element.className} "${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 40)}"`;
const all = elements(document).filter(seen);
const controls = all.filter((element) => element.matches('button, a[href], input, select, textarea, [tabindex="0"]') && !element.disabled);

// The page around the widget is the test's own.
const ours = (element) => element.getRootNode() !== document || !document.querySelector('header + main #chat');
const inText = (element) => element.matches('a') && chain(element).some((around) => around.matches('.text, p, li, .fine'));

/** What is hit for a control: a box that is made invisible stands for its label. */
const target = (element) => (element.matches('input') && chain(element).find((around) => around.matches('label'))) || element;
const size = (element) => {
  const boxes = [element, target(element)].map((e) => e.getBoundingClientRect());
  return [Math.max(...boxes.map((box) => box.width)), Math.max(...boxes.map((box) => box.height))];
};

const MEASURES = {
  /** WCAG 2.5.8, without its exceptions but for links in a sentence. */
  targets: () => controls.filter((element) => ours(element) && !inText(element)).flatMap((element) => {
    const [width, height] = size(element);
    return width >= 23.9 && height >= 23.9 ? [] : [`${named(element)} is ${width.toFixed(1)} by ${height.toFixed(1)}`];
  }),

  /** WCAG 1.4.10: nothing is cut off, and nothing needs scrolling in two directions. */
  fit: () => {
    const sideways = document.scrollingElement.scrollWidth - innerWidth;
    const wide = sideways > 0 ? [`the page is ${sideways} px too wide`] : [];
    return wide.concat(controls.filter(ours).flatMap((element) => {
      const scrolled = chain(element).slice(1).filter((around) => /auto|scroll/.test(getComputedStyle(around).overflow));
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const across = left < -1 || right > innerWidth + 1;
      // The page itself scrolls, unless the element stays where it is in the window.
      const fixed = chain(element).some((around) => getComputedStyle(around).position === 'fixed');
      const along = fixed && (top < -1 || bottom > innerHeight + 1);
      return (across || along) && scrolled.length === 0 ? [`${named(element)} is at ${[left, top, right, bottom].map(Math.round)}`] : [];
    }));
  },

  /** Who asks for stillness gets it: nothing takes longer than a blink, nothing goes on for ever. */
  still: () => [document, ...elements(document).flatMap((element) => element.shadowRoot ?? [])].flatMap((root) => root.getAnimations())
    .filter((animation) => animation.effect.getComputedTiming().endTime > 50)
    .map((animation) => `${named(animation.effect.target)} moves: ${animation.animationName ?? animation.transitionProperty}`),

  /** Forced colours take backgrounds and shadows away: what is a control or a bubble keeps an edge. */
  edges: () => all.filter((element) => ours(element) && element.matches('button, .panel, .msg > .text, input:not([type=hidden]), select, textarea, .write, .bar'))
    .filter((element) => !element.matches('.write textarea, :is(.stars, .scale) input'))
    .flatMap((element) => {
      const style = getComputedStyle(element);
      const edge = style.borderStyle !== 'none' && parseFloat(style.borderWidth) > 0;
      // A lone picture or word in its own colour is seen as well.
      const bare = element.matches('button') && (element.querySelector('svg') || element.matches('.link'));
      return edge || bare || style.forcedColorAdjust === 'none' || style.appearance !== 'none' && element.matches('input, select') ? [] : [`${named(element)} has no edge`];
    }),

  /** The element with the focus shows it. */
  focus: () => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    const shows = (e) => { const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(e); return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' };
    const around = chain(element).slice(0, 3).concat(...(element.nextElementSibling ? [element.nextElementSibling] : []));
    return around.some(shows) ? [] : [`${named(element)} has the focus and does not show it`];
  },
};

return MEASURES[arguments[0]]();
