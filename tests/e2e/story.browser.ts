import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { waitForMail } from '@parley/testing'
import type { Page } from 'playwright-core'
import t from 'tap'
import { v7 as uuid } from 'uuid'
import { openBrowser } from './browser.ts'
import { logIn as logInAs } from './client.ts'
import { eventually, startWorld } from './world.ts'

const world = await startWorld({ isWebWanted: true, isGuideWanted: true })
const browser = await openBrowser()
t.teardown(async () => {
  await browser.close()
  await world.close()
})

const email = `ada-${uuid()}@example.org`
const password = 'a long enough pass phrase'

/** Pictures to look at, when a folder for them is named. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** The page, and everything it complained about. */
async function openPage(viewport: { width: number; height: number }, colorScheme: 'light' | 'dark' = 'light') {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  // A 401 on the first look at the session is how the page learns that nobody is signed in.
  // A 404 is how it learns that a conversation is not shared.
  page.on('console', (message) => {
    const isAnswer = message.text().includes('401') || message.location().url.endsWith('/share')
    if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
  })
  return { page, complaints, close: () => context.close() }
}

t.test('a person signs up, confirms the address from the mail, chats and finds the conversation again', async (t) => {
  const { page, complaints, close } = await openPage({ width: 1280, height: 800 })
  await page.goto(`${world.url}/sign-up`)
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await picture(page, '1-sign-up')
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.waitForURL('**/check-mail')
  await page.getByText(email).waitFor()

  const mail = await waitForMail(world.inboxUrl, email, /token=/)
  const link = /http\S+token=\S+/.exec(mail.text)?.[0] ?? ''
  await page.goto(link)
  t.equal((await page.request.get(`${world.url}/api/v1/me`)).status(), 401, 'A-13 opening the link alone signs nobody in')
  await page.getByRole('button', { name: 'Confirm and start' }).click()
  await page.waitForURL(`${world.url}/`)

  // The offline guide is labelled as what it is.
  await page
    .getByText(/simulated/i)
    .first()
    .waitFor()
  await picture(page, '2-empty')
  await page.getByLabel('Your message').fill('How do I use my own OpenAI key?')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.waitForURL('**/c/*')
  await page.getByText('OPENAI_API_KEY').first().waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
  await picture(page, '3-answer')
  await page.getByText('of 10 left today').waitFor()

  await page.getByLabel('Your message').fill('And what does it cost?')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  await page.getByRole('button', { name: 'Send' }).waitFor()
  await answerIsShownWhole(page)
  await page.reload()
  await page.getByText('OPENAI_API_KEY').first().waitFor()
  await answerIsShownWhole(page)
  t.same(complaints, [], 'the page complained about nothing')
  await close()
})

t.test('B3 an answer that is being written survives a reload of the page', async (t) => {
  const { page, complaints, close } = await openPage({ width: 1280, height: 800 }, 'dark')
  await logIn(page)
  await page.getByLabel('Your message').fill('Explain in detail what happens when a process dies while it writes an answer.')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  await page.waitForURL('**/c/*')
  await page.reload()
  await answerIsShownWhole(page)
  await picture(page, '4-dark')
  t.same(complaints, [])
  await close()
})

t.test('the phone shows the same in one column', async (t) => {
  const { page, complaints, close } = await openPage({ width: 390, height: 844 })
  await logIn(page)
  await page.getByLabel('Your message').waitFor()
  await picture(page, '5-phone')
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  t.equal(overflow, 0, 'nothing has to be scrolled sideways')
  t.same(complaints, [])
  await close()
})

t.test('B1 a question is asked in other words; the old branch stays and the choice is kept', async (t) => {
  const { page, complaints, close } = await openPage({ width: 1280, height: 800 })
  await logIn(page)
  await ask(page, 'What is a lease?')
  await answerIsShownWhole(page)
  await page.keyboard.press('ArrowUp')
  await page.getByLabel('Your message, edited').fill('What is a fencing token?')
  await picture(page, '6-edit')
  await page.keyboard.press('Enter')
  await page.getByText('2/2').waitFor()
  await answerIsShownWhole(page)
  t.equal(await question(page, 'What is a lease?').count(), 0)
  await page.getByRole('article', { name: 'You' }).hover()
  await page.getByRole('button', { name: 'Previous version' }).click()
  await question(page, 'What is a lease?').waitFor()
  await page.getByText('1/2').waitFor()
  await page.waitForLoadState('networkidle')
  await page.reload()
  await question(page, 'What is a lease?').waitFor()
  t.same(complaints, [])
  await close()
})

