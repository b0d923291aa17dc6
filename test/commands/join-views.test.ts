import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loggersView } from '../../src/admin/loggers-view.ts'
import { joinViews } from '../../src/commands/proxies/fleet/join-views.ts'

test('where several proxies have nothing, each is named', () => {
  const views = ['pod a', 'pod b'].map((proxy) => ({ proxy, view: loggersView(new Map(), proxy) }))
  assert.equal(joinViews(views).empty, 'No loggers found in pod a. No loggers found in pod b.')
})

test('what they all say is said once', () => {
  const views = ['pod a', 'pod b'].map((proxy) => ({
    proxy,
    view: { ...loggersView(new Map(), proxy), empty: 'None.' },
  }))
  assert.equal(joinViews(views).empty, 'None.')
})
