/** The events of a stream (`text/event-stream`), however its bytes are cut. */
export async function* events(body) {
  let rest = '', event = { id: '', event: 'message', data: [] };
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      if (line == '') {
        if (event.data.length) yield { ...event, data: event.data.join('\n') };
        event = { id: event.id, event: 'message', data: [] };
        continue;
      }
      const [, field, value] = /^(\w*):? ?(.*)$/.exec(line);
      // A line that begins with a colon only keeps the connection open.
      if (field == 'data') event.data.push(value);
      else if (field == 'id' || field == 'event') event[field] = value;
    }
  }
}