t.test('B3 two windows write one answer at the same time, each of it once', async (t) => {
  const first = await openPage({ width: 1280, height: 800 })
  const second = await openPage({ width: 390, height: 844 }, 'dark')
  await logIn(first.page)
  await logIn(second.page)
  await ask(first.page, 'What does Parley cost?')
  await answerIsShownWhole(first.page)
  await second.page.goto(first.page.url())
  await answerIsShownWhole(second.page)

  const text = 'Explain in detail how an answer is never lost.'
  await first.page.getByLabel('Your message').fill(text)
  await first.page.keyboard.press('Enter')
  await second.page.getByRole('button', { name: 'Stop' }).waitFor()
  await answerIsShownWhole(first.page)
  await answerIsShownWhole(second.page)
  for (const { page } of [first, second]) {
    t.equal(await question(page, text).count(), 1)
    t.equal(await page.getByRole('article').count(), 4)
  }
  const lastAnswer = ({ page }: typeof first) => page.getByRole('article', { name: 'Parley' }).last().locator('.prose').textContent()
  t.equal(await lastAnswer(second), await lastAnswer(first))
  await picture(second.page, '7-second-window')
  t.same([...first.complaints, ...second.complaints], [])
  await first.close()
  await second.close()
})

t.test('B1, B9 a message is found by its words, and its conversation shared with who has the link', async (t) => {
  const { page, complaints, close } = await openPage({ width: 1280, height: 800 })
  await logIn(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Find a chat or a message' }).fill('OpenAI key')
  await page.locator('mark').first().waitFor()
  await picture(page, '8-search')
  await page
    .getByRole('option')
    .filter({ hasText: 'How do I use my own' })
    .filter({ has: page.locator('mark') })
    .first()
    .click()
  await page.waitForURL('**/c/*?m=*')
  await question(page, 'How do I use my own OpenAI key?').waitFor()

  await page.getByRole('heading', { level: 1 }).getByRole('button').click()
  await page.getByRole('menuitem', { name: 'Share' }).click()
  await page.getByRole('button', { name: 'Create link' }).click()
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  await picture(page, '9-share')

  const reader = await openPage({ width: 390, height: 844 })
  await reader.page.goto(link)
  await reader.page.getByRole('article', { name: 'Question' }).filter({ hasText: 'How do I use my own OpenAI key?' }).waitFor()
  await reader.page.getByRole('link', { name: 'Sign up' }).first().waitFor()
  t.equal(await reader.page.locator('meta[name=robots]').getAttribute('content'), 'noindex, nofollow')
  t.notMatch((await reader.page.locator('body').textContent()) ?? '', /Ada|@example/, 'who shared it is not named')
  await picture(reader.page, '10-shared')

  await page.getByRole('button', { name: 'Revoke the link' }).click()
  await page.getByRole('button', { name: 'Create link' }).waitFor()
  await reader.page.reload()
  await reader.page.getByText('This link is not valid any more').waitFor()
  t.same(complaints, [])
  await reader.close()
  await close()
})

t.test('H1, H2 Enter chooses what was looked for, one step leads back, and keys of one character can be switched off', async (t) => {
  const { page, complaints, close } = await openPage({ width: 1280, height: 800 })
  await logIn(page)
  await ask(page, 'What is a fencing token good for?')
  await answerIsShownWhole(page)
  const conversation = page.url()
  await page.getByRole('link', { name: 'Parley, new chat' }).click()
  await page.waitForURL(`${world.url}/`)
  await page.goBack()
  await page.waitForURL(conversation)

  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: 'Find a chat or a message' })
  await field.fill('fencing token good')
  await field.press('Enter')
  t.ok(await field.isVisible(), 'nothing was found yet: nothing is chosen')
  await page.locator('mark').first().waitFor()
  await field.press('Enter')
  await question(page, 'What is a fencing token good for?').waitFor()
  await field.waitFor({ state: 'detached' })

  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  const pressOutside = async (key: string) => {
    await page.getByRole('region', { name: 'Conversation' }).focus()
    await page.keyboard.press(key)
  }
  await pressOutside('?')
  await help.getByRole('checkbox').uncheck()
  await page.keyboard.press('Escape')
  await help.waitFor({ state: 'detached' })
  await pressOutside('?')
  await pressOutside('/')
  t.notOk(await help.isVisible())
  t.notOk(await page.getByLabel('Your message').evaluate('(field) => field === document.activeElement'))
  t.same(complaints, [])
  await close()
})

