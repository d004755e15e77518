// `selvage asset verify` and `selvage asset audit`: which asset a file shows; what manifests lack.

import ArgumentParser
import Foundation
import Imaging
import Matching
import Monitoring
import Persistence
import Provenance
import Registering
import SelvageTypes

struct AssetVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Say which asset and licence a copy is, and how that was established.",
        discussion: """
            Credentials, watermark and recognition by hash and repeat are asked each by itself, and \
            what disagrees is said. A mark counts only when the picture agrees: it can be copied. \
            The watermark is looked for with the licensor's keys of the data folder.

            Example:
              selvage asset verify found.jpg --catalogue catalogue
            """)

    @Argument(help: ArgumentHelp("The file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Option(
        help: ArgumentHelp(
            "Certificates in PEM of those whom you trust to sign manifests.", valueName: "file"))
    var trust: String?

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let catalogue = try Preparation.catalogue(catalogue)
        if ModelFile.isNamed(file) { return try await verifyModel(licensor: catalogue.licensor) }
        guard let content = FileManager.default.contents(atPath: file) else {
            throw Failure("\(file): cannot be read; check the path and its permissions")
        }
        let bytes = Array(content)
        let decoders = Preparation.masterDecoders()
        defer { decoders.shutDown() }
        let picture: Picture
        do throws(DecodeError) {
            picture = try await decoders.decode(bytes)
        } catch {
            throw Failure("\(file): \(error.detail)")
        }
        let verifier = try Verifier(
            catalogue, keys: try keys(of: catalogue.licensor), anchors: try anchors(),
            at: SystemTimekeeper().now())
        var answer = verifier.verify(bytes, showing: picture)
        for asset in verifier.unconfirmed(in: answer) {
            guard let image = asset.image, let folder = catalogue.folder,
                let kept = FileManager.default.contents(atPath: "\(folder)/\(image)"),
                let registered = try? await decoders.decode(Array(kept))
            else { continue }
            verifier.confirm(&answer, showing: picture, as: asset, registered: registered)
        }
        output.json ? try Terminal.json(answer) : VerificationPrinter.show(answer, of: file)
    }

    /// Compares weights with the models that the data folder's registry has.
    private func verifyModel(licensor: String) async throws {
        let folder = try data.folder()
        guard FileManager.default.fileExists(atPath: "\(folder)/licensing.sqlite") else {
            throw Failure(
                "\(folder): no registry of models here; name the data folder with --data")
        }
        let registry = try LicensingStore(folder: folder)
        let seals = try await registry.read { try $0.seals(of: licensor) }
        let answer = ModelVerification(
            of: try ModelFile(reading: file), among: seals,
            sidecar: FileManager.default.contents(atPath: "\(file).c2pa").map { Array($0) },
            anchors: try anchors(), at: SystemTimekeeper().now())
        output.json ? try Terminal.json(answer) : VerificationPrinter.show(answer, of: file)
    }

    /// The licensor's watermark keys, read beside whoever works in the data folder; none when there
    /// is no data folder.
    private func keys(of licensor: String) throws -> [MarkingKey] {
        let folder = try data.folder()
        guard FileManager.default.fileExists(atPath: "\(folder)/keys") else { return [] }
        return try MarkingKey.keys(of: licensor, in: try KeyFolder("\(folder)/keys"))
    }

    private func anchors() throws -> TrustAnchors {
        guard let trust else { return .none }
        guard let text = try? String(contentsOfFile: trust, encoding: .utf8) else {
            throw Failure("\(trust): cannot be read; check the path and its permissions")
        }
        return try TrustAnchors(pem: text)
    }
}

/// A verification as lines for people.
enum VerificationPrinter {
    static func show(_ answer: Verification, of file: String) {
        if answer.conclusions.isEmpty {
            Terminal.line("\(TextTable.printable(file)): shows no asset of this catalogue")
        }
        for one in answer.conclusions {
            Terminal.line("\(one.asset): \(TextTable.printable(one.title))")
            Terminal.line("  licensor     \(one.licensor)")
            Terminal.line("  licence      \(one.licence ?? "none named")")
            Terminal.line("  established  by \(one.grounds.map(\.words).joined(separator: ", "))")
        }
        Terminal.line("how it was looked at")
        Terminal.line("  metadata     \(TextTable.printable(answer.credentials.summary))")
        Terminal.line("  rights       \(rights(answer.rights))")
        for mark in answer.marks { show(mark) }
        if answer.marks.isEmpty {
            Terminal.line(
                answer.keysAsked > 0
                    ? "  watermark    none of \(answer.keysAsked) keys reads a mark"
                    : "  watermark    not looked for: the data folder has no key of this licensor")
        }
        for one in answer.recognised {
            Terminal.line("  recognised   \(one.match.asset): \(one.words)")
        }
        if answer.recognised.isEmpty { Terminal.line("  recognised   nothing by hash or repeat") }
        if !answer.disagreements.isEmpty { Terminal.line("what disagrees") }
        for one in answer.disagreements {
            Terminal.line("  \(TextTable.printable(one.sentence))")
        }
    }

