/** Whether a request of this content-type is gRPC. */
export function isGrpc(contentType: string | undefined): boolean {
  return contentType === 'application/grpc' || (contentType?.startsWith('application/grpc+') ?? false)
}
