// What a found file states about origin and rights, read within limits and set beside its asset.

internal import Provenance
internal import SelvageTypes

/// What a found file states about origin and rights.
struct FileStatements: Sendable {
    /// The content credentials of a file.
    enum Credentials: Sendable {
        /// The file's format is none in which credentials are read.
        case otherFormat
        case none
        /// Larger than is read, or it took too long.
        case notRead
        /// There are some, and they cannot be taken apart.
        case unreadable
        case read(ManifestReport)
    }

    var credentials = Credentials.otherFormat
    var elsewhere: String?
    var rights = RightsRecord()

    /// Files with more bytes are not looked into.
    static let fileLimitInBytes = 64 << 20
    /// Manifest stores with more bytes are not read: honest ones have some hundred kilobytes.
    static let storeLimitInBytes = 8 << 20
    /// The seconds after which reading is given up.
    static let seconds = 10
    /// The most that is kept of any text.
    static let textLimit = 300

    /// What is said of a file that took too long.
    static var notRead: Self {
        var statements = Self()
        statements.credentials = .notRead
        return statements
    }

    private init() {}

    /// Reads a file; never asks the network.
    ///
    /// - Parameter moment: When the file was received: certificates have to be valid then.
    init(of bytes: [UInt8], at moment: Instant) {
        guard bytes.count <= Self.fileLimitInBytes else {
            credentials = .notRead
            return
        }
        guard let file = try? ImageFile(bytes) else { return }
        credentials = Self.credentials(of: file, at: moment)
        elsewhere = ManifestReader.remoteManifest(of: file)
        rights = RightsReading(of: file).record
    }

    private static func credentials(of file: ImageFile, at moment: Instant) -> Credentials {
        do {
            guard let store = try file.manifestStore() else { return .none }
            guard store.bytes.count <= storeLimitInBytes else { return .notRead }
            guard let report = try ManifestReader(at: moment).read(file) else { return .none }
            return .read(report)
        } catch {
            return .unreadable
        }
    }

    /// What the file states, beside an asset that it was matched with; nil when it states nothing.
    func beside(_ asset: Asset?, _ match: Match) -> FoundCredentials? {
        var found = FoundCredentials(state(asset?.seal, match))
        if case .read(let report) = credentials {
            found.label = Self.short(report.active.label)
            found.manifest = report.storeDigest
            if report.state != .invalid {
                found.signer = report.active.signer.map { Self.short($0.subject) }
            }
        }
        found.elsewhere = elsewhere.map(Self.short)
        let licensors = rights.licensors.prefix(4).compactMap { $0.address ?? $0.name }
        found.licensors = licensors.isEmpty ? nil : licensors.map(Self.short)
        found.webStatement = rights.webStatement.map(Self.short)
        found.dataMining = rights.dataMining.map { Self.short($0.term) }
        return found.isEmpty ? nil : found
    }

    private func state(_ seal: AssetSeal?, _ match: Match) -> FoundCredentials.State? {
        switch credentials {
        case .otherFormat: return nil
        case .notRead: return .notRead
        case .unreadable: return .broken
        case .none:
            if elsewhere != nil { return .elsewhere }
            // Of a part, or of a repeat on a product, nobody expects the file's credentials.
            let isWhole =
                match.method == .perceptualHash && match.grade == .match && match.component == nil
            return seal != nil && isWhole ? .stripped : nil
        case .read(let report):
            if report.state == .invalid { return .broken }
            guard let seal else { return .unregistered }
            if report.storeDigest == seal.manifest { return .intact }
            return Self.builds(report.active, on: seal.manifestLabel) ? .derived : .foreign
        }
    }

    /// Whether a manifest holds among its ingredients, at any depth, one whose manifest is valid.
    private static func builds(_ manifest: ReadManifest, on label: String) -> Bool {
        var open = manifest.ingredients
        // Ingredients come from outside: far fewer are honest.
        for _ in 0..<1000 {
            guard let next = open.popLast() else { return false }
            guard let inner = next.manifest, next.state != .invalid else { continue }
            if next.manifestLabel == label { return true }
            open += inner.ingredients
        }
        return false
    }

    /// A text from outside on one line, and not for ever.
    private static func short(_ text: String) -> String {
        let line = text.unicodeScalars.prefix(textLimit).map { scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        return String(String.UnicodeScalarView(line))
    }
}
