// A web in memory: answers by rule, and a log of what every host saw.

import SelvageTypes
import Synchronization

/// A web in memory: answers by rule, and a log of what every host saw.
final class SimulatedWeb: Fetcher {
    /// What a host does with a request.
    enum Answer: Sendable {
        case page(String, status: Int = 200, headers: [HeaderField] = [])
        case redirect(String)
        case failure(FetchError.Reason)
    }

    /// One request as the host saw it.
    struct Request: Hashable, Sendable {
        var address: WebAddress
        var began: Instant
        var ended: Instant
        var status: Int
        var retryAfter: Int64?
        /// Bytes of the body that was sent.
        var bytes = 0
    }

    let simulation: Simulation
    /// Where a host's name leads to.
    private let peer: @Sendable (String) -> String
    private let rule: @Sendable (WebAddress, _ time: Int) -> (Answer, milliseconds: Int64)
    private let state = Mutex<(log: [Request], asked: [WebAddress: Int])>(([], [:]))

    init(
        _ simulation: Simulation,
        peer: @escaping @Sendable (String) -> String = { _ in "192.0.2.1:80" },
        rule: @escaping @Sendable (WebAddress, _ time: Int) -> (Answer, milliseconds: Int64)
    ) {
        self.simulation = simulation
        self.peer = peer
        self.rule = rule
    }

    /// A web of fixed pages; what is not in it is gone.
    convenience init(
        _ simulation: Simulation, milliseconds: Int64 = 20, pages: [String: Answer]
    ) {
        self.init(simulation) { address, _ in
            (pages[address.description] ?? .page("gone", status: 404), milliseconds)
        }
    }

    var log: [Request] { state.withLock { $0.log } }

    /// Addresses in the order asked, without what is asked of a host as a whole.
    var asked: [String] {
        log.map(\.address.description).filter {
            !$0.hasSuffix("/robots.txt") && !$0.hasSuffix("/.well-known/tdmrep.json")
        }
    }

    func fetch(_ request: FetchRequest) async throws(FetchError) -> Capture {
        let began = simulation.now()
        var hops: [Hop] = []
        var address = request.address
        while hops.count <= request.limits.redirects {
            let (answer, status, headers) = try await ask(address, request.headers)
            hops.append(
                Hop(
                    address: address, status: status, requestHead: "", responseHead: "",
                    peer: peer(address.host)))
            switch answer {
            case .redirect(let place):
                guard let next = WebAddress(place, relativeTo: address) else {
                    throw FetchError(.badRedirect, address: place, detail: "no address", hops: hops)
                }
                address = next
            case .page(let body, _, _):
                let bytes = status == 304 ? [] : Array(body.utf8)
                let screen = status == 200 ? request.screen : nil
                let objection =
                    screen?.objection(headers: headers, length: bytes.count)
                    ?? screen?.objection(firstBytes: bytes)
                var capture = Capture(
                    hops: hops, body: objection == nil ? bytes : [], began: began,
                    ended: simulation.now(), headers: headers)
                capture.ruledOut = objection
                return capture
            case .failure(let reason):
                throw FetchError(reason, address: address.description, detail: "simulated")
            }
        }
        throw FetchError(
            .tooManyRedirects(limit: request.limits.redirects), address: address.description,
            detail: "a loop", hops: hops)
    }

    private func ask(_ address: WebAddress, _ asked: [HeaderField]) async throws(FetchError)
        -> (Answer, status: Int, headers: [HeaderField])
    {
        let began = simulation.now()
        let time = state.withLock { state in
            state.asked[address, default: 0] += 1
            return state.asked[address, default: 0]
        }
        let (answer, milliseconds) = rule(address, time)
        do {
            try await simulation.sleep(until: began.advanced(milliseconds: milliseconds))
        } catch {
            throw FetchError(.cancelled, address: address.description, detail: "cancelled")
        }
        var seen = Request(address: address, began: began, ended: simulation.now(), status: 0)
        var headers = [HeaderField("Content-Type", "text/html; charset=utf-8")]
        switch answer {
        case .page(let body, let status, let further):
            seen.status = status
            headers = further + headers
            let condition = asked.first("if-none-match")
            if let condition, further.first("etag") == condition { seen.status = 304 }
            seen.bytes = seen.status == 304 ? 0 : body.utf8.count
        case .redirect: seen.status = 302
        case .failure: break
        }
        seen.retryAfter = headers.first("retry-after").flatMap { Int64($0) }
        state.withLock { $0.log.append(seen) }
        return (answer, seen.status, headers)
    }
}

/// A page that links to others.
func page(_ links: String..., head: String = "") -> SimulatedWeb.Answer {
    page(links, head: head)
}

/// A page that links to others and shows images.
func page(_ links: [String], images: [String] = [], head: String = "") -> SimulatedWeb.Answer {
    let anchors = links.map { "<a href=\"\($0)\">\($0)</a> " }.joined()
    let pictures = images.map { "<img src=\"\($0)\"> " }.joined()
    return .page("<html><head>\(head)</head><body>\(anchors)\(pictures)</body></html>")
}
