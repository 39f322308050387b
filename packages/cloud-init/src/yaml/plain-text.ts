/** Words that one version of YAML or one of its readers takes for something else. */
const words = /^(?:true|false|yes|no|on|off|y|n|null|nil|nan|inf|e[-+]?\d+)$/i;

/** Begins with a letter, so it is no number and no date; nothing in it means anything to YAML. */
const wordlike = /^[A-Za-z/][\w./@+=-]*(?: [\w./@+=-]+)*$/;

const ipv4 = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\/\d{1,2})?$/;

/** Whether every reader of YAML takes this for text without quotes around it. */
export function isPlainText(text: string): boolean {
  return (wordlike.test(text) && !words.test(text)) || ipv4.test(text);
}
