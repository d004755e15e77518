// The evidence of one finding: everything that was seen, in one WARC file that others can check.

internal import Foundation
public import SelvageTypes

/// The evidence of one finding as a WARC 1.1 file.
///
/// It holds a `warcinfo`, for every hop of every capture a `response` and its `request`, the finding
/// with its facts and verdict as `metadata`, and a reference to the licensed image as `resource`.
/// The same captures and finding give the same bytes, in whatever order they are handed over.
///
/// - Invariant: Every record has a SHA-256 block digest, every response a payload digest as well.
public struct EvidenceBundle: Sendable {
    /// The `.warc.gz` file.
    public let bytes: [UInt8]
    /// SHA-256 of the file: how it is named, stored and reported.
    public let digest: Digest

    /// Makes the bundle.
    ///
    /// - Parameters:
    ///   - finding: The finding; its evidence digest is left out, since it will be this bundle's.
    ///   - pages: Captures of the pages and documents.
    ///   - images: Captures of the images.
    ///   - asset: The licensed asset, to refer to its image by digest.
    /// - Throws: `EvidenceError`, `tooLarge` or `unwritable`.
    public init(
        finding: Finding, pages: [StoredCapture], images: [StoredCapture], asset: Asset? = nil
    ) throws(EvidenceError) {
        var finding = finding
        finding.evidence = nil
        let captures = Self.ordered(pages + images)
        let date = captures.map(\.ended).max() ?? finding.deployment.date
        var writer = WARCWriter()
        try writer.appendInformation(
            Self.information(finding), fileName: "\(finding.id)-\(finding.revision).warc.gz",
            date: date)
        for capture in captures { try writer.append(capture) }
        try writer.append(
            kind: "metadata", address: "urn:uuid:\(finding.id)", date: date,
            contentType: "application/json", block: Self.json(finding))
        try writer.append(
            kind: "resource", address: finding.deployment.asset, date: date,
            contentType: "application/json",
            block: Self.json(LicensedImage(finding: finding, asset: asset)))
        bytes = writer.bytes
        digest = Digest(of: writer.bytes)
    }

    /// What the `resource` record says about the licensed side of the comparison.
    struct LicensedImage: Codable {
        var asset: String
        var licensor: String
        var title: String?
        var image: String?
        var imageDigest: Digest?
        var catalogue: Digest

        init(finding: Finding, asset: Asset?) {
            self.asset = finding.deployment.asset
            licensor = finding.deployment.licensor
            title = asset?.title
            image = asset?.image
            imageDigest = asset?.imageDigest
            catalogue = finding.catalogue
        }
    }

    private static func information(_ finding: Finding) -> [HeaderField] {
        [
            HeaderField("software", "Selvage"),
            HeaderField("format", "WARC File Format 1.1"),
            HeaderField(
                "conformsTo",
                "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            HeaderField("isPartOf", finding.plan),
            HeaderField("description", "evidence of finding \(finding.id) r\(finding.revision)"),
        ]
    }

    /// Captures by address and time, each once.
    private static func ordered(_ captures: [StoredCapture]) -> [StoredCapture] {
        let keyed = captures.filter { !$0.hops.isEmpty }.map { capture in
            let addresses = capture.hops.map(\.address.description).joined(separator: " ")
            return (key: "\(addresses) \(capture.began) \(capture.digest)", capture: capture)
        }
        var seen: Set<String> = []
        return keyed.sorted { $0.key < $1.key }.filter { seen.insert($0.key).inserted }
            .map(\.capture)
    }

    private static func json(_ value: some Encodable) throws(EvidenceError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw EvidenceError(.unwritable, "The finding cannot be written as JSON: \(error)")
        }
    }
}
