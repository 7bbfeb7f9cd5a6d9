/** @module Mail that would have been sent, kept in memory and bounded. */

/** One person or address of a mail. */
export interface MailAddress {
  readonly Name: string;
  readonly Address: string;
}

/** A mail handed in. */
export interface OutgoingMail {
  readonly from: MailAddress;
  readonly to: readonly MailAddress[];
  readonly cc?: readonly MailAddress[];
  readonly bcc?: readonly MailAddress[];
  readonly replyTo?: readonly MailAddress[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
}

/** A mail as it is kept. */
export interface CaughtMail extends OutgoingMail {
  readonly id: string;
  readonly messageId: string;
  readonly created: Date;
  readonly size: number;
  read: boolean;
}

const MAX_MAILS = 1000;
const MAX_TOTAL_BYTES = 50_000_000;

/** Reads `Name <address>` or a bare address. */
export function parseAddress(value: string): MailAddress {
  const [, name = "", address] = /^\s*"?([^"<]*?)"?\s*<([^>]+)>\s*$/.exec(value) ?? [];
  return { Name: name, Address: address ?? value.trim() };
}

interface SearchTerm {
  readonly field: string;
  readonly value: string;
  readonly wanted: boolean;
}

const TERM = /(-?)(?:(from|to|subject|message-id|tag|is):)?(?:"([^"]*)"|(\S+))/gi;

function parseQuery(query: string): SearchTerm[] {
  return [...query.matchAll(TERM)].map(([, minus, field = "", quoted, bare]) => ({
    field: field.toLowerCase(),
    value: (quoted ?? bare ?? "").toLowerCase(),
    wanted: minus !== "-",
  }));
}

function addressText(addresses: readonly MailAddress[] = []): string {
  return addresses.map(({ Name, Address }) => `${Name} <${Address}>`).join(" ");
}

function fieldText(mail: CaughtMail, field: string): string {
  switch (field) {
    case "from":
      return addressText([mail.from]);
    case "to":
      return addressText(mail.to);
    case "subject":
      return mail.subject;
    case "message-id":
      return mail.messageId;
    case "tag":
      return (mail.tags ?? []).join(" ");
    case "is":
      return mail.read ? "read" : "unread ";
    default:
      return [
        addressText([mail.from, ...mail.to, ...mail.cc ?? []]),
        mail.subject,
        mail.text,
        mail.html,
      ].join("\n");
  }
}

function matches(mail: CaughtMail, term: SearchTerm): boolean {
  const text = fieldText(mail, term.field).toLowerCase();
  const found = term.field === "is" ? text.trim() === term.value : text.includes(term.value);
  return found === term.wanted;
}

/** The mailbox. The oldest mails make room for new ones. */
export class Mailbox {
  /** Newest first. */
  #mails: CaughtMail[] = [];

  add(mail: OutgoingMail): CaughtMail {
    const id = crypto.randomUUID().replaceAll("-", "").slice(0, 22);
    const caught: CaughtMail = {
      ...mail,
      id,
      messageId: `${id}@mail.local`,
      created: new Date(),
      size: new TextEncoder().encode(mail.subject + mail.text + mail.html).length,
      read: false,
    };
    this.#mails.unshift(caught);
    this.#trim();
    return caught;
  }

  #trim(): void {
    let bytes = 0;
    const over = this.#mails.findIndex((mail) => (bytes += mail.size) > MAX_TOTAL_BYTES);
    // The newest stays, however large it is.
    const keep = Math.min(MAX_MAILS, over < 0 ? MAX_MAILS : Math.max(over, 1));
    this.#mails = this.#mails.slice(0, keep);
  }

  list(): readonly CaughtMail[] {
    return this.#mails;
  }

  /** Finds one by its id; `latest` is the newest. */
  find(id: string): CaughtMail | undefined {
    return id === "latest" ? this.#mails[0] : this.#mails.find((mail) => mail.id === id);
  }

  /** Mails that match every term: words, `from:`, `to:`, `subject:`, `is:read`, a minus. */
  search(query: string): CaughtMail[] {
    const terms = parseQuery(query);
    return this.#mails.filter((mail) => terms.every((term) => matches(mail, term)));
  }

  /** Removes the mails named, or all. */
  remove(ids?: readonly string[]): void {
    this.#mails = ids === undefined ? [] : this.#mails.filter((mail) => !ids.includes(mail.id));
  }
}
