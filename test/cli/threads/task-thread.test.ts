import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToThread } from '../../../src/cli/threads/messages.ts'
import { TaskThread, type ThreadTask } from '../../../src/cli/threads/task-thread.ts'
import type { Thread } from '../../../src/contract/threads.ts'

const noMemory = Object.assign(new Error('Worker terminated due to reaching memory limit'), {
  code: 'ERR_WORKER_OUT_OF_MEMORY',
})

/** A thread that is none: what was sent to each that was started, and how each ends. */
function recordedThreads() {
  const sent: number[][] = []
  const enders: ((error: Error) => void)[] = []
  const senders: ((message: unknown) => void)[] = []
  const received: unknown[] = []
  const ends: Error[] = []
  const start = (): Thread => {
    const own: number[] = []
    sent.push(own)
    return {
      send: (message) => void own.push((message as Extract<ToThread, { task: number }>).task),
      onMessage: (listener) => void senders.push(listener),
      onEnd: (listener) => void enders.push(listener),
      end: () => undefined,
    }
  }
  const thread = new TaskThread({
    start,
    receive: (message) => void received.push(message),
    end: (error) => void ends.push(error),
  })
  return { thread, sent, enders, senders, received, ends }
}

function taskOf(number: number, failed: string[]): ThreadTask {
  return {
    message: { task: number, pod: undefined },
    fail: () => void failed.push(`${number}`),
    failWithoutMemory: () => void failed.push(`${number} without memory`),
  }
}

test('of a thread without memory each task is done once more, alone, in another thread', () => {
  const { thread, sent, enders, senders, received, ends } = recordedThreads()
  const failed: string[] = []
  const tasks = [0, 1, 2, 3, 4].map((number) => taskOf(number, failed))
  const [first, second, third, fourth, fifth] = tasks
  assert.ok(first && second && third && fourth && fifth)
  for (const task of [first, second, third]) thread.add(task)
  thread.remove(first)
  assert.deepEqual([sent, thread.tasks], [[[0, 1, 2]], 2])
  enders[0]?.(noMemory)
  // The thread says twice that it has ended, and what it has still sent is not received.
  enders[0]?.(new Error('a thread ended with 1'))
  senders[0]?.('late')
  assert.deepEqual([sent, failed, received, ends], [[[0, 1, 2], [1]], [], [], []])
  thread.add(fourth)
  assert.deepEqual([sent[1], thread.tasks], [[1], 3], 'others wait')
  senders[1]?.('done')
  thread.remove(second)
  assert.deepEqual(sent[1], [1, 2])
  enders[1]?.(noMemory)
  assert.deepEqual(failed, ['2 without memory'])
  thread.remove(third)
  thread.add(fifth)
  assert.deepEqual([sent[2], thread.tasks], [[3, 4], 2], 'several at a time again')
  assert.deepEqual([received, ends], [['done'], []])
})

test('a thread that ends otherwise, or without memory for no task, is the end of all', () => {
  for (const error of [noMemory, new Error('a thread ended with 1')]) {
    const { thread, sent, enders, ends } = recordedThreads()
    if (error !== noMemory) thread.add(taskOf(0, []))
    enders[0]?.(error)
    assert.deepEqual([ends, sent.length], [[error], 1])
  }
})
