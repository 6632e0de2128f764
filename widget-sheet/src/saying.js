// What the browser itself knows of languages (kinds of numbers, days and times), and its voice.

/** A sentence with a name and a number in it; of `one:{n} day|{n} days` the form for the number. */
export const filled = (sentence, name, n, tag) => {
  const forms = sentence.split('|'), kind = new Intl.PluralRules(tag).select(n) + ':';
  const form = forms.find((form) => form.startsWith(kind))?.slice(kind.length) ?? forms.at(-1);
  return form.replace('{n}', () => n.toLocaleString(tag)).replace('{name}', () => name);
};

/** A day, or a day of the week with its time, as people of that language write it. */
export const moment = (time, tag, day) => new Date(time).toLocaleString(tag,
  day ? { dateStyle: 'medium' } : { weekday: 'long', hour: 'numeric', minute: '2-digit' });

/** Milliseconds until then. */
export const until = (time) => new Date(time) - Date.now();

/** Two soft tones. */
export const chime = () => {
  if (!self.AudioContext) return;
  const context = new AudioContext, gain = context.createGain();
  gain.connect(context.destination);
  [660, 880].forEach((tone, place) => {
    const voice = context.createOscillator(), start = context.currentTime + place * .12;
    voice.frequency.value = tone;
    voice.connect(gain);
    voice.start(start);
    voice.stop(start + .3);
  });
  gain.gain.setValueAtTime(.06, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(.0001, context.currentTime + .42);
  setTimeout(() => context.close(), 600);
};
