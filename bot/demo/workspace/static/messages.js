// One message: who, when, what, and the files that came with it.

import { renderBlocks } from "./blocks.js";
import { element, rich } from "./mrkdwn.js";

export function picture(name, size) {
  return element("img", { src: `/_page/static/${name}.svg`, alt: "", width: size, height: size });
}

// `use(blockId, element, choice)` is called when something in it is clicked.
export function article(message, user, world, use) {
  const when = new Date(Number(message.ts) * 1000);
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: world.zone }).format(when);
  const name = message.subtype === "tombstone" || !user ? "Slackbot" : user.name;
  return element("article", { class: message.only_visible_to_you ? "message private" : "message", "aria-label": `${name}, ${time}` },
    face(name, user),
    element("div", { class: "body" },
      message.only_visible_to_you ? element("p", { class: "only" }, picture("eye", 15), " Only visible to you") : null,
      element("p", { class: "who" }, element("strong", {}, name), user?.is_bot ? element("span", { class: "badge" }, "App") : null,
        element("time", { datetime: when.toISOString() }, time), message.edited ? element("span", { class: "edited" }, "(edited)") : null),
      content(message, world, use), ...(message.files ?? []).map(fileCard)));
}

function face(name, user) {
  if (user?.is_bot) return element("img", { class: "face", src: "/_page/static/logo.svg", alt: "" });
  return element("span", { class: `face face-${name.length % 4}`, "aria-hidden": "true" }, name[0]);
}

function content(message, world, use) {
  if (message.blocks?.length) return element("div", { class: "card" }, ...renderBlocks(message.blocks, world, use));
  return message.text ? element("div", { class: "b-text" }, rich(message.text, world)) : null;
}

function fileCard(file) {
  const size = file.size < 1024 ? `${file.size} B` : `${Math.round(file.size / 1024)} KB`;
  const source = `/_page/files/${file.id}`;
  return element("figure", { class: "file" },
    element("figcaption", {}, element("strong", {}, file.title), ` ${file.name}, ${size}`),
    file.mimetype.startsWith("audio/")
      ? element("audio", { controls: true, preload: "none", src: source, "aria-label": `Play ${file.title}` })
      : element("a", { href: source, download: file.name }, "Download"));
}
