import type { AnalysisCommand } from '../contract/analysis.ts'
import { authz } from './authz/index.ts'
import { certificates } from './certificates/index.ts'
import { trust } from './trust/index.ts'

/** THE list of analyses that are asked of many proxies, each with a command of its own, in the order help shows them. */
export const analyses: readonly AnalysisCommand[] = [certificates, trust, authz]
