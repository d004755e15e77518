// From a master to the sealed file: marked, with its rights, signed, and read again.

public import Imaging
internal import Provenance
internal import Recognition
public import SelvageTypes
internal import Watermarking

/// The decoders that sealing needs; in practice those of a `DecoderPool`.
public struct SealingDecoders: Sendable {
    /// Decodes a file as everybody sees it.
    public typealias Plain = @Sendable ([UInt8]) async throws(DecodeError) -> Picture
    /// Decodes a master as it is stored.
    public typealias Master = @Sendable ([UInt8]) async throws -> MasterImage

    let plain: Plain
    let master: Master

    /// Decoders by themselves.
    public init(plain: @escaping Plain, master: @escaping Master) {
        (self.plain, self.master) = (plain, master)
    }
}

/// Asks a time-stamp authority: a request of RFC 3161 in, its answer out.
public typealias TimeStamper = @Sendable (_ request: [UInt8]) async throws -> [UInt8]

/// A sealed file and what is known about it.
public struct SealedFile: Sendable {
    /// The whole file.
    public let bytes: [UInt8]
    /// The seal, for the catalogue.
    public let seal: AssetSeal
    /// The manifest store in the file.
    public let manifestStore: [UInt8]
    /// The soft bindings that the manifest names: algorithm and value.
    public let softBindings: [(algorithm: String, value: String)]
    /// What it survives.
    public let report: RecoveryReport
    /// What the sealed file does not have of the master, for people.
    public let remarks: [String]
    /// The file as it is shown, for whoever goes on with it.
    let shown: ShownOnce
}

/// Seals masters in memory; nothing is kept.
public struct Sealer: Sendable {
    /// What is sealed as what.
    public struct Order: Sendable {
        /// The master's bytes.
        public var master: [UInt8]
        /// What is said about it.
        public var definition: SealDefinition
        /// The name people use.
        public var title: String
        /// The number of the registry, which the mark carries.
        public var number: UInt32
        /// Image files of parts, by the parts' places in the definition.
        public var partFiles: [Int: [UInt8]] = [:]

        /// An order.
        public init(
            master: [UInt8], definition: SealDefinition, title: String, number: UInt32
        ) {
            (self.master, self.definition) = (master, definition)
            (self.title, self.number) = (title, number)
        }
    }

    /// The version that manifests name as their maker's.
    static let version = "0.1.0"

    let keys: LicensorKeys
    let decoders: SealingDecoders
    let stamper: TimeStamper?
    let observer: SealObserver

    /// A sealer with a licensor's keys.
    ///
    /// - Parameters:
    ///   - stamper: A time-stamp authority, without which manifests hold no longer than the signer's
    ///     certificate; nil for none.
    ///   - observer: Is told of each stage.
    public init(
        keys: LicensorKeys, decoders: SealingDecoders, stamper: TimeStamper? = nil,
        observer: @escaping SealObserver = { _ in }
    ) {
        (self.keys, self.decoders, self.stamper) = (keys, decoders, stamper)
        self.observer = observer
    }

    /// Marks, describes and signs a master, and reads the result again.
    ///
    /// - Throws: `RegisteringError`, `DecodeError`, `EncodeError`, `RightsError`, `ManifestError`
    ///   or `ImageFileError`.
    public func seal(_ order: Order, at moment: Instant) async throws -> SealedFile {
        let container = try ImageFile(order.master)
        var marked = try await mark(order, container)
        observer(.checking)
        // What is written around the pixels changes none of them: one decoding serves all that follows.
        var described = try describe(marked.bytes, order.definition)
        var shown = try await decoders.plain(described)
        if let payload = marked.payload, trials(payload, marked.tiles).hit(in: shown) == nil {
            marked = try bare(
                container, .unmarkable,
                "the mark is not read in the file as it would be written.")
            described = try describe(marked.bytes, order.definition)
            shown = try await decoders.plain(described)
        }
        marked.bytes = []
        marked.report.fileDecibels = try await fileDecibels(of: shown, marked, order.master)
        let bindings = bindings(of: shown, marked.payload)
        observer(.signing)
        let (signed, statements) = try await sign(described, order, container, bindings, moment)
        if let payload = marked.payload {
            observer(.trying)
            marked.report.trials = try await trials(payload, marked.tiles).run(on: shown)
        }
        return SealedFile(
            bytes: signed.file,
            seal: AssetSeal(
                at: moment, file: Digest(of: signed.file), manifest: signed.storeDigest,
                manifestLabel: signed.label, statements: statements,
                mark: marked.payload.map {
                    AssetSeal.Mark(payload: $0.description, key: keys.marking.key.id)
                },
                markTiles: marked.payload == nil ? nil : marked.tiles,
                iscc: bindings[0].value, licence: order.definition.licence),
            manifestStore: signed.store,
            softBindings: bindings.map { ($0.algorithm, $0.value) }, report: marked.report,
            remarks: marked.remarks, shown: ShownOnce(shown))
    }

    /// How far the sealed file is from its master, both as they are shown; nil when they are the same.
    private func fileDecibels(
        of shown: Picture, _ marked: MarkedFile, _ master: [UInt8]
    ) async throws -> Double? {
        // Where what is shown of the marked file are the marked samples themselves, neither colours nor
        // coding come between them, for the master neither: it is as far away as the mark made it.
        if let plain = marked.plain, plain.pixels == Digest(of: shown.pixels) {
            return plain.decibels.isFinite ? plain.decibels : nil
        }
        return try await decoders.plain(master).decibels(to: shown)
    }

