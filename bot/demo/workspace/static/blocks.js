// Block Kit as DOM nodes. `use(blockId, element, choice)` is called when something is clicked.

import { element, plain, rich } from "./mrkdwn.js";

export function renderBlocks(blocks, world, use) {
  return blocks.map((block) => {
    const made = (RENDERERS[block.type] ?? unknown)(block, world, use);
    made.dataset.block = block.block_id ?? "";
    return made;
  });
}

const RENDERERS = {
  actions: (block, world, use) =>
    element("div", { class: "b-actions" }, ...block.elements.map((each) => control(each, block, world, use))),
  alert: (block, world) => element("p", { class: "b-alert", role: "note" }, rich(block.text, world)),
  context: (block, world) =>
    element("div", { class: "b-context" }, ...block.elements.map((each) =>
      element("span", {}, each.type === "image" ? `[${each.alt_text}]` : rich(each, world)))),
  divider: () => element("hr"),
  header: (block) => element("h2", { class: "b-header" }, plain(block.text.text)),
  image: (block) => element("p", { class: "b-context" }, `[image: ${block.alt_text}]`),
  input: (block, world, use) => input(block, world, use),
  markdown: (block, world) => element("div", { class: "b-section" }, rich({ type: "plain_text", text: block.text }, world)),
  rich_text: (block) => element("div", { class: "b-section" }, allText(block)),
  section: (block, world, use) => section(block, world, use),
  table: (block) => element("div", { class: "b-table", tabindex: "0" }, table(block)),
};

function unknown(block) {
  return element("p", { class: "b-context" }, `[${block.type}]`);
}

function section(block, world, use) {
  const left = element("div", { class: "b-left" });
  if (block.text) left.append(element("div", { class: "b-text" }, rich(block.text, world)));
  if (block.fields) {
    left.append(element("div", { class: "b-fields" }, ...block.fields.map((field) => element("div", {}, rich(field, world)))));
  }
  const right = block.accessory && block.accessory.type !== "image" ? control(block.accessory, block, world, use) : null;
  return element("div", { class: "b-section" }, left, right);
}

function table(block) {
  const [head, ...rows] = block.rows;
  const text = (cell) => (cell.type === "rich_text" ? allText(cell) : String(cell.text ?? cell.value ?? ""));
  return element("table", {},
    element("thead", {}, element("tr", {}, ...head.map((cell) => element("th", { scope: "col" }, text(cell))))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell) => element("td", {}, text(cell)))))));
}

function allText(part) {
  if (Array.isArray(part)) return part.map(allText).join("");
  if (part === null || typeof part !== "object") return "";
  if (typeof part.text === "string") return part.text;
  return Object.values(part).map(allText).join("");
}

let count = 0;

function input(block, world, use) {
  const id = `input-${++count}`;
  const field = control(block.element, block, world, block.dispatch_action ? use : null, id);
  const group = field.tagName === "FIELDSET";
  const optional = block.optional ? element("span", { class: "optional" }, " (optional)") : null;
  if (group) field.prepend(element("legend", {}, plain(block.label.text), optional));
  else if (!block.optional) field.required = true;
  return element("div", { class: "b-input" },
    group ? null : element("label", { for: id }, plain(block.label.text), optional),
    field,
    block.hint ? element("p", { class: "hint" }, plain(block.hint.text)) : null,
    element("p", { class: "error", id: `${id}-error` }));
}

// One interactive element. What can hold a value carries `data-action`, for `collect`.
function control(spec, block, world, use, id) {
  const made = (CONTROLS[spec.type] ?? otherControl)(spec, block, world, use, id);
  const spot = spec.type === "overflow" ? made.firstChild : made;
  spot.dataset.spot = `${block.block_id}/${spec.action_id}`;
  if (!["button", "overflow"].includes(spec.type)) {
    made.dataset.action = spec.action_id;
    made.dataset.block = block.block_id;
    made.dataset.kind = spec.type;
    if (id && made.tagName !== "FIELDSET") made.id = id;
    else made.setAttribute("aria-label", plain(spec.placeholder?.text ?? spec.action_id));
    if (use && !id) made.addEventListener("change", () => use(block.block_id, spec, valueOf(made)));
  }
  return made;
}

