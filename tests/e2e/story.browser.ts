import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { waitForMail } from '@parley/testing'
import type { Page } from 'playwright-core'
import t from 'tap'
import { v7 as uuid } from 'uuid'
import { openBrowser } from './browser.ts'
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
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
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

/** Waits until the answer of this conversation is stored, and then until its last words stand on the page. */
async function answerIsShownWhole(page: Page): Promise<void> {
  const conversation = new URL(page.url()).pathname.split('/').at(-1)
  const answer = await eventually(
    'the answer to be stored',
    async () => {
      const stored = await page.request.get(`${world.url}/api/v1/conversations/${conversation}/messages`)
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
