// Why the widget does not show, seen from inside the page: what its scripts have done by now, what
// its policy refuses, what the browser and its extensions block, what lies on top of what.
//
// It runs on the install page, and wherever an owner pastes it into the browser's console, which no
// policy of a page keeps out. It changes nothing, stores nothing and calls only the widget's server.
globalThis.agentWidgetCheck = async (base, id) => {
  const findings = [];
  const say = (severity, code, title, detail, fix = null, copy = null) =>
    findings.push({ code, severity, title, detail, fix, copy });
  const server = new URL(base, location.href), embed = `${base}/public/embed/${id}`;
  const doc = document, LIMIT = 8000;

  const refused = [];
  const hear = (event) => event.disposition == 'enforce' && refused.push(event);
  doc.addEventListener('securitypolicyviolation', hear);
  const within = (promise) => Promise.race([
    promise, new Promise((_, no) => setTimeout(no, LIMIT, new Error('no answer in time'))),
  ]);
  const ask = (url, options) => within(fetch(url, { cache: 'no-store', credentials: 'omit', ...options }))
    .then((reply) => ({ reply }), (error) => ({ error }));

  // A file that is announced and not run: whether a script from there would be let in.
  const announce = (url, nonce) => within(new Promise((done) => {
    const link = Object.assign(doc.createElement('link'), { rel: 'preload', as: 'script', href: url });
    if (nonce) link.nonce = nonce;
    link.onload = () => done(true);
    link.onerror = () => done(false);
    doc.head.append(link);
    setTimeout(() => link.remove(), LIMIT);
  })).catch(() => false);

  // Eight bytes are the smallest module there is.
  const compile = () => within(WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))
    .then(() => true, () => false);

  const tags = [...doc.scripts].filter((tag) => tag.src.split(/[?#]/)[0] == embed);
  // `?check` keeps this out of the way of what the tag itself has loaded.
  const [loader, neutral, script, wasm] = await Promise.all([
    ask(`${embed}?check`),
    ask(`${base}/healthz?check`, { mode: 'no-cors' }),
    announce(`${embed}?check`, tags[0]?.nonce),
    self.WebAssembly ? compile() : null,
  ]);
  const text = loader.reply?.ok ? await within(loader.reply.text()).catch(() => '') : '';
  // Violations are told in a task of their own.
  await new Promise((done) => setTimeout(done, 50));
  doc.removeEventListener('securitypolicyviolation', hear);

  // The part of a policy that refused something, with what it lacks.
  const amended = ({ effectiveDirective: name, originalPolicy }, source) => {
    const rules = originalPolicy.split(';').map((rule) => rule.trim().split(/\s+/));
    const own = name.replace(/-elem$/, '');
    const rule = [name, own, 'default-src'].map((n) => rules.find(([there]) => there == n)).find(Boolean) || [own];
    const sources = rule.slice(1).filter((there) => there != "'none'" && there != source);
    return [rule[0] == 'default-src' ? own : rule[0], ...sources, source].join(' ');
  };
  const refusal = (test) => refused.find(test);
  const isOurs = ({ blockedURI }) => blockedURI.startsWith(server.origin);
  const policies = {
    script: refusal((event) => /^script-src/.test(event.effectiveDirective) && isOurs(event)),
    connect: refusal((event) => event.effectiveDirective == 'connect-src' && isOurs(event)),
    wasm: refusal((event) => event.blockedURI == 'wasm-eval'),
  };
  const WRITE = 'In the page’s Content-Security-Policy, write this directive so:';

  // The page itself.
  if (self.origin == 'null') {
    say('error', 'csp_sandbox_origin', 'The page has no origin of its own',
      'It stands in a sandbox, so browsers send “null” instead of the site’s name, which no list of domains admits.',
      'Add allow-same-origin to the sandbox of the frame, or to the page’s policy.');
  }
  if (self != top) {
    say('info', 'in_a_frame', 'This is a page inside a frame',
      'The widget stays inside the frame’s box. In the console, choose the frame that was meant.');
  }
  if (!tags.length) {
    say('error', 'snippet_missing', 'The snippet is not on the page',
      'All scripts of the page have had their turn, tag managers and consent banners included, and none has added the tag.',
      'Put exactly this before </body>, or let the tag manager fire on this page.', `<script src="${embed}" async><\/script>`);
  } else if (tags.length > 1) {
    say('warning', 'snippet_twice', `The snippet is on the page ${tags.length} times`,
      'The widget shows once all the same.', 'Leave one of them.');
  }

  // What keeps its script away.
  const host = doc.querySelector(`[id="agent-widget${/"id":"([^"]+)"/.exec(text)?.[1] ?? id}"]`);
  const isMixed = location.protocol == 'https:' && server.protocol == 'http:' && !/^(localhost|127\.|\[::1)/.test(server.hostname);
  if (isMixed) {
    say('error', 'mixed_content', 'A secure page loads no scripts from an insecure server',
      `The page is https, and the widget comes from ${server.origin}.`, 'Give the server a certificate and use its https address in the tag.');
  } else if (!host && policies.script) {
    const nonces = /'nonce-/.test(policies.script.originalPolicy);
    say('error', 'csp_script', 'The page’s policy refuses the widget’s script',
      `The browser has just said so: ${policies.script.effectiveDirective} does not let it in.`,
      (nonces ? 'Put the page’s nonce on the tag, as on its other scripts. Or, without “strict-dynamic”: ' : '') + WRITE,
      amended(policies.script, server.origin));
  } else if (loader.error && !policies.connect && !neutral.error) {
    say('error', 'blocked_by_extension', 'Something in this browser blocks the widget',
      `${server.origin} answers, and a request for the widget’s own script does not get there: that is how content blockers, privacy extensions and filters of a network work.`,
      'Open the page in a private window, where extensions are off. If the widget shows there, the extension’s list of blocked requests names the rule; allow the server in it, or report the rule as a mistake to the list’s makers.',
      server.origin);
  } else if (loader.error && neutral.error && !policies.connect) {
    say('error', 'server_unreachable', 'The server does not answer this browser',
      `${server.origin} cannot be reached from here: it is down, this network does not let it through, or an extension blocks all of it.`,
      'Open its address in a tab of its own. If it answers there, look at this browser’s extensions.', `${base}/healthz`);
  } else if (loader.reply && !loader.reply.ok) {
    say('error', 'widget_not_live', 'The server does not serve this widget',
      `Its address answers ${loader.reply.status}: the widget is not published, its agent’s version is a draft, or the id is wrong.`,
      'Publish the widget and its agent’s version, and compare the id.');
  }

  // What it says itself.
  const domains = JSON.parse(/"domains":(\[[^\]]*\])/.exec(text)?.[1] ?? '[]');
  const admits = (domain) => {
    const [head, tail] = domain.split('*');
    return tail == null ? domain == self.origin : self.origin.startsWith(head) && self.origin.endsWith(tail);
  };
  if (text && domains.length && !server.href.startsWith(self.origin) && !domains.some(admits)) {
    say('error', 'domain_not_listed', 'This domain is not on the widget’s list',
      `The page’s origin is ${self.origin}. The list has: ${domains.join(', ')}.`,
      'Add exactly this entry to the widget’s domains.', self.origin);
  } else if (text && tags.length && !host && !policies.script) {
    script
      ? say('error', 'script_did_not_run', 'The script is there, and did not start',
        'The tag is on the page and its address answers, but there is no widget. Another script may have stopped it, or removed it again.',
        'Reload the page with the console open: a line that begins with “agent-widget” says why.')
      : say('error', 'blocked_by_extension', 'Something in this browser blocks the widget’s script',
        'Its address answers a request by hand and not a script tag: that is how content blockers work.',
        'Open the page in a private window, where extensions are off, and compare.', server.origin);
  }

  // What the chat needs when it opens.
  if (policies.connect) {
    say('warning', 'csp_connect', 'The page’s policy refuses connections to the server',
      'The bubble shows; the chat can open only in a frame, or on a page of its own.', WRITE, amended(policies.connect, server.origin));
  }
  if (policies.wasm) {
    say('warning', 'csp_webassembly', 'The page’s policy refuses WebAssembly',
      'The bubble shows; the chat can open only in a frame, or on a page of its own.', WRITE, amended(policies.wasm, "'wasm-unsafe-eval'"));
  } else if (!wasm) {
    say('info', 'no_webassembly', 'This browser runs no WebAssembly',
      'It is switched off or forbidden here, as in some “lockdown” modes. The chat opens in a simpler form.');
  }

  if (host) looks(host);

  // Whether a person can see it.
  function looks(host) {
    const button = host.shadowRoot?.querySelector('button.b');
    const { display, visibility, opacity } = getComputedStyle(host);
    const box = button?.getBoundingClientRect();
    if (host.hidden) {
      return say('error', 'hidden_here', 'The widget’s own configuration hides it on this page',
        'hidden_paths has an entry that fits this address.', 'Take that entry out, or narrow it.');
    }
    if (button?.hidden) {
      return say('info', 'launcher_none', 'The tag switches the bubble off',
        'It has data-launcher="none": the page opens the chat by a launcher of its own.');
    }
    if (display == 'none' || visibility != 'visible' || +opacity < 0.1 || !box?.width) {
      return say('error', 'hidden_by_page', 'The widget is on the page and made invisible',
        'A style of the page, or a hiding rule of an extension, takes it away.',
        'Look in a private window. If it shows there, it is an extension; if not, look for a rule of the page’s styles that fits the element.', `#${host.id}`);
    }
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) {
      return say(getComputedStyle(host).position == 'fixed' ? 'error' : 'info', 'off_screen', 'The widget stands outside of what is seen now',
        `It is at ${Math.round(x)}, ${Math.round(y)} in a window of ${innerWidth} by ${innerHeight}.`,
        'Scroll there; or look for a style of the page that moves it.');
    }
    const above = doc.elementFromPoint(x, y);
    if (above && above != host && !host.contains(above)) {
      const named = above.localName + (above.id && `#${above.id}`) + [...above.classList].map((name) => `.${name}`).join('');
      return say('error', 'covered', 'Something lies on top of the widget',
        `Where the bubble is, a click meets <${named}>.`,
        'Move one of them: offset and position of the widget’s configuration, or its z_index.', named);
    }
    say('ok', 'shows', 'The widget shows on this page', 'The bubble is there, in sight and can be clicked.');
  }

  const ORDER = ['error', 'warning', 'info', 'ok'];
  return findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
};