const CONTROLS = {
  button: (spec, block, world, use) => {
    const label = plain(spec.text.text);
    const props = { class: `button ${spec.style ?? ""}`, "aria-label": spec.accessibility_label };
    if (spec.url && /^(https?|tel|mailto):/i.test(spec.url)) {
      return element("a", { ...props, href: spec.url, target: "_blank", rel: "noopener noreferrer", onclick: () => use(block.block_id, spec) }, label);
    }
    return element("button", { ...props, type: "button", onclick: () => use(block.block_id, spec) }, label);
  },
  overflow: (spec, block, world, use) => {
    const menu = element("details", { class: "menu" },
      element("summary", { class: "button", "aria-label": "More actions" }, "⋯"),
      element("div", { class: "menu-list" }, ...spec.options.map((option) =>
        element("button", { type: "button", onclick: () => { menu.open = false; use(block.block_id, spec, option.value); } }, plain(option.text.text)))));
    menu.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.firstChild.focus(); event.preventDefault(); }
    });
    menu.addEventListener("focusout", (event) => { if (!menu.contains(event.relatedTarget)) menu.open = false; });
    return menu;
  },
  static_select: (spec) => select(spec, optionNodes(spec), spec.initial_option?.value),
  multi_static_select: (spec) => checks(spec, "checkbox", allOptions(spec), (spec.initial_options ?? []).map((each) => each.value)),
  checkboxes: (spec) => checks(spec, "checkbox", spec.options, (spec.initial_options ?? []).map((each) => each.value)),
  radio_buttons: (spec) => checks(spec, "radio", spec.options, [spec.initial_option?.value]),
  users_select: (spec, block, world) => select(spec, peopleNodes(world), spec.initial_user),
  multi_users_select: (spec, block, world) =>
    checks(spec, "checkbox", people(world).map(([value, user]) => ({ value, text: { text: user.name } })), spec.initial_users ?? []),
  conversations_select: (spec, block, world) =>
    select(spec, channelNodes(world), spec.initial_conversation ?? (spec.default_to_current_conversation ? world.room : undefined)),
  channels_select: (spec, block, world) => select(spec, channelNodes(world), spec.initial_channel),
  plain_text_input: (spec) => {
    const made = element(spec.multiline ? "textarea" : "input", { ...typed(spec), maxlength: spec.max_length, minlength: spec.min_length, rows: spec.multiline ? 4 : null });
    made.value = spec.initial_value ?? "";
    return made;
  },
  number_input: (spec) => element("input", { ...typed(spec), type: "number", min: spec.min_value, max: spec.max_value, step: spec.is_decimal_allowed ? "any" : "1", value: spec.initial_value }),
  email_text_input: (spec) => element("input", { ...typed(spec), type: "email", value: spec.initial_value }),
  url_text_input: (spec) => element("input", { ...typed(spec), type: "url", value: spec.initial_value }),
  datepicker: (spec) => element("input", { type: "date", value: spec.initial_date }),
  timepicker: (spec) => element("input", { type: "time", value: spec.initial_time }),
  datetimepicker: (spec) => {
    const start = spec.initial_date_time ? new Date(spec.initial_date_time * 1000 - new Date().getTimezoneOffset() * 6e4) : null;
    return element("input", { type: "datetime-local", value: start?.toISOString().slice(0, 16) });
  },
};

const otherControl = (spec) => element("input", { placeholder: spec.type });
const typed = (spec) => ({ placeholder: spec.placeholder ? plain(spec.placeholder.text) : null });
const allOptions = (spec) => [...(spec.options ?? []), ...(spec.option_groups ?? []).flatMap((group) => group.options)];
const people = (world) => Object.entries(world.users).filter(([, user]) => !user.is_bot);
const peopleNodes = (world) => people(world).map(([value, user]) => element("option", { value }, user.name));
const channelNodes = (world) => Object.entries(world.channelNames).map(([value, name]) => element("option", { value }, `#${name}`));
const optionNode = (option) => element("option", { value: option.value }, plain(option.text.text));

function optionNodes(spec) {
  if (!spec.option_groups) return spec.options.map(optionNode);
  return spec.option_groups.map((group) => element("optgroup", { label: plain(group.label.text) }, ...group.options.map(optionNode)));
}

function select(spec, options, initial) {
  const made = element("select", {}, element("option", { value: "" }, plain(spec.placeholder?.text ?? "Choose…")), ...options);
  made.value = initial ?? "";
  return made;
}

function checks(spec, type, options, initial) {
  const name = `group-${++count}`;
  return element("fieldset", {}, ...options.map((option) =>
    element("label", {}, element("input", { type, name, value: option.value, checked: initial.includes(option.value) }), " ", plain(option.text.text))));
}

function valueOf(field) {
  if (field.tagName === "FIELDSET") {
    const ticked = [...field.querySelectorAll(":checked")].map((each) => each.value);
    return field.dataset.kind === "radio_buttons" ? ticked[0] ?? null : ticked;
  }
  if (field.dataset.kind === "datetimepicker") return field.value ? Math.floor(new Date(field.value).getTime() / 1000) : null;
  return field.value || null;
}

// What stands in all fields below `root`: "block_id/action_id" -> value.
export function collect(root) {
  const answers = {};
  for (const field of root.querySelectorAll("[data-action]")) answers[`${field.dataset.block}/${field.dataset.action}`] = valueOf(field);
  return answers;
}

// Puts values back after the view was drawn anew.
export function restore(root, answers) {
  for (const field of root.querySelectorAll("[data-action]")) {
    const value = answers[`${field.dataset.block}/${field.dataset.action}`];
    if (value === undefined || value === null || field.dataset.kind === "datetimepicker") continue;
    if (field.tagName !== "FIELDSET") field.value = value;
    else for (const box of field.querySelectorAll("input")) box.checked = [].concat(value).includes(box.value);
  }
}
