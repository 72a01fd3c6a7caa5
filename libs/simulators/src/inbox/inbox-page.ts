/** The inbox as one page without dependencies. Mails are untrusted: text goes in as text, HTML into a sandboxed frame. */
export const inboxPage = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Local inbox</title>
<style nonce="${nonce}">
  :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 15%, transparent); --soft: color-mix(in srgb, currentColor 60%, transparent); }
  * { box-sizing: border-box; }
  body { margin: 0; height: 100dvh; display: grid; grid-template: auto 1fr / minmax(260px, 24rem) 1fr; font: 15px/1.5 system-ui, sans-serif; }
  header { grid-column: 1 / -1; display: flex; align-items: center; gap: 1rem; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); }
  h1 { font-size: 1rem; margin: 0; }
  header p { margin: 0; color: var(--soft); flex: 1; }
  button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .5rem; padding: .3rem .8rem; cursor: pointer; }
  ul { list-style: none; margin: 0; padding: 0; overflow: auto; border-right: 1px solid var(--line); }
  li button { display: block; width: 100%; text-align: left; border: 0; border-bottom: 1px solid var(--line); border-radius: 0; padding: .75rem 1.25rem; }
  li button[aria-current=true] { background: color-mix(in srgb, #156a63 16%, transparent); }
  li strong, li span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  li span, dt { color: var(--soft); font-size: .87em; }
  main { display: flex; flex-direction: column; overflow: auto; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem .75rem; margin: 0; padding: 1rem 1.25rem; border-bottom: 1px solid var(--line); }
  dd { margin: 0; overflow-wrap: anywhere; }
  iframe { flex: 1; border: 0; min-height: 20rem; background: #fff; }
  pre { flex: 1; margin: 0; padding: 1.25rem; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
  .empty { padding: 2rem 1.25rem; color: var(--soft); }
  @media (max-width: 700px) { body { grid-template: auto minmax(8rem, 35dvh) 1fr / 1fr; } ul { border-right: 0; border-bottom: 1px solid var(--line); } }
</style>
</head>
<body>
<header><h1>Local inbox</h1><p>Mails that Parley would have sent. They are kept in memory only.</p><button id="clear">Delete all</button></header>
<ul id="list" aria-label="Mails"></ul>
<main id="mail" aria-live="polite"><p class="empty">Choose a mail to read it.</p></main>
<script nonce="${nonce}">
  const list = document.getElementById('list'), main = document.getElementById('mail')
  let shown = '', known = ''
  const element = (name, text, properties = {}) => Object.assign(document.createElement(name), text === undefined ? {} : { textContent: text }, properties)
  function open(mail) {
    shown = mail.id
    const details = element('dl')
    for (const [name, value] of [['Subject', mail.subject], ['From', mail.from], ['To', mail.to], ['Received', new Date(mail.receivedAt).toLocaleString()]])
      details.append(element('dt', name), element('dd', value))
    const frame = element('iframe', undefined, { src: 'messages/' + encodeURIComponent(mail.id) + '/html', title: 'The mail' })
    frame.setAttribute('sandbox', 'allow-popups allow-popups-to-escape-sandbox')
    main.replaceChildren(details, mail.html ? frame : element('pre', mail.text))
    for (const button of list.querySelectorAll('button')) button.setAttribute('aria-current', String(button.dataset.id === shown))
  }
  function show(mails) {
    if (mails.length === 0) list.replaceChildren(element('li', 'No mails yet.', { className: 'empty' }))
    else list.replaceChildren(...mails.map((mail) => {
      const item = element('li'), button = element('button', undefined, { onclick: () => open(mail) })
      button.dataset.id = mail.id
      button.setAttribute('aria-current', String(mail.id === shown))
      button.append(element('strong', mail.subject || '(no subject)'), element('span', 'to ' + mail.to), element('span', new Date(mail.receivedAt).toLocaleTimeString()))
      item.append(button)
      return item
    }))
    if (!shown && mails[0]) open(mails[0])
  }
  async function refresh() {
    try {
      const mails = await (await fetch('messages')).json()
      const ids = mails.map(({ id }) => id).join()
      if (ids !== known || known === '') show(mails)
      known = ids
    } catch { /* The inbox is restarting; the next look finds it. */ }
  }
  document.getElementById('clear').onclick = async () => {
    await fetch('messages', { method: 'DELETE' })
    shown = ''
    main.replaceChildren(element('p', 'Choose a mail to read it.', { className: 'empty' }))
    await refresh()
  }
  refresh()
  setInterval(refresh, 1500)
</script>
</body>
</html>
`
