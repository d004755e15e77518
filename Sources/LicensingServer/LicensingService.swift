// The reference licensing server: events in, signed snapshots and standings out.

public import Crypto
internal import Foundation
internal import HTTPTypes
public import Hummingbird
internal import Licensing
internal import NIOCore
public import Persistence
public import SelvageTypes

/// The licensing server's routes.
///
/// `POST /events` takes signed reports; every other address gives a licensor's data to whoever
/// holds one of its tokens; `/health`, `/ledger` and the resolution of soft bindings (`/matches`,
/// `/manifests`) to anybody.
public struct LicensingService: Sendable {
    static let paths: Set<String> = [
        "events", "snapshot", "agreements", "deployments", "status", "health",
        "ledger", "manifests", "matches", "services",
    ]
    /// The methods that an address answers; none when it is not one of ours.
    static func methods(at path: String) -> [String] {
        switch path {
        case "/events", "/matches/byContent": return ["POST"]
        case "/matches/byBinding": return ["GET", "POST"]
        default:
            let first = path.split(separator: "/").first.map(String.init) ?? ""
            return paths.contains(first) ? ["GET"] : []
        }
    }

    static let bodyLimitInBytes = 1 << 20

    let store: LicensingStore
    let webhookSecrets: [String]
    /// Licensors by the digest of their token, so that looking one up tells nothing about others.
    let licensors: [SelvageTypes.Digest: String]
    let signingKey: Curve25519.Signing.PrivateKey
    let clock: any Timekeeper
    let ledger: (any LedgerFiles)?
    let content: ContentSearch?

    /// A service.
    ///
    /// - Parameters:
    ///   - webhookSecrets: `whsec_…`; several while one is being replaced.
    ///   - readTokens: Bearer tokens with the one licensor that each may see.
    ///   - signingKey: Seals snapshots.
    ///   - ledger: The ledger's files, served to everybody; none when left out.
    ///   - content: Which sealed assets a picture shows, for everybody; not offered when left out.
    public init(
        store: LicensingStore, webhookSecrets: [String], readTokens: [String: String],
        signingKey: Curve25519.Signing.PrivateKey, clock: any Timekeeper,
        ledger: (any LedgerFiles)? = nil, content: ContentSearch? = nil
    ) {
        self.store = store
        self.webhookSecrets = webhookSecrets
        licensors = Dictionary(
            readTokens.map { (SelvageTypes.Digest(of: $0.key), $0.value) }, uniquingKeysWith: { $1 }
        )
        self.signingKey = signingKey
        self.clock = clock
        self.ledger = ledger
        self.content = content
    }

    /// The routes, ready to be run on a port or mounted in another application.
    public func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware(store: store))
        router.post("/events") { request, _ in try await receive(request) }
        router.get("/health") { _, _ in Self.json(["status": "ok"]) }
        router.get("/snapshot") { request, _ in try await snapshot(request) }
        router.get("/agreements") { request, _ in try await agreements(request) }
        router.get("/agreements/{agreement}") { request, context in
            try await agreement(context.parameters.get("agreement") ?? "", request)
        }
        router.get("/deployments") { request, _ in try await deployments(request) }
        router.get("/status") { request, _ in try await status(request) }
        BindingRoutes(store).add(to: router)
        if let content { ContentRoutes(content).add(to: router) }
        if let ledger { LedgerRoutes(ledger).add(to: router) }
        return router
    }

    static func json(_ value: JSONValue, headers: HTTPFields = [:]) -> Response {
        var all = headers
        all[.contentType] = "application/json"
        if all[.cacheControl] == nil { all[.cacheControl] = "no-store" }
        return Response(
            status: .ok, headers: all,
            body: ResponseBody(byteBuffer: ByteBuffer(string: value.canonicalText)))
    }

    /// Takes one report: signature first, then form, then its effect, once.
    private func receive(_ request: Request) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > Self.bodyLimitInBytes
        {
            throw ProblemDetails(.contentTooLarge, "The body is larger than one mebibyte.")
        }
        let buffer = try await request.body.collect(upTo: Self.bodyLimitInBytes)
        let body = Array(buffer.readableBytesView)
        let now = clock.now()
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        do {
            try StandardWebhook.verify(
                headers: headers, body: body, secrets: webhookSecrets, now: now)
        } catch {
            throw ProblemDetails(.unauthorized, error.sentence)
        }
        let application = EventApplication(
            event: try DeploymentEvent(body), digest: SelvageTypes.Digest(of: body), now: now)
        let receipt = try await store.write { try application.apply(to: $0) }
        return Self.json(receipt.json)
    }
}
