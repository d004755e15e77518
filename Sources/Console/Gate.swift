// Who may ask the console anything: requests for its own name, with its access token.

internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import SelvageTypes

/// Lets requests through that name the console's own host and know its access token.
///
/// The token arrives once in the address that is printed at the start; after that a cookie stands for
/// it, which is a digest, so that a copied cookie does not give the token away.
struct Gate: RouterMiddleware {
    typealias Context = BasicRequestContext

    private let token: [UInt8]
    private let metricsToken: [UInt8]?
    private let cookie: [UInt8]
    private let hosts: Set<String>

    static let cookieName = "selvage-console"

    init(token: String, metricsToken: String? = nil, hosts: Set<String>) {
        self.token = Array(token.utf8)
        self.metricsToken = metricsToken.map { Array($0.utf8) }
        cookie = Array(Digest(of: "selvage console cookie \(token)").hex.utf8)
        self.hosts = Set(hosts.map { $0.lowercased() })
    }

    func handle(
        _ request: Request, context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard hosts.contains(Self.hostName(request.head.authority ?? "")) else {
            throw HTTPError(
                .misdirectedRequest,
                message: "The console does not answer to this host name. Open the address that it "
                    + "printed at its start.")
        }
        if request.uri.path == "/style.css" { return try await next(request, context) }
        if let offered = request.uri.queryParameters["token"] {
            guard Self.isEqual(offered, token) else { throw Self.refusal }
            return welcome(request)
        }
        guard isKnown(request) else { throw Self.refusal }
        return try await next(request, context)
    }

    private static let refusal = HTTPError(
        .unauthorized,
        message: "This console asks for its access token. Open the address that `selvage serve` "
            + "printed at its start; it holds the token.")

    /// Sends the visitor to the same address without the token, which then is in no history or log.
    private func welcome(_ request: Request) -> Response {
        let value = String(decoding: cookie, as: UTF8.self)
        // Only paths of our own: a second slash would name a foreign host.
        let path = request.uri.path
        let isOwn = path.hasPrefix("/") && !path.hasPrefix("//") && !path.contains("\\")
        return Response(
            status: .seeOther,
            headers: [
                .location: isOwn ? path : "/",
                .setCookie: "\(Self.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict",
            ])
    }

    private func isKnown(_ request: Request) -> Bool {
        if let bearer = request.headers[.authorization], bearer.hasPrefix("Bearer ") {
            let offered = bearer.dropFirst(7)
            if request.uri.path == "/metrics", let metricsToken,
                Self.isEqual(offered, metricsToken)
            {
                return true
            }
            return Self.isEqual(offered, token)
        }
        let cookies = (request.headers[.cookie] ?? "").split(separator: ";").map {
            $0.drop { $0 == " " }
        }
        let own = cookies.filter { $0.hasPrefix(Self.cookieName + "=") }
        return own.contains { Self.isEqual($0.dropFirst(Self.cookieName.count + 1), cookie) }
    }

    /// Compares in a time that depends on the lengths alone.
    static func isEqual(_ offered: some StringProtocol, _ expected: [UInt8]) -> Bool {
        let offered = Array(offered.utf8)
        guard offered.count == expected.count else { return false }
        return zip(offered, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The host without its port, lower case; an IPv6 address keeps its brackets.
    static func hostName(_ authority: String) -> String {
        let text = authority.lowercased()
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            return String(text[...end])
        }
        return String(text.prefix { $0 != ":" })
    }
}
