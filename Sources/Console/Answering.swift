// What every answer has in common: the headers that keep foreign content powerless, and calm errors.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging

/// Puts the protecting headers on every answer and turns errors into pages or problem details.
struct Answering: RouterMiddleware {
    typealias Context = BasicRequestContext

    let renderer: PageRenderer
    let logger: Logger

    private static let protection = [
        (
            "Content-Security-Policy",
            "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; "
                + "base-uri 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
        ("X-Robots-Tag", "noindex"),
    ]

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = failure(error, request)
        }
        for (name, value) in Self.protection {
            if let field = HTTPField.Name(name) { response.headers[field] = value }
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        return response
    }

    private func failure(_ error: any Error, _ request: Request) -> Response {
        let status: HTTPResponse.Status
        let detail: String
        if let known = error as? HTTPError {
            status = known.status
            detail = known.body ?? Self.sentence(status)
        } else {
            // What went wrong inside is for the log, not for whoever asked.
            logger.error("console request failed", metadata: ["error": "\(error)"])
            status = .internalServerError
            detail = Self.sentence(status)
        }
        if request.uri.path.hasPrefix("/api/") {
            let problem = Problem(title: status.reasonPhrase, status: status.code, detail: detail)
            return Response.problem(problem, status)
        }
        let values = ["heading": status.reasonPhrase, "text": detail]
        return Response.page(
            renderer.page("message", values, title: status.reasonPhrase, in: nil), status)
    }

    private static func sentence(_ status: HTTPResponse.Status) -> String {
        switch status.code {
        case 404: "There is nothing at this address. The finding may belong to another licensor."
        case 405: "This address answers to GET only."
        default: "The console could not answer. Its log says why."
        }
    }
}

/// What went wrong, for programs.
///
/// - Source: RFC 9457.
struct Problem: Codable {
    var type = "about:blank"
    var title: String
    var status: Int
    var detail: String
}

extension Response {
    /// A page.
    static func page(_ html: String, _ status: HTTPResponse.Status = .ok) -> Response {
        var response = text(html, "text/html; charset=utf-8", cached: false)
        response.status = status
        return response
    }

    /// Text of a media type.
    static func text(_ text: String, _ mediaType: String, cached: Bool) -> Response {
        bytes(Array(text.utf8), mediaType, cached: cached)
    }

    /// Bytes of a media type; what is cached is kept by this browser alone.
    static func bytes(_ bytes: [UInt8], _ mediaType: String, cached: Bool) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: mediaType,
                .cacheControl: cached ? "private, max-age=600" : "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A value as JSON.
    static func json(_ value: some Encodable) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return bytes(Array(try encoder.encode(value)), "application/json", cached: false)
    }

    /// Problem details.
    static func problem(_ problem: Problem, _ status: HTTPResponse.Status) -> Response {
        let encoded = try? JSONEncoder().encode(problem)
        var response = bytes(Array(encoded ?? Data()), "application/problem+json", cached: false)
        response.status = status
        return response
    }
}
