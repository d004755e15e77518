// The console: pages and a JSON API for the people who review findings.

public import Hummingbird
public import Logging
public import SelvageTypes

/// The console: pages and a JSON API for the people who review findings.
///
/// It shows what is stored and changes nothing. Everything foreign is shown as escaped text or as a
/// picture that was decoded and encoded anew; no script runs, by its own policy and by
/// `Content-Security-Policy`.
///
/// - Invariant: Without the access token no answer says anything about a finding.
public struct ConsoleService: Sendable {
    /// What one scan looked at and what it did not.
    public struct ScanCoverage: Sendable {
        /// The scan.
        public var scan: ScanRecord
        /// By site, sorted.
        public var sites: [SiteCoverage]
        /// Pictures that only share the geometry of a pattern, for people to look at.
        public var review: [Sighting]
        /// How far it is; nil when nobody counted.
        public var counts: ScanCounts?

        /// The coverage of one scan.
        public init(
            scan: ScanRecord, sites: [SiteCoverage], review: [Sighting] = [],
            counts: ScanCounts? = nil
        ) {
            self.scan = scan
            self.sites = sites
            self.review = review
            self.counts = counts
        }
    }

    /// Where the report of a finding stands with one receiver.
    public struct Report: Hashable, Sendable {
        /// The three states of a report.
        public enum State: String, Hashable, Sendable {
            case owed, delivered, refused
        }

        /// The receiver's address.
        public var receiver: String
        /// Where it stands.
        public var state: State
        /// When it was confirmed or set aside; for an owed one, when it is tried again.
        public var at: Instant?
        /// Tries so far.
        public var tries: Int
        /// What went wrong last, for people.
        public var detail: String

        /// Where a report stands.
        public init(
            receiver: String, state: State, at: Instant? = nil, tries: Int = 0, detail: String = ""
        ) {
            self.receiver = receiver
            self.state = state
            self.at = at
            self.tries = tries
            self.detail = detail
        }
    }

    /// Reports to licensing servers, by state.
    public struct MessageCounts: Hashable, Sendable {
        /// Still to send, confirmed, and set aside because the receiver refused them.
        public var owed, delivered, refused: Int

        /// The counts.
        public init(owed: Int, delivered: Int, refused: Int) {
            self.owed = owed
            self.delivered = delivered
            self.refused = refused
        }
    }

    /// Reads an evidence file by its digest.
    public typealias EvidenceReader = @Sendable (Digest) async throws -> [UInt8]
    /// The file of an asset's licensed picture; nil when the catalogue keeps none.
    public typealias CatalogueImage = @Sendable (_ asset: String) async throws -> [UInt8]?
    /// What the scans looked at.
    public typealias CoverageReader = @Sendable () async throws -> [ScanCoverage]
    /// The name of an asset for people; nil when nobody gave one.
    public typealias AssetTitle = @Sendable (_ asset: String) async throws -> String?
    /// Earlier revisions of a finding, newest first.
    public typealias HistoryReader = @Sendable (Finding) async throws -> [Finding]
    /// Where the reports of a finding's present revision stand.
    public typealias ReportReader = @Sendable (Finding) async throws -> [Report]

    /// How many reports stand where; nil when nobody counts them.
    public typealias MessageCounter = @Sendable () async throws -> MessageCounts?

    let findings: any FindingStore
    let evidence: EvidenceReader
    let catalogueImage: CatalogueImage
    let coverage: CoverageReader
    let assetTitle: AssetTitle
    let history: HistoryReader
    let reports: ReportReader
    let messages: MessageCounter
    let licensor: String?
    let gate: Gate
    let pictures: PictureCache
    let renderer = PageRenderer()
    let logger: Logger

    /// A console.
    ///
    /// - Parameters:
    ///   - decoder: Decodes found and licensed pictures, in its own processes.
    ///   - accessToken: What a visitor has to know; `newAccessToken()` makes one.
    ///   - licensor: Show this licensor's findings only; nil shows all.
    ///   - hosts: Names by which the console may be addressed, without port; others are refused, so
    ///     that a foreign site cannot reach it by rebinding its name.
    ///   - metricsToken: What a monitor has to know to read `/metrics`, and nothing else; nil leaves
    ///     the metrics to those who know the access token.
    public init(
        findings: any FindingStore, evidence: @escaping EvidenceReader,
        decoder: any PictureDecoder, catalogueImage: @escaping CatalogueImage,
        coverage: @escaping CoverageReader, accessToken: String, licensor: String? = nil,
        hosts: Set<String> = ["localhost", "127.0.0.1", "[::1]"],
        assetTitle: @escaping AssetTitle = { _ in nil },
        history: @escaping HistoryReader = { _ in [] },
        reports: @escaping ReportReader = { _ in [] },
        messages: @escaping MessageCounter = { nil }, metricsToken: String? = nil,
        logger: Logger = Logger(label: "selvage.console")
    ) {
        precondition(accessToken.utf8.count >= 16, "An access token is at least 16 bytes long.")
        self.findings = findings
        self.evidence = evidence
        self.catalogueImage = catalogueImage
        self.coverage = coverage
        self.assetTitle = assetTitle
        self.history = history
        self.reports = reports
        self.messages = messages
        self.licensor = licensor
        self.logger = logger
        gate = Gate(token: accessToken, metricsToken: metricsToken, hosts: hosts)
        pictures = PictureCache(decoder: decoder)
    }

    /// A new access token: 256 bits from the system's random source, in hexadecimal.
    public static func newAccessToken() -> String {
        var source = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &source) }.hex
    }

    /// The address to open in a browser, token included.
    public static func address(host: String = "127.0.0.1", port: Int, accessToken: String) -> String
    {
        "http://\(host):\(port)/?token=\(accessToken)"
    }

    /// The routes, behind the checks of host and token.
    public func router() -> Router<BasicRequestContext> {
        let router = Router(
            context: BasicRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: Answering(renderer: renderer, logger: logger))
        router.add(middleware: gate)
        router.get("style.css") { _, _ in
            Response.text(Stylesheet.text, "text/css; charset=utf-8", cached: true)
        }
        addPages(to: router)
        addPictures(to: router)
        addAPI(to: router)
        addMetrics(to: router)
        return router
    }

    /// The newest revision of a finding.
    ///
    /// - Throws: `HTTPError` with 404 when there is none, or the id is not one.
    func finding(_ context: BasicRequestContext) async throws -> Finding {
        let id = context.parameters.get("id") ?? ""
        guard id.utf8.count == 36, id.allSatisfy({ $0.isHexDigit || $0 == "-" }) else {
            throw HTTPError(.notFound)
        }
        var found: Finding?
        if let licensor {
            found = try await findings.finding(id: id, licensor: licensor)
        } else {
            found = try await findings.findings(licensor: nil, includingAuthorised: true)
                .first { $0.id == id }
        }
        guard let found else { throw HTTPError(.notFound) }
        return found
    }
}
