// The page: asks for the state twice a second, draws what changed, and sends what people do.

import { collect, renderBlocks, restore } from "./blocks.js";
import { article, picture } from "./messages.js";
import { element, plain, rich, spoken } from "./mrkdwn.js";

const $ = (id) => document.getElementById(id);
const POLL_MS = 500;
const APP = "app";
const AWAY = "The workspace does not answer. Is the demo still running?";
const ICONS = { app: "logo", lock: "lock" };

let state = null;
let me = new URLSearchParams(location.search).get("user") ?? "";
let room = new URLSearchParams(location.search).get("room") ?? "";
let tab = "messages";
let drawnModal = "";
const drawn = new Map();
const seen = new Map();

const world = () => ({
  users: state.users,
  channelNames: Object.fromEntries(state.channels.filter((each) => each.kind !== "im").map((each) => [each.id, each.name])),
  zone: state.users[state.me].timezone,
  room: channel()?.id,
});
const direct = () => state.channels.find((each) => each.partner === state.bot);
const channel = () => (room === APP ? direct() : state.channels.find((each) => each.id === room));

async function poll() {
  try {
    const reply = await fetch(`/_page/state?user=${encodeURIComponent(me)}&since=${state ? state.version : ""}`);
    const next = await reply.json();
    if (next.me) take(next);
  } catch {
    toast(AWAY);
  }
  setTimeout(poll, POLL_MS);
}

function take(next) {
  const first = state === null || state.me !== next.me;
  announce(first ? null : state, next);
  state = next;
  me = next.me;
  if (!room || (room !== APP && !channel())) room = state.channels[0]?.id ?? APP;
  draw();
}

// A reload comes back to the same person and place.
function keepPlace() {
  const place = `?${new URLSearchParams({ user: me, room })}`;
  if (location.search !== place) history.replaceState(null, "", place);
}

// Asks for everything anew: another person looks at other things.
function refresh() {
  if (state) state.version = -1;
}