t.test('H2 what the network broke can be tried again, and what stood on the screen stays', async (t) => {
  const { page, close } = await openPage({ width: 1280, height: 800 })
  await page.goto(`${world.url}/magic-link`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  const mail = await waitForMail(world.inboxUrl, email, /magic-link\?token=/)
  await page.goto(/http\S+token=\S+/.exec(mail.text)?.[0] ?? '')
  await page.route('**/magic-link/consume', (route) => route.abort(), { times: 1 })
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.waitForURL(`${world.url}/`)

  const history = page.getByRole('navigation', { name: 'Chats' })
  const options = history.getByRole('button', { name: /^Options of/ }).first()
  await options.waitFor()
  let broken = 0
  await page.route('**/api/v1/conversations?*', (route) => {
    broken += 1
    return route.abort()
  })
  await options.click()
  await page.getByRole('menuitem', { name: 'Pin' }).click()
  // Two lists, each asked for three times.
  await eventually(
    'the lists to be given up',
    async () => broken,
    (count) => count >= 6,
  )
  await page.waitForLoadState('networkidle')
  t.ok(await options.isVisible())
  t.equal(await page.getByText('Your chats could not be loaded').count(), 0)
  await close()
})

t.test('H2 without a network the first thing that is told is told, and the page stays', async (t) => {
  const { page, close } = await openPage({ width: 1280, height: 800 })
  const toasts = page.waitForResponse(/\/assets\/toast-area-/)
  await logIn(page)
  const options = page
    .getByRole('navigation', { name: 'Chats' })
    .getByRole('button', { name: /^Options of/ })
    .first()
  await options.waitFor()
  // What is opened by hand comes while nobody waits for it.
  await toasts
  await page.waitForLoadState('networkidle')
  await page.route('**/*', (route) => route.abort())
  await options.click()
  await page.getByRole('menuitem', { name: 'Pin' }).click()
  await page.getByText('Parley cannot be reached').waitFor()
  t.ok(await page.getByLabel('Your message').isVisible())
  await close()
})

t.test(
  'R-6, H1 the usage page shows what may still be spent; who has spent it is told until when, and asks again with one click',
  async (t) => {
    const { page, complaints, close } = await openPage({ width: 1280, height: 800 })
    await logIn(page)
    const { user } = (await (await page.request.get(`${world.url}/api/v1/me`)).json()) as { user: { id: string } }
    const admin = await logInAs(world.url, world.platform.run.admin.email, world.platform.run.admin.password)
    const setCap = async (monthUsd: string) => {
      const answer = await admin.request('PUT', `/api/v1/admin/usage/spend-caps/users/${user.id}`, { body: { monthUsd } })
      t.equal(answer.status, 200)
    }
    const spent = page.getByRole('meter', { name: /^Spent of this month/ })

    await setCap('5')
    await page.goto(`${world.url}/usage`)
    await page.getByText('of $5.00 left').waitFor()
    t.ok(Number(await spent.getAttribute('aria-valuenow')) > 0)
    await picture(page, '6-spending')

    await setCap('0')
    await page.reload()
    await page.getByText('of $0.00 left').waitFor()
    await page.goto(`${world.url}/`)
    await page.getByLabel('Your message').fill('Is there an API?')
    await page.keyboard.press('Enter')
    await page.getByText(/^Your spending limit is used up until 1 \w+ \d{4}, 00:00 UTC/).waitFor()
    await picture(page, '7-spent')
    await setCap('5')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.waitForURL('**/c/*')
    await answerIsShownWhole(page)
    await question(page, 'Is there an API?').waitFor()
    t.same(complaints, [])
    await close()
  },
)

/** A question in the conversation; its words may stand in the title, too. */
const question = (page: Page, text: string) => page.getByRole('article', { name: 'You' }).filter({ hasText: text })

async function ask(page: Page, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/c/*')
}

/** Waits until the answer of this conversation is stored, and then until its last words stand on the page. */
async function answerIsShownWhole(page: Page): Promise<void> {
  const conversation = new URL(page.url()).pathname.split('/').at(-1)
  const answer = await eventually(
    'the answer to be stored',
    async () => {
      const stored = await page.request.get(`${world.url}/api/v1/conversations/${conversation}/path`)
      const { items } = (await stored.json()) as { items: { text: string; status: string }[] }
      return items.at(-1) ?? { text: '', status: 'none' }
    },
    ({ status }) => status === 'completed',
    60_000,
  )
  const lastWords = answer.text
    .replaceAll(/[`*_#[\]()>|-]/g, ' ')
    .trim()
    .split(/\s+/)
    .slice(-3)
  for (const word of lastWords) await page.locator('main').getByText(word).last().waitFor()
  await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
}

async function logIn(page: Page): Promise<void> {
  await page.goto(`${world.url}/log-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByLabel('Your message').waitFor()
}
