// The four shops and the mill as real HTTP servers on loopback addresses.

internal import Glibc
internal import Hummingbird
internal import Logging
internal import ServiceLifecycle

/// A demo server that could not start.
///
/// Compare `reason`; `description` is for people.
public struct DemoServerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why a server could not start.
    public enum Reason: String, Hashable, Sendable {
        /// Another program listens there.
        case portInUse
        /// The machine has no such address.
        case noSuchAddress
        /// The system does not let us listen there.
        case notAllowed
        /// Something else.
        case failed
    }

    /// What kind of failure it was.
    public let reason: Reason
    /// One sentence for people.
    public let description: String
}

/// Serves a demo world.
public final class DemoServers: Sendable {
    /// The world that is served.
    public let world: DemoWorld
    private let shelf = ImageShelf()
    private let tally: RequestTally
    private let logger: Logger

    /// Servers for a world; nothing listens yet.
    public init(_ world: DemoWorld) {
        self.world = world
        tally = RequestTally(sites: world.sites.count)
        var logger = Logger(label: "selvage.demo")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// What each site was asked so far, in the order of the addresses.
    public var requests: [SiteRequests] { tally.counts }

    /// Listens on all five addresses until the task is cancelled.
    ///
    /// - Parameter whenReady: Called once, when all five accept connections.
    /// - Throws: `DemoServerError` when an address or the port cannot be had.
    public func run(whenReady: @escaping @Sendable () async -> Void = {}) async throws {
        for address in world.addresses { try Self.check(address, port: world.port) }
        let (ready, announce) = AsyncStream.makeStream(of: Void.self)
        let applications = world.sites.map { site in
            application(for: site) { announce.yield() } as any Service
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { [logger] in
                    defer { announce.finish() }
                    try await ServerGroup.run(applications, logger: logger)
                }
                group.addTask { [count = world.sites.count] in
                    var started = 0
                    for await _ in ready {
                        started += 1
                        if started == count { await whenReady() }
                    }
                }
                try await group.waitForAll()
            }
        } catch {
            throw DemoServerError(reason: .failed, description: "A demo server stopped: \(error).")
        }
    }

    /// The responder of one site, for tests that need no socket.
    func application(
        for site: DemoSite, started: @escaping @Sendable () -> Void = {}
    ) -> some ApplicationProtocol {
        let answers = SiteResponder(world: world, site: site, shelf: shelf, tally: tally)
        let responder = CallbackResponder<BasicRequestContext> { request, _ in
            try answers.respond(to: request)
        }
        return Application(
            responder: responder,
            configuration: ApplicationConfiguration(
                address: .hostname(world.addresses[site.index], port: world.port),
                serverName: "demo"),
            onServerRunning: { _ in started() }, logger: logger)
    }

    /// Tries the address and port, so that a refusal has a clear sentence.
    static func check(_ address: String, port: Int) throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
            throw DemoServerError(
                reason: .noSuchAddress, description: "\(address) is not an IPv4 address.")
        }
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0 else { throw refusal(errno, address, port) }
        // A socket of another program that only has the port reserved shows here.
        guard listen(socket, 1) == 0 else { throw refusal(errno, address, port) }
    }

    private static func refusal(_ code: Int32, _ address: String, _ port: Int) -> DemoServerError {
        switch code {
        case EADDRINUSE:
            DemoServerError(
                reason: .portInUse,
                description:
                    "Port \(port) on \(address) is in use; stop the program that listens there, or pass --port."
            )
        case EADDRNOTAVAIL:
            DemoServerError(
                reason: .noSuchAddress,
                description:
                    "This machine has no address \(address); the demo needs the loopback range 127.0.0.0/8."
            )
        case EACCES:
            DemoServerError(
                reason: .notAllowed,
                description:
                    "The system does not allow listening on port \(port); pass --port with a number above 1023."
            )
        default:
            DemoServerError(
                reason: .failed,
                description:
                    "Cannot listen on \(address) port \(port): \(String(cString: strerror(code))).")
        }
    }
}