async function act(name, body) {
  try {
    const reply = await fetch(`/_page/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: me, ...body }),
    });
    if (!reply.ok) toast((await reply.json()).error);
    return reply.ok;
  } catch {
    toast(AWAY);
    return false;
  }
}

let toastTimer = 0;
function toast(text) {
  $("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { $("toast").textContent = ""; }, 6000);
}

// What is new or has changed is read aloud, all of it: the region is only heard once at a time.
function announce(before, after) {
  if (!before) return;
  const known = new Map(before.channels.flatMap((each) => each.messages.map((message) => [each.id + message.ts, message.text])));
  const news = [];
  for (const place of after.channels) {
    for (const message of place.messages) {
      const was = known.get(place.id + message.ts);
      if (was === message.text || message.user === after.me) continue;
      const where = place.kind === "im" ? "direct message" : `in ${place.name}`;
      news.push(`${after.users[message.user]?.name ?? "App"}, ${where}${was === undefined ? "" : ", changed"}: ${spoken(message.text, world())}`);
    }
  }
  if (news.length) $("news").textContent = news.join(". ");
}

function draw() {
  $("team").textContent = state.team;
  keepPlace();
  drawActors();
  drawDemo();
  drawSide();
  drawRoom();
  drawModal();
}

function drawActors() {
  const people = Object.entries(state.users).filter(([, user]) => !user.is_bot);
  if ($("actor").length !== people.length) {
    $("actor").replaceChildren(...people.map(([value, user]) => element("option", { value }, user.name)));
  }
  $("actor").value = state.me;
}

function drawDemo() {
  if ($("demo").childElementCount === state.buttons.length) return;
  $("demo").hidden = state.buttons.length === 0;
  $("demo").replaceChildren(...state.buttons.map((each, index) =>
    element("button", { type: "button", class: "button demo-button", title: each.hint || null, onclick: (event) => press(event.currentTarget, index) }, each.label)));
  $("commands").replaceChildren(...Object.entries(state.commands).map(([value, what]) => element("option", { value: `${value} ` }, what)));
}

async function press(button, index) {
  button.disabled = true;
  try {
    await act("button", { index });
  } finally {
    button.disabled = false;
    if (document.activeElement === document.body) button.focus();
  }
}

function drawSide() {
  const focused = document.activeElement?.dataset.room;
  const rooms = state.channels.filter((each) => each.kind !== "im");
  $("channels").replaceChildren(...rooms.map((each) => roomLink(each.id, each.name, each.kind === "private_channel" ? "lock" : "#", each)));
  const humans = state.channels.filter((each) => each.kind === "im" && each.partner !== state.bot);
  $("direct").replaceChildren(
    roomLink(APP, state.users[state.bot].name, "app", direct()),
    ...humans.map((each) => roomLink(each.id, state.users[each.partner].name, "@", each)));
  if (focused) document.querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
}

function roomLink(id, name, sign, place) {
  const last = place?.messages.at(-1)?.ts ?? "";
  const key = `${state.me}/${id}`;
  if (id === room || !seen.has(key)) seen.set(key, last);
  const unread = place ? place.messages.filter((each) => each.ts > seen.get(key)).length : 0;
  const icon = ICONS[sign] ? picture(ICONS[sign], 18) : element("span", { class: "sign", "aria-hidden": "true" }, sign);
  return element("li", {}, element("button",
    { type: "button", "data-room": id, class: unread ? "unread" : "", "aria-current": id === room ? "page" : null, onclick: () => enter(id) },
    icon, element("span", { class: "name" }, name), place?.is_archived ? element("span", { class: "badge" }, "archived") : null,
    unread ? element("span", { class: "count" }, String(unread), element("span", { class: "hidden" }, " unread")) : null));
}

function enter(id) {
  room = id;
  if (id === APP) showTab(state.home ? "home" : "messages");
  draw();
  $("scroll").scrollTop = $("scroll").scrollHeight;
  [...document.querySelectorAll("[aria-current=page]")].at(0)?.focus();
}

function showTab(name) {
  tab = name;
  if (name === "home") act("home", {});
}

function drawRoom() {
  const place = channel();
  const isApp = room === APP;
  const isHome = isApp && tab === "home";
  const title = isApp ? state.users[state.bot].name : place.kind === "im" ? state.users[place.partner].name : `#${place.name}`;
  $("room-title").textContent = title;
  document.title = `${title} - ${state.team}`;
  $("tabs").hidden = !isApp;
  $("tab-home").setAttribute("aria-pressed", String(isHome));
  $("tab-messages").setAttribute("aria-pressed", String(!isHome));
  $("home").hidden = !isHome;
  $("messages").hidden = isHome;
  $("composer").hidden = isHome || !place || place.is_archived;
  $("composer-text").placeholder = `Message ${title}, or type / for a command`;
  if (isHome) drawHome();
  else drawMessages(place);
}

function drawHome() {
  const home = state.home;
  const key = home ? home.id + home.hash : "none";
  if ($("home").dataset.key === key) return;
  $("home").dataset.key = key;
  const blocks = home ? renderBlocks(home.blocks, world(), (block, spec, choice) => useView(home, $("home"), block, spec, choice)) : [element("p", {}, "This app has not published a Home tab for you yet.")];
  $("home").replaceChildren(...blocks);
}

function drawMessages(place) {
  const messages = place?.messages ?? [];
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const heads = messages.filter((each) => !each.thread_ts || each.thread_ts === each.ts || each.only_visible_to_you || each.subtype === "thread_broadcast");
  const items = heads.map((each) => messageItem(place, each, messages.filter((other) => other.thread_ts === each.ts && other.ts !== each.ts)));
  if (!items.length) items.push(element("li", { class: "empty" }, "Nothing here yet."));
  const list = $("messages");
  const mark = focusMark(list);
  items.forEach((item, index) => { if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null); });
  while (list.childElementCount > items.length) list.lastElementChild.remove();
  if (mark && !list.contains(document.activeElement)) comeBack(list, mark);
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

// Where the focus is, so that it comes back when the card is drawn anew.
function focusMark(list) {
  const focused = document.activeElement;
  const item = list.contains(focused) ? focused.closest("li[data-ts]") : null;
  if (!item || !focused.dataset.spot) return null;
  return { item: `li[data-ts="${item.dataset.ts}"]`, spot: focused.dataset.spot };
}

// To the same button; where that is gone to the card's first, or to the list.
function comeBack(list, { item, spot }) {
  const same = list.querySelector(`${item} [data-spot="${CSS.escape(spot)}"]`);
  (same ?? list.querySelector(`${item} [data-spot]`) ?? $("scroll")).focus();
}

// The same node as before unless the message changed, so that focus and open menus survive.
function messageItem(place, message, replies) {
  const key = `${state.me}/${place.id}/${message.ts}`;
  const looks = JSON.stringify([message, replies]);
  const before = drawn.get(key);
  if (before?.looks === looks) return before.item;
  const show = (each) => article(each, state.users[each.user], world(), (...used) => useMessage(place, each, ...used));
  const item = element("li", { "data-ts": message.ts }, show(message));
  if (replies.length) {
    item.append(element("ol", { class: "thread", "aria-label": "Replies" }, ...replies.map((each) => element("li", {}, show(each)))));
  }
  if (before) item.classList.add("changed");
  drawn.set(key, { looks, item });
  return item;
}

async function useMessage(place, message, block_id, spec, choice) {
  if (await confirmed(spec)) act("click", { channel: place.id, ts: message.ts, block_id, action_id: spec.action_id, choice });
}

function confirmed(spec) {
  if (!spec.confirm) return true;
  $("confirm-title").textContent = plain(spec.confirm.title.text);
  $("confirm-text").replaceChildren(rich(spec.confirm.text, world()));
  $("confirm-no").textContent = plain(spec.confirm.deny.text);
  $("confirm-yes").textContent = plain(spec.confirm.confirm.text);
  $("confirm-yes").className = `button ${spec.confirm.style ?? "primary"}`;
  $("confirm").returnValue = "no";
  $("confirm").showModal();
  return new Promise((done) => $("confirm").addEventListener("close", () => done($("confirm").returnValue === "yes"), { once: true }));
}

async function useView(view, root, block_id, spec, choice) {
  if (await confirmed(spec)) act("view_click", { view: view.id, block_id, action_id: spec.action_id, choice, answers: collect(root) });
}

function drawModal() {
  const view = state.modal;
  const dialog = $("modal");
  const key = view ? view.id + view.hash : "";
  if (key === drawnModal) return;
  const typed = view && drawnModal.startsWith(view.id) ? collect($("modal-body")) : {};
  drawnModal = key;
  if (!view) return dialog.close();
  $("modal-title").textContent = plain(view.title.text);
  $("modal-body").replaceChildren(...renderBlocks(view.blocks, world(), (...used) => useView(view, $("modal-body"), ...used)));
  restore($("modal-body"), typed);
  showErrors(view.errors);
  $("modal-close").textContent = view.close ? plain(view.close.text) : "Close";
  $("modal-submit").hidden = !view.submit;
  $("modal-submit").textContent = view.submit ? plain(view.submit.text) : "";
  if (dialog.open) return;
  dialog.showModal();
  $("modal-body").querySelector("input, select, textarea, button")?.focus();
}

function showErrors(errors) {
  for (const [block, sentence] of Object.entries(errors)) {
    const place = $("modal-body").querySelector(`[data-block="${CSS.escape(block)}"]`);
    const note = place?.querySelector(".error");
    if (!note) continue;
    note.textContent = sentence;
    const field = place.querySelector("[data-action]");
    field?.setAttribute("aria-invalid", "true");
    field?.setAttribute("aria-describedby", note.id);
    field?.focus();
  }
}

const closeModal = () => state.modal && act("close", { view: state.modal.id });

$("modal").addEventListener("cancel", (event) => { event.preventDefault(); closeModal(); });
$("modal-close").addEventListener("click", closeModal);
$("modal-x").addEventListener("click", closeModal);
$("modal-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (state.modal) act("submit", { view: state.modal.id, answers: collect($("modal-body")) });
});
$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = $("composer-text");
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  if (!(await act("command", { channel: channel().id, text })) && !field.value) field.value = text;
});
$("actor").addEventListener("change", () => { me = $("actor").value; drawnModal = ""; if ($("modal").open) $("modal").close(); refresh(); });
$("tab-home").addEventListener("click", () => { showTab("home"); draw(); });
$("tab-messages").addEventListener("click", () => { showTab("messages"); draw(); });

poll();
