// Findings in memory, as the console reads them, and a decoder of its own.

import Casework
import Console
import Foundation
import Imaging
import SelvageTypes

struct MemoryFindings: FindingStore {
    var all: [Finding]

    func sightings(_ scan: ScanRecord) -> [Sighting] { [] }
    func capture(_ scan: ScanRecord, of address: WebAddress, body: Digest) -> StoredCapture? { nil }
    func store(_ finding: Finding, messages: [OutboxMessage], at now: Instant) {}
    func dropBodies(_ scan: ScanRecord) {}

    func finding(id: String, licensor: String) -> Finding? {
        all.first { $0.id == id && $0.deployment.licensor == licensor }
    }

    func findings(licensor: String?, includingAuthorised: Bool) -> [Finding] {
        all.filter { licensor == nil || $0.deployment.licensor == licensor }
            .filter { includingAuthorised || $0.isFinding }
    }
}

/// Decodes in this process; the pictures of these tests are our own.
struct OwnDecoder: PictureDecoder {
    func decode(_ bytes: [UInt8]) async throws(DecodeError) -> Picture {
        try decodePicture(bytes, limits: DecodeLimits())
    }
}

/// A finding with its evidence file.
struct Sample {
    var finding: Finding
    var file: [UInt8]

    /// What a sample is made from.
    struct Parts {
        var asset = "https://assets.example/patterns/fern-trellis"
        var licensor = "https://parties.example/studio-marlow"
        var actor = Deployment.Actor.stranger(key: "domain:shop.example", name: "Textil Ost")
        var productName: String? = "Fern cushion cover"
        var page = "https://shop.example/products/fern"
        var image = "https://shop.example/img/fern.jpg"
        var verdict = Verdict(.unauthorised, explanation: "No agreement covers this seller.")
        var channel: String? = "marketplace"
        var territory: String? = "FR"
        var units: Decimal?
        var facts: [Fact] = []
        var terms: [UseTerm]?
        var seen = Instant(iso8601: "2027-03-05T10:02:00Z") ?? Instant(microseconds: 0)
        var picture: [UInt8] = []
        var distance = 14
        var match: Match?
        var plan = "high-street-fabric"
    }

    init?(_ parts: Parts = Parts()) throws {
        guard let page = WebAddress(parts.page), let image = WebAddress(parts.image) else {
            return nil
        }
        func capture(_ address: WebAddress, _ body: [UInt8]) -> StoredCapture {
            let hop = Hop(
                address: address, status: 200, requestHead: "GET / HTTP/1.1\r\n\r\n",
                responseHead: "HTTP/1.1 200 OK\r\n\r\n", peer: "192.0.2.7:443")
            return StoredCapture(
                hops: [hop], body: body, began: parts.seen, ended: parts.seen,
                digest: Digest(of: body))
        }
        let imageCapture = capture(image, parts.picture)
        let match =
            parts.match
            ?? Match(
                asset: parts.asset, method: .perceptualHash, symmetry: .asIs,
                distance: parts.distance, falseMatchProbability: 3.1e-21)
        var sighting = Sighting(
            match: match, page: page, image: image, imageDigest: imageCapture.digest,
            pageDigest: Digest(of: "page"), seen: parts.seen, form: .imgSrc, facts: parts.facts)
        sighting.terms = parts.terms
        var deployment = Deployment(
            licensor: parts.licensor, asset: parts.asset, actor: parts.actor, product: nil,
            site: page.host, date: parts.seen, action: "odrl:sell", facts: parts.facts,
            sightings: [sighting.id])
        deployment.productName = parts.productName
        deployment.channel = parts.channel
        deployment.territory = parts.territory
        deployment.units = parts.units
        finding = Finding(
            deployment: deployment, verdict: parts.verdict, sightings: [sighting],
            plan: parts.plan, snapshot: Digest(of: "snapshot"), catalogue: Digest(of: "catalogue"),
            rights: [
                RightReliedOn(
                    kind: .copyright, jurisdiction: "*", basis: "drawn by A. Marlow, 2025")
            ])
        let bundle = try EvidenceBundle(
            finding: finding, pages: [capture(page, Array("<title>x</title>".utf8))],
            images: [imageCapture])
        finding.evidence = bundle.digest
        file = bundle.bytes
    }
}

struct NoSuchEvidence: Error {}

extension ConsoleService {
    static let token = "0123456789abcdef0123456789abcdef"

    /// A console over samples.
    static func showing(
        _ samples: [Sample], licensed: [UInt8]? = nil, coverage: [ScanCoverage] = [],
        titles: [String: String] = [:], history: [Finding] = [], reports: [Report] = [],
        licensor: String? = nil
    ) -> ConsoleService {
        let files = Dictionary(
            samples.map { (Digest(of: $0.file), $0.file) }, uniquingKeysWith: { first, _ in first })
        return ConsoleService(
            findings: MemoryFindings(all: samples.map(\.finding)),
            evidence: { digest in
                guard let file = files[digest] else { throw NoSuchEvidence() }
                return file
            },
            decoder: OwnDecoder(), catalogueImage: { _ in licensed }, coverage: { coverage },
            accessToken: token, licensor: licensor, assetTitle: { titles[$0] },
            history: { _ in history }, reports: { _ in reports })
    }
}
