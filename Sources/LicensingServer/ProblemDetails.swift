// Errors as answers: problem documents for everything that is refused, without inner workings.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Licensing
internal import Logging
internal import NIOCore
internal import Persistence
internal import SelvageTypes

/// A refused request.
///
/// - Source: RFC 9457.
public struct ProblemDetails: Error, Hashable, Sendable {
    /// The HTTP status code.
    public let status: Int
    /// What kind of problem it is, a few words that do not change.
    public let title: String
    /// What is wrong and what to do.
    public let detail: String
    /// A JSON pointer to the place in the request's body.
    public let pointer: String?
    /// Methods that are allowed, for 405.
    let allow: String?

    init(
        _ status: HTTPResponse.Status, _ detail: String, pointer: String? = nil,
        allow: String? = nil
    ) {
        self.status = status.code
        title = status.reasonPhrase
        self.detail = detail
        self.pointer = pointer
        self.allow = allow
    }

    func response() -> Response {
        var members: [String: JSONValue] = [
            "type": "about:blank", "title": .string(title), "status": .number(Decimal(status)),
            "detail": .string(detail),
        ]
        members["pointer"] = pointer.map(JSONValue.string)
        var headers: HTTPFields = [
            .contentType: "application/problem+json", .cacheControl: "no-store",
        ]
        if status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"licensing\"" }
        headers[.allow] = allow
        return Response(
            status: HTTPResponse.Status(code: status, reasonPhrase: title), headers: headers,
            body: ResponseBody(
                byteBuffer: ByteBuffer(string: JSONValue.object(members).canonicalText)))
    }
}

/// Turns every failure into a problem document.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    let store: LicensingStore

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return problem(error, request, context).response()
        }
    }

    private func problem(
        _ error: any Error, _ request: Request, _ context: Context
    ) -> ProblemDetails {
        switch error {
        case let problem as ProblemDetails: return problem
        case is NIOTooManyBytesError:
            return ProblemDetails(.contentTooLarge, "The body is larger than one mebibyte.")
        case let error as any HTTPResponseError where error.status == .notFound:
            return notFound(request)
        case let error as any HTTPResponseError where error.status.code < 500:
            return ProblemDetails(error.status, "The request cannot be answered as it is.")
        default:
            context.logger.error(
                "licensing request failed",
                metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return ProblemDetails(
                .internalServerError,
                "Something went wrong here; nothing was changed. Try again later.")
        }
    }

    private func notFound(_ request: Request) -> ProblemDetails {
        let allowed = LicensingService.methods(at: request.uri.path)
        if !allowed.isEmpty, !allowed.contains(request.method.rawValue) {
            return ProblemDetails(
                .methodNotAllowed, "Use \(allowed.joined(separator: " or ")) for this address.",
                allow: allowed.joined(separator: ", "))
        }
        return ProblemDetails(.notFound, "There is nothing at this address.")
    }
}