    static func show(_ answer: ModelVerification, of file: String) {
        if answer.found.isEmpty {
            Terminal.line("\(TextTable.printable(file)): holds no registered model")
        }
        for one in answer.found {
            Terminal.line("\(one.asset): \(TextTable.printable(one.title))")
            Terminal.line("  licence      \(one.licence ?? "none named")")
            Terminal.line("  established  by \(one.ground.words)")
            Terminal.line(
                String(
                    format: "  tensors      %.0f %% byte for byte, %.0f %% by name and shape; "
                        + "chance of the signs at most %.1e", one.equalContents * 100,
                    one.equalShapes * 100, one.chance))
        }
        Terminal.line("credentials    \(answer.credentials ?? "none beside the file")")
    }

    private static func show(_ mark: Verification.Mark) {
        let lies = [
            String(format: "tile %.1f pixels, turned %.1f°", mark.tileSide, mark.turn),
            mark.isMirrored ? "mirrored" : nil, mark.isInverted ? "inverted" : nil,
        ].compactMap { $0 }.joined(separator: ", ")
        Terminal.line(
            "  watermark    \(mark.payload) with \(mark.key)"
                + (mark.asset.map { ": \($0)" } ?? "") + (mark.counts ? "" : ", does not count"))
        Terminal.line(
            String(
                format:
                    "               t %.2f, threshold %.2f, false at most %.1e in %ld attempts; ",
                mark.statistic, mark.threshold, mark.falseHitBound, mark.attempts) + lies)
    }

    private static func rights(_ record: RightsRecord?) -> String {
        guard let record else { return "none stated in the file" }
        let words = [
            record.copyrightNotice, record.creators.first.map { "by \($0)" },
            record.webStatement, record.linkedExpressions.first.map { "licence \($0.address)" },
        ]
        let stated = words.compactMap { $0 }
        return stated.isEmpty
            ? "stated, without notice or licence"
            : TextTable.printable(stated.joined(separator: "; "))
    }
}

extension Verification.Ground {
    /// What it is called for people.
    var words: String {
        switch self {
        case .file: "the file itself"
        case .credentials: "its credentials"
        case .watermark: "its watermark"
        case .comparison: "comparison with the registered picture"
        case .hash: "the hash of the whole picture"
        case .repeat: "the features of its repeat"
        }
    }
}

extension ModelVerification.Ground {
    /// What it is called for people.
    var words: String {
        switch self {
        case .file: "the file itself"
        case .tensors: "its tensors, byte for byte"
        case .weights: "the signs of its weights: changed, or of a common ancestor"
        case .architecture: "names and shapes alone, which say nothing about the weights"
        }
    }
}

struct AssetAuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "List what the manifests of a catalogue's assets lack.",
        discussion: """
            Without --require everything is mandatory: how it was made, model versions, data sets, \
            the human coefficient with its basis, the right relied on for each part, rights, \
            training and mining, a watermark or fingerprint.

            Examples:
              selvage asset audit catalogue
              selvage asset audit catalogue --require humanCoefficient --require rights
            """)

    @Argument(help: ArgumentHelp("The catalogue's folder.", valueName: "folder"))
    var catalogue: String

    @Option(
        help: ArgumentHelp(
            "What is mandatory: \(ManifestRule.Requirement.allCases.map(\.rawValue).joined(separator: ", ")); may be repeated.",
            valueName: "field"))
    var require: [String] = []

    @Flag(help: "Exit with status 3 when something is missing.")
    var failOnFindings = false

    @OptionGroup var output: OutputOptions

    mutating func run() throws {
        let rule = try rule()
        let audits = ManifestAudit.audits(
            of: try Preparation.catalogue(catalogue), by: rule, at: SystemTimekeeper().now())
        let incomplete = audits.filter { !$0.isComplete }
        if output.json {
            try Terminal.json(audits)
        } else {
            for audit in incomplete {
                Terminal.line("\(audit.asset): \(TextTable.printable(audit.title))")
                for finding in audit.findings {
                    Terminal.line("  \(TextTable.printable(finding))")
                }
            }
            Terminal.line(
                "\(audits.count - incomplete.count) of \(audits.count) manifests are complete")
        }
        if failOnFindings, !incomplete.isEmpty {
            throw Failure("\(incomplete.count) manifests are incomplete", status: 3)
        }
    }

    private func rule() throws -> ManifestRule {
        guard !require.isEmpty else { return ManifestRule() }
        return ManifestRule(
            required: Set(
                try require.map { word in
                    guard let requirement = ManifestRule.Requirement(rawValue: word) else {
                        let all = ManifestRule.Requirement.allCases.map(\.rawValue)
                        throw Failure.usage(
                            "--require \(word): has to be one of \(all.joined(separator: ", "))")
                    }
                    return requirement
                }))
    }
}
