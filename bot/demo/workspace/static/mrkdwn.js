// Slack's text markup as DOM nodes. Nothing is ever parsed as HTML: caller names are hostile.

const EMOJI = {
  arrow_right: "➡️", bell: "🔔", black_circle: "⚫", calendar: "📅", clock3: "🕒", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", large_blue_circle: "🔵", large_green_circle: "🟢", large_orange_circle: "🟠",
  large_yellow_circle: "🟡", loudspeaker: "📢", mailbox_with_mail: "📬", no_entry: "⛔", pause_button: "⏸️",
  phone: "☎️", red_circle: "🔴", rotating_light: "🚨", speech_balloon: "💬", studio_microphone: "🎙️",
  telephone: "☎️", telephone_receiver: "📞", warning: "⚠️", white_check_mark: "✅", white_circle: "⚪",
  x: "❌", zzz: "💤", voicemail: "📼", heavy_check_mark: "✔️", information_source: "ℹ️", eyes: "👀", wave: "👋",
};
const INLINE = new RegExp(
  [
    "<([^<>\\n]+)>",
    "`([^`\\n]+)`",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]+?)(?<=\\S)\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]+?)(?<=\\S)_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]+?)(?<=\\S)~(?![\\w~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "g",
);

export function element(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const decode = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

// plain_text: entities and emoji, nothing else.
export const plain = (text) => emoji(decode(text));

// A text object, or a bare string as mrkdwn. `world` knows users, channels and the reader's zone.
export function rich(text, world) {
  const holder = document.createDocumentFragment();
  if (typeof text !== "string") {
    if (text.type === "plain_text") {
      appendLines(holder, plain(text.text));
      return holder;
    }
    text = text.text;
  }
  text.split(/```([\s\S]+?)```/).forEach((part, index) => {
    if (index % 2) holder.append(element("pre", {}, decode(part.replace(/^\n/, ""))));
    else appendQuoted(holder, part, world);
  });
  return holder;
}

// The markup read aloud: for the live region.
export function spoken(text, world) {
  return rich(text, world).textContent.replace(/\s+/g, " ").trim();
}

function appendQuoted(holder, text, world) {
  const lines = text.split("\n");
  lines.forEach((line, index) => {
    const quote = /^(?:&gt;|>) ?/.exec(line);
    if (quote) {
      const block = element("blockquote");
      appendInline(block, line.slice(quote[0].length), world);
      holder.append(block);
      return;
    }
    appendInline(holder, line, world);
    if (index < lines.length - 1) holder.append(element("br"));
  });
}

function appendInline(holder, text, world) {
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    holder.append(decode(text.slice(end, found.index)));
    end = found.index + found[0].length;
    const [whole, angle, code, bold, italic, struck, name] = found;
    if (angle !== undefined) holder.append(reference(angle, world));
    else if (code !== undefined) holder.append(element("code", {}, decode(code)));
    else if (bold !== undefined) holder.append(nested("strong", bold, world));
    else if (italic !== undefined) holder.append(nested("em", italic, world));
    else if (struck !== undefined) holder.append(nested("s", struck, world));
    else holder.append(EMOJI[name] ?? whole);
  }
  holder.append(decode(text.slice(end)));
}

function nested(tag, text, world) {
  const made = element(tag);
  appendInline(made, text, world);
  return made;
}

function appendLines(holder, text) {
  text.split("\n").forEach((line, index) => {
    if (index) holder.append(element("br"));
    holder.append(line);
  });
}

function reference(inside, world) {
  const cut = inside.indexOf("|");
  const target = cut < 0 ? inside : inside.slice(0, cut);
  const label = cut < 0 ? "" : decode(inside.slice(cut + 1));
  if (target.startsWith("@")) {
    return element("span", { class: "mention" }, "@" + (world.users[target.slice(1)]?.name ?? (label || target.slice(1))));
  }
  if (target.startsWith("#")) {
    return element("span", { class: "mention" }, "#" + (world.channelNames[target.slice(1)] ?? (label || target.slice(1))));
  }
  if (target.startsWith("!date^")) return date(target, label, world);
  if (target.startsWith("!")) return element("span", { class: "mention loud" }, "@" + (label.replace(/^@/, "") || target.slice(1)));
  return link(decode(target), label);
}

function link(target, label) {
  if (!/^(https?|mailto|tel):/i.test(target)) return document.createTextNode(label || target);
  return element("a", { href: target, target: "_blank", rel: "noopener noreferrer" }, label || target.replace(/^(mailto|tel):/i, ""));
}

function date(target, fallback, world) {
  const [, unix, format = ""] = target.split("^");
  const moment = new Date(Number(unix) * 1000);
  if (Number.isNaN(moment.getTime())) return document.createTextNode(fallback);
  const text = format.replace(/\{(\w+)\}/g, (whole, token) => datePart(token, moment, world.zone) ?? whole);
  return element("time", { datetime: moment.toISOString(), title: fallback }, text);
}

function datePart(token, moment, timeZone) {
  const show = (options) => new Intl.DateTimeFormat("en-GB", { timeZone, ...options }).format(moment);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone });
  const near = { [day.format(new Date(Date.now() - 864e5))]: "yesterday", [day.format(new Date())]: "today", [day.format(new Date(Date.now() + 864e5))]: "tomorrow" };
  const pretty = token.endsWith("_pretty") ? near[day.format(moment)] : undefined;
  switch (token.replace(/_pretty$/, "")) {
    case "date_num": return day.format(moment);
    case "date_short": return pretty ?? show({ day: "numeric", month: "short", year: "numeric" });
    case "date": return pretty ?? show({ day: "numeric", month: "long", year: "numeric" });
    case "date_long": return pretty ?? show({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    case "time": return show({ hour: "2-digit", minute: "2-digit" });
    case "time_secs": return show({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    default: return undefined;
  }
}
