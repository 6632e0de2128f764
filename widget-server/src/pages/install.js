// The install page: asks the server about a page, looks at this one, and shows what was found.
// Every text becomes a text node; nothing is ever read as HTML.
(() => {
  const { dataset: { base, widget, home }, nonce } = document.currentScript, atHome = home != null;
  const $ = (id) => document.getElementById(id);
  const form = $('check'), results = $('results'), list = $('findings'), rightList = $('right-findings'), verdict = $('verdict');

  const make = (tag, props = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), props);
    element.append(...children);
    return element;
  };
  const WORDS = { error: 'Wrong', warning: 'Look at this', info: 'To know', ok: 'Right' };

  const copied = async (button, text) => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      button.textContent = 'This browser does not let it be copied';
    }
    setTimeout(() => { button.textContent = label }, 2500);
  };
  const copyButton = (text) => {
    const button = make('button', { type: 'button', className: 'quiet', textContent: 'Copy' });
    button.onclick = () => copied(button, text);
    return button;
  };

  const item = ({ severity, title, detail, fix, copy }) => {
    const parts = [
      make('p', { className: 'mark', textContent: WORDS[severity] ?? severity }),
      make('h3', { textContent: title }),
      make('p', { textContent: detail }),
    ];
    if (fix) parts.push(make('p', { className: 'fix' }, make('strong', { textContent: 'What to do: ' }), fix));
    if (copy) parts.push(make('div', { className: 'exact' }, make('code', { textContent: copy }), copyButton(copy)));
    return make('li', { className: severity }, ...parts);
  };

  const show = (said, findings) => {
    verdict.textContent = said;
    const right = findings.filter(({ severity }) => severity == 'ok');
    const rest = findings.filter(({ severity }) => severity != 'ok');
    list.replaceChildren(...rest.map(item));
    rightList.replaceChildren(...right.map(item));
    $('count').textContent = right.length == 1 ? 'One thing is right' : `${right.length} things are right`;
    $('right').hidden = !right.length;
    $('right').open = !rest.length;
    results.hidden = false;
    verdict.focus();
    verdict.scrollIntoView({ block: 'start', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  };

  const summary = (findings) => {
    const count = (severity) => findings.filter((finding) => finding.severity == severity).length;
    const errors = count('error'), warnings = count('warning');
    if (errors) return errors == 1 ? 'One thing is wrong' : `${errors} things are wrong`;
    if (warnings) return warnings == 1 ? 'It works, with one thing to look at' : `It works, with ${warnings} things to look at`;
    return 'Nothing is wrong here';
  };

  const failed = (title, detail) => show('The check could not be made', [{ severity: 'error', title, detail }]);

  // The id, out of whatever was pasted: the id itself, the address of the loader, the whole tag.
  const idIn = (text) => /wgt_[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0];

  const busy = async (button, work) => {
    const label = button.textContent;
    button.disabled = true;
    button.textContent = 'Looking…';
    try {
      await work();
    } catch {
      failed('The server did not answer', 'Check that it runs and try again.');
    }
    button.disabled = false;
    button.textContent = label;
  };

  const ask = async () => {
    const url = form.elements.url.value.trim(), typed = form.elements.widget.value.trim();
    const id = idIn(typed), key = form.elements.key?.value.trim();
    if (typed && !id) return failed('This is not a widget’s id', 'Paste the id, or the whole script tag; or leave it empty.');
    if (!atHome && !id) return failed('The widget’s id is missing', 'Paste the id, or the whole script tag.');
    const reply = await fetch(atHome ? `${base}/demo/install` : `${base}/core/web-widgets/${id}/check-install`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...(key && { Authorization: `Bearer ${key}` }) },
      body: JSON.stringify(atHome ? { url, widget_id: id } : { url }),
    });
    const answer = await reply.json();
    if (!reply.ok) return failed(answer.title, answer.detail);
    show(summary(answer.findings), answer.findings);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    busy(form.elements.send, ask);
  });

  // From inside: here, and by hand on any other page.
  const inside = (id) => `${$('inside').textContent.trim()}
agentWidgetCheck(${JSON.stringify(base)}, ${JSON.stringify(id)}).then((findings) => findings.forEach(({ severity, title, detail, fix, copy }) =>
  console[{ error: 'error', warning: 'warn' }[severity] ?? 'info']([title, detail, fix, copy].filter(Boolean).join('\\n'))));`;
  $('take').onclick = () => {
    const id = idIn(form.elements.widget.value) ?? widget;
    if (!id) return failed('The widget’s id is missing', 'Paste it into the form first: the check has to know what it looks for.');
    copied($('take'), inside(id));
  };
  const embed = `${base}/public/embed/${widget}`;
  const addresses = self.trustedTypes?.createPolicy('install', { createScriptURL: (url) => url == embed ? url : '' });
  const load = () => new Promise((done) => {
    if ([...document.scripts].some((tag) => tag.src == embed)) return done();
    const tag = make('script', { nonce, async: true, onload: done, onerror: done });
    tag.src = addresses?.createScriptURL(embed) ?? embed;
    document.body.append(tag);
  });
  const here = $('here');
  if (here) here.onclick = () => busy(here, async () => {
    await load();
    const findings = await agentWidgetCheck(base, widget);
    show(summary(findings), findings);
  });
})();