    private func trials(
        _ payload: WatermarkPayload, _ tiles: AssetSeal.MarkTiles?
    ) -> RecoveryTrials {
        RecoveryTrials(
            detector: WatermarkDetector(keys: [keys.marking.key]), payload: payload,
            tiles: tiles, decode: decoders.plain)
    }
}

/// A file on its way: marked or not, not yet described and signed.
private struct MarkedFile {
    var bytes: [UInt8]
    var payload: WatermarkPayload?
    var tiles: AssetSeal.MarkTiles?
    var report: RecoveryReport
    var remarks: [String] = []
    /// The digest of the marked samples and their distance from the master's, where nothing but them is
    /// shown: eight bits, no profile, no alpha.
    var plain: (pixels: Digest, decibels: Double)?
}

extension Sealer {
    private func mark(_ order: Order, _ container: ImageFile) async throws -> MarkedFile {
        guard order.definition.isMarked else { return try bare(container, .unmarked, nil) }
        observer(.decoding)
        let master = try await decoders.master(order.master)
        let payload = keys.marking.issue.payload(number: order.number)
        let made: MarkedPicture
        observer(.marking)
        do throws(MarkError) {
            made = try Watermarker(key: keys.marking.key).mark(
                master.picture, repeating: order.definition.repeating, payload: payload)
        } catch {
            return try bare(container, .unmarkable, error.detail)
        }
        let isPlain = master.bitsPerSample == 8 && master.icc == nil && master.alpha == nil
        let remarks = master.remarks.filter { $0 != .manifestStore }.map(\.description)
        observer(.writing)
        return MarkedFile(
            bytes: try (consume master).encoded(with: made.picture), payload: payload,
            tiles: made.tiles,
            report: RecoveryReport(
                marking: .marked, markDecibels: made.decibels, tileSide: made.tileSide,
                seam: made.seam, selfTests: made.tests),
            remarks: remarks,
            plain: isPlain ? (Digest(of: made.picture.pixels), made.decibels) : nil)
    }

    /// The master without a mark; a former manifest, which would not hold any more, is taken out.
    private func bare(
        _ container: ImageFile, _ marking: RecoveryReport.Marking, _ reason: String?
    ) throws -> MarkedFile {
        let carries = try container.manifestStore() != nil
        return MarkedFile(
            bytes: carries
                ? try container.replacingManifestStore(with: nil).bytes : container.bytes,
            report: RecoveryReport(marking: marking, reason: reason))
    }

    private func describe(_ bytes: [UInt8], _ definition: SealDefinition) throws -> [UInt8] {
        let record = definition.rightsRecord
        guard record != RightsRecord() else { return bytes }
        return try record.written(into: try ImageFile(bytes))
    }

    /// The ISCC first, then the mark.
    private func bindings(
        of picture: Picture, _ payload: WatermarkPayload?
    ) -> [ManifestDefinition.SoftBinding] {
        let iscc = ManifestDefinition.SoftBinding(
            algorithm: ISCCImageCode.algorithm, value: ISCCImageCode(of: picture).description)
        return [iscc]
            + (payload.map {
                [
                    ManifestDefinition.SoftBinding(
                        algorithm: ManifestDefinition.SoftBinding.markAlgorithm,
                        value: $0.description)
                ]
            } ?? [])
    }

    private func sign(
        _ bytes: [UInt8], _ order: Order, _ container: ImageFile,
        _ bindings: [ManifestDefinition.SoftBinding], _ moment: Instant
    ) async throws -> (signed: SignedManifest, statements: [String]) {
        var signed = try unstamped(bytes, order, container, bindings, moment)
        if let stamper {
            var random = SystemRandomNumberGenerator()
            let request = try signed.timeStampRequest(using: &random)
            signed = try signed.stamped(by: await stamper(request.bytes), to: request).manifest
        }
        let report = try ManifestReader(at: moment).read(try ImageFile(signed.file))
        guard let report, report.state != .invalid, report.storeDigest == signed.storeDigest else {
            throw RegisteringError(
                .selfCheck,
                "The credentials that were just written do not hold: "
                    + "\(report?.summary ?? "none are found"). Nothing was sealed.")
        }
        return (signed, ManifestRule.statements(of: report.active))
    }

    // Apart from what waits: the optimiser of Swift 6.3.1 fails on a throwing `map` there.
    @inline(never)
    private func unstamped(
        _ bytes: [UInt8], _ order: Order, _ container: ImageFile,
        _ bindings: [ManifestDefinition.SoftBinding], _ moment: Instant
    ) throws -> SignedManifest {
        let carries = try container.manifestStore() != nil
        let definition = order.definition.manifest(
            title: order.title, bindings: bindings, master: container, carriesCredentials: carries,
            files: try order.partFiles.mapValues { try ImageFile($0) }, version: Self.version)
        // Labels are never the same twice; nothing is replayed from them.
        var random = SystemRandomNumberGenerator()
        return try ManifestWriter(definition, signer: keys.identity.signer).sign(
            try ImageFile(bytes), at: moment, leavesRoom: stamper != nil, using: &random)
    }
}
