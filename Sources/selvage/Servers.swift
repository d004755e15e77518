// The console and the licensing server of one data folder, on two local ports.

import Casework
import Console
import Demonstration
import Foundation
import Hummingbird
import Licensing
import LicensingServer
import Logging
import Matching
import Monitoring
import Persistence
import Registering
import SelvageTypes

/// The console and the licensing server of one data folder.
struct Servers: Sendable {
    let workspace: Workspace
    let licensing: LicensingStore
    let catalogues: [String]
    let decoder: any PictureDecoder
    let host: String
    let consolePort: Int
    let licensingPort: Int
    let metricsToken: MetricsToken
    let accessToken = ConsoleService.newAccessToken()

    /// The console's address, token included.
    var consoleAddress: String {
        ConsoleService.address(host: host, port: consolePort, accessToken: accessToken)
    }

    /// Where a monitor reads the metrics.
    var metricsAddress: String { "http://\(host):\(consolePort)/metrics" }

    /// The licensing server's address.
    var licensingAddress: String { "http://\(host):\(licensingPort)/" }

    /// Takes a catalogue's assets and a folder of agreements into the licensing server's books;
    /// what is there already and unchanged stays as it is.
    func register(catalogue: Catalogue, agreements: String?) async throws {
        let now = SystemTimekeeper().now()
        let licensor = catalogue.licensor
        _ = try await licensing.importAssets(
            catalogue.entries.map(\.asset), licensor: licensor, at: now)
        guard let agreements else { return }
        let folder = try AgreementFolder(path: agreements)
        _ = try await licensing.importParties(folder.parties, licensor: licensor, at: now)
        for (_, policy) in folder.policies {
            _ = try await licensing.importAgreement(
                policy, licensor: licensor, actor: "import of \(agreements)", at: now)
        }
    }

