/** Why a template cannot be evaluated over these values, in kubectl's words. */
export class TemplateFailure extends Error {}
