// The fetcher: asks addresses, follows redirects, posts messages; libcurl on threads of its own.

internal import CCurl
public import SelvageTypes
internal import Synchronization

/// Asks addresses over HTTP/1.1 and, where TLS offers it, HTTP/2, within stated limits, and never a
/// peer that the network policy forbids.
///
/// All requests to one host share one loop and its thread; keep-alive connections are reused. A
/// request waits, untimed, until one of its host's connections is free. The caller bounds how many
/// requests it has open.
public final class CurlFetcher: Fetcher, MessageSender, Sendable {
    /// What holds for all requests.
    public let settings: FetchSettings
    private let loops: [RunningLoop]
    private let directory: PeerDirectory

    /// Starts a fetcher and its threads.
    ///
    /// - Throws: `FetcherStartError`.
    public convenience init(
        settings: FetchSettings, timekeeper: any Timekeeper = SystemTimekeeper()
    ) throws(FetcherStartError) {
        try self.init(settings: settings, timekeeper: timekeeper, resolver: NameResolver())
    }

    /// Starts a fetcher that asks a resolver for names.
    init(
        settings: FetchSettings, timekeeper: any Timekeeper = SystemTimekeeper(),
        resolver: NameResolver
    ) throws(FetcherStartError) {
        guard !settings.userAgent.isEmpty, RequestFields.isFieldValue(settings.userAgent) else {
            throw FetcherStartError(
                reason: .unusableUserAgent,
                detail: "The user agent must be one line of plain characters.")
        }
        let share = settings.share(ofLoops: settings.loops)
        let loops = (0..<settings.loops).compactMap { _ in RunningLoop(share, timekeeper) }
        guard Self.isLibraryReady, loops.count == settings.loops else {
            throw FetcherStartError(
                reason: .systemRefused,
                detail: "The system gave no descriptor or thread for the network; see ulimit -n.")
        }
        self.settings = settings
        self.loops = loops
        directory = PeerDirectory(settings.policy, resolver: resolver)
    }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Ends the threads; what is still under way fails as cancelled, and so does what comes later.
    public func shutDown() {
        for loop in loops { loop.shutDown() }
    }

    public func fetch(_ request: FetchRequest) async throws(FetchError) -> Capture {
        let fields = RequestFields(for: request)
        var redirection = Redirection(limit: request.limits.redirects)
        var exchange = Exchange(
            address: request.address, fields: fields.fields(for: request.address),
            plainPurpose: fields.plainPurpose, limits: request.limits, screen: request.screen,
            keepsBody: request.keepsBody)
        // RFC 9309 section 2.5: what lies within the limit is read, however long the file is.
        if request.purpose == .robots { exchange.overflow = .cut }
        var hops: [Hop] = []
        var began: Instant?
        while true {
            do throws(Fault) {
                let reply = try await ask(exchange)
                hops.append(hop(exchange, reply))
                began = began ?? reply.began
                exchange.spentInMilliseconds += reply.tookInMilliseconds
                guard let next = try redirection.next(after: reply.head, at: exchange.address)
                else {
                    return try reply.capture(
                        hops, began: began ?? reply.began, within: request.limits)
                }
                exchange.address = next
                exchange.fields = fields.fields(for: next)
            } catch {
                throw FetchError(
                    error.reason, address: exchange.address.description, detail: error.detail,
                    hops: hops)
            }
        }
    }

    private func hop(_ exchange: Exchange, _ reply: Reply) -> Hop {
        Hop(
            address: exchange.address, status: reply.head.status,
            requestHead: RequestHead.text(exchange, userAgent: settings.userAgent),
            responseHead: reply.head.text, peer: reply.peer, wireProtocol: reply.wireProtocol)
    }

    public func post(
        _ body: [UInt8], to address: WebAddress, headers: [HeaderField]
    ) async throws(FetchError) -> Answer {
        var limits = FetchLimits()
        limits.bodyInBytes = 64 << 10
        limits.totalInMilliseconds = 15_000
        do throws(Fault) {
            let reply = try await ask(
                Exchange(
                    address: address, fields: RequestFields.sendable(headers), message: body,
                    limits: limits, overflow: .cut))
            return Answer(
                status: reply.head.status, headers: reply.head.fields, body: reply.body.bytes)
        } catch {
            throw FetchError(error.reason, address: address.description, detail: error.detail)
        }
    }

    private func ask(_ exchange: Exchange) async throws(Fault) -> Reply {
        guard exchange.address.description.utf8.count <= Redirection.addressLimitInBytes else {
            throw Fault(.unsupportedAddress, "The address is longer than any server takes.")
        }
        var exchange = exchange
        let began = LoopClock.present
        exchange.peers = try await directory.peers(
            of: exchange.address, within: exchange.limits.connectInMilliseconds)
        exchange.spentInMilliseconds += LoopClock.present - began
        return try await submit(exchange)
    }

    private func submit(_ exchange: Exchange) async throws(Fault) -> Reply {
        let inbox = loop(for: exchange.address).inbox
        let ticket = Ticket()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { outcome in
                if !inbox.submit(.start(ticket, exchange, outcome)) {
                    outcome.resume(returning: .failure(.cancelled))
                }
            }
        } onCancel: {
            ticket.cancel()
            _ = inbox.submit(.cancel(ticket))
        }
        return try result.get()
    }

    /// The loop that all requests to a host go to.
    private func loop(for address: WebAddress) -> RunningLoop {
        guard loops.count > 1 else { return loops[0] }
        let hash = address.host.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3  // FNV-1a.
        }
        return loops[Int(hash % UInt64(loops.count))]
    }
}
