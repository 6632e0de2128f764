// Fetches the words of another language than English. The build writes the tags of all languages in
// the place of LANGUAGES (xtask/src/web/languages.rs).
import { words } from 'beside';

let spoken = 'en';

/** Nobody waits longer for words: English is better than a chat that does not open. */
const PATIENCE_MS = 3000;

/** Resolves to the tables of the wanted language, or of the fallback; to nothing for English. */
export const fetch_words = (wanted, fallback) => {
  const known = LANGUAGES.split(' ');
  const tag = [wanted, fallback].map((tag) => tag?.split('-')[0].toLowerCase()).find((tag) => known.includes(tag)) ?? 'en';
  spoken = 'en';
  return tag == 'en' ? Promise.resolve() : words(tag, AbortSignal.timeout(PATIENCE_MS))
    .then((tables) => (spoken = tag, tables));
};

/** The form of a sentence for this number, with the number: of `one:{n} day|{n} days`. */
const counted = (sentence, n) => {
  const forms = sentence.split('|'), kind = new Intl.PluralRules(spoken).select(n) + ':';
  const form = forms.find((form) => form.startsWith(kind))?.slice(kind.length) ?? forms.at(-1);
  return form.replace('{n}', n.toLocaleString(spoken));
};

/** Shows on the launcher how many messages came, and says it to who does not see it. */
export const show_unread = (button, sentence, n) => {
  button.ariaDescription = n ? counted(sentence, n) : null;
  button.toggleAttribute('data-unread', n);
  if (n) button.dataset.unread = n;
};
