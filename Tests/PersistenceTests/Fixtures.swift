// Small named values that the tests of the stores share.

import Foundation
import SelvageTypes
import Testing

@testable import Persistence

/// A folder of its own that is removed with its last user.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/selvage-\(UUID().uuidString)"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A moment, in seconds after an arbitrary start.
func at(_ seconds: Int64) -> Instant {
    Instant(microseconds: 1_800_000_000_000_000 + seconds * 1_000_000)
}

func web(_ text: String) throws -> WebAddress {
    try #require(WebAddress(text))
}

let planDigest = Digest(of: "plan")

extension Target {
    static func page(_ text: String, depth: Int = 0, tries: Int = 0) throws -> Target {
        Target(address: try web(text), kind: .page, depth: depth, tries: tries)
    }

    static func image(_ text: String, depth: Int = 0) throws -> Target {
        Target(address: try web(text), kind: .image, depth: depth)
    }
}

extension Capture {
    static func of(
        _ text: String, body: String = "hello", at moment: Instant = at(5), via: [String] = []
    )
        throws -> Capture
    {
        let hops = try (via + [text]).map {
            Hop(
                address: try web($0), status: $0 == text ? 200 : 301,
                requestHead: "GET / HTTP/1.1\r\n\r\n", responseHead: "HTTP/1.1 200 OK\r\n\r\n",
                peer: "192.0.2.1:443")
        }
        return Capture(
            hops: hops, body: Array(body.utf8), began: moment, ended: moment,
            headers: [HeaderField("Content-Type", "text/html; charset=utf-8")])
    }
}

extension TargetOutcome {
    /// A page that was read and names images.
    static func page(
        _ text: String, images: [ImageReference] = [], links: [Target] = [], body: String = "page"
    ) throws -> TargetOutcome {
        TargetOutcome(
            target: try .page(text), ending: .done(nil), status: 200,
            capture: try .of(text, body: body), keepsBody: true, references: images, links: links)
    }

    /// An image that was looked at and shows some assets.
    static func image(_ text: String, body: String, shows assets: [String]) throws -> TargetOutcome
    {
        TargetOutcome(
            target: try .image(text), ending: .done(nil), status: 200,
            capture: try .of(text, body: body), keepsBody: !assets.isEmpty,
            recognition: .showing(assets))
    }
}

extension ImageRecognition {
    static func showing(_ assets: [String]) -> ImageRecognition {
        ImageRecognition(
            width: 640, height: 480, hash: PerceptualHash(words: SIMD4(1, 2, 3, .max)), quality: 90,
            matches: assets.map {
                Match(
                    asset: $0, method: .perceptualHash, symmetry: .asIs, distance: 3,
                    falseMatchProbability: 1.25e-170)
            })
    }
}

extension ImageReference {
    static func named(
        _ text: String, _ form: Form = .imgSrc, _ facts: [Fact.Name: String] = [:]
    ) throws -> ImageReference {
        ImageReference(
            address: try web(text), form: form, text: "fern",
            facts: facts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                Fact($0.key, $0.value, source: .jsonLD, place: text)
            })
    }
}

extension Finding {
    /// A finding about one asset, without or with a sighting.
    static func about(
        _ asset: String, licensor: String = "https://studio.example/", revision: Int = 1,
        verdict: Verdict.Kind = .unauthorised, sightings: [Sighting] = [], evidence: Digest? = nil
    ) -> Finding {
        let deployment = Deployment(
            licensor: licensor, asset: asset,
            actor: .stranger(key: "domain:shop.example", name: ""),
            product: nil, site: "shop.example", date: at(0), action: "odrl:sell", facts: [],
            sightings: sightings.map(\.id))
        return Finding(
            deployment: deployment, verdict: Verdict(verdict, explanation: "No agreement."),
            revision: revision, sightings: sightings, evidence: evidence, plan: "p",
            snapshot: planDigest, catalogue: planDigest, rights: [])
    }

    /// The message that reports this revision.
    var report: OutboxMessage {
        OutboxMessage(
            id: eventID, licensor: deployment.licensor, receiver: "https://licences.example/",
            body: "{\"id\":\"\(eventID)\"}", notBefore: at(0))
    }
}

/// The reason of a thrown `StoreError`; nil when none was thrown.
func reason(_ body: () async throws -> Void) async -> StoreError.Reason? {
    do {
        try await body()
        return nil
    } catch {
        return (error as? StoreError)?.reason
    }
}

extension SelvageStore {
    /// All hosts with work, by origin, read in pieces of two.
    func allHostsWithWork(_ scan: ScanRecord) async throws -> [HostState] {
        var hosts: [HostState] = []
        while true {
            let piece = try await hostsWithWork(scan, after: hosts.last?.origin, limit: 2)
            hosts += piece
            if piece.count < 2 { return hosts.sorted { $0.origin < $1.origin } }
        }
    }
}
