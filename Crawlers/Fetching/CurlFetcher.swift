// The fetcher: asks addresses, follows redirects, posts messages; libcurl on a thread of its own.

internal import CCurl
internal import Glibc
public import SelvageTypes
internal import Synchronization

/// Asks addresses over HTTP/1.1 and TLS, within stated limits, and never a peer that the network
/// policy forbids.
///
/// All requests share one thread; keep-alive connections are reused. A request waits, untimed, until
/// one of its host's connections is free. The caller bounds how many requests it has open.
public final class CurlFetcher: Fetcher, MessageSender, Sendable {
    /// What holds for all requests.
    public let settings: FetchSettings
    private let inbox: Inbox
    private let thread: Mutex<pthread_t?>

    /// Starts a fetcher and its thread.
    ///
    /// - Throws: `FetcherStartError`.
    public init(
        settings: FetchSettings, timekeeper: any Timekeeper = SystemTimekeeper()
    ) throws(FetcherStartError) {
        guard !settings.userAgent.isEmpty, RequestFields.isFieldValue(settings.userAgent) else {
            throw FetcherStartError(
                reason: .unusableUserAgent,
                detail: "The user agent must be one line of plain characters.")
        }
        guard Self.isLibraryReady, let inbox = Inbox(),
            let thread = startLoop(settings, inbox, timekeeper)
        else {
            throw FetcherStartError(
                reason: .systemRefused,
                detail: "The system gave no descriptor or thread for the network; see ulimit -n.")
        }
        self.settings = settings
        self.inbox = inbox
        self.thread = Mutex(thread)
    }

    deinit { shutDown() }

    private static let isLibraryReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Ends the thread; what is still under way fails as cancelled, and so does what comes later.
    public func shutDown() {
        inbox.close()
        let running = thread.withLock { thread in thread.take() }
        guard let running else { return }
        if pthread_equal(running, pthread_self()) != 0 {
            pthread_detach(running)
        } else {
            pthread_join(running, nil)
        }
    }

    public func fetch(_ request: FetchRequest) async throws(FetchError) -> Capture {
        let fields = RequestFields(for: request)
        var redirection = Redirection(limit: request.limits.redirects)
        var address = request.address
        var hops: [Hop] = []
        var began: Instant?
        var spent = 0
        while true {
            do throws(Fault) {
                let reply = try await ask(
                    Exchange(
                        address: address, fields: fields.fields(for: address),
                        limits: request.limits, spentInMilliseconds: spent))
                hops.append(reply.hop)
                began = began ?? reply.began
                spent += reply.tookInMilliseconds
                guard let next = try redirection.next(after: reply.head, at: address) else {
                    return Capture(
                        hops: hops, body: reply.body, began: began ?? reply.began,
                        ended: reply.ended, headers: reply.head.fields)
                }
                address = next
            } catch {
                throw FetchError(
                    error.reason, address: address.description, detail: error.detail, hops: hops)
            }
        }
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
                status: reply.hop.status, headers: reply.head.fields, body: reply.body)
        } catch {
            throw FetchError(error.reason, address: address.description, detail: error.detail)
        }
    }

    private func ask(_ exchange: Exchange) async throws(Fault) -> Reply {
        if let objection = settings.policy.objection(to: exchange.address) {
            throw Fault(.forbiddenAddress, objection)
        }
        guard exchange.address.description.utf8.count <= Redirection.addressLimitInBytes else {
            throw Fault(.unsupportedAddress, "The address is longer than any server takes.")
        }
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
}