    /// Listens until the task is cancelled.
    ///
    /// - Parameter whenReady: Called once, when both accept connections.
    /// - Throws: `Failure` when a port cannot be had.
    func run(whenReady: @escaping @Sendable () async -> Void) async throws {
        for port in [consolePort, licensingPort] { try Port.check(host: host, port: port) }
        let (ready, announce) = AsyncStream.makeStream(of: Void.self)
        let console = application(try await consoleRouter(), consolePort) { announce.yield() }
        let server = application(try await licensingRouter(), licensingPort) { announce.yield() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { announce.finish() }
                try await ServerGroup.run([console, server], logger: quiet)
            }
            group.addTask {
                var started = 0
                for await _ in ready {
                    started += 1
                    if started == 2 { await whenReady() }
                }
            }
            try await group.waitForAll()
        }
    }

    /// The servers' own lines are of no use to an operator; their answers say what is wrong.
    private var quiet: Logger {
        var logger = Preparation.logger()
        logger.logLevel = logger.logLevel <= .debug ? logger.logLevel : .critical
        return logger
    }

    private func application(
        _ router: Router<BasicRequestContext>, _ port: Int, started: @escaping @Sendable () -> Void
    ) -> some ApplicationProtocol {
        Application(
            router: router,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "selvage"),
            onServerRunning: { _ in started() }, logger: quiet)
    }

    private func licensingRouter() async throws -> Router<BasicRequestContext> {
        let token = try workspace.keys.secret(named: "licensing-read", creating: true).text
        let licensors = try catalogues.map { try Preparation.catalogue($0).licensor }
        let service = LicensingService(
            store: licensing,
            webhookSecrets: [
                try workspace.keys.secret(named: "licensing-webhook", creating: true).text
            ],
            readTokens: Dictionary(
                licensors.map { (token, $0) }, uniquingKeysWith: { first, _ in first }),
            signingKey: try workspace.keys.signingKey(named: "licensing-server", creating: true)
                .privateKey,
            clock: SystemTimekeeper(),
            ledger: LedgerFolder(reading: Workspace.ledgerPath(in: workspace.folder.path)),
            content: try contentSearch())
        return service.router()
    }

    /// Which sealed assets an uploaded picture shows; nil without a catalogue.
    private func contentSearch() throws -> ContentSearch? {
        guard !catalogues.isEmpty else { return nil }
        let resolution = ContentResolution(
            try catalogues.map { folder in
                let catalogue = try Preparation.catalogue(folder)
                let keys = try MarkingKey.keys(of: catalogue.licensor, in: workspace.keys)
                return (
                    try Verifier(catalogue, keys: keys, at: SystemTimekeeper().now()), catalogue
                )
            }, decoder: decoder)
        return { bytes, algorithm in
            try await resolution.found(in: bytes, algorithm: algorithm).map {
                ContentMatch(manifest: $0.manifest, similarity: $0.similarity)
            }
        }
    }

    private func consoleRouter() async throws -> Router<BasicRequestContext> {
        let workspace = workspace
        let pictures = try LicensedPictures(catalogues: catalogues)
        let service = ConsoleService(
            findings: workspace.store,
            evidence: { digest in try workspace.evidence.read(digest) }, decoder: decoder,
            catalogueImage: { pictures.bytes(of: $0) },
            coverage: {
                var scans: [ConsoleService.ScanCoverage] = []
                var plans: Set<String> = []
                for scan in try await workspace.store.scans(limit: 10) {
                    // What is to review is of the newest scan of each plan; older ones are past.
                    let seen =
                        plans.insert(scan.plan).inserted
                        ? try await workspace.store.sightings(scan) : []
                    scans.append(
                        .init(
                            scan: scan, sites: try await workspace.store.coverage(scan),
                            review: ScanReport.review(of: seen),
                            counts: try await workspace.store.counts(scan)))
                }
                return scans
            },
            accessToken: accessToken, hosts: [host, "localhost", "127.0.0.1", "[::1]"],
            assetTitle: { pictures.title(of: $0) },
            history: { finding in
                try await workspace.store.history(
                    ofFinding: finding.id, licensor: finding.deployment.licensor)
            },
            reports: { finding in
                try await workspace.store.reports(ofEvent: finding.eventID).compactMap { report in
                    ConsoleService.Report.State(rawValue: report.state.rawValue).map {
                        ConsoleService.Report(
                            receiver: report.receiver, state: $0, at: report.at,
                            tries: report.tries, detail: report.detail)
                    }
                }
            },
            messages: {
                let counts = try await workspace.store.outboxCounts()
                return .init(
                    owed: counts.owed, delivered: counts.delivered, refused: counts.refused)
            }, metricsToken: metricsToken.text)
        return service.router()
    }
}

/// The licensed pictures and titles of some catalogues.
struct LicensedPictures: Sendable {
    private let files: [String: String]
    private let titles: [String: String]

    init(catalogues: [String]) throws {
        var files: [String: String] = [:], titles: [String: String] = [:]
        for folder in catalogues {
            for entry in try Preparation.catalogue(folder).entries {
                titles[entry.asset.id] = entry.asset.title
                files[entry.asset.id] = entry.asset.image.map { "\(folder)/\($0)" }
            }
        }
        self.files = files
        self.titles = titles
    }

    func bytes(of asset: String) -> [UInt8]? {
        files[asset].flatMap { FileManager.default.contents(atPath: $0) }.map { Array($0) }
    }

    func title(of asset: String) -> String? { titles[asset] }
}

/// Whether a port can be had.
enum Port {
    /// - Throws: `Failure` with what to do when it cannot.
    static func check(host: String, port: Int) throws {
        guard isFree(host: host, port: port) else {
            throw Failure(
                "port \(port) on \(host) cannot be had: it is in use or not allowed; stop what listens there, or pass another with --port"
            )
        }
    }

    /// Whether nobody listens there and we may.
    static func isFree(host: String, port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        // A name such as localhost cannot be tried here; the server itself then says what is wrong.
        guard inet_pton(AF_INET, host, &name.sin_addr) == 1 else { return true }
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        } && listen(descriptor, 1) == 0
    }
}
